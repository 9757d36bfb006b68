# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Measures this collection beside the playbook that users write today, the same with mitogen, and bare boto3.

Without arguments everything is measured; a part ends sooner: make bench BENCH="--suites emulator --tables 7 --runs 1".
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

from ansible_collections.traffic_tacos.dynamodb.tests.benchmark import packages, report, servers
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark.contenders import Contender, contenders
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark.measure import CASES, empty_play, measure
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark.results import Results
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark.suites import SUITES
from ansible_collections.traffic_tacos.dynamodb.tests.support.bundle import NotFetchedError

WHO = ("ours", "looped", "mitogen", "floor")
RUNS = 5
FEW = 7
"""Up to so many tables the looped tasks are run as often as the others, beyond only once."""
RESULT = packages.ROOT / "tests/output/benchmark.json"


def positive(text: str) -> int:
    """A count on the command line."""
    if (count := int(text)) < 1:
        raise ValueError(text)
    return count


def counts(text: str) -> tuple[int, ...]:
    return tuple(map(positive, text.split(",")))


def words(known: Collection[str]) -> Callable[[str], list[str]]:
    """The type of an option that takes some of the known words."""

    def parse(text: str) -> list[str]:
        if unknown := set(text.split(",")) - set(known):
            raise argparse.ArgumentTypeError(f"{', '.join(unknown)} is none of {', '.join(known)}")
        return text.split(",")

    return parse


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, known in (("suites", SUITES), ("cases", CASES), ("contenders", WHO)):
        every = list(known)
        parser.add_argument(f"--{name}", type=words(every), default=every, metavar=",".join(every))
    parser.add_argument("--tables", type=counts, metavar="7,98", help="other numbers of tables than the suites' own")
    parser.add_argument(
        "--runs", type=positive, default=RUNS, help=f"of which the medians are taken; by default {RUNS}"
    )
    parser.add_argument("--add", action="store_true", help="keep what the JSON file has, but for what is measured now")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the figures into this document too")
    parser.add_argument("--output", type=Path, default=RESULT, help="the JSON file")
    return parser.parse_args()


def runs_of(contender: Contender, size: int, wanted: int) -> int:
    return 1 if contender.loops and size > FEW else wanted


def compare(results: Results, chosen: argparse.Namespace, name: str, compared: list[Contender]) -> None:
    """Each size of one suite. The contenders take turns, so that a slow minute of the machine hits all of them."""
    suite = SUITES[name].of(chosen.tables)
    for size in sorted({size for contender in compared for size in suite.measured(contender.loops)}):
        for turn in range(chosen.runs):
            for contender in compared:
                if size in suite.measured(contender.loops) and turn < runs_of(contender, size, chosen.runs):
                    print(f"{suite.title}: {size} tables, {contender.name}, run {turn + 1} ...", file=sys.stderr)
                    samples = measure(contender, suite, size, chosen.cases)
                    results.add((name, size, contender.name), samples, afresh=turn == 0)
                    results.save(chosen.output)


def benchmark(chosen: argparse.Namespace) -> None:
    compared = [contender for key, contender in zip(WHO, contenders(), strict=True) if key in chosen.contenders]
    load = os.getloadavg()[0]
    if load > 1:
        print(f"The machine is busy (load {load:.1f}): the figures will be too high.", file=sys.stderr)
    empty_play()
    results = Results(packages.releases(), [empty_play() for _run in range(RUNS)], {})
    if chosen.add and chosen.output.exists():
        earlier = Results.load(chosen.output)
        results = replace(results, start=earlier.start + results.start, samples=earlier.samples)
    for name in chosen.suites:
        compare(results, chosen, name, compared)
    text = report.markdown(results)
    print(text)
    if chosen.write:
        report.write(text, chosen.write)


if __name__ == "__main__":
    servers.end_before_this_process()
    try:
        benchmark(options())
    except (packages.BenchmarkError, NotFetchedError) as error:
        sys.exit(f"benchmark: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
