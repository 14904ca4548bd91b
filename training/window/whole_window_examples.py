"""Windows as token rows of their messages, for the arm that reads a window as a whole.

Every message is read in the light of the others, which costs as much in each pass as encoding all of them. The arm is
the upper bound that the shipped design, message vectors and then the window model, is measured against.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from tqdm import tqdm

from grooming_risk.conversation import Conversation
from grooming_risk.model.memory import WindowSpec, window_ends
from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.scoring.message_encoding import model_text
from grooming_risk.tactics import Tactic
from grooming_risk.text.masking import ExplicitVocabulary
from grooming_risk.text.message_text import joined_texts
from training.composer.composed import Composed
from training.window.examples import DISTINCT_TACTICS

MESSAGE_TOKENS = 32  # of one message, so that one long message does not fill the window
FOCUS_SPEAKERS = 2  # of each labelled window


@dataclass(frozen=True, slots=True)
class WholeWindow:
    """Token rows of the messages of one window, for one focus speaker.

    Attributes:
        messages: Token ids of each message, without begin and end; short messages in a row are one.
        of_focus: Whether the focus speaker wrote each message.
        tactics: Index of the tactic that each message was inserted for, or -1.
        label: 1 if the focus speaker shows a profile, else 0.
    """

    messages: list[list[int]] = field(repr=False)
    of_focus: list[bool]
    tactics: list[int]
    label: int


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as the library reads it: from the messages `first` to `last` of one speaker, as token ids."""

    first: int
    last: int
    speaker: str
    ids: list[int] = field(repr=False)


def whole_windows(
    conversation: Conversation, tokenizer: Tokenizer, vocabulary: ExplicitVocabulary, spec: WindowSpec
) -> list[WholeWindow]:
    """Return every window of a conversation for each of its speakers, with labels 0."""
    texts = _texts(conversation, tokenizer, vocabulary)
    found = []
    for span in _spans(len(texts), spec):
        part = texts[span.start : span.stop]
        for focus in dict.fromkeys(text.speaker for text in part):
            found.append(_window(part, focus, [-1] * len(part), 0))
    return found


def labelled_windows(
    composed: Sequence[Composed], tokenizer: Tokenizer, vocabulary: ExplicitVocabulary, seed: int
) -> list[WholeWindow]:
    """Make training windows of composed conversations.

    Args:
        composed: Composed conversations.
        tokenizer: The encoder's tokenizer.
        vocabulary: Explicit terms.
        seed: Seed of the choice of further focus speakers.

    Returns:
        Every window for the speaker of its tactic lines and another speaker, with labels as for the window model.
    """
    random = np.random.default_rng(seed)
    names = list(Tactic)
    found = []
    for item in tqdm(composed, desc="windows", disable=None):
        texts = _texts(item.conversation(), tokenizer, vocabulary)
        inserted = [(index, names.index(Tactic(tactic))) for index, tactic in item.tactic_messages]
        for span in _spans(len(texts), WindowSpec()):
            part = texts[span.start : span.stop]
            shown = [[tactic for index, tactic in inserted if text.first <= index <= text.last] for text in part]
            distinct = {tactic for tactics in shown for tactic in tactics}
            for focus in _focus_speakers(part, item.focus, random):
                label = int(focus == item.focus and len(distinct) >= DISTINCT_TACTICS)
                found.append(_window(part, focus, [tactics[-1] if tactics else -1 for tactics in shown], label))
    return found


def _window(part: Sequence[_Text], focus: str, tactics: list[int], label: int) -> WholeWindow:
    return WholeWindow([text.ids for text in part], [text.speaker == focus for text in part], tactics, label)


def _focus_speakers(part: Sequence[_Text], focus: str, random: np.random.Generator) -> list[str]:
    speakers = list(dict.fromkeys(text.speaker for text in part))
    first = [focus] if focus in speakers else []
    others = [speaker for speaker in speakers if speaker != focus]
    return first + [others[place] for place in random.permutation(len(others))[: FOCUS_SPEAKERS - len(first)]]


def _texts(conversation: Conversation, tokenizer: Tokenizer, vocabulary: ExplicitVocabulary) -> list[_Text]:
    """Tokenize a conversation as the library reads it: masked, words divided, short messages in a row joined."""
    texts = joined_texts(conversation)
    ids = tokenizer.ids([model_text(shown.text, vocabulary, tokenizer, shown.run.spelled) for shown in texts])
    return [
        _Text(shown.first, shown.index, conversation.messages[shown.index].speaker, rows[0][1:-1][:MESSAGE_TOKENS])
        for shown, rows in zip(texts, ids, strict=True)
    ]


def _spans(texts: int, spec: WindowSpec) -> list[range]:
    """Return the last texts of every window; this reader remembers nothing from before."""
    return [range(max(0, end - spec.size), end) for end in window_ends(texts, spec)]
