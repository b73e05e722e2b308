"""Is a chest known by its name in other languages, and the thoracic spine no chest?"""

import pytest

from model_store.film.header.body_parts import names_chest

CHESTS = [
    *("CHEST", "CHESTABDOMEN", "Thorax", "TORACE", "Lungs", "Brust", "BRUSTKORB", "Lunge", "borstkas", "poitrine"),
    *("POUMONS", "tórax", "pecho", "pulmón", "peito", "pulmão", "petto", "polmone", "toracică", "plămâni", "bryst"),
    *("bröst", "brjóst", "rintakehä", "keuhkot", "rindkere", "krūtinė", "klatka piersiowa", "płuca", "hrudník"),
    *(
        "plíce",
        "pľúca",
        "prsni koš",
        "pluća",
        "mellkas",
        "tüdő",
        "göğüs",
        "GÖĞÜS",
        "akciğer",
        "AKCİĞER",
        "ngực",
        "phổi",
    ),
    *("грудная клетка", "лёгкие", "ОГК пневмо", "легені", "гръден кош", "θώρακας", "ΘΩΡΑΚΑΣ", "πνεύμονες", "dada"),
    *(
        "صدر",
        "חזה",
        "छाती",
        "ทรวงอก",
        "胸部",
        "肺",
        "흉부",
        "가슴",
        "klatka_piersiowa",
        "Toraks",
        "pieptul",
        "kraharori",
    ),
]
OTHERS = [
    *("HAND", "ABDOMEN", "LONG BONE", "DUPLICATE", "PECTORAL", "Wirbelsäule", "Brustwirbelsäule", "THORACIC SPINE"),
    *(
        "THORACOLUMBAR",
        "kręgosłup piersiowy",
        "грудной отдел позвоночника",
        "göğüs omurgası",
        "胸椎",
        "BWS",
        "CALEDADAS",
    ),
    *("colonne thoracique rachis", "skull", "Knie", "PELVIS", "", "spittle", "mushroom"),
]


@pytest.mark.parametrize("name", CHESTS)
def test_chests(name):
    assert names_chest(name)


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_none(name):
    assert not names_chest(name)
