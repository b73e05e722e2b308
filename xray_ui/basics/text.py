"""How is a text shown that comes from a file, a person or an error? As it is, on one line, never as Markdown."""

import re
import unicodedata
from datetime import datetime

MISSING_PART = "The card of this version does not hold this part."

SHORTEST_NAME = 12

LONGEST_NAME = 60

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&^=])")


def shown_name(name: str) -> str:
    """Make a file name fit to be shown: its last part, without control or direction marks, shortened.

    Args:
        name: whatever the browser sent, of any length.
    """
    return visible(re.split(r"[/\\]", name)[-1]) or "film without a name"


def one_line(text: str) -> str:
    """Make what somebody typed one line, without control or direction marks or needless spaces."""
    return _without_marks(" ".join(text.split()))


def _without_marks(text: str) -> str:
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)


def visible(text: str) -> str:
    """Make a text from a file fit to be shown in a line: without control or direction marks, shortened."""
    seen = _without_marks(text)
    if len(seen) <= LONGEST_NAME:
        return seen
    return f"{seen[: LONGEST_NAME - SHORTEST_NAME - 1]}\u2026{seen[-SHORTEST_NAME:]}"


def literal(text: str) -> str:
    """Escape a text so that Markdown shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", text.replace("\n", " "))


def listed(sentences: list[str]) -> str:
    """Return sentences as Markdown that shows them as they are: one alone, several as a list."""
    lines = [literal(sentence) for sentence in sentences]
    return lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)


def unexpected_error(number: str) -> str:
    """Say that something failed, with the number under which the log holds it."""
    return f"Something went wrong here (error {number}). Nothing was saved; please try again or use another film."


def moment(iso: object) -> str:
    """Write a time of a file, ISO 8601, as the clock on the wall has it; "not known" where there is none."""
    if not iso:
        return "not known"
    try:
        return f"{datetime.fromisoformat(str(iso)).astimezone():%Y-%m-%d %H:%M}"
    except (ValueError, OverflowError):
        return str(iso)


def duration(seconds: float) -> str:
    """Write how long something takes, in the coarse steps that an estimate deserves."""
    minutes = round(seconds / 60)
    if seconds < 50:
        return "less than a minute"
    if minutes < 60:
        return f"about {max(minutes, 1)} min"
    return f"about {minutes // 60} h {minutes % 60:02d} min"


def size(count: float) -> str:
    """Write a number of bytes."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{max(round(count / 1e6), 1)} MB"
