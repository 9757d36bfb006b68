# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The processes that a process has started."""

from __future__ import annotations

import subprocess


def descendants(process: int) -> list[int]:
    """All processes below this one, whatever group they are in: ansible-core gives each worker a session of its own."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = dict(map(int, line.split()) for line in listed.splitlines())
    found = [process]
    for parent in found:
        found += [child for child, above in parents.items() if above == parent]
    return found[1:]
