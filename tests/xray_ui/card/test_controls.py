"""Does the card say on what an answer rests beside the lungs?"""

from xray_ui.card.controls import control_claims, control_rows, exchange_rows

CONTROLS = {
    "file_size": {"auroc": 0.834, "auroc_ci": [0.796, 0.87], "sentence": "The size tells."},
    "outline_only": {"auroc": 0.549, "auroc_ci": [0.499, 0.597]},
    "filled_grey": {"auroc": 0.7, "auroc_ci": [0.65, 0.75], "floor": 0.8, "floor_ci": [0.75, 0.85]},
    "filled_mean": {"auroc": 0.71, "auroc_ci": [0.65, 0.75], "floor": None},
    "exchange": {
        "auroc": 0.96,
        "auroc_ci": [0.94, 0.98],
        "follow": 0.9,
        "follow_ci": [0.8666, 0.93],
        "wanted": {"auroc": 0.97, "follow": 0.9},
        "sentence": "The chest counts.",
    },
    "replaced": {"auroc": 0.9, "auroc_ci": [0.8, 1], "follow": 0.9, "follow_ci": [0.8, 1], "wanted": {"follow": 0.9}},
    "random_chests": {"auroc": 0.6, "auroc_ci": [0.5, 0.7], "wanted": {"auroc": 0.56}, "sentence": "It does."},
}
CARD = {"test": {"controls": CONTROLS}}


def test_the_rows_of_parts_by_hand():
    first, second, third, fourth = control_rows(CARD)
    assert first["Told from"] == "Size of the file alone, no model"
    assert first["AUROC"].startswith("0.834")
    assert second == {
        "Told from": "Outline of the lungs alone",
        "AUROC": "0.549",
        "95 % interval": "0.499 to 0.597",
        "Small network": "-",
    }
    assert third["Small network"] == "0.800 (0.750 to 0.850)"
    assert fourth["Small network"] == "not known"


def test_the_rows_of_exchanged_lungs_by_hand():
    first, second, third = exchange_rows(CARD)
    assert first == {
        "What is read": "Lungs on a chest of the other class",
        "AUROC for the label of": "the lungs",
        "AUROC": "0.960",
        "95 % interval": "0.940 to 0.980",
        "AUROC wanted": "at least 0.97",
        "Decisions that follow the lungs": "90.0 %",
        "95 % interval ": "86.7 % to 93.0 %",
        "Wanted": "at least 90.0 %",
    }
    assert (second["AUROC wanted"], second["Wanted"]) == ("-", "at least 90.0 %")
    assert (third["AUROC for the label of"], third["AUROC wanted"]) == ("the chest", "at most 0.56")
    assert (third["Decisions that follow the lungs"], third["95 % interval "], third["Wanted"]) == ("-", "-", "-")


def test_an_interval_that_is_not_known():
    (row,) = exchange_rows({"test": {"controls": {"exchange": {"auroc": None, "follow": None, "follow_ci": None}}}})
    assert (row["Decisions that follow the lungs"], row["95 % interval "]) == ("not known", "not known")


def test_only_what_means_something_is_said():
    assert control_claims(CARD) == ["The chest counts.", "It does.", "The size tells."]


def test_a_card_of_before():
    """Lungs were blacked out at the exposure inside of them, and nothing was exchanged."""
    old = {"test": {"controls": {"lungs_blacked_out": {"auroc": 0.948, "auroc_ci": [0.93, 0.964], "sentence": "It."}}}}
    (row,) = control_rows(old)
    assert (row["Told from"], row["Small network"]) == ("Lungs blacked out in what the network sees", "-")
    assert (exchange_rows(old), control_claims(old)) == ([], ["It."])


def test_a_card_without_controls():
    assert control_rows({}) == exchange_rows({}) == []
    assert control_claims({"test": {}}) == []
