# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What amazon.aws's modules are told, in which order, what is said of those that failed, and which are tried again."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.writing import (
    failure_line,
    passes,
    stages,
)


def failed(message: str = "", **more: Any) -> dict[str, Any]:
    return {"failed": True, "msg": message, **more}


DONE = {"failed": False, "changed": True}
CODE = failed(error={"code": "MalformedPolicyDocument", "message": "Syntax errors in policy"})
THROTTLED = failed("Failed to list all managed policies: An error occurred (Throttling): Rate exceeded")
DENIED = failed("An error occurred (AccessDenied) when calling the CreateRole operation: not authorized")
TRACEBACK = failed("", exception="Traceback (most recent call last):\n  File \"x\"\nKeyError: 'Role'")
THERE = failed("Couldn't create role: An error occurred (EntityAlreadyExists) when calling the CreateRole operation")
CUT = failed("Task failed: Unable to parse response (no element found), invalid XML received:\nb'<ListPolicies>...")


@pytest.mark.parametrize(
    "result",
    [
        CUT,
        THERE,
        TRACEBACK,
        failed("Read timeout on endpoint URL"),
        failed("An error occurred (InternalServerError) when"),
        failed(
            "(LimitExceeded) when calling the AddRoleToInstanceProfile operation: Cannot exceed quota for "
            "InstanceSessionsPerInstanceProfile: 1"
        ),
        failed(error={"code": "NoSuchEntity", "message": "Policy missing does not exist"}),
    ],
)
def test_what_passes_is_tried_again(result: dict[str, Any]) -> None:
    assert passes(result)


@pytest.mark.parametrize("result", [DENIED, THROTTLED, CODE, DONE, failed("Role already exists")])
def test_what_stays_is_not(result: dict[str, Any]) -> None:
    assert not passes(result)


def test_a_failure_is_one_line_without_a_traceback() -> None:
    lines = [failure_line("ticket-reader", result) for result in (DENIED, TRACEBACK, CUT)]
    assert [line.partition(": ")[0] for line in lines] == ["ticket-reader"] * 3
    assert "permissions.yml" in lines[0]
    assert "KeyError: 'Role'" in lines[1]
    assert all("Traceback" not in line and "\n" not in line and "<ListPolicies>" not in line for line in lines)
    assert all(line.endswith("a rerun goes on from here.") for line in lines)


def test_what_is_needed_is_written_first_and_removed_last() -> None:
    gone = {f"unwanted_{kind}": [{"name": f"old-{kind}"}] for kind in ("policies", "roles", "instance_profiles")}
    made = {
        "policies": [{"name": "p", "path": "/", "description": "", "policy": {"Statement": []}, "tags": {"a": "b"}}],
        "roles": [{"name": "r", "boundary": None, "trust": {"Statement": []}, "managed_policies": []}],
        "instance_profiles": [{"name": "r", "path": "/", "role": "r", "tags": {}}],
    }
    writes = [write for stage in stages({**gone, **made}) for write in stage]
    assert [(write.module.rpartition(".")[2], write.name, write.arguments["state"]) for write in writes] == [
        ("iam_managed_policy", "p", "present"),
        ("iam_role", "r", "present"),
        ("iam_instance_profile", "r", "present"),
        ("iam_instance_profile", "old-instance_profiles", "absent"),
        ("iam_role", "old-roles", "absent"),
        ("iam_managed_policy", "old-policies", "absent"),
    ]
    policy, role = writes[0].arguments, writes[1].arguments
    assert policy == {
        "name": "p",
        "path": "/",
        "policy": {"Statement": []},
        "tags": {"a": "b"},
        "purge_tags": False,
        "only_version": True,
        "state": "present",
    }
    assert role["managed_policies"] == []
    assert (role["create_instance_profile"], role["delete_instance_profile"], role["wait"]) == (False, False, False)
    assert "boundary" not in role


def test_where_nothing_differs_nothing_is_written() -> None:
    assert not any(stages({}))
