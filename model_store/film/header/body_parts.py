"""Does a name of a part of the body mean the chest? In the languages and letters that headers are written in."""

import re
import unicodedata

_CHESTS = {
    "all": "thora tora[xkcçg] toraks torak pulmo cxr",
    "English": "chest lung",
    "German": "brust lunge",
    "Dutch": "borst longen",
    "French": "poitrine poumon",
    "Spanish": "pecho pulmon",
    "Portuguese": "peito pulmao pulmoes",
    "Italian": "petto polmon",
    "Catalan": "\\bpit\\b",
    "Romanian": "piept plaman",
    "Danish, Norwegian": "\\bbryst",
    "Swedish": "\\bbrost",
    "Icelandic": "brjost",
    "Finnish": "rintake \\brinta\\b keuhko",
    "Estonian": "rindkere kopsu",
    "Latvian": "krusu\\b krutis plausa",
    "Lithuanian": "krutine plauci",
    "Polish": "klatk pluca plucn",
    "Czech": "hrudn hrudi \\bplic[en]",
    "Slovak": "hrudn pluc",
    "Slovene": "\\bprsni pljuc",
    "Croatian, Bosnian, Serbian": "\\bgrudi \\bgrudn \\bprsni \\bpluca груди плућа",
    "Hungarian": "mellkas tudo",
    "Albanian": "kraharor mushkeri",
    "Turkish": "gogus akciger",
    "Azerbaijani": "dos qəfəsi agciyer",
    "Russian": "грудн грудь легки легко[ег] пневмо",
    "Ukrainian": "грудн груди легені",
    "Belarusian": "грудн легкі",
    "Bulgarian": "гръд бял\\s+дроб",
    "Macedonian": "граден бели\\s+дробови",
    "Greek": "θωρακ στηθ πνευμον",
    "Vietnamese": "\\bnguc\\b \\bphoi\\b",
    "Indonesian, Malay": "\\bdada\\b \\bparu",
    "Filipino": "dibdib",
    "Swahili": "kifua mapafu",
    "Arabic": "صدر رئة الرئ",
    "Persian": "سینه ریه",
    "Hebrew": "חזה ריאות",
    "Hindi": "छाती फेफड़",
    "Thai": "ทรวงอก หน้าอก ปอด",
    "Chinese, Japanese": "胸 肺",
    "Korean": "흉부 가슴 폐",
}
"""What is in the names of chest, thorax and lungs, as dictionaries of each language have them; a word that might stand
in another one is bound to its ends."""

_SPINES = (
    "spin lumb vertebr colum rachis wirbel wervel rygg selkaranka kregoslup pater\\b patere chrbtic hrbteni "
    "kralj gerinc omurga позвон хребе хребт гръбнач σπονδυλ σπονδ 脊 椎 척추 \\bbws\\b"
)
"""What is in the names of the spine, which is thoracic too."""


def _plain(name: str) -> str:
    """Return a name in small letters without accents; some letters have none to lose."""
    bare = name.casefold().translate(str.maketrans("łđıø", "ldio"))
    return "".join(each for each in unicodedata.normalize("NFKD", bare) if unicodedata.category(each) != "Mn")


def _any_of(stems: str) -> re.Pattern[str]:
    return re.compile("|".join(_plain(stems).split()))


_CHEST, _SPINE = _any_of(" ".join(_CHESTS.values())), _any_of(_SPINES)


def names_chest(name: str) -> bool:
    """Return whether a name of a part of the body means the chest; the spine is none, wherever it lies."""
    plain = _plain(name).replace("_", " ")
    return _CHEST.search(plain) is not None and _SPINE.search(plain) is None


_OTHER_PARTS = {
    "ABDOMEN": "abdom\\w* abd kub axr bauch\\w* ventre vientre buik addome\\w* brzuch\\w*",
    "PELVIS": "pelvi\\w* becken\\w* bassin bacino bekken miednic\\w*",
    "HIP": "hips? hufte?n? huefte?n? hanche cadera anca heup",
    "SKULL": "skull sinus\\w* schadel\\w* schaedel\\w* crane cranio\\w* craneo schedel czaszk\\w*",
    "NECK": "neck airway hals cou cuello collo",
    "SPINE": "spine spinal \\w*wirbel\\w* columna colonna rachis wervel\\w* [ctl]spine [bhl]ws kregoslup\\w*",
    "SHOULDER": "shoulders? schulter\\w* epaule hombro spalla clavicl\\w* clavicul\\w*",
    "ARM": "humerus forearm elbows? ellbogen coude codo gomito wrists? handgelenk\\w* poignet muneca polso",
    "HAND": "hands? fingers? bone\\s?age mano finger\\w*",
    "LEG": "legs? femur tibia knees? knie genou rodilla ginocchio ankles? sprunggelenk\\w* cheville tobillo caviglia",
    "FOOT": "fuss fusse fuesse piede voet",
}
"""What names a part in a description; left out is what stands beside a chest too: arms up, 6 feet away, "de pie"."""

_PARTS = {part: re.compile("|".join(rf"\b{name}\b" for name in names.split())) for part, names in _OTHER_PARTS.items()}


def described_part(description: str) -> str:
    """Return the part of the body that a description names, as DICOM calls it; "" where it names none, or the chest.

    Args:
        description: free text, such as that of a series. Of a film of chest and abdomen the chest is named.
    """
    plain = _plain(description).replace("_", " ")
    if _CHEST.search(plain) and not _SPINE.search(plain):
        return ""
    return next((part for part, names in _PARTS.items() if names.search(plain)), "")
