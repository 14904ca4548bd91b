from training.documents.card_languages import unserved_table
from training.evaluation.metrics import rate_with_interval


def tried(code, count, n=40, source="written"):
    return {
        "code": code,
        "name": code.upper(),
        "source": source,
        "lines": 12,
        "abstained": rate_with_interval(count, n),
    }


def test_results_without_the_section_have_no_table():
    assert unserved_table({}) == ""


def test_every_language_is_listed_close_ones_first():
    rows = [tried("fi", 40), tried("gl", 20), tried("af", 39), tried("gl", 40, source="public")]
    found = unserved_table({"unserved": {f"{row['code']}, {row['source']}": row for row in rows}})
    lines = [line for line in found.splitlines() if "`" in line]
    assert [line.split("`")[1] for line in lines] == ["af", "gl", "gl", "fi"]
    assert "| Dutch |" in lines[0]
    assert (
        "Of 3 languages that are not scored, the model abstains from at least 95 % of the conversations in 2." in found
    )


def test_served_languages_follow_with_enough_conversations():
    rows = {"fi, written": tried("fi", 40)}
    served = {"tr": rate_with_interval(1, 200), "ur": rate_with_interval(0, 2)}
    found = unserved_table({"unserved": rows, "served": served})
    assert "| Turkish | 200 | 0.5 %" in found
    assert "Urdu" not in found
