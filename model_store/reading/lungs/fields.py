"""What is known of the two lungs of a film? Their outlines on the reduced film, and how sure these are."""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.basics.errors import UserError
from model_store.film.borders import WHOLE, Box
from model_store.film.header.sides import UNSTATED, Sides


class NoLungsFound(UserError, ValueError):
    """No two lung fields were found; the message is one sentence for the clinician."""


@dataclass(frozen=True, eq=False)
class LungFields:
    """Both lungs on the reduced film; row 0 is the top of the film.

    Attributes:
        right: (224, 224), bool, True inside the lung on the left of the picture, the right one unless it is mirrored.
        left: (224, 224), bool, True inside the lung on the right of the picture.
        confidence: for both outlines in this order, 0..1: the Dice coefficient that the network expects.
        sides: whose they are, the patient's right and left one in the usual picture; unstated where nobody says.
    """

    right: NDArray[np.bool_]
    left: NDArray[np.bool_]
    confidence: tuple[float, float] = (1.0, 1.0)
    sides: Sides = UNSTATED

    @property
    def mask(self) -> NDArray[np.bool_]:
        """(224, 224), bool, True inside either lung."""
        return self.right | self.left

    def placed(self, content: Box) -> "LungFields":
        """Return the outlines on the whole picture, squashed as the film is, where the film lies in a part of it.

        Args:
            content: that part, as `Radiograph.content`.
        """
        if content == WHOLE:
            return self
        return replace(self, right=_placed(self.right, content), left=_placed(self.left, content))

    def box(self) -> tuple[float, float, float, float]:
        """Return left, top, right, bottom of the box round both lungs, as fractions 0..1 of the film's sides."""
        mask = self.mask
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        height, width = mask.shape
        return columns[0] / width, rows[0] / height, (columns[-1] + 1) / width, (rows[-1] + 1) / height


def _placed(mask: NDArray[np.bool_], content: Box) -> NDArray[np.bool_]:
    height, width = mask.shape
    left, top, right, bottom = (round(at * side) for at, side in zip(content, (width, height) * 2, strict=True))
    whole = np.zeros(mask.shape, np.float32)
    size = (right - left, bottom - top)
    whole[top:bottom, left:right] = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return whole > 0.5
