"""What a report promises about its evidence, each against the obvious slow way of finding it."""

import itertools
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest

from grooming_risk import Conversation, Outcome
from grooming_risk.conversation import speaker_name
from grooming_risk.decision.operating_points import OperatingPoint
from grooming_risk.limits import speaker_numbers
from grooming_risk.model.memory import WindowSpec
from grooming_risk.model.window_model import MessageVectors, WindowInput
from grooming_risk.report import Provenance
from grooming_risk.scoring.assessment import assess
from grooming_risk.scoring.judgement import Judgement
from grooming_risk.scoring.leave_one_out import leave_one_out
from grooming_risk.scoring.message_encoding import EncodedConversation, encode_conversations
from grooming_risk.scoring.spans import CONTEXT, carrying
from grooming_risk.scoring.window_scores import score_windows

# Reports round logits and changes to four decimals, and padding moves a float32 sum by about 1e-6.
ROUNDED = 2.1e-4
SPEAKERS = {"player_one": "lee", "player_two": "kim", "kim": "kim", "lee": "lee", "sister": "kim", "brother": "lee"}


@pytest.fixture(scope="module")
def texts():
    from grooming_risk.commands.demo import SAMPLES
    from grooming_risk.readers import read_file

    return {path.stem[2:]: next(iter(read_file(path))).with_names() for path in sorted(SAMPLES.glob("*.json"))}


@pytest.fixture(scope="module", params=["stranger_in_a_game", "offer_from_abroad", "surprise_party", "long"])
def scored(request, scorer, texts):
    """A conversation, its encoding and its report; "long" has flagged windows and others, pictures and empty lines."""
    if request.param == "long":
        filler = [m for name in ("weekend_plans", "surprise_party") for m in texts[name]] * 5
        middle = [*filler[:60], *texts["stranger_in_a_game"], *filler[60:]]
        rows = [{"speaker": SPEAKERS[m.speaker], "text": m.text} for m in middle]
        rows[5] = {"speaker": "lee", "text": "", "kind": "media"}
        rows[62] = {"speaker": "kim", "text": " "}
        conversation = Conversation.from_messages(rows)
    else:
        conversation = texts[request.param]
    (encoded,) = encode_conversations([conversation], scorer.artifact)
    return conversation, encoded, scorer.score(conversation)


def explained_windows(encoded, report, artifact):
    """The highest flagged window of each span with its logit, or the highest one when none is flagged."""
    windows = score_windows(encoded.vectors, artifact)
    flagged = flagged_windows(encoded, report, artifact)
    shown = [carried_messages(encoded, window, artifact) for window, _ in flagged]
    found = []
    for span in report.spans:
        own = [
            pair
            for pair, messages in zip(flagged, shown, strict=True)
            if any(start <= messages[0] < stop for start, stop in span.stretches)
        ]
        found.append(max(own, key=lambda pair: pair[1]))
    return found or [max(windows, key=lambda pair: pair[1])]


def flagged_windows(encoded, report, artifact):
    windows = score_windows(encoded.vectors, artifact)
    return [pair for pair, risk in zip(windows, report.windows, strict=True) if risk.flagged]


def carried_messages(encoded, window, artifact):
    (contributions,) = artifact.window_model.contributions(encoded.vectors, [window])
    return [int(encoded.vectors.positions[row]) for row in window.rows[carrying(contributions)]]


def test_each_change_is_the_difference_of_two_runs_of_the_window_model(scored, artifact):
    _, encoded, report = scored
    model, vectors = artifact.window_model, encoded.vectors
    changes = {}
    for window, logit in explained_windows(encoded, report, artifact):
        for place, row in enumerate(window.rows):
            kept = np.arange(len(window.rows)) != place
            without = model.logits(vectors, [WindowInput(window.rows, window.focus, kept)])[0]
            changes.setdefault(int(vectors.positions[row]), []).append(logit - without)
    assert {item.message for item in report.evidence} == set(changes)
    for item in report.evidence:
        strongest = max(changes[item.message], key=abs)
        assert item.delta_logit == pytest.approx(strongest, abs=ROUNDED)


def test_evidence_is_ordered_signed_and_names_who_wrote_it(scored):
    conversation, _, report = scored
    sizes = [abs(item.delta_logit) for item in report.evidence]
    assert sizes == sorted(sizes, reverse=True)
    assert len({item.message for item in report.evidence}) == len(report.evidence)
    numbers = speaker_numbers(message.speaker for message in conversation)
    for item in report.evidence:
        assert item.speaker == speaker_name(numbers[item.message])


def test_counter_evidence_is_there_too(scorer, texts):
    evidence = scorer.score(texts["surprise_party"]).evidence
    assert {item.delta_logit > 0 for item in evidence} == {True, False}


