"""What did one version say of the films of a set, and which did it decide rightly? None that it refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data.labelled import LabelledImage
from training.evaluation.scored import Scored, decisions


@dataclass(frozen=True)
class VersionScores:
    """What a version said of the films of a set.

    Attributes:
        scored: the films with its probabilities, and those that were refused.
        operating_point: probability from which it suspects pneumonia, 0..1.
    """

    scored: Scored
    operating_point: float

    def decisions(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return targets and decisions of all films, the refused ones last and decided wrongly."""
        return decisions(self.scored, operating_point=self.operating_point)

    def is_right(self, image: LabelledImage) -> bool:
        """Return whether a film that was read is decided as it is labelled; one that was refused is not."""
        return self._right.get(image.path, False)

    def among(self, images: Sequence[LabelledImage]) -> "VersionScores":
        """Return what was said of some of the films that were read, in their order; refused ones are left out."""
        said = dict(zip((image.path for image in self.scored.images), self.scored.probabilities, strict=True))
        probabilities = np.array([said[image.path] for image in images], np.float64)
        return VersionScores(Scored(list(images), probabilities, []), self.operating_point)

    @cached_property
    def _right(self) -> dict[Path, bool]:
        suspected = self.scored.probabilities >= self.operating_point
        read = zip(self.scored.images, suspected, strict=True)
        return {image.path: bool(is_suspected) == bool(image.target) for image, is_suspected in read}
