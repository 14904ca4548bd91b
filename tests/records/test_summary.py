"""Figures of review records, against a plain recount and against scipy's bounds."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from grooming_risk.records.review_record import Decision
from grooming_risk.records.summary import FINAL, FlagCounts, summarize_records
from grooming_risk.rendering.terminal.records_summary import render_records_summary
from tests.support.review_records_fixture import NOON, abstained, flagged, not_flagged, record

TODAY = date(2026, 6, 1)
START = datetime(2024, 12, 30, tzinfo=UTC)
# (flag, point, decision, language, day, viewed); points belong to flags, so that a flag has one.
ROWS = st.lists(
    st.tuples(
        st.integers(0, 8),
        st.sampled_from([None, *(item.value for item in Decision)]),
        st.sampled_from([None, "en", "es"]),
        st.integers(0, 500),
        st.booleans(),
    ),
    max_size=25,
    unique_by=lambda row: row[3],  # decided on different days: then the order of reading does not matter
)


def made(rows):
    return [
        record(
            flagged(flag, point=("balanced", "high_recall")[flag % 2]),
            decision,
            [3] if viewed else [],
            at=START + timedelta(days=day),
            language=language,
        )
        for flag, decision, language, day, viewed in rows
    ]


def counts(group):
    return group.undecided, group.escalated, group.confirmed, group.overturned, group.inconclusive


@given(ROWS, st.randoms())
def test_counts_add_up_and_no_order_of_reading_changes_them(rows, random):
    records = [*made(rows), record(not_flagged(50)), record(abstained(51))]
    summary = summarize_records(records, TODAY)
    whole = [group for group in summary.groups if group.language is None]
    flags = sum(group.flags for group in whole)
    assert flags == len({row[0] for row in rows})
    assert (summary.records, summary.not_flagged) == (len(records), 2)
    assert summary.records == flags + summary.replaced + summary.not_flagged
    assert summary.past_retention == sum(item["retain_until"] < TODAY.isoformat() for item in records)
    for group in summary.groups:
        assert group.flags == sum(counts(group))
        assert group.decided >= max(group.changed, group.unviewed)
    for group in whole:
        parts = [
            one
            for one in summary.groups
            if one.language and (one.year, one.operating_point) == (group.year, group.operating_point)
        ]
        assert not parts or [sum(column) for column in zip(*map(counts, parts), strict=True)] == list(counts(group))
    random.shuffle(records)
    assert summarize_records(records, TODAY) == summary


@given(ROWS)
def test_the_last_decision_counts(rows):
    last, first_year = {}, {}
    for flag, decision, _, day, _ in sorted(rows, key=lambda row: row[3]):
        first_year.setdefault(flag, (START + timedelta(days=day)).year)
        last[flag] = decision or last.get(flag)
    wanted = Counter((first_year[flag], decision) for flag, decision in last.items())
    found = Counter()
    for group in summarize_records(made(rows), TODAY).groups:
        if group.language is None:
            for name in ("escalated", "confirmed", "overturned", "inconclusive"):
                found[group.year, name] += getattr(group, name)
            found[group.year, None] += group.undecided
    assert +found == wanted


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_rates_have_clopper_pearson_bounds(confirmed, overturned, inconclusive):
    group = FlagCounts(2026, "balanced", None, (), 5, 7, confirmed, overturned, inconclusive, 0, 0)
    n = confirmed + overturned + inconclusive
    for decision, count in zip(FINAL, (confirmed, overturned, inconclusive), strict=True):
        rate = group.rate(decision)
        if not n:
            assert rate is None
            continue
        low = beta.ppf(0.025, count, n - count + 1) if count else 0.0
        high = beta.ppf(0.975, count + 1, n - count) if count < n else 1.0
        assert (rate.value, rate.low, rate.high) == pytest.approx((count / n, low, high), abs=1e-9)


def test_an_appeal_and_a_later_undecided_copy():
    first = record(decision="confirmed", viewed=[4], language="en")
    appeal = record(decision="overturned", at=NOON + timedelta(days=40), created_at=NOON)
    copy = record(at=NOON + timedelta(days=50))
    (whole, english) = summarize_records([first, appeal, copy, first], TODAY).groups
    assert (whole.confirmed, whole.overturned, whole.undecided, whole.changed) == (0, 1, 0, 1)
    assert whole.unviewed == 1  # the record that overturned it names no message
    assert (english.language, english.flags) == ("en", 1)


def test_escalated_is_open_and_a_tie_goes_to_the_record_read_later():
    escalated, confirmed = record(decision="escalated"), record(decision="confirmed", viewed=[3])
    assert counts(summarize_records([confirmed, escalated], TODAY).groups[0]) == (0, 1, 0, 0, 0)
    assert counts(summarize_records([escalated, confirmed], TODAY).groups[0]) == (0, 0, 1, 0, 0)


def test_years_points_and_models_are_told_apart():
    records = [
        record(flagged(0), at=datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC)),
        record(flagged(1), at=datetime(2026, 1, 1, tzinfo=UTC)),
        record(flagged(2, point="high_recall")),
        record(flagged(3, model="2.0")),
    ]
    groups = summarize_records(records, TODAY).groups
    assert [(group.year, group.operating_point, group.flags, group.models) for group in groups] == [
        (2025, "balanced", 1, ("1.0",)),
        (2026, "balanced", 2, ("1.0", "2.0")),
        (2026, "high_recall", 1, ("1.0",)),
    ]


def test_the_last_day_is_not_past():
    records = [record(retention_days=days) for days in (91, 92, 93)]
    assert records[1]["retain_until"] == TODAY.isoformat()
    assert summarize_records(records, TODAY).past_retention == 1


def test_plain_json_has_every_figure():
    summary = summarize_records([record(decision="overturned", viewed=[3])], TODAY).to_dict()
    (group,) = summary["groups"]
    assert (group["flags"], group["decided"], group["overturned"], group["language"]) == (1, 1, 1, None)
    assert group["rates_of_decided"]["overturned"] == {"value": 1.0, "low": pytest.approx(0.025), "high": 1.0}
    assert summarize_records([record()], TODAY).to_dict()["groups"][0]["rates_of_decided"]["overturned"] is None


def test_the_table_has_the_figures_and_what_they_do_not_say():
    records = [record(flagged(n), "confirmed" if n < 6 else "overturned", [4], language="es") for n in range(8)]
    records += [record(flagged(8)), record(flagged(9), "confirmed"), record(not_flagged(10))]
    records += [record(flagged(0), "overturned", at=NOON + timedelta(days=1), retention_days=1)]
    table = render_records_summary(summarize_records(records, TODAY), 120)
    block, notes = table.split("\n\n")
    notes = " ".join(notes.split())
    assert block.splitlines()[0] == "2026, operating point balanced, model 1.0"
    rows = {line.split()[0]: line.split() for line in block.splitlines()[2:]}
    assert rows["all"][1:5] == ["10", "1", "0", "9"]
    assert rows["all"][5:7] == ["6", "66.7%"]
    assert rows["es"][1] == "8"
    assert rows["und"][1] == "2"
    assert len({len(line) for line in block.splitlines()[1:]}) == 1
    for wanted in (
        "12 records, 10 flags: 1 replaced by a later record of the same flag, 1 from reports that flagged",
        "say nothing about misses",
        "1 of 10 flags not decided yet",
        "1 flag first decided otherwise",
        "Warning: 2 flags decided without a message",
        "Warning: 1 record past the retention date",
        "und: no language was given",
    ):
        assert wanted in notes


def test_in_a_narrow_terminal_the_rates_stand_below_the_counts():
    records = [record(flagged(n), "confirmed" if n < 6 else "overturned", [4], language="es") for n in range(8)]
    narrow, wide = (render_records_summary(summarize_records(records, TODAY), width) for width in (80, 120))
    assert max(map(len, narrow.splitlines())) <= 80 < max(map(len, wide.splitlines())) <= 120
    assert [line.split() for line in narrow.splitlines() if line.split()[:2] == ["es", "overturned"]] == [
        ["es", "overturned", "2", "25.0%", "(", "3.2-65.1)"]
    ]
    for rate in ("75.0% (34.9-96.8)", "25.0% ( 3.2-65.1)"):
        assert rate in narrow and rate in wide


def test_no_records_are_a_table_without_rows_or_warnings():
    table = render_records_summary(summarize_records([], TODAY))
    assert "0 records, 0 flags" in table
    assert "Warning" not in table
