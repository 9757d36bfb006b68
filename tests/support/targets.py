# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The example of many targets: who they are, how they log in, and what is there, read with plain boto3."""

from __future__ import annotations

import json
import shutil
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from .ansible_programs import run
from .clients import client
from .emulator import KEYS, Emulator
from .estate_state import State, end_state
from .playbooks import ROOT, Played, play

EXAMPLE = ROOT / "examples/many-targets"
ACCOUNTS = {"tacos": "111111111111", "partner": "222222222222"}
ENVIRONMENTS = ("dev", "staging", "prod")
REGIONS = ("ap-northeast-2", "ap-northeast-1", "us-east-1", "eu-central-1")
SMALL: dict[str, Any] = {
    "dynamodb_services": [],
    "dynamodb_tables": [{"name": "users", "hash_key": "id"}],
    "dynamodb_require_approved_plan": False,
}
"""Estates that are deployed sooner: one table, two roles, and production without an approved plan."""


class Target(NamedTuple):
    """One environment in one region of one account."""

    account: str
    environment: str
    region: str

    @property
    def host(self) -> str:
        return "-".join(self)

    @property
    def name(self) -> str:
        """The estate's."""
        return f"ticket-{self.environment}"


TARGETS = [Target(*each) for each in product(ACCOUNTS, ENVIRONMENTS, REGIONS)]
"""In the order of the inventory."""


class Place:
    """An account in one region, seen by a role of its own."""

    def __init__(self, emulator: Emulator, account: str, region: str) -> None:
        arn = f"arn:aws:iam::{ACCOUNTS[account]}:role/reader"
        given = emulator.client("sts").assume_role(RoleArn=arn, RoleSessionName="reader")["Credentials"]
        keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        self._where = (region, emulator.endpoint, keys)

    def client(self, service: str) -> Any:
        return client(service, *self._where)


def states(emulator: Emulator, *accounts: str) -> dict[tuple[str, str], State]:
    """What is there, by account and region; of these accounts, or of all."""
    return {where: end_state(Place(emulator, *where)) for where in product(accounts or ACCOUNTS, REGIONS)}


def of_estate(state: State, name: str) -> State:
    """What belongs to the estate of this name; no name here begins with another one."""
    return {
        kind: {each: what for each, what in found.items() if each.startswith(f"{name}-")}
        for kind, found in state.items()
    }


def login(emulator: Emulator) -> dict[str, str]:
    """The environment of somebody whose own profile may assume the example's roles, and whose AWS is the emulator."""
    path = emulator.directory / "credentials"
    path.write_text("\n".join(["[deployer]", *(f"{name.lower()} = {value}" for name, value in KEYS.items())]))
    return {
        **dict.fromkeys([*KEYS, "AWS_SESSION_TOKEN"], ""),
        "AWS_SHARED_CREDENTIALS_FILE": str(path),
        "AWS_ENDPOINT_URL": emulator.endpoint,
    }


def deploy(emulator: Emulator, *arguments: str, playbook: str = "site", **variables: Any) -> Played:
    """Deploys the example's targets, or those that the arguments leave."""
    more = {**SMALL, **variables}
    return play(emulator, playbook, "--forks=4", *arguments, inventory=EXAMPLE, env=login(emulator), **more)


def listed() -> dict[str, Any]:
    """The inventory as Ansible reads it."""
    found: dict[str, Any] = json.loads(run("ansible-inventory", f"--inventory={EXAMPLE}", "--list").stdout)
    return found


def slices(folder: Path, hosts: list[str], count: int) -> list[Path]:
    """These hosts in inventories as AWX cuts them: every count-th host, and nothing about any other one."""
    shutil.copy(EXAMPLE / "aws.cfg", folder)
    variables = listed()["_meta"]["hostvars"]
    paths = [folder / f"slice-{number}.yml" for number in range(count)]
    for number, path in enumerate(paths):
        chosen = {host: variables[host] for host in sorted(hosts)[number::count]}
        path.write_text(yaml.safe_dump({"dynamodb": {"hosts": chosen}}), encoding="utf-8")
    return paths
