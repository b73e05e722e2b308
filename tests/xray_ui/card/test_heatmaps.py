"""Does the card say how far its heatmaps can be trusted?"""

from xray_ui.card.heatmaps import (
    chance_rows,
    disc_rows,
    introduction,
    lung_share_rows,
    map_parts,
    map_rows,
    place_rows,
    sanity_rows,
)

MAPS = {
    "films": 60,
    "normal_films": 59,
    "wanted": {"peak": 0.9, "border": 0.0, "over_random": 0.0, "disc_rise": 0.0, "disc_peak": 0.4},
    "failed": ["It misses discs."],
    "sentences": ["It misses discs."],
    "methods": {
        "Grad-CAM": {"peak": 0.95, "peak_ci": [0.9, 1.0], "border": 0.0, "over_random": 0.25, "drop": 0.5},
        "Grad-CAM at post_relu": {"peak": 0.05, "peak_ci": [0.0, 0.1], "drop": 0.75},
        "Centre": {"drop": 0.25, "drop_ci": [0.125, 0.5]},
        "Random": {"drop": 0.125},
    },
    "discs": {"Grad-CAM": {"n": 59, "rise": 1.0, "rise_ci": [0.5, 1.5], "peak": 0.25, "chance": 0.125}},
}


def test_where_maps_lie_by_hand():
    first, *_, border, drop, over = place_rows(MAPS)
    assert first == {
        "Heatmap": "Hottest place in the outlined lungs",
        "Grad-CAM": "0.950 (0.900 to 1.000)",
        "Grad-CAM at post_relu": "0.050 (0.000 to 0.100)",
        "Wanted": "at least 0.9",
    }
    assert border["Grad-CAM"] == "0.000 (not known)"
    assert (border["Grad-CAM at post_relu"], border["Wanted"]) == ("-", "at most 0")
    assert (drop["Grad-CAM at post_relu"], drop["Wanted"]) == ("0.750 (not known)", "-")
    assert (over["Grad-CAM"], over["Wanted"]) == ("0.250 (not known)", "interval above 0")
    assert len(place_rows(MAPS)) == 4


def test_what_every_map_has_to_beat():
    assert chance_rows(MAPS) == [
        {"Replaced by normal lung": "Connected parts of the lungs by chance", "Fall of the logit": "0.125 (not known)"},
        {"Replaced by normal lung": "Middle of the lungs", "Fall of the logit": "0.250 (0.125 to 0.500)"},
    ]


def test_planted_discs():
    rise, peak, chance = disc_rows(MAPS)
    assert (rise["Grad-CAM"], rise["Wanted"]) == ("1.000 (0.500 to 1.500)", "interval above 0")
    assert (peak["Grad-CAM"], peak["Wanted"]) == ("0.250 (not known)", "at least 0.4")
    assert (chance["Grad-CAM"], chance["Wanted"]) == ("0.125 (not known)", "-")


def test_what_was_tested():
    assert "60 suspected films and 59 normal ones" in introduction(MAPS)
    assert "Deletion: the mean log-odds" in introduction({"films": 60, "best": "HiResCAM"})


def test_validation_films_stand_before_those_of_the_test():
    card = {"maps": {"films": 1}, "test": {"maps": {"films": 2}}}
    assert map_parts(card) == [("validation films", {"films": 1}), ("the films of the test", {"films": 2})]
    assert map_parts({}) == map_parts({"maps": {}, "test": {}}) == []


OLD = {
    "best": "HiResCAM",
    "methods": {
        "Grad-CAM": {"blurred": {"deletion": 1.5, "insertion": 2.25}, "in_lung": 0.02, "in_lung_ci": [-0.01, 0.05]},
        "Centre": {
            "blurred": {"deletion": 1.25, "insertion": 2.5, "gain": 0.5, "gain_ci": [0.25, 0.75]},
            "grey": {"deletion": 1.0, "insertion": 2.0, "gain": -0.125, "gain_ci": [-0.25, 0.0]},
            "in_lung": 0.1,
        },
    },
}


def test_the_rows_of_an_older_comparison_by_hand():
    first, second, third = map_rows(OLD)
    assert first == {
        "Heatmap": "Grad-CAM",
        "Pixels taken away are": "blurred",
        "Deletion": "1.500",
        "Insertion": "2.250",
        "Gain on Grad-CAM": "-",
        "95 % interval": "-",
    }
    assert second["Heatmap"] == "Middle of the part that was read"
    assert (second["Gain on Grad-CAM"], second["95 % interval"]) == ("+0.500", "0.250 to 0.750")
    assert (third["Pixels taken away are"], third["Gain on Grad-CAM"]) == ("grey", "-0.125")


def test_the_share_in_the_lungs_of_an_older_comparison():
    first, second = lung_share_rows(OLD)
    assert first == {
        "Heatmap": "Grad-CAM",
        "Share in the lungs, above chance": "0.020",
        "95 % interval": "-0.010 to 0.050",
    }
    assert (second["Share in the lungs, above chance"], second["95 % interval"]) == ("0.100", "not known")


def test_each_card_has_the_rows_of_its_own_tests():
    assert map_rows(MAPS) == lung_share_rows(MAPS) == []
    assert place_rows(OLD) == disc_rows(OLD) == chance_rows(OLD) == []


def test_the_blocks_from_the_last_to_the_first():
    grad_cam = {"conv5": {"similarity": 0.2, "similarity_ci": [0.1, 0.3]}, "head": {"similarity": 0.6}}
    last_map = {"head": {"similarity": 0.5, "similarity_ci": [0.4, 0.6]}}
    first, second = sanity_rows({"map_sanity": {"Grad-CAM": grad_cam, "Grad-CAM at post_relu": last_map}})
    assert first == {
        "Made random": "The head",
        "Grad-CAM": "0.600 (not known)",
        "Grad-CAM at post_relu": "0.500 (0.400 to 0.600)",
    }
    assert second == {"Made random": "and the last stage (conv5)", "Grad-CAM": "0.200 (0.100 to 0.300)"}


def test_a_card_without_them():
    assert map_rows({}) == lung_share_rows({}) == place_rows({}) == disc_rows({}) == chance_rows({}) == []
    assert map_rows({"methods": {"Grad-CAM": None}}) == place_rows({"methods": {"Grad-CAM": None}}) == []
    assert sanity_rows({"map_sanity": []}) == []
