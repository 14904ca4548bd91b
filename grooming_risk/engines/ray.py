"""Ray Data: batches of conversations or messages, in a pool of actors (extra `ray`).

An actor loads the model once and uses one thread. Ray needs a processor beside those of the actors to read the data;
on a machine of two cores, start it with more logical ones (`ray.init(num_cpus=4)`), or it waits for itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grooming_risk.engines.arrow import schema
from grooming_risk.engines.options import EngineOptions
from grooming_risk.engines.tables import conversation_column
from grooming_risk.engines.worker import score_conversation_rows, score_message_rows
from grooming_risk.rows import COLUMNS

if TYPE_CHECKING:
    from ray.data import Dataset

# Conversations of a batch: enough for the encoder's batches, few enough for memory and for work to be shared out.
_BATCH = 256


class _Conversations:
    """An actor that scores batches of conversations."""

    def __init__(self, options: EngineOptions) -> None:
        self._options = options
        _ = options.scorer.artifact  # before the first batch

    def __call__(self, batch: Any) -> Any:
        """Score a batch, which is an Arrow table."""
        return batch.from_pylist(list(score_conversation_rows(batch.to_pylist(), self._options)), schema(COLUMNS))


class _Messages(_Conversations):
    """An actor that scores blocks of messages, each with whole conversations."""

    def __call__(self, batch: Any) -> Any:
        """Score a block, which is an Arrow table sorted by conversation."""
        return batch.from_pylist(list(score_message_rows(batch.to_pylist(), self._options)), schema(COLUMNS))


def score_conversations(dataset: Dataset, options: EngineOptions | None = None, *, actors: int = 1) -> Dataset:
    """Score a data set with a conversation in each row.

    Args:
        dataset: Columns "messages", a list of structs as `score_conversation` accepts them, and the id of the
            conversation as "conversation", "conversation_id" or "id".
        options: What the actors are asked to do; None for the defaults.
        actors: Number of actors, each with one processor.

    Returns:
        A data set with the columns of `grooming_risk.rows.COLUMNS`: a row for each conversation; one that cannot be
        used gives an error row.
    """
    return _mapped(dataset, _Conversations, options, actors, _BATCH)


def score_messages(
    dataset: Dataset, options: EngineOptions | None = None, *, actors: int = 1, blocks: int | None = None
) -> Dataset:
    """Score a data set with a message in each row, grouped by conversation.

    Args:
        dataset: Columns "conversation", "speaker", "text"; "sequence" or "sent_at"; and, where there are, "message_id"
            and "kind".
        options: What the actors are asked to do; None for the defaults.
        actors: Number of actors, each with one processor.
        blocks: Blocks that the messages are divided into, each with whole conversations, which must fit into the memory
            of an actor; None for four for each actor.

    Returns:
        A data set with the columns of `grooming_risk.rows.COLUMNS`: a row for each conversation, and an error row for
        each message without an id of a conversation.
    """
    asked = options or EngineOptions()
    # Asking for the names must not compute the data set.
    key = conversation_column(dataset.columns(fetch_if_missing=False), asked.keys)
    divided = dataset.repartition(blocks or 4 * actors, keys=[key], sort=True)
    return _mapped(divided, _Messages, asked, actors, None)


def _mapped(
    dataset: Dataset, actor: type[_Conversations], options: EngineOptions | None, actors: int, batch: int | None
) -> Dataset:
    from ray.data import ActorPoolStrategy

    return dataset.map_batches(
        actor,
        fn_constructor_args=(options or EngineOptions(),),
        batch_size=batch,
        batch_format="pyarrow",
        compute=ActorPoolStrategy(size=actors),
        num_cpus=1,
    )
