"""Every target by name."""

from __future__ import annotations

from fuzzing.core_targets import core_targets
from fuzzing.reader_targets import reader_targets
from fuzzing.target import Target

TARGETS: dict[str, Target] = {target.name: target for target in (*reader_targets(), *core_targets())}
