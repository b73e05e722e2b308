"""Does reading leave memory behind? The process after 300 reads, or as many as `--reads`, against after 50."""

import psutil

from model_store.film.load import load_radiograph
from model_store.versions.bundled import BUNDLED
from model_store.versions.loading import load_classifier
from model_store.versions.registry import Registry
from tests.benchmarks.measure import asked, show
from tests.doubles.films.phantom import Chest, jpeg

EARLY, LATE, LIMIT = 50, 300, 1.05


def main() -> None:
    """Print resident memory at both moments and their ratio."""
    late = asked("--reads", LATE)
    classifier = load_classifier(Registry().version(BUNDLED))
    films = [jpeg(Chest(seed=seed)) for seed in range(5)]
    resident = {}
    for number in range(1, late + 1):
        classifier.read(load_radiograph(films[number % len(films)]))
        if number in (EARLY, late):
            resident[number] = psutil.Process().memory_info().rss
    value = resident[late] / resident[EARLY]
    show(
        {
            "benchmark": f"memory after {late} reads, against after {EARLY}",
            "megabytes": {str(number): round(size / 1e6, 1) for number, size in resident.items()},
            "ratio": round(value, 4),
            "limit": LIMIT,
            "within": value <= LIMIT,
        }
    )


if __name__ == "__main__":
    main()
