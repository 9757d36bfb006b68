# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is said of amazon.aws's tasks that failed, and which of them are tried again."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.writing import passes, write_failures


def failed(message: str = "", **more: Any) -> dict[str, Any]:
    return {"failed": True, "msg": message, "iam_item": {"name": "ticket-reader"}, **more}


OTHER = {"failed": False, "changed": True, "iam_item": {"name": "ticket-writer"}}
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
    assert passes({"results": [OTHER, result]})
    assert not passes({"results": [result, DENIED]})


@pytest.mark.parametrize(
    "result", [DENIED, THROTTLED, CODE, OTHER, {"results": [OTHER]}, failed("Role already exists")]
)
def test_what_stays_is_not(result: dict[str, Any]) -> None:
    assert not passes(result)


def test_each_resource_has_one_line_without_a_traceback() -> None:
    lines = write_failures({"results": [DENIED, OTHER, TRACEBACK, CUT]})
    assert [line.partition(": ")[0] for line in lines] == ["ticket-reader"] * 3
    assert "permissions.yml" in lines[0]
    assert "KeyError: 'Role'" in lines[1]
    assert all("Traceback" not in line and "\n" not in line and "<ListPolicies>" not in line for line in lines)
    assert all(line.endswith("a rerun goes on from here.") for line in lines)
