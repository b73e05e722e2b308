"""Does the card say what a version tells without seeing the lungs?"""

from xray_ui.control_tables import control_claims, control_rows

CONTROLS = {
    "file_size": {"auroc": 0.834, "auroc_ci": [0.796, 0.87], "sentence": "The size tells."},
    "outline_only": {"auroc": 0.549, "auroc_ci": [0.499, 0.597]},
}


def test_the_rows_by_hand():
    first, second = control_rows({"test": {"controls": CONTROLS}})
    assert first["Told from"] == "Size of the file alone, no model"
    assert first["AUROC"].startswith("0.834")
    assert second == {"Told from": "Outline of the lungs alone", "AUROC": "0.549", "95 % interval": "0.499 to 0.597"}


def test_only_what_means_something_is_said():
    assert control_claims({"test": {"controls": CONTROLS}}) == ["The size tells."]


def test_a_card_without_controls():
    assert control_rows({}) == []
    assert control_claims({"test": {}}) == []
