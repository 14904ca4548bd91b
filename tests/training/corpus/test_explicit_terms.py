import json

from training.corpus.explicit_terms import (
    REVIEW,
    everyday_elsewhere,
    explicit_vocabulary,
    load_review,
    published_terms,
    term_hash,
)

PUBLISHED = {term_hash(term): (term, lists) for term, lists in published_terms().items() if term_hash(term)}


def test_no_served_language_loses_its_everyday_words():
    """Of the words that are everyday in a language whose list does not name them, only reviewed ones are masked."""
    vocabulary, review = explicit_vocabulary(), load_review()
    everyday = {hashed for hashed, (term, lists) in PUBLISHED.items() if everyday_elsewhere(term, lists)}
    assert len(everyday) > 100
    assert everyday & vocabulary.hashes == review.kept


def test_homographs_are_found_in_languages_without_a_list():
    assert everyday_elsewhere("kitap", frozenset({"de"})) == ["tr"]
    assert everyday_elsewhere("bahay", frozenset({"de"})) == ["fil"]
    assert not everyday_elsewhere("house", frozenset({"en"}))
    assert everyday_elsewhere("house", frozenset({"de"}))
    assert not everyday_elsewhere("the house", frozenset({"de"}))


def test_the_review_names_only_published_terms_and_gives_reasons():
    content = json.loads(REVIEW.read_text(encoding="utf-8"))
    rows = content["dropped"] + content["kept"]
    assert all(bytes.fromhex(row["hash"]) in PUBLISHED for row in rows)
    assert {row["reason"] for row in rows} == set(content["reasons"])
    assert len({row["hash"] for row in rows}) == len(rows)


def test_no_reviewed_decision_repeats_or_misses_the_rule():
    """A decision that the rule takes by itself would hide a later change of the rule."""
    content = json.loads(REVIEW.read_text(encoding="utf-8"))
    for part, by_rule in (("dropped", False), ("kept", True)):
        for row in content[part]:
            term, lists = PUBLISHED[bytes.fromhex(row["hash"])]
            assert bool(everyday_elsewhere(term, lists)) == by_rule, row["hash"]


def test_dropped_terms_are_not_masked():
    vocabulary, review = explicit_vocabulary(), load_review()
    assert not review.dropped & vocabulary.hashes
    assert review.kept <= vocabulary.hashes
    assert 900 < len(vocabulary.hashes) < len(PUBLISHED)


def test_the_explicit_vocabulary_is_reproducible_and_leaves_everyday_words():
    first = explicit_vocabulary()
    assert first == explicit_vocabulary()
    for words in (["con"], ["pot"], ["gay"], ["xx"]):
        assert not first.contains(words)
