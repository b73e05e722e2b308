"""What is a radiograph? Its pixels as they are seen, what tells it from any other, and its corrections."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from model_store.film.borders import Box, content_of, cut
from model_store.film.grey import inverted, judged_range
from model_store.film.header.header import Header
from model_store.film.header.sides import Orientation, Sides, mirrored, sides_of, turned

FILM_SIDE = 224
"""Side of the reduced film: the training set keeps every film at 224 x 224 pixels, so nothing finer was ever learnt."""


class FilmIdentity(NamedTuple):
    """What tells one film from any other; by default the film as it was stored.

    Attributes:
        sha256: of the file's bytes.
        turn: quarter turns clockwise.
        is_inverted: whether black and white are exchanged.
        window: which of the windows that the file offers it is seen in, 0 for the default, and where there is none.
        is_mirrored: whether left and right are exchanged, once it is turned.
    """

    sha256: str
    turn: int = 0
    is_inverted: bool = False
    window: int = 0
    is_mirrored: bool = False


@dataclass(frozen=True, eq=False)
class Radiograph:
    """One greyscale radiograph, as it was stored or as a clinician has corrected it.

    Attributes:
        pixels: (height, width), uint8 or uint16, read-only; larger is whiter.
        sha256: hexadecimal SHA-256 of the file's bytes.
        source_format: "PNG", "JPEG" or "DICOM".
        colour: how far the picture is from grey or one tint, in grey levels of 255, as `colour_of` measures it.
        turn: quarter turns clockwise from the film as it was stored, 0..3.
        is_inverted: whether black and white are exchanged.
        is_mirrored: whether left and right are exchanged, once the film is turned.
        stored: the film as it was stored; None where this is it.
        transfer_syntax: how a DICOM file stores its pixels, the name of its UID; None for other files.
        header: what a DICOM file says of its film; None for other files.
        window: in which of the header's windows the film is seen, 0 for the default.
    """

    pixels: NDArray[np.uint8] | NDArray[np.uint16]
    sha256: str
    source_format: str
    colour: float = 0.0
    turn: int = 0
    is_inverted: bool = False
    is_mirrored: bool = False
    stored: "Radiograph | None" = None
    transfer_syntax: str | None = None
    header: Header | None = None
    window: int = 0

    @property
    def identity(self) -> FilmIdentity:
        """What a result of this film is kept under: a corrected film, or one in another window, is another film."""
        return FilmIdentity(self.sha256, self.turn, self.is_inverted, self.window, self.is_mirrored)

    @property
    def window_name(self) -> str:
        """The window in which the film is seen; "" where the file offers no choice."""
        offered = self.header.windows if self.header else ()
        return offered[self.window] if len(offered) > 1 else ""

    @property
    def sides(self) -> Sides:
        """Which of the patient's sides lie at the left and at the right of the picture; unstated without a header."""
        return sides_of(self.orientation)

    @property
    def orientation(self) -> Orientation:
        """Where rows and columns of the picture lead as it is shown; empty where no header says it."""
        orientation = turned(self.header.orientation, self.turn) if self.header else ()
        return mirrored(orientation) if self.is_mirrored else orientation

    def corrected(self, turn: int = 0, invert: bool = False, mirror: bool = False) -> "Radiograph":
        """Return the film turned, mirrored or inverted; corrections of a corrected film add up.

        Args:
            turn: further quarter turns clockwise; negative ones turn back.
            invert: whether to exchange black and white within the bits that the film uses.
            mirror: whether to exchange left and right, once the film is turned.

        Returns:
            A film of the same file; the stored one itself where nothing of the corrections is left.
        """
        # Always from the stored film: what is corrected twice loses nothing, and taking back is exact.
        stored = self.stored or self
        # Seen in a mirror, a turn goes the other way round.
        turn = (self.turn + (-turn if self.is_mirrored else turn)) % 4
        is_inverted, is_mirrored = self.is_inverted != invert, self.is_mirrored != mirror
        if not (turn or is_inverted or is_mirrored):
            return stored
        pixels = inverted(stored.pixels) if is_inverted else stored.pixels
        # numpy's types forget here which integers these are.
        upright = np.rot90(pixels, -turn)
        shown = np.ascontiguousarray(upright[:, ::-1] if is_mirrored else upright)
        pixels = cast("NDArray[np.uint8] | NDArray[np.uint16]", shown)
        pixels.setflags(write=False)
        return replace(self, pixels=pixels, turn=turn, is_inverted=is_inverted, is_mirrored=is_mirrored, stored=stored)

    @cached_property
    def content(self) -> Box:
        """The part of the picture within even black or white borders, which is all that is looked at and read."""
        return content_of(self.pixels)

    @cached_property
    def reduced(self) -> NDArray[np.float32]:
        """The film within its borders squashed to (224, 224), float32 in 0..255, as the training set keeps films."""
        content = np.ascontiguousarray(cut(self.pixels, self.content))
        shrinks = min(content.shape) >= FILM_SIDE
        interpolation = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
        film = np.asarray(cv2.resize(content, (FILM_SIDE, FILM_SIDE), interpolation=interpolation), np.float32)
        if self.pixels.dtype == np.uint16:
            low, high = judged_range(self.pixels)
            film = np.clip((film - np.float32(low)) * np.float32(255 / (high - low)), 0, 255)
        film.setflags(write=False)
        return film
