"""A window read as a whole: its messages joined, who wrote each as token types, by the encoder that reads messages.

This is the upper bound that the shipped first stage (message vectors, then the window model) is measured against
(DESIGN §8): every message is read in the light of the others, and each pass costs as much as encoding all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from tqdm import tqdm

from grooming_risk.conversation import Conversation
from grooming_risk.model.tokenization import Tokenizer
from grooming_risk.model.windowing import WindowSpec, windows
from grooming_risk.tactics import Tactic
from grooming_risk.text.masking import ExplicitVocabulary, mask_explicit
from grooming_risk.text.normalization import normalize
from training.composer.composed import Composed
from training.encoder.train import POSITIVE_WEIGHT, MessageEncoder, multiplies_bfloat16
from training.window.examples import DISTINCT_TACTICS

POSITIONS = 512  # of the base encoder
MESSAGE_TOKENS = 32  # of one message, so that one long message does not fill the window
BUDGET = 4_096  # padded tokens a batch
HEAD_RATE, WARM_UP = 20.0, 0.1  # as in training.encoder.train
DROPPED = 0.5  # largest share of messages hidden in training, as for the window model
TACTIC_SHARE = 0.5  # weight of the messages' own task beside the window's
UNSAID = 0.3  # weight of tactics that a message was not written for, as in training.encoder.labelled_lines


@dataclass(frozen=True, slots=True)
class WholeWindow:
    """Token rows of the messages of one window for one focus speaker.

    Attributes:
        messages: ids of each message, without begin and end.
        of_focus: whether the focus speaker wrote it.
        tactics: index of the tactic that the message was inserted for, or -1.
        label: 1 when the focus speaker shows a profile.
    """

    messages: list[list[int]] = field(repr=False)
    of_focus: list[bool]
    tactics: list[int]
    label: int


class WholeWindowReader(torch.nn.Module):
    """One logit a window, and the tactics of each message in the light of the others."""

    def __init__(self, encoder: MessageEncoder, positions: torch.Tensor) -> None:
        """Args:
        encoder: trained on single messages; changed in place.
        positions: float32, shape (n, d), position vectors of the base encoder, for texts longer than a message.
        """
        super().__init__()
        self.encoder = encoder
        table = encoder.backbone.embeddings.position_embeddings
        known = table.weight.detach()
        longer = torch.cat([known, positions[len(known) :]])
        encoder.backbone.embeddings.position_embeddings = torch.nn.Embedding.from_pretrained(longer, freeze=False)
        encoder.backbone.embeddings.register_buffer("position_ids", torch.arange(len(longer))[None], persistent=False)
        encoder.backbone.embeddings.register_buffer(
            "token_type_ids", torch.zeros((1, len(longer)), dtype=torch.long), persistent=False
        )
        encoder.backbone.config.max_position_embeddings = len(longer)
        for layer in encoder.backbone.encoder.layer:
            # Drawn number by number on a processor: eight windows of 400 tokens took 5.6 s with it, 2.1 s without.
            layer.attention.self.dropout.p = 0.0
        width = encoder.backbone.config.hidden_size
        self.norm, self.window = torch.nn.LayerNorm(2 * width), torch.nn.Linear(2 * width, 1)

    def forward(self, batch: _Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Window logits (n,) and message logits (messages of the batch, n_labels)."""
        hidden = self.encoder.backbone(
            input_ids=batch.token_ids, attention_mask=batch.mask, token_type_ids=batch.types
        ).last_hidden_state
        everything, focus = (_mean(hidden, mask) for mask in (batch.mask, batch.mask * (1 - batch.types)))
        logits = self.window(self.norm(torch.cat([everything, focus], -1))).squeeze(-1)
        flat = hidden.reshape(-1, hidden.shape[-1])
        sums = torch.zeros((batch.count, hidden.shape[-1]), dtype=hidden.dtype).index_add(
            0, batch.message, flat[batch.place]
        )
        sizes = torch.zeros(batch.count).index_add(0, batch.message, torch.ones(len(batch.message)))
        return logits, self.encoder.head(self.encoder.norm(sums / sizes[:, None]))


