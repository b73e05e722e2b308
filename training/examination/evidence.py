"""What is known of a data set before a training? As much as was looked at, from names alone to prepared films."""

from dataclasses import dataclass, field

from training.data.division import Parts
from training.data.labelled import CLASSES, LabelledImage


@dataclass(frozen=True)
class Evidence:
    """What is known of a data set before a training.

    Attributes:
        images: all films whose class is known.
        unknown: names of classes of which nobody said what they mean.
        has_table: whether a table names the classes, and not folders.
        hold_out: whether films are to be held out.
        bytes_needed: of disk, for the training.
        bytes_free: of disk.
        refused: films that cannot be read, each with the reason; empty where nobody has tried.
        parts: what would become of the films; None where that is not known.
        obstacle: why they cannot be divided, or the weights to begin from not be had; "" for no such reason.
        unknown_splits: names of folders of which nobody said whether their films are learned from.
    """

    images: list[LabelledImage]
    unknown: list[str]
    has_table: bool
    hold_out: bool
    bytes_needed: int = 0
    bytes_free: int = 0
    refused: list[tuple[LabelledImage, str]] = field(default_factory=list)
    parts: Parts | None = None
    obstacle: str = ""
    unknown_splits: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """True where all names are known and both classes are there, so that a closer look is worth its time."""
        return not self.unknown and not self.unknown_splits and {image.label for image in self.images} == set(CLASSES)

    @property
    def has_room(self) -> bool:
        """True where the disk has room for the training."""
        return self.bytes_free >= self.bytes_needed

    @property
    def readable(self) -> list[LabelledImage]:
        """The films that are not known to be refused."""
        refused = {image.path for image, _ in self.refused}
        return [image for image in self.images if image.path not in refused]
