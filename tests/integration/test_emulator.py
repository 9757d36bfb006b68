# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The embedded emulator: what it plays, what it records, and whom it leaves alone."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import boto3
import pytest

from tests.support.emulator import ACCOUNT, PROGRAM, REGION, Emulator, free_port


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """An emulator with AWS's own policies, started by somebody who has a profile."""
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_PROFILE", "a-real-one")
            started = stack.enter_context(Emulator(tmp_path_factory.mktemp("own"), "aws"))
        yield started


def run(command: str, port: int, directory: Path, *options: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, *options, str(PROGRAM), command, f"--port={port}", f"--directory={directory}"]
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def test_it_plays_the_reference_account(emulator: Emulator) -> None:
    assert emulator.client("sts").get_caller_identity()["Account"] == ACCOUNT


def test_an_assumed_role_leads_into_its_account(emulator: Emulator) -> None:
    arn = "arn:aws:iam::222222222222:role/deployer"
    given = emulator.client("sts").assume_role(RoleArn=arn, RoleSessionName="me")["Credentials"]
    keys = (given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
    there = boto3.Session(*keys, region_name=REGION)
    sts = there.client("sts", endpoint_url=emulator.endpoint)
    assert sts.get_caller_identity()["Arn"] == "arn:aws:sts::222222222222:assumed-role/deployer/me"
    there.client("iam", endpoint_url=emulator.endpoint).create_user(UserName="somebody")
    assert emulator.client("iam").list_users()["Users"] == [], "what is made there is not here"


def test_it_has_the_managed_policies_of_aws_unless_told_otherwise(emulator: Emulator, own: Emulator) -> None:
    arn = "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"
    assert own.client("iam").get_policy(PolicyArn=arn)["Policy"]["Arn"] == arn
    assert emulator.client("iam").list_policies()["Policies"] == []


@pytest.mark.parametrize(
    ("service", "signing_name", "method", "operation"),
    [
        ("dynamodb", "dynamodb", "list_tables", "ListTables"),
        ("iam", "iam", "list_roles", "ListRoles"),
        ("sts", "sts", "get_caller_identity", "GetCallerIdentity"),
        ("cloudwatch", "monitoring", "describe_alarms", "DescribeAlarms"),
    ],
)
def test_it_records_each_protocol(
    emulator: Emulator, service: str, signing_name: str, method: str, operation: str
) -> None:
    getattr(emulator.client(service), method)()
    (entry,) = emulator.requests()
    assert entry.pop("time") > 0
    assert entry == {"service": signing_name, "region": entry["region"], "operation": operation}
    assert service == "iam" or entry["region"] == REGION


def test_the_request_log_is_also_a_file(emulator: Emulator) -> None:
    emulator.client("dynamodb").list_tables()
    lines = (emulator.directory / "requests.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == emulator.requests()


def test_reset_empties_account_and_log(emulator: Emulator) -> None:
    emulator.client("iam").create_user(UserName="somebody")
    emulator.reset()
    assert emulator.requests() == []
    assert emulator.client("iam").list_users()["Users"] == []


def test_a_second_start_changes_nothing(emulator: Emulator) -> None:
    again = run("start", emulator.port, emulator.directory)
    assert json.loads(again.stdout)["changed"] is False


def test_a_strangers_port_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as stranger:
        threading.Thread(target=stranger.serve_forever, daemon=True).start()
        start = run("start", stranger.server_port, tmp_path)
        stranger.shutdown()
    assert start.returncode == 1
    sentence = f"Port {stranger.server_port} is in use by another program: set EMULATOR_PORT to a free one.\n"
    assert start.stderr == sentence


def test_stop_leaves_another_folders_emulator_alone(emulator: Emulator, tmp_path: Path) -> None:
    stop = run("stop", emulator.port, tmp_path)
    assert stop.returncode == 1
    assert stop.stderr == f"The emulator on port {emulator.port} belongs to {emulator.directory}: it is left alone.\n"
    assert emulator.requests() == []


def test_stop_of_nothing_changes_nothing(tmp_path: Path) -> None:
    assert json.loads(run("stop", free_port(), tmp_path).stdout) == {"changed": False}


def test_missing_moto_is_one_sentence(tmp_path: Path) -> None:
    # Without site-packages: an interpreter that has no moto.
    serve = run("serve", 0, tmp_path, "-S")
    assert serve.returncode == 1
    lacks = f"{sys.executable} lacks (No module named 'werkzeug')"
    assert serve.stderr == f"The emulator needs moto's server, which {lacks}: pip install 'moto[server]'\n"


def test_it_gets_no_real_credentials(own: Emulator) -> None:
    environment = _environment_of(json.loads(own._http("GET", "/_emulator/identity"))["pid"])
    assert environment
    assert not [name for name in environment if name.startswith("AWS_")]


def _environment_of(pid: int) -> list[str]:
    path = Path(f"/proc/{pid}/environ")
    if not path.exists():
        pytest.skip(f"{os.uname().sysname} does not show the environment of a process")
    return path.read_text(encoding="utf-8").split("\0")