def whole_windows(
    conversation: Conversation, tokenizer: Tokenizer, vocabulary: ExplicitVocabulary, spec: WindowSpec
) -> list[WholeWindow]:
    """Every window of a conversation for each of its speakers, labels 0."""
    rows = _rows(conversation, tokenizer, vocabulary)
    found = []
    for span in windows(len(rows), spec):
        part = rows[span.start : span.stop]
        for focus in dict.fromkeys(speaker for _, speaker, _ in part):
            found.append(WholeWindow([ids for *_, ids in part], [s == focus for _, s, _ in part], [-1] * len(part), 0))
    return found


def labelled_windows(
    composed: Sequence[Composed], tokenizer: Tokenizer, vocabulary: ExplicitVocabulary, seed: int
) -> list[WholeWindow]:
    """Windows of composed conversations for the focus speaker and one other, labelled as for the window model."""
    random = np.random.default_rng(seed)
    names = list(Tactic)
    found = []
    for item in tqdm(composed, desc="windows", disable=None):
        rows = _rows(item.conversation(), tokenizer, vocabulary)
        inserted = {index: names.index(Tactic(tactic)) for index, tactic in item.tactic_messages}
        for span in windows(len(rows), WindowSpec()):
            part = rows[span.start : span.stop]
            tactics = [inserted.get(index, -1) for index, *_ in part]
            speakers = list(dict.fromkeys(speaker for _, speaker, _ in part))
            first = [item.focus] if item.focus in speakers else []
            others = [speaker for speaker in speakers if speaker != item.focus]
            for focus in first + [others[place] for place in random.permutation(len(others))[: 2 - len(first)]]:
                shown = {tactic for tactic in tactics if tactic >= 0} if focus == item.focus else set()
                found.append(
                    WholeWindow(
                        [ids for *_, ids in part], [s == focus for _, s, _ in part], tactics,
                        int(len(shown) >= DISTINCT_TACTICS),
                    )
                )  # fmt: skip
    return found


