# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Runs a command and writes what it cost to a file: launch.py FILE COMMAND ...

A program of its own, because a process inherits the peak memory of the one that starts it, and because whatever the
command leaves running (mitogen does) is waited for here, so that its time counts as well.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from contextlib import suppress

PR_SET_CHILD_SUBREAPER = 36


def main(file: str, *command: str) -> int:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begin = time.perf_counter()
    status = subprocess.run(command, check=False).returncode
    wall = time.perf_counter() - begin
    with suppress(ChildProcessError):
        while True:
            os.wait()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss / 1024}
    with open(file, "w", encoding="utf-8") as output:
        json.dump(cost, output)
    return status


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
