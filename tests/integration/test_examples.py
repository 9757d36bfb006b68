# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The examples on the pages of modules and filters work as they stand there: one playbook, a play for each page.

Every page has a host of its own, so that what its examples register is only theirs.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import yaml

from tests.support.ansible_programs import run
from tests.support.emulator import ACCOUNT, KEYS, REGION, Emulator
from tests.support.plugin_docs import OURS, examples, names, plugin

Example = tuple[str, int]
Task = dict[str, Any]
ROOT = Path(__file__).parents[2]
NOT_RUN: dict[Example, str] = {
    ("bulk_puts", 0): "no emulator has StartBulkPutItems",
    ("exports", 0): "the emulator has no such bucket",
    ("exports", 1): "moto exports no increments",
    ("exports", 2): "moto knows no filter",
    ("items", 2): "reads a file that an export has left",
    ("backups", 3): "restores a table as it was at a fixed time, before the emulator's table was made",
    ("tables", 3): "moto has no Kinesis destinations",
    ("tables", 4): "moto has no vector indexes",
    ("tables", 5): "moto lists no imports",
    ("tables", 6): "the emulator has no table with such a past",
    ("tables", 7): "moto accepts replicas and loses them",
    ("tables", 8): "moto accepts replicas and loses them",
}
CHANGED: dict[Example, dict[str, Any]] = {
    # moto has no DescribeAlarmHistory
    ("alarms_info", 0): {"history": False},
}
ESTATE = {"name": "ticket", "account_id": ACCOUNT, "region": REGION}
TABLES = [
    {
        "name": "users",
        "hash_key": "user_id",
        "global_secondary_indexes": [{"name": "email-index", "hash_key": "email"}],
    },
    {"name": "reservation-idempotency", "hash_key": "pk", "ttl_enabled": True, "ttl_attribute": "ttl"},
]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
}
VARIABLES = {
    "audit_result": {"findings": yaml.safe_load(plugin("modules", "audit_info").RETURN)["findings"]["sample"]},
    "dynamodb_approved_plan": "{{ ({'tables': tables_result} | traffic_tacos.dynamodb.plan_approval).digest }}",
    "dynamodb_tables": TABLES,
    "found": "{{ hostvars.prepared.found }}",
    "rang": {"alarms": [], "findings": []},
    "wanted": [{"name": "ticket-writer", "trust": TRUST}],
    "settings": KEYS,
    "tables": TABLES,
    "tables_result": "{{ hostvars.prepared.tables_result }}",
    "trust": TRUST,
    **yaml.safe_load((ROOT / "docs/examples/prices.yml").read_text(encoding="utf-8")),
    **yaml.safe_load((ROOT / "roles/controller/defaults/main.yml").read_text(encoding="utf-8")),
}
"""What the examples take for granted."""
PREPARING = [
    {f"{OURS}tables": {**ESTATE, "tables": TABLES}},
    {f"{OURS}tables": {**ESTATE, "tables": TABLES}, "check_mode": True, "register": "tables_result"},
    {f"{OURS}usage_info": {**ESTATE, "owned": True}, "register": "found"},
]
PAGES = [
    *(("modules", name) for name in names("modules") if name != "tables"),
    *(("filter", name) for name in names("filter")),
    # The last of them deletes a table
    ("modules", "tables"),
]


def network(emulator: Emulator) -> dict[str, str]:
    """A VPC with two route tables, by the ids that stand in the examples."""
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    first, second = (ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"] for _each in range(2))
    return {"vpc-0a1b2c3d4e5f60718": vpc, "rtb-0a1b2c3d4e5f60718": first, "rtb-0a1b2c3d4e5f60719": second}


def tasks(kind: str, name: str, ids: dict[str, str]) -> list[Task]:
    """The examples of a page, each so that its failure is noted with its page and its number."""
    text = examples(kind, name)
    for written, real in ids.items():
        text = text.replace(written, real)
    numbered = [(number, task) for number, task in enumerate(yaml.safe_load(text)) if (name, number) not in NOT_RUN]
    for number, task in numbered:
        if (name, number) in CHANGED:
            task[OURS + name].update(CHANGED[name, number])
    return [noted(f"{kind} {name}, example {number} ({task['name']})", task) for number, task in numbered]


def noted(title: str, task: Task) -> Task:
    note = {
        "path": "failed",
        "create": True,
        "mode": "0600",
        "line": title + ": {{ ansible_failed_result.msg | default(ansible_failed_result) | to_json }}",
    }
    return {"name": title, "block": [task], "rescue": [{"name": "Note it", "ansible.builtin.lineinfile": note}]}


def play(host: str, these: list[Task]) -> dict[str, Any]:
    return {"name": host, "hosts": host, "gather_facts": False, "vars": VARIABLES, "tasks": these}


def write(folder: Path, plays: dict[str, list[Task]]) -> None:
    """The playbook, its inventory, and the folder that examples write to."""
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    inventory = {"all": {"hosts": {host: {} for host in plays}, "vars": local}}
    (folder / "hosts.yml").write_text(json.dumps(inventory), encoding="utf-8")
    playbook = [play(host, these) for host, these in plays.items()]
    (folder / "examples.yml").write_text(json.dumps(playbook), encoding="utf-8")
    (folder / "reports").mkdir()


def test_every_example_works(emulator: Emulator, tmp_path: Path) -> None:
    ids = network(emulator)
    write(tmp_path, {"prepared": PREPARING} | {f"{kind}_{name}": tasks(kind, name, ids) for kind, name in PAGES})
    environment = {**os.environ, **emulator.env, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_DEPRECATION_WARNINGS": "false"}
    done = run("ansible-playbook", "--inventory=hosts.yml", "examples.yml", env=environment, cwd=tmp_path)
    failed = tmp_path / "failed"
    assert (failed.read_text(encoding="utf-8") if failed.exists() else "") == "", done.stdout
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\nPLAY [") == len(PAGES) + 1
    assert "reserved name" not in done.stdout + done.stderr


def test_every_page_has_examples_of_its_own_plugin() -> None:
    assert [name for kind, name in PAGES if OURS + name not in examples(kind, name)] == []


def test_what_is_not_run_or_changed_is_there() -> None:
    counts = {name: len(yaml.safe_load(examples(kind, name))) for kind, name in PAGES}
    assert all(number < counts[name] for name, number in [*NOT_RUN, *CHANGED])
