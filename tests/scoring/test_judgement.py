"""One judgement for reports, monitors, files of results and states; an encoded conversation under several of them."""

import pytest

from grooming_risk import Conversation, OperatingPoint
from grooming_risk.errors import InvalidOptionError, UnknownOperatingPointError
from grooming_risk.scoring.judgement import Judgement
from grooming_risk.testing import StandInScorer
from grooming_risk.version import __version__

SCORER = StandInScorer(digest_key=b"a key of the tests only")
ARTIFACT = SCORER.artifact
CHATS = [
    Conversation.from_messages([("ab"[turn % 2], f"what about the old mill {turn} {n}") for turn in range(3 * n + 1)])
    for n in range(4)
]
OWN = OperatingPoint("own", 1.25, 0.5, 10, 0, 0.3, 0.5)


@pytest.mark.parametrize("prior", [0, 1, -0.5, 2, float("nan"), float("inf")])
def test_a_prior_is_strictly_between_0_and_1(prior):
    with pytest.raises(InvalidOptionError, match=f"prior must be strictly between 0 and 1, got {prior}"):
        Judgement(ARTIFACT, "balanced", prior)


def test_an_unknown_operating_point_is_refused():
    with pytest.raises(UnknownOperatingPointError, match="balanced, strict"):
        Judgement(ARTIFACT, "fast")


@pytest.mark.parametrize(("prior", "used"), [(None, ARTIFACT.calibrator.reference_prevalence), (0.2, 0.2)])
def test_the_threshold_is_that_of_the_prior(prior, used):
    judgement = Judgement(ARTIFACT, "strict", prior)
    point = ARTIFACT.operating_points["strict"]
    assert (judgement.point, judgement.prior) == (point, used)
    assert judgement.threshold == ARTIFACT.calibrator.probability(point.threshold, prior)
    at = judgement.window_risk(3, 9, (1,), 27, point.threshold, True)
    below = judgement.window_risk(3, 9, (), 27, point.threshold - 0.0001, False)
    assert (at.flagged, below.flagged) == (True, False)
    assert (at.remembered, below.remembered) == ((1,), ())
    assert at.probability == judgement.threshold > below.probability
    assert at.interval == ARTIFACT.calibrator.interval(point.threshold, used)
    assert (at.start, at.stop, at.focus_speaker) == (3, 9, "ab")


def test_the_settings_are_the_provenance_without_version_and_input():
    judgement = Judgement(ARTIFACT, OWN, 0.3)
    provenance = SCORER.score(CHATS[2], operating_point=OWN, prior=0.3).provenance
    assert provenance == judgement.provenance(provenance.input_digest)
    assert provenance.library_version == __version__
    assert {name: getattr(provenance, name) for name in judgement.settings()} == judgement.settings()


@pytest.mark.parametrize("point", ["balanced", "strict", OWN])
@pytest.mark.parametrize("prior", [None, 0.2])
@pytest.mark.parametrize("explain", [True, False])
def test_an_encoded_conversation_is_judged_as_if_it_were_scored(point, prior, explain):
    options = {"operating_point": point, "prior": prior, "explain": explain}
    judged = [SCORER.judge(encoded, **options) for encoded in SCORER.encode(CHATS)]
    assert judged == [SCORER.score(chat, **options) for chat in CHATS]


def test_judging_encodes_nothing(monkeypatch):
    encoded = SCORER.encode(CHATS)
    monkeypatch.setattr(type(ARTIFACT.encoder), "encode_texts", None)
    reports = [SCORER.judge(one, operating_point=point) for one in encoded for point in ARTIFACT.operating_points]
    assert len({report.provenance.input_digest for report in reports}) == len(CHATS)
