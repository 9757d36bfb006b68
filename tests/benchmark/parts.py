# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Where the time of one run of the module tables goes, part by part: parts.py --tables 1000 [--case deploy].

After the whole playbook the module runs by itself in fresh interpreters, with a watch on each line of its reconcile,
and then under the profiler. For the time of the imports alone there is python -X importtime.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ansible_collections.traffic_tacos.dynamodb.tests.benchmark import contenders, estate, measure, servers

CHILD = str(Path(__file__).with_name("profiled.py"))
KINDS = {"converged": ("timed", "profiled"), "deploy": ("timed",)}
"""A deployment can be watched once; the second would find it done."""


def parts(count: int, case: str) -> None:
    with tempfile.TemporaryDirectory() as name, servers.quick_states(Path(name)) as server:
        servers.warm_up(server)
        ours = next(contender for contender in contenders.contenders() if contender.name == contenders.OURS)
        tables = estate.tables(count)
        if case == "converged":
            measure.measured(ours, "tables", server, "deploy", tables, Path(name))
            sample = measure.measured(ours, "tables", server, "converged", tables, Path(name))
            # Flushed, because the children write to the same place.
            print(f"{sample.wall:8.3f} s  the whole playbook, unwatched; {sample.cpu:.2f} s CPU", flush=True)
        options = {"name": estate.PREFIX, "account_id": estate.ACCOUNT, "region": estate.REGION, "tables": tables}
        given = json.dumps({**options, "tags": {"Environment": "local"}})
        for kind in KINDS[case]:
            env = {**os.environ, **server.env}
            subprocess.run([sys.executable, CHILD, kind], input=given, env=env, text=True, check=True, cwd=name)


if __name__ == "__main__":
    servers.end_before_this_process()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=7)
    parser.add_argument("--case", choices=KINDS, default="converged")
    chosen = parser.parse_args()
    parts(chosen.tables, chosen.case)
