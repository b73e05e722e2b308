"""What of a result is kept or handed on? All that the screen shows of it."""

from dataclasses import dataclass

from model_store.export.picture import View
from model_store.film.radiograph import Radiograph
from model_store.reading.results import Explanation, Reading
from model_store.versions.registry import Version
from xray_ui.reading.case.case import Case, case_of


@dataclass(frozen=True)
class Result:
    """A result as it is on the screen; kept in whole, since a file is made when the session can no longer be asked.

    Attributes:
        data: of the film's file.
        radiograph: the film, as it was read.
        reading: what was found on it.
        version: which read it.
        explanation: the map that is shown.
        view: how it is drawn: where the map is folded away, without it.
        folded: whether it is.
    """

    data: bytes
    radiograph: Radiograph
    reading: Reading
    version: Version
    explanation: Explanation
    view: View
    folded: bool

    @property
    def case(self) -> Case:
        """What the reader's decisions are kept under."""
        return case_of(self.radiograph.identity, self.version)
