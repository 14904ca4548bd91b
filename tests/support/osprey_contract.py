"""The parts of ROOST Osprey that a plugin touches, written from its contract: Osprey is not on a package index.

The plugin manager is pluggy's own, with the two hooks that the plugin implements, called as Osprey calls them.
"""

import abc
import sys
import typing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import ModuleType

import pluggy

ADAPTOR = "osprey_plugin"
_KINDS = (str, int, float, bool)


class ExpectedUdfException(Exception):
    """A failure of a function that Osprey does not report."""


class ExecutionContext:
    """What a function may ask of the execution."""


@dataclass
class Action:
    """An action."""

    action_id: int
    action_name: str
    data: dict
    timestamp: datetime = datetime(2026, 3, 1, 19, 2, tzinfo=UTC)


@dataclass
class ExecutionResult:
    """The result of an action."""

    action: Action
    extracted_features: dict = field(default_factory=dict)


class ArgumentsBase:
    """Arguments by name, with defaults and with types of Osprey's rules."""

    def __init__(self, **given):
        kinds = typing.get_type_hints(type(self))
        for name, kind in kinds.items():
            assert _is_allowed(kind), f"{name}: {kind} is not a type of rules"
            if name not in given and not hasattr(type(self), name):
                raise TypeError(f"{name} is missing")
        assert given.keys() <= kinds.keys()
        vars(self).update(given)


def _is_allowed(kind):
    if typing.get_origin(kind) in (list, typing.Union):
        return all(part is type(None) or _is_allowed(part) for part in typing.get_args(kind))
    return kind in _KINDS


Arguments = typing.TypeVar("Arguments")
Value = typing.TypeVar("Value")


class UDFBase(typing.Generic[Arguments, Value], abc.ABC):
    """A function of rules; Osprey makes one instance for each place that calls it."""

    execute_async = False
    category = None

    def __init__(self, validation_context, arguments):
        assert isinstance(arguments, self.types()[0])

    @classmethod
    def types(cls):
        """The types of its arguments and its value."""
        return typing.get_args(cls.__orig_bases__[0])

    @abc.abstractmethod
    def execute(self, execution_context, arguments):
        """Execute it."""


class BaseOutputSink(abc.ABC):
    """Takes results."""

    timeout = 2
    max_retries = 0

    @abc.abstractmethod
    def will_do_work(self, result): ...

    @abc.abstractmethod
    def push(self, result): ...

    @abc.abstractmethod
    def stop(self): ...


class _Hooks:
    hookspec = pluggy.HookspecMarker(ADAPTOR)

    @hookspec
    def register_udfs(self): ...

    @hookspec
    def register_output_sinks(self, config): ...


def install(patch):
    """Put the modules that a plugin imports into a pytest monkeypatch; return a plugin manager."""
    manager = pluggy.PluginManager(ADAPTOR)
    manager.add_hookspecs(_Hooks)
    contents = {
        "osprey.engine.executor.execution_context": (ExecutionContext, ExpectedUdfException, Action, ExecutionResult),
        "osprey.engine.udf.arguments": (ArgumentsBase,),
        "osprey.engine.udf.base": (UDFBase,),
        "osprey.worker.sinks.sink.output_sink": (BaseOutputSink,),
        "osprey.worker.adaptor.plugin_manager": (),
    }
    for name, items in contents.items():
        parts = name.split(".")
        for stop in range(1, len(parts) + 1):
            module = ".".join(parts[:stop])
            patch.setitem(sys.modules, module, sys.modules.get(module) or ModuleType(module))
        vars(sys.modules[name]).update({item.__name__: item for item in items})
    marker = pluggy.HookimplMarker(ADAPTOR)
    sys.modules["osprey.worker.adaptor.plugin_manager"].hookimpl_osprey = marker
    return manager
