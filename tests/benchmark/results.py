# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What was measured, and what follows for sizes that would take too long."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from .measure import Sample

Key = tuple[str, int, str, str]
"""Suite, number of tables, case, contender."""
GROWING = ("wall", "cpu", "calls", "server_cpu")


@dataclass(frozen=True)
class Figure:
    """Medians, each by itself, of so many runs; an extrapolated one has none."""

    median: Sample
    runs: int

    @property
    def extrapolated(self) -> bool:
        return not self.runs


@dataclass
class Results:
    """The samples, as they are kept in the JSON file."""

    releases: dict[str, Any]
    start: list[Sample]
    """Empty plays."""
    samples: dict[Key, list[Sample]]

    @classmethod
    def load(cls, path: Path) -> Results:
        data = json.loads(path.read_text(encoding="utf-8"))
        samples = {tuple(row["key"]): [Sample(**sample) for sample in row["samples"]] for row in data["rows"]}
        return cls(data["releases"], [Sample(**sample) for sample in data["start"]], samples)

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [
            {"key": key, "samples": [asdict(sample) for sample in samples]} for key, samples in self.samples.items()
        ]
        data = {"releases": self.releases, "start": [asdict(sample) for sample in self.start], "rows": rows}
        path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")

    def add(self, whose: tuple[str, int, str], samples: dict[str, Sample], afresh: bool) -> None:
        """One run's samples of a suite, a size and a contender, by case; afresh drops what an earlier file had."""
        suite, tables, contender = whose
        for case, sample in samples.items():
            key = (suite, tables, case, contender)
            earlier = [] if afresh else self.samples[key]
            self.samples[key] = [*earlier, sample]

    def figure(self, suite: str, tables: int, case: str, contender: str, loops: bool = False) -> Figure | None:
        """What was measured; what is extrapolated where the contender loops and was measured with fewer tables."""
        samples = self.samples.get((suite, tables, case, contender))
        if samples:
            return Figure(median(samples), len(samples))
        smaller = sorted(
            size
            for name, size, other, whose in self.samples
            if (name, other, whose) == (suite, case, contender) and size < tables
        )
        if not loops or not smaller:
            return None
        low = (0, replace(median(self.start), calls=0.0))
        points = [low, *((size, median(self.samples[suite, size, case, contender])) for size in smaller)]
        return Figure(line(points[-2], points[-1], tables), 0)

    def sizes(self, suite: str) -> list[int]:
        return sorted({size for name, size, _case, _contender in self.samples if name == suite})


def median(samples: Iterable[Sample]) -> Sample:
    """The median of each figure by itself."""
    taken = list(samples)
    return Sample(*(statistics.median(getattr(sample, part.name) for sample in taken) for part in fields(Sample)))


def line(low: tuple[int, Sample], high: tuple[int, Sample], size: int) -> Sample:
    """The growing figures on the straight line through two measured points; the others are the higher point's."""
    (first, less), (second, more) = low, high
    share = (size - first) / (second - first)
    grown = {name: getattr(less, name) + share * (getattr(more, name) - getattr(less, name)) for name in GROWING}
    return replace(more, **grown)
