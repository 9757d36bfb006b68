# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The benchmark's arithmetic: what is extrapolated, and how the figures reach the document."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark import estate, report
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark.contenders import LOOPED, OURS
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark.measure import Sample
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark.packages import BenchmarkError
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark.results import Results
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark.suites import SUITES


def sample(wall: float, calls: float = 0, changed: float = 0) -> Sample:
    return Sample(wall, wall / 2, 60, calls, changed=changed)


@pytest.fixture
def results() -> Results:
    """An empty play of a second, and seven tables: ours 3 s, the looped tasks 15 s."""
    measured = {
        ("emulator", 7, "converged", OURS): [sample(9), sample(3, 49), sample(2)],
        ("emulator", 7, "converged", LOOPED): [sample(15, 70)],
    }
    return Results({"moto": "1"}, [sample(1)], measured)


def test_a_figure_is_the_median(results: Results) -> None:
    figure = results.figure("emulator", 7, "converged", OURS)
    assert figure and (figure.median.wall, figure.runs) == (3, 3)


def test_one_size_extrapolates_from_an_empty_play(results: Results) -> None:
    figure = results.figure("emulator", 70, "converged", LOOPED, loops=True)
    assert figure and (figure.median.wall, figure.median.cpu, figure.median.calls) == (141, 70.5, 700)
    assert report.seconds(figure) == "~141 / 70.5"


def test_two_sizes_extrapolate_on_the_line_through_them(results: Results) -> None:
    results.samples["emulator", 28, "converged", LOOPED] = [sample(57, 280)]
    figure = results.figure("emulator", 98, "converged", LOOPED, loops=True)
    assert figure and (figure.median.wall, figure.median.calls) == pytest.approx((197, 980))


def test_what_does_not_loop_is_not_extrapolated(results: Results) -> None:
    assert results.figure("emulator", 98, "converged", OURS) is None


def test_a_row_of_extrapolated_figures_only_is_left_out(results: Results) -> None:
    results.samples["emulator", 98, "deploy", OURS] = [sample(20)]
    text = report.markdown(results)
    assert "| 98 | first deploy |" in text and "| 98 | converged |" not in text


def test_what_was_measured_is_read_again(results: Results, tmp_path: Path) -> None:
    results.save(tmp_path / "figures.json")
    assert Results.load(tmp_path / "figures.json") == results


def test_the_document_keeps_what_stands_around_the_figures(results: Results, tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(f"before\n{report.BEGIN.format('make bench')}old\n{report.END}after\n", encoding="utf-8")
    report.write(report.markdown(results), document)
    text = document.read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert "| 7 | converged | 3.00 / 1.50 | 15.0 / 7.50 (1 run) | - | - | 5.00 / 5.00 | - | - |" in text
    assert "7 tables, converged: within 2.5 s of an empty play: reached, 2.00 s" in text


def test_a_document_without_a_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("no place", encoding="utf-8")
    with pytest.raises(BenchmarkError, match=r"page\.md has no place"):
        report.write("figures", tmp_path / "page.md")


def test_a_second_run_that_changes_something_is_told(results: Results) -> None:
    results.samples["emulator", 7, "converged", LOOPED] = [sample(15, 70, changed=2)]
    assert f"NOT CONVERGED: {LOOPED}, 7 tables, changed 2 tasks in its second run." in report.markdown(results)


@pytest.mark.parametrize(
    ("sizes", "loops"), [((7,), [7]), ((7, 28), [7, 28]), ((98,), [7, 28]), ((7, 98), [7, 28]), ((3, 98), [3, 7, 28])]
)
def test_the_looped_tasks_are_measured_where_they_end_within_minutes(sizes: tuple[int, ...], loops: list[int]) -> None:
    suite = SUITES["emulator"].of(sizes)
    assert (suite.measured(loops=True), suite.measured(loops=False)) == (loops, list(sizes))


def test_the_document_has_a_place() -> None:
    text = Path(__file__).parents[3].joinpath("docs/performance.md").read_text(encoding="utf-8")
    assert text.index(report.BEGIN.format("make bench")) < text.index(report.END)


def test_further_tables_have_names_of_their_own() -> None:
    names = [estate.physical(table) for table in estate.tables(98)]
    assert len(set(names)) == 98