def test_timeline_and_evidence_say_the_same_of_a_message(scored):
    _, _, report = scored
    for item in report.evidence:
        assert set(item.tactics) == {tactic for tactic, indices in report.timeline.items() if item.message in indices}
    firsts = [indices[0] for indices in report.timeline.values()]
    assert firsts == sorted(firsts)
    assert all(list(indices) == sorted(set(indices)) for indices in report.timeline.values())


def test_the_first_flag_is_the_first_message_after_which_the_window_reaches_the_threshold(scored, artifact):
    _, encoded, report = scored
    if report.outcome is not Outcome.REVIEW:
        assert report.first_flag is None
        return
    threshold = artifact.operating_points[report.provenance.operating_point].threshold
    (window, _), *_ = flagged_windows(encoded, report, artifact)
    size = artifact.window_spec.size
    for stop in range(max(0, len(window.rows) - size) + 1, len(window.rows) + 1):
        read = WindowInput(window.rows[:stop], window.focus)
        if round(float(artifact.window_model.logits(encoded.vectors, [read])[0]), 4) >= threshold:
            break
    assert report.first_flag == encoded.vectors.positions[window.rows[stop - 1]]


def test_stretches_show_what_carries_the_flags_with_a_few_messages_around(scored, artifact):
    conversation, encoded, report = scored
    inside = {index for span in report.spans for start, stop in span.stretches for index in range(start, stop)}
    carried = {
        message
        for window, _ in flagged_windows(encoded, report, artifact)
        for message in carried_messages(encoded, window, artifact)
    }
    assert carried <= inside
    assert all(min(abs(index - message) for message in carried) <= 10 for index in inside)
    assert inside >= {index + 1 for index in carried if index + CONTEXT < len(conversation)}
    for span in report.spans:
        assert (span.start, span.stop) == (span.stretches[0][0], span.stretches[-1][1])
        assert all(before[1] < after[0] for before, after in itertools.pairwise(span.stretches))
    assert report.messages == len(conversation)


def test_the_provenance_names_everything_that_decided(scored, scorer, artifact):
    conversation, _, report = scored
    point = artifact.operating_points["balanced"]
    assert report.provenance == Provenance(
        library_version=__import__("grooming_risk").__version__,
        model_version=artifact.model_version,
        artifact_digest=artifact.digest,
        operating_point="balanced",
        threshold=artifact.calibrator.probability(point.threshold),
        prior=artifact.calibrator.reference_prevalence,
        input_digest=scorer.score(conversation, explain=False).provenance.input_digest,
    )
    for risk in report.windows:
        assert risk.flagged == point.flags(risk.logit) == (risk.probability >= report.provenance.threshold)


class Flagging:
    """A window model that flags everything at once, and notes how many windows it is given in a call."""

    def __init__(self):
        self.calls = []

    def logits(self, vectors, windows):
        self.calls.append(len(windows))
        return np.array([9.0 if window.kept is None else 8.5 + window.kept.argmin() / 100 for window in windows])

    def contributions(self, vectors, windows):
        return [np.ones(len(window.rows)) for window in windows]


def peak_of(messages, artifact):
    """Return the most bytes that assessing needs besides its input, every window flagged, with report and calls."""
    random = np.random.default_rng(1)
    vectors = MessageVectors(
        embeddings=np.zeros((messages, 4), np.float16),
        logits=random.normal(size=(messages, 20)).astype(np.float32),
        noteworthy=random.random(messages) < 0.25,
        tokens=np.full(messages, 9),
        language=np.full(messages, 90, dtype=np.float32),
        speakers=np.arange(messages) % 2,
        seconds=np.arange(messages, dtype=float),
        positions=np.arange(messages),
        starts=np.arange(messages),
    )
    models = SimpleNamespace(
        window_model=Flagging(),
        window_spec=WindowSpec(),
        taxonomy=artifact.taxonomy,
        calibrator=artifact.calibrator,
        abstention=artifact.abstention,
        operating_points={},
        model_version="0",
        digest="0" * 64,
    )
    encoded = EncodedConversation(vectors, messages)
    judgement = Judgement(models, OperatingPoint("p", 1.0, 1.0, 1, 0, 1.0, 1.0))
    tracemalloc.start()
    report = assess(encoded, judgement)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak, report, models.window_model.calls


def test_20_000_messages_all_flagged_are_explained_by_one_window_a_span(artifact):
    small, *_ = peak_of(5_000, artifact)
    large, report, calls = peak_of(20_000, artifact)
    assert len(report.windows) == sum(risk.flagged for risk in report.windows) == 799
    assert len(report.spans) == 1  # neighbouring windows show the same messages
    assert len(report.evidence) <= 80
    # The windows for each speaker, with and without what they remember, one window's hidden messages, its beginnings.
    assert sum(calls) < 3_500
    assert large < 20e6
    assert large < 5 * small


def test_a_window_of_one_message_has_nothing_to_compare_with():
    model = Flagging()
    assert leave_one_out(model, MessageVectors.none(), WindowInput(np.arange(1), 0), 9.0).tolist() == [0.0]
    assert model.calls == []
