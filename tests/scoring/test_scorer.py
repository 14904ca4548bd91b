import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest

from grooming_risk import GroomingRiskError, Outcome, RiskScorer, score_conversation, score_conversations
from grooming_risk.errors import InvalidOptionError, UnknownOperatingPointError
from grooming_risk.readers import read_file

CHAT = [("a", "see you at practice tomorrow"), ("b", "yes, and bring the ball please")] * 4


def sample(root, name):
    (path,) = (root / "grooming_risk" / "samples").glob(f"*_{name}.json")
    (exported,) = read_file(path)
    return exported.conversation


@pytest.mark.parametrize("name", ["stranger_in_a_game", "offer_from_abroad"])
def test_warning_signs_are_flagged_with_the_right_speaker_on_top(scorer, root, name):
    report = scorer.score(sample(root, name))
    assert report.outcome is Outcome.REVIEW
    assert [item.speaker for item in report.evidence if item.delta_logit > 0][:3] == ["a"] * 3
    assert report.windows[0].focus_speaker == "a"
    assert report.first_flag is not None
    assert report.spans
    assert report.timeline


@pytest.mark.parametrize("name", ["weekend_plans", "coach_and_parents", "surprise_party"])
def test_benign_and_lookalike_samples_are_not_flagged(scorer, root, name):
    report = scorer.score(sample(root, name))
    assert report.outcome is Outcome.NO_REVIEW
    assert not report.spans


def test_the_same_input_gives_the_same_report(scorer):
    assert scorer.score(CHAT) == scorer.score(CHAT)


def test_prior_moves_the_probability_and_never_the_decision(scorer, root):
    rows = sample(root, "stranger_in_a_game")
    low, high = scorer.score(rows, prior=1e-5), scorer.score(rows, prior=0.5)
    assert low.probability < high.probability
    assert low.outcome is high.outcome is Outcome.REVIEW
    assert (low.probability >= low.provenance.threshold) == (high.probability >= high.provenance.threshold)


@pytest.mark.parametrize("prior", [0, 1, -0.5, 2, float("nan")])
def test_a_prior_that_is_no_prevalence_is_refused(scorer, prior):
    with pytest.raises(InvalidOptionError, match="prior"):
        scorer.score(CHAT, prior=prior)


def test_an_unknown_operating_point_is_refused(scorer):
    with pytest.raises(UnknownOperatingPointError, match="balanced"):
        scorer.score(CHAT, operating_point="fast")


def test_a_laxer_point_flags_no_less(scorer, root):
    rows = sample(root, "surprise_party")
    flagged = [
        scorer.score(rows, operating_point=name).outcome is Outcome.REVIEW
        for name in ("high_precision", "balanced", "high_recall")
    ]
    assert flagged == sorted(flagged)


def test_without_explanation_only_the_evidence_is_missing(scorer, root):
    rows = sample(root, "stranger_in_a_game")
    full, bare = scorer.score(rows), scorer.score(rows, explain=False)
    assert bare.evidence == ()
    assert full.evidence
    assert (bare.probability, bare.windows, bare.first_flag) == (full.probability, full.windows, full.first_flag)


def test_only_the_configuration_travels(scorer):
    scorer.score(CHAT)
    data = pickle.dumps(scorer)
    assert len(data) < 1_000
    assert pickle.loads(data).score(CHAT) == scorer.score(CHAT)


def test_threads_share_a_scorer(scorer):
    fresh = RiskScorer(digest_key=b"a key of the tests only")
    with ThreadPoolExecutor(8) as pool:
        reports = list(pool.map(lambda _: fresh.score(CHAT), range(16)))
    assert all(report == scorer.score(CHAT) for report in reports)


def test_the_input_digest_depends_on_the_key_and_on_the_input(scorer):
    digest = scorer.score(CHAT).provenance.input_digest
    assert RiskScorer(digest_key=b"another key of the tests").score(CHAT).provenance.input_digest != digest
    assert scorer.score([*CHAT, ("a", "ok")]).provenance.input_digest != digest


def test_score_conversation_uses_one_shared_scorer():
    assert score_conversation(CHAT) == score_conversation(CHAT)


def test_many_conversations_come_back_in_order(scorer):
    conversations = [[("a", f"see you at practice number {n}"), ("b", "ok, see you there")] * 3 for n in range(7)]
    batch = list(score_conversations(iter(conversations), scorer=scorer))
    assert [r.provenance.input_digest for r in batch] == [
        scorer.score(rows).provenance.input_digest for rows in conversations
    ]


def test_a_bad_conversation_stops_after_the_results_before_it(scorer):
    found = []
    with pytest.raises(GroomingRiskError, match="empty"):
        for report in score_conversations([CHAT, [], CHAT], scorer=scorer):
            found.append(report)
    assert len(found) == 1


def test_errors_can_be_returned_in_place(scorer):
    first, second, third = score_conversations([CHAT, [], CHAT], scorer=scorer, errors="return")
    assert first == third
    assert isinstance(second, GroomingRiskError)


def test_an_unknown_errors_option_is_refused_at_once(scorer):
    with pytest.raises(InvalidOptionError):
        score_conversations([CHAT], scorer=scorer, errors="ignore")


def test_an_iterator_is_read_ahead_by_a_bounded_number_of_messages(scorer):
    taken = 0

    def source():
        nonlocal taken
        for _ in range(500):
            taken += 1
            yield CHAT

    next(iter(score_conversations(source(), scorer=scorer, explain=False)))
    assert taken <= 2_048 // len(CHAT) + 1


@pytest.mark.parametrize("threads", [0, -1])
def test_a_scorer_needs_a_thread(threads):
    with pytest.raises(InvalidOptionError, match=f"threads must be at least 1, got {threads}"):
        RiskScorer(threads=threads)
