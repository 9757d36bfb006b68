# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Measures this collection beside the playbook that users write today, and prints the comparison.

make bench takes about a quarter of an hour; with --quick (7 tables only) about two minutes.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.tests.benchmark import estate, peer, report
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark.measure import (
    CASES,
    HERE,
    Sample,
    Side,
    as_data,
    empty_play,
    measure,
)

SIZES = (7, 28, 98)
REPEATS = 3
RESULT = peer.ROOT / "tests/output/benchmark.json"


def positive(text: str) -> int:
    """A count on the command line."""
    if (count := int(text)) < 1:
        raise ValueError(text)
    return count


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--quick", action="store_true", help=f"{SIZES[0]} tables only")
    sizes.add_argument("--tables", type=positive, nargs="+", default=SIZES, metavar="COUNT", help="numbers of tables")
    parser.add_argument(
        "--repeats", type=positive, metavar="COUNT", help=f"by default {REPEATS} up to {SIZES[0]} tables, and 1 beyond"
    )
    parser.add_argument("--output", type=Path, default=RESULT, help="the JSON file")
    return parser.parse_args()


def sides(collections: Path) -> dict[str, Side]:
    """The two playbooks. Only the peer's finds community.aws."""
    return {
        "ours": Side(report.GROUPS[0], peer.ROOT / "playbooks/site.yml", estate.our_variables),
        "peer": Side(
            report.GROUPS[1],
            HERE / "peer.yml",
            estate.peer_variables,
            {"ANSIBLE_COLLECTIONS_PATH": str(collections)},
        ),
    }


def compare(compared: dict[str, Side], count: int, repeats: int) -> list[dict[str, Any]]:
    """Each case of one size. The sides take turns, so that a slow minute of the machine hits both."""
    samples: dict[tuple[str, str], list[Sample]] = {}
    for repeat in range(repeats):
        for key, side in compared.items():
            print(f"{count} tables, {side.name}, {repeat + 1} of {repeats} ...", file=sys.stderr)
            for case, sample in measure(side, estate.tables(count)).items():
                samples.setdefault((case, key), []).append(sample)
    result = []
    for case in CASES:
        ours, theirs = (as_data(samples[case, key]) for key in compared)
        result.append(
            {"tables": count, "run": case, "ours": ours, "peer": theirs, "ratio": report.ratios(ours, theirs)}
        )
    return result


def benchmark(chosen: argparse.Namespace) -> None:
    collections = peer.collections_path()
    load = os.getloadavg()[0]
    if load > 1:
        print(f"The machine is busy (load {load:.1f}): the figures will be too high.", file=sys.stderr)
    print("An empty play ...", file=sys.stderr)
    empty_play()
    result: dict[str, Any] = {
        "releases": peer.releases(collections),
        "load": load,
        "empty_play": as_data([empty_play() for _repeat in range(REPEATS)]),
        "cases": [],
    }
    for count in SIZES[:1] if chosen.quick else chosen.tables:
        repeats = chosen.repeats or (REPEATS if count <= SIZES[0] else 1)
        result["cases"] += compare(sides(collections), count, repeats)
        report.save(result, chosen.output)
    print(report.text(result))


if __name__ == "__main__":
    try:
        benchmark(options())
    except peer.BenchmarkError as error:
        sys.exit(f"benchmark: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