def train_whole_window(
    reader: WholeWindowReader, examples: Sequence[WholeWindow], epochs: int, learning_rate: float, seed: int
) -> WholeWindowReader:
    """Train on windows and on the tactics of their messages, both at once."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    plan = [group for _ in range(epochs) for group in _groups(examples, random)]
    optimizer, schedule = _optimizer(reader, learning_rate, len(plan))
    reader.train()
    for group in tqdm(plan, desc="whole window", disable=None):
        batch = _batch([_with_dropped(examples[index], random) for index in group])
        with torch.autocast("cpu", torch.bfloat16, enabled=multiplies_bfloat16()):
            logits, tactics = reader(batch)
        labels = torch.tensor([float(examples[index].label) for index in group])
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), labels)
        loss = loss + TACTIC_SHARE * _tactic_loss(tactics.float(), batch.tactics)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
        optimizer.step()
        schedule.step()
    return reader.eval()


def whole_window_logits(reader: WholeWindowReader, asked: Sequence[WholeWindow]) -> np.ndarray:
    """Logit of each window, float64, shape (n,)."""
    found = np.empty(len(asked))
    with torch.inference_mode():
        for group in tqdm(list(_groups(asked, None)), desc="read whole windows", disable=None):
            with torch.autocast("cpu", torch.bfloat16, enabled=multiplies_bfloat16()):
                found[group] = reader(_batch([asked[index] for index in group]))[0].float().numpy()
    return found


@dataclass(frozen=True, slots=True)
class _Batch:
    """Padded tokens; types are 0 for the focus speaker; place and message say which token is of which message."""

    token_ids: torch.Tensor
    mask: torch.Tensor
    types: torch.Tensor
    place: torch.Tensor
    message: torch.Tensor
    count: int
    tactics: torch.Tensor


def _rows(
    conversation: Conversation, tokenizer: Tokenizer, vocabulary: ExplicitVocabulary
) -> list[tuple[int, str, list[int]]]:
    """(index, speaker, ids) of the messages that show text."""
    shown = [
        (index, message.speaker, text)
        for index, message in enumerate(conversation)
        if message.kind.carries_text and (text := mask_explicit(normalize(message.text), vocabulary).text).strip()
    ]
    ids = tokenizer.ids([text for *_, text in shown])
    return [
        (index, speaker, row[0][1:-1][:MESSAGE_TOKENS]) for (index, speaker, _), row in zip(shown, ids, strict=True)
    ]


def _kept(window: WholeWindow) -> int:
    """First message that still fits, counted from the end."""
    room = POSITIONS - 1
    for index in range(len(window.messages) - 1, -1, -1):
        room -= len(window.messages[index]) + 1
        if room < 0:
            return index + 1
    return 0


def _batch(group: Sequence[WholeWindow]) -> _Batch:
    tokens: list[list[int]] = []
    types: list[list[int]] = []
    places: list[tuple[int, int]] = []  # (row, column) of each message token
    messages: list[int] = []
    tactics: list[int] = []
    for row, window in enumerate(group):
        tokens.append([Tokenizer.BEGIN])
        types.append([0])
        for index in range(_kept(window), len(window.messages)):
            ids = window.messages[index]
            places += [(row, len(tokens[row]) + place) for place in range(len(ids))]
            messages += [len(tactics)] * len(ids)
            tactics.append(window.tactics[index])
            tokens[row] += [*ids, Tokenizer.END]
            types[row] += [0 if window.of_focus[index] else 1] * (len(ids) + 1)
    length = max(map(len, tokens))
    padded = torch.tensor([row + [Tokenizer.PAD] * (length - len(row)) for row in tokens])
    return _Batch(
        token_ids=padded,
        mask=torch.tensor([[1] * len(row) + [0] * (length - len(row)) for row in tokens]),
        types=torch.tensor([row + [0] * (length - len(row)) for row in types]),
        place=torch.tensor([row * length + column for row, column in places], dtype=torch.long),
        message=torch.tensor(messages, dtype=torch.long),
        count=len(tactics),
        tactics=torch.tensor(tactics, dtype=torch.long),
    )


def _with_dropped(window: WholeWindow, random: np.random.Generator) -> WholeWindow:
    kept = random.random(len(window.messages)) >= DROPPED * random.random()
    kept[random.integers(len(kept))] = True
    chosen = np.flatnonzero(kept)
    return WholeWindow(
        [window.messages[place] for place in chosen], [window.of_focus[place] for place in chosen],
        [window.tactics[place] for place in chosen], window.label,
    )  # fmt: skip


def _groups(examples: Sequence[WholeWindow], random: np.random.Generator | None) -> list[np.ndarray]:
    """Windows of similar length within the token budget; shuffled when a generator is given."""
    lengths = np.array([min(POSITIONS, sum(len(ids) + 1 for ids in window.messages) + 1) for window in examples])
    jitter = random.random(len(lengths)) * 64 if random else np.zeros(len(lengths))
    groups: list[list[int]] = [[]]
    for index in np.argsort(lengths + jitter, kind="stable"):
        if groups[-1] and max(lengths[index], *lengths[groups[-1]]) * (len(groups[-1]) + 1) > BUDGET:
            groups.append([])
        groups[-1].append(int(index))
    order = random.permutation(len(groups)) if random else range(len(groups))
    return [np.array(groups[place]) for place in order if groups[place]]


def _tactic_loss(logits: torch.Tensor, tactics: torch.Tensor) -> torch.Tensor:
    targets = torch.zeros_like(logits[:, : len(Tactic)])
    said = tactics >= 0
    targets[said, tactics[said]] = 1.0
    weights = torch.where(targets > 0, POSITIVE_WEIGHT, torch.where(said[:, None], UNSAID, 1.0))
    loss = torch.nn.functional.binary_cross_entropy_with_logits(
        logits[:, : len(Tactic)], targets, weights, reduction="sum"
    )
    return loss / weights.sum()


def _optimizer(
    reader: WholeWindowReader, learning_rate: float, steps: int
) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler]:
    for parameter in reader.encoder.backbone.embeddings.word_embeddings.parameters():
        parameter.requires_grad = False
    new = [*reader.norm.parameters(), *reader.window.parameters()]
    known = [p for p in reader.encoder.parameters() if p.requires_grad]
    groups = [{"params": known, "lr": learning_rate}, {"params": new, "lr": learning_rate * HEAD_RATE}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    rates = [learning_rate, learning_rate * HEAD_RATE]
    return optimizer, torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=steps + 1, pct_start=WARM_UP)


def _mean(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    weight = mask.unsqueeze(-1).to(hidden.dtype)
    return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1)
