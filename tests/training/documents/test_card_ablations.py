"""The card's paragraph and table of ablations, on made-up arms."""

from tests.support.results_fixture import make_ablations, make_results
from training.documents.card_ablations import SHIPPED, ablation_table, choice, shipped_design


def test_which_arms_keep_up_and_whether_the_shipped_design_is_as_fast():
    ablations = make_ablations()
    six = choice(ablations, 6)
    assert "3 of 4 arms are within" in six
    assert "twelve layers, six layers and without lookalikes" in six
    # 1,130 of 1,180 messages per second is no difference; 520 is one; four layers do not keep up.
    assert "The shipped design is six layers: none of them is faster by more than 10%." in six
    assert "The shipped design, twelve layers, is slower: 520 messages per second." in choice(ablations, 12)
    assert "The shipped design, four layers, is not among them: it reaches" in choice(ablations, 4)
    assert "No arm has the design of the shipped model." in choice(ablations, 3)


def test_the_shipped_model_is_shown_beside_the_arms_and_not_compared():
    ablations = make_ablations()
    assert choice(ablations, 6).endswith("1,100 messages per second.")
    assert "The shipped model, with all its training, reaches" in choice(ablations, 6)
    row = next(
        line for line in ablation_table(ablations, make_results()["config"]).splitlines() if "| shipped |" in line
    )
    # Its layers and epochs are not those of the arms' small budget, which the file repeats in every row.
    assert [cell.strip() for cell in row.split("|")][4:8] == ["6", "int8", "window model", "6"]
    del ablations["arms"][0]
    assert "with all its training" not in choice(ablations, 6)


def test_arms_are_named_as_the_ablations_name_them():
    from training.ablations.ablations import SHIPPED as SHIPPED_ARM
    from training.ablations.arms import ARMS

    assert SHIPPED_ARM.name == SHIPPED
    rows = [{"name": a.name, "layers": len(a.layers), "precision": a.precision, "stage": a.score} for a in ARMS]
    found = [shipped_design(rows, layers)["name"] for layers in (12, 10, 6, 4)]
    assert found == ["twelve_layers", "ten_layers", "six_layers", "four_layers"]


def test_arms_that_were_not_run_on_the_vignettes_are_compared_on_the_rest():
    ablations = make_ablations()
    for arm in ablations["arms"]:
        del arm["vignettes"]
    assert "3 of 4 arms are within the 95 % interval of the best AUROC on composed conversations:" in choice(
        ablations, 6
    )
    for arm in ablations["arms"][2:]:
        del arm["composed"]
    assert "1 of 4 arms is within" in choice(ablations, 6)
