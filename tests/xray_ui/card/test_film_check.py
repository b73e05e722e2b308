"""Does the card show whom the gate refuses, and how sure outlines are?"""

from xray_ui.card.film_check import gate_rows, outline_curve

CURVE = [
    {"confidence": 0.9, "dice": 0.85, "dice_p05": 0.7, "n": 10},
    {"confidence": 0.97, "dice": 0.96, "dice_p05": 0.93, "n": 10},
]


def test_the_curve_holds_the_figures_of_the_card():
    figure = outline_curve({"lungs": {"confidence_curve": CURVE}})
    assert list(figure.data[0].x) == [0.9, 0.97]
    assert list(figure.data[0].y) == [0.85, 0.96]
    assert list(figure.data[1].y) == [0.7, 0.93]
    low, high = figure.layout.yaxis.range
    assert low < 0.7
    assert high == 1


def test_without_a_curve_there_is_no_figure():
    assert outline_curve({}) is None
    assert outline_curve({"lungs": {"confidence_curve": []}}) is None


def test_the_rows_by_hand():
    gate = {
        "inverted": {"n": 633, "refused": 1.0, "refused_ci": [0.994, 1.0], "warned": 0.0},
        "upright": {"n": 633, "refused": 0.0016, "refused_ci": [0.0003, 0.009], "warned": 0.021},
        "wrong turn": 0,
    }
    first, second = gate_rows({"gate": gate})
    assert first["Shown to the gate"] == "Validation films as they are"
    assert (first["Pictures"], first["Refused"], first["Warned of"]) == ("633", "0.2 %", "2.1 %")
    assert (second["Refused"], second["Warned of"]) == ("100.0 %", "0.0 %")


def test_without_figures_there_are_no_rows():
    assert gate_rows({}) == []
