"""Does the card say how far its heatmaps can be trusted?"""

from xray_ui.map_tables import lung_share_rows, map_rows, sanity_rows

METHODS = {
    "Grad-CAM": {"blurred": {"deletion": 1.5, "insertion": 2.25}, "in_lung": 0.02, "in_lung_ci": [-0.01, 0.05]},
    "Centre": {
        "blurred": {"deletion": 1.25, "insertion": 2.5, "gain": 0.5, "gain_ci": [0.25, 0.75]},
        "grey": {"deletion": 1.0, "insertion": 2.0, "gain": -0.125, "gain_ci": [-0.25, 0.0]},
        "in_lung": 0.1,
    },
}


def test_the_rows_of_the_comparison_by_hand():
    first, second, third = map_rows({"maps": {"methods": METHODS}})
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


def test_the_share_in_the_lungs():
    first, second = lung_share_rows({"maps": {"methods": METHODS}})
    assert first == {
        "Heatmap": "Grad-CAM",
        "Share in the lungs, above chance": "0.020",
        "95 % interval": "-0.010 to 0.050",
    }
    assert (second["Share in the lungs, above chance"], second["95 % interval"]) == ("0.100", "not known")


def test_the_blocks_from_the_last_to_the_first():
    grad_cam = {"conv5": {"similarity": 0.2, "similarity_ci": [0.1, 0.3]}, "head": {"similarity": 0.6}}
    hires_cam = {"head": {"similarity": 0.5, "similarity_ci": [0.4, 0.6]}}
    first, second = sanity_rows({"map_sanity": {"Grad-CAM": grad_cam, "HiResCAM": hires_cam}})
    assert first == {
        "Made random": "The head",
        "Grad-CAM": "0.600 (not known)",
        "HiResCAM": "0.500 (0.400 to 0.600)",
    }
    assert second == {"Made random": "and the last stage (conv5)", "Grad-CAM": "0.200 (0.100 to 0.300)"}


def test_a_card_without_them():
    assert map_rows({}) == lung_share_rows({}) == []
    assert map_rows({"maps": {"methods": {"Grad-CAM": None}}}) == []
    assert sanity_rows({"map_sanity": []}) == []
