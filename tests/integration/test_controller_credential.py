# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The type of credentials that the role controller makes: what its jobs get lets botocore assume the role."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest
import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tests.support.ansible_programs import run
from tests.support.emulator import ACCOUNT, KEYS, Emulator
from tests.support.modules import command

ROOT = Path(__file__).parents[2]
ROLE = {"role_arn": f"arn:aws:iam::{ACCOUNT}:role/deployer"}


class Loader(yaml.SafeLoader):
    """YAML with Ansible's mark for what is not its own Jinja."""


Loader.add_constructor("!unsafe", lambda _loader, node: node.value)
TYPE = yaml.load((ROOT / "roles/controller/vars/main.yml").read_text(encoding="utf-8"), Loader)["controller_role_type"]


def injected(folder: Path, **inputs: str) -> dict[str, str]:
    """What AWX puts into the environment of a job for a credential; inputs that are not given are not defined."""
    file = folder / "injected"
    jinja = ImmutableSandboxedEnvironment()
    file.write_text(jinja.from_string(TYPE["injectors"]["file"]["template"]).render(**inputs), encoding="utf-8")
    names = {**inputs, "tower": {"filename": str(file)}}
    return {name: jinja.from_string(text).render(**names) for name, text in TYPE["injectors"]["env"].items()}


def test_a_credential_makes_botocore_assume_the_role(emulator: Emulator, tmp_path: Path) -> None:
    caller = {"access_key": KEYS["AWS_ACCESS_KEY_ID"], "secret_key": KEYS["AWS_SECRET_ACCESS_KEY"]}
    job = injected(tmp_path, **ROLE, **caller, external_id="an-external-id", endpoint=emulator.endpoint)
    argv, env = command(emulator, "tables_info", owned=True)
    env = {name: value for name, value in env.items() if name not in (*KEYS, "AWS_ENDPOINT_URL")}
    done = run(*argv, env={**env, **job})
    assert done.returncode == 0, done.stdout + done.stderr
    assert emulator.operations()[:2] == ["AssumeRole", "GetCallerIdentity"]


@pytest.mark.parametrize(
    ("inputs", "source"), [({}, "Ec2InstanceMetadata"), ({"machine": "EcsContainer"}, "EcsContainer")]
)
def test_without_keys_the_machine_assumes_it(tmp_path: Path, inputs: dict[str, str], source: str) -> None:
    job = injected(tmp_path, **ROLE, **inputs)
    config = configparser.RawConfigParser()
    config.read(job["AWS_CONFIG_FILE"], encoding="utf-8")
    assert config.sections() == [f"profile {job['AWS_PROFILE']}"]
    assert dict(config[config.sections()[0]]) == {**ROLE, "credential_source": source}
