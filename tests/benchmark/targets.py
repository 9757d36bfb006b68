# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""How long the 24 targets of examples/many-targets take by the number of forks, as a table: targets.py --forks 1,4,24.

Each number of forks has an emulator of its own, which shares this machine's processors with Ansible.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from ansible_collections.traffic_tacos.dynamodb.tests.benchmark import measure, servers
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark.contenders import PLAYBOOK
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark.packages import ROOT, BenchmarkError
from ansible_collections.traffic_tacos.dynamodb.tests.support.targets import EXAMPLE, TARGETS, login

CASES = ("deploy", "converged")
APPROVED = json.dumps({"dynamodb_require_approved_plan": False})


def measured(forks: int) -> list[str]:
    """The cells of one row: wall time, CPU and calls of a first deployment, then of a run that finds it done."""
    cells = []
    with tempfile.TemporaryDirectory() as name, servers.direct(Path(name)) as server:
        servers.warm_up(server)
        playbook = str(ROOT / "playbooks/site.yml")
        command = [PLAYBOOK, f"--inventory={EXAMPLE}", playbook, f"--forks={forks}", f"--extra-vars={APPROVED}"]
        for case in CASES:
            server.start_counting()
            cost, output = measure.run(command, login(server), Path(name))
            changed = sum(map(int, measure.CHANGED.findall(output)))
            if bool(changed) == (case == "converged"):
                raise BenchmarkError(f"{case} with {forks} forks changed {changed} times:\n{output[-3000:]}")
            cells.append(f"{cost['wall']:.0f} / {cost['cpu']:.0f}")
            cells.append(f"{server.used().calls:,}")
    return cells


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forks", default="1,4,24")
    print(
        f"| forks | first deploy of {len(TARGETS)} | calls | converged | calls |\n| ---: | ---: | ---: | ---: | ---: |"
    )
    servers.end_before_this_process()
    for number in parser.parse_args().forks.split(","):
        print(f"| {number} | {' | '.join(measured(int(number)))} |", flush=True)
