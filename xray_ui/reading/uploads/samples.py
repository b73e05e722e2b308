"""Which films can be tried with one click? Three of the public data set, which come with the program.

Kermany, Zhang, Goldbaum 2018, Mendeley Data rscbjbr9sj, CC BY 4.0: three films of its training folder, made smaller and
saved as PNG, the third turned. Drawn chests would be nobody's, but the model is sure of none that was drawn for the
tests, so who tries one would learn nothing of how it answers.
"""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "sample_films"


@dataclass(frozen=True)
class Sample:
    """A film that comes with the program.

    Attributes:
        name: what it is called on the screen, which tells nothing of its label.
        path: where it lies.
        label: what the data set calls it.
    """

    name: str
    path: Path
    label: str


SAMPLES = tuple(
    Sample(f"Sample {number}", FOLDER / f"sample-{number}.png", label)
    for number, label in enumerate(("PNEUMONIA", "NORMAL", "NORMAL"), 1)
)
