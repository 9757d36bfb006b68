# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The module tables by itself, watched; started by parts.py in a fresh interpreter, so that its imports are its own."""

from __future__ import annotations

import contextlib
import cProfile
import importlib
import inspect
import io
import itertools
import json
import pstats
import sys
import time
from collections.abc import Callable
from typing import Any

from ansible.module_utils.testing import patch_module_args

MODULE = "ansible_collections.traffic_tacos.dynamodb.plugins.modules.tables"
MOST = 25
"""So many functions are listed by their own time."""
SHORTEST = 0.0005


class Lines:
    """The seconds that each line of a function took; nothing else is slowed down (sys.monitoring, Python 3.12)."""

    def __init__(self, function: Any) -> None:
        self._source, self._first = inspect.getsourcelines(function)
        self._code = function.__code__
        self._marks: list[tuple[int, float]] = []
        monitoring = sys.monitoring
        monitoring.use_tool_id(monitoring.PROFILER_ID, __name__)
        monitoring.register_callback(monitoring.PROFILER_ID, monitoring.events.LINE, self._mark)
        monitoring.set_local_events(monitoring.PROFILER_ID, self._code, monitoring.events.LINE)

    def _mark(self, _code: Any, line: int) -> None:
        self._marks.append((line, time.perf_counter()))

    def rows(self, end: float) -> list[tuple[float, str]]:
        spent: dict[int, float] = {}
        for (line, begin), (_next, until) in itertools.pairwise([*self._marks, (0, end)]):
            spent[line] = spent.get(line, 0.0) + until - begin
        return [(seconds, "  " + self._source[line - self._first].strip()) for line, seconds in sorted(spent.items())]


def timed(options: str) -> None:
    """In a child: the imports, each line of reconcile, and the size of the result."""
    begin = time.perf_counter()
    module = importlib.import_module(MODULE)
    imported = time.perf_counter()
    lines = Lines(module.reconcile)
    output = called(module.main, options)
    ended = time.perf_counter()
    for seconds, what in [(imported - begin, "imports"), (ended - imported, "main(), of that:"), *lines.rows(ended)]:
        if seconds >= SHORTEST:
            print(f"{seconds:8.3f} s  {what}")
    result = json.loads(output)
    sizes = {name: len(json.dumps(value)) for name, value in result.items()}
    print(f"{len(output):8,} bytes of result:", {name: size for name, size in sizes.items() if size > len(output) / 50})


def profiled(options: str) -> None:
    """In another child: the functions that cost most, in all threads; the profiler doubles the times."""
    module = importlib.import_module(MODULE)
    profiler = cProfile.Profile()
    called(lambda: profiler.runcall(module.main), options)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(MOST)


def called(main: Callable[[], object], options: str) -> str:
    """The module's answer, from its main function."""
    output = io.StringIO()
    with patch_module_args(json.loads(options)), contextlib.redirect_stdout(output), contextlib.suppress(SystemExit):
        main()
    result = json.loads(output.getvalue())
    if result.get("failed"):
        sys.exit(result["msg"])
    return output.getvalue()


if __name__ == "__main__":
    {"timed": timed, "profiled": profiled}[sys.argv[1]](sys.stdin.read())
