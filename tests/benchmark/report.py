# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The results as Markdown, for the terminal and for the document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from .contenders import EMPTY, FLOOR, LOOPED, MITOGEN, OURS
from .measure import CASES
from .packages import BenchmarkError
from .results import Figure, Results, median
from .suites import SUITES

NAMES = (OURS, LOOPED, MITOGEN, FLOOR)
LOOPS = (LOOPED, MITOGEN)
BEGIN, END = "<!-- figures: written by {} -->\n", "<!-- end of the figures -->\n"
Cell = Callable[[Figure], str]


def markdown(results: Results) -> str:
    """Everything."""
    start = median(results.start)
    versions = ", ".join(f"{name} {value}" for name, value in results.releases.items())
    lines = [
        f"Measured with {versions}.",
        "",
        f"{EMPTY.capitalize()} (ansible-playbook by itself): {start.wall:.2f} s wall, {start.cpu:.2f} s CPU, "
        f"{start.memory:.0f} MiB.",
        "",
        *goals(results),
    ]
    for suite in SUITES:
        if results.sizes(suite):
            lines += ["", f"### {SUITES[suite].title}", "", *table(results, suite)]
    return "\n".join([*lines, "", *unsettled(results)]).rstrip() + "\n"


def table(results: Results, suite: str) -> list[str]:
    """Times, and below them what they were spent on."""
    times, others = [], []
    for size in results.sizes(suite):
        for case, title in CASES.items():
            figures = [results.figure(suite, size, case, name, name in LOOPS) for name in NAMES]
            # A row of nothing but extrapolated figures compares nobody.
            if any(figure and not figure.extrapolated for figure in figures):
                begin = f"| {size} | {title} |"
                times.append(f"{begin} {cells(figures, seconds)} {' | '.join(ratios(figures))} |")
                others.append(f"{begin} {cells(figures, load)}")
    heads = f"| tables | case | {' | '.join(NAMES)} |"
    compared = f" {LOOPED} / ours | {MITOGEN} / ours | ours / {FLOOR} |"
    return [
        "Seconds, wall / CPU; ratios of wall / CPU:",
        "",
        heads + compared,
        "| ---: | --- " + "| ---: " * (len(NAMES) + 3) + "|",
        *times,
        "",
        "API calls, most at once, peak MiB of the largest process, seconds of CPU of the server:",
        "",
        heads,
        "| ---: | --- " + "| ---: " * len(NAMES) + "|",
        *others,
    ]


def cells(figures: list[Figure | None], cell: Cell) -> str:
    return "".join(f" {cell(figure) if figure else '-'} |" for figure in figures).strip()


def seconds(figure: Figure) -> str:
    """Extrapolated figures are marked, and those that are not medians of several runs."""
    value = f"{number(figure.median.wall)} / {number(figure.median.cpu)}"
    return f"~{value}" if figure.extrapolated else value if figure.runs > 1 else f"{value} (1 run)"


def load(figure: Figure) -> str:
    value = figure.median
    if figure.extrapolated:
        return f"~{value.calls:.0f}"
    return f"{value.calls:.0f}, {value.most_at_once:.0f}, {value.memory:.0f}, {number(value.server_cpu)}"


def number(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def ratios(figures: list[Figure | None]) -> list[str]:
    ours, looped, mitogen, floor = figures
    return [ratio(looped, ours), ratio(mitogen, ours), ratio(ours, floor)]


def ratio(over: Figure | None, under: Figure | None) -> str:
    if not over or not under:
        return "-"
    mark = "~" if over.extrapolated else ""
    return f"{mark}{number(over.median.wall / under.median.wall)} / {number(over.median.cpu / under.median.cpu)}"


def goals(results: Results) -> list[str]:
    """What is to be reached, and how near it is; nothing of what was not measured."""
    start = median(results.start)
    few = results.figure("emulator", 7, "converged", OURS)
    lines = []
    if few:
        over = few.median.wall - start.wall
        lines.append(goal("7 tables, converged: within 2.5 s of an empty play", over, 2.5, "s"))
    ours, floor = (results.figure("scale", 1000, "converged", name) for name in (OURS, FLOOR))
    if ours and floor:
        times = (ours.median.wall - start.wall) / floor.median.wall
        lines.append(goal("1,000 tables, converged: within 1.3 times the floor and an empty play", times, 1.3, "times"))
    many, one = (results.figure("network", size, "deploy", OURS) for size in (98, 1))
    if many and one:
        times = many.median.wall / one.median.wall
        lines.append(goal("98 tables, created in less than 3 times the time of one", times, 3, "times"))
    return lines


def goal(what: str, value: float, limit: float, unit: str) -> str:
    return f"- {what}: {'reached' if value <= limit else '**not reached**'}, {value:.2f} {unit}"


def unsettled(results: Results) -> list[str]:
    """A warning for every second run that still changed something."""
    return [
        f"NOT CONVERGED: {contender}, {size} tables, changed {median(samples).changed:.0f} tasks in its second run."
        for (_suite, size, case, contender), samples in results.samples.items()
        if case == "converged" and median(samples).changed
    ]


def write(text: str, document: Path, command: str = "make bench") -> None:
    """Puts the results of a command where the document keeps them."""
    mark = BEGIN.format(command)
    before, begin, rest = document.read_text(encoding="utf-8").partition(mark)
    _old, end, after = rest.partition(END)
    if not begin or not end:
        raise BenchmarkError(f"{document.name} has no place for figures: {mark.strip()} … {END.strip()}")
    document.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
