# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""However credentials are given, they never show: not at -vvv, in diffs, artifacts, files, nor in what stays behind."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.credentials import KEYS, SECRETS, Traced, Workplace, forms, leaks
from tests.support.shaping_proxy import ShapingProxy
from tests.support.shaping_proxy.faults import Fault

ECHO = (
    "The request signature we calculated does not match the signature you provided.\n\n"
    "The Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:{token}\n'"
)

TRUST = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
ROLE = {"name": "ticket-role", "path": "/", "trust": {"Version": "2012-10-17", "Statement": [TRUST]}, "policies": []}
USUAL = {"ansible_python_interpreter": str(Path(sys.executable).parent / ".." / "bin" / Path(sys.executable).name)}
"""Another name of the same interpreter, so that modules are started the usual way."""


@pytest.fixture
def workplace(proxy: ShapingProxy) -> Iterator[Workplace]:
    """In a folder with a short name: Ansible puts a socket there, whose path has a hundred characters at most."""
    with TemporaryDirectory(prefix="tt-") as folder:
        yield Workplace(proxy, Path(folder))


def passed(run: Traced) -> None:
    assert run.returncode == 0, run.output
    assert run.leaks() == {}


@pytest.mark.parametrize(("more", "said"), [({}, "in a process of its own"), (USUAL, "EXEC")], ids=["forks", "usual"])
def test_a_deployment_with_credentials_in_variables(workplace: Workplace, more: dict[str, str], said: str) -> None:
    """However modules are started."""
    passed(workplace.play("site", "--diff", "-vvv", way="variables", iam_roles=[ROLE], **more))
    assert workplace.emulator.operations().count("CreateRole") == 1
    assert said in (workplace.written / "ansible.log").read_text(), "this was not -vvv"


def test_a_dry_run_with_credentials_in_the_environment(workplace: Workplace) -> None:
    passed(workplace.play("site", "--check", "--diff", "-vvv", way="environment"))


def test_a_published_plan_with_credentials_in_a_profile(workplace: Workplace) -> None:
    written = {f"dynamodb_{what}_path": str(workplace.written / f"{what}.json") for what in ("plan", "outputs")}
    passed(workplace.play("plan", "-vvv", way="profile", **written))
    assert (workplace.written / "plan.json").exists()


@pytest.mark.parametrize("way", ["variables", "profile"])
def test_an_error_that_repeats_the_token(workplace: Workplace, proxy: ShapingProxy, way: str) -> None:
    """AWS answers a wrong signature with the request's headers, the session token among them."""
    echo = ECHO.format(token=SECRETS["session token"])
    proxy.faults.add(Fault("refusal", service="sts", code="SignatureDoesNotMatch", message=echo))
    run = workplace.play("site", "-vvv", way=way)
    assert run.returncode != 0
    assert "SignatureDoesNotMatch" in run.output or "credentials are wrong" in run.output, run.output
    assert run.leaks() == {}


@pytest.mark.parametrize("way", ["environment", "profile", "options"])
def test_the_module_alone(workplace: Workplace, way: str) -> None:
    passed(workplace.module("--diff", "-vvv", way=way))


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_a_secret_is_found_in_any_form(secret: str) -> None:
    assert {tuple(leaks(f"before {form} after")) for form in forms(SECRETS[secret])} == {(secret,)}


def test_a_leak_is_noticed_wherever_it_is(workplace: Workplace) -> None:
    """What Ansible itself shows at -vvv, and what it keeps when told to: the search must find both."""
    shown = workplace.module("-vvv", way="environment", environment=KEYS)
    assert shown.returncode == 0, shown.output
    assert shown.leaks()["output"] == list(SECRETS)
    assert shown.leaks()["written/ansible.log"] == list(SECRETS)
    kept = workplace.module(way="options", keep=True)
    assert any(place.startswith("remote/") for place in kept.leaks()), kept.leaks()
