# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Deploys the whole estate while a share of all calls fails, and once more in peace, for every kind of fault and share.

What is not well is said on standard error, with the file of the run's output.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..support.emulator import Emulator
from ..support.estate_state import State
from ..support.fault_trials import KINDS, RATES, Trial, attempt, faults, messages, undisturbed
from ..support.shaping_proxy import ShapingProxy
from . import servers
from .report import write

COMMAND = "python -m tests.benchmark.faults"
LIMITER = "AWS's limiter"
HEAD = """\
| faults | share | runs | converged | failed, with a message | twice, lost or unclear | calls | faults met | seconds |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"""


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=2, help="runs of each kind and share")
    parser.add_argument("--kinds", nargs="+", choices=[*KINDS, LIMITER], default=[*KINDS, LIMITER])
    parser.add_argument("--rates", nargs="+", type=int, default=RATES, help="failing calls of a hundred")
    parser.add_argument("--add", action="store_true", help="keep the document's other rows")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the figures into this document too")
    return parser.parse_args()


def line(kind: str, share: str, trials: Sequence[Trial]) -> str:
    """The row of some trials alike; seconds are those of the longest run."""
    cells = (
        kind,
        share,
        len(trials),
        sum(trial.converged for trial in trials),
        sum(not trial.converged and not trial.problems for trial in trials),
        sum(bool(trial.problems) for trial in trials),
        sum(trial.calls for trial in trials),
        sum(trial.met for trial in trials),
        f"{max(trial.seconds for trial in trials):.0f}",
    )
    return f"| {' | '.join(map(str, cells))} |"


def row(proxy: ShapingProxy, expected: State, kind: str, percent: int, seeds: int) -> str:
    """Some runs of one kind and share."""
    limited = kind == LIMITER
    share = "4 changes/s" if limited else f"{percent} %"
    trials = []
    for seed in range(seeds):
        trial = attempt(proxy, expected, [] if limited else faults(kind, percent), seed, limiter=limited)
        trials.append(trial)
        complain(f"{kind} {share} seed {seed}", trial, proxy.directory)
    return line(kind, share, trials)


def complain(name: str, trial: Trial, directory: Path) -> None:
    for text in (*trial.problems, *messages(trial.played)):
        print(f"{name}: {text}", file=sys.stderr, flush=True)
    if trial.problems or not trial.converged:
        log = directory / f"{'-'.join(name.replace('/', ' per ').split())}.log"
        log.write_text(trial.played.output)
        print(f"{name}: {log}", file=sys.stderr, flush=True)


def rows_of(document: Path) -> dict[str, str]:
    """The rows that a document has, by kind and share, which are their first two cells."""
    rows = re.findall(r"^(\| [^|]+ \| [^|]+ \|)( \d.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {begin: begin + rest for begin, rest in rows}


def measure(chosen: argparse.Namespace) -> None:
    """A document gets each row as soon as there is one."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("ansible-core", "botocore", "moto"))
    rows = rows_of(chosen.write) if chosen.add and chosen.write else {}
    with Emulator(Path(tempfile.mkdtemp())) as emulator, ShapingProxy(emulator) as proxy:
        expected = undisturbed(proxy)
        for kind in chosen.kinds:
            for percent in chosen.rates[:1] if kind == LIMITER else chosen.rates:
                measured = row(proxy, expected, kind, percent, chosen.seeds)
                print(measured, flush=True)
                rows["|".join(measured.split("|")[:3]) + "|"] = measured
                if chosen.write:
                    text = "\n".join([f"Measured with {versions}.", "", HEAD, *rows.values(), ""])
                    write(text, chosen.write, COMMAND)


if __name__ == "__main__":
    servers.end_before_this_process()
    measure(options())
