# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What is written, what is left alone, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.model import (
    Access,
    Change,
    Observed,
    Policy,
    Profile,
    Role,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.plan import items, plan, teardown
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.results import Comparison

OWN = {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"}
NEIGHBOUR = {**OWN, "Estate": "ticket-dev"}
ARN = "arn:aws:iam::137406935518:policy/"
STATEMENT = {"Sid": "Tables", "Effect": "Allow", "Action": ["a:X", "a:Y"], "Resource": ["arn:r", "arn:s"]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Sid": "Ec2", "Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
POLICY = Policy("ticket-p", "/", {"Version": "2012-10-17", "Statement": [STATEMENT]}, OWN, "described")
ROLE = Role("ticket-r", "/", TRUST, frozenset({ARN + "ticket-p"}), OWN, None, "described")
PROFILE = Profile("ticket-r", "/", "ticket-r", OWN)
DESIRED = Access({ARN + "ticket-p": POLICY}, {"ticket-r": ROLE}, {"ticket-r": PROFILE})


def observed(*strays: Policy, users: dict[str, tuple[str, ...]] | None = None, **changes: Any) -> Observed:
    """The desired access with the attributes given for one kind: role, policy or profile."""
    policies = {ARN + "ticket-p": replace(POLICY, **changes.get("policy", {}))}
    policies.update((ARN + stray.name, stray) for stray in strays)
    roles = {"ticket-r": replace(ROLE, **changes.get("role", {}))}
    profiles = {"ticket-r": replace(PROFILE, **changes.get("profile", {}))}
    arns = {policy.name: arn for arn, policy in policies.items()}
    return Observed(Access(policies, roles, profiles), arns, users or {})


def planned(found: Observed, limit: int = 10) -> list[Change]:
    return plan("ticket", DESIRED, found, limit)


def actions(changes: list[Change]) -> list[tuple[str, str]]:
    return [(step.action, step.resource) for change in changes for step in change.plan.steps]


def test_an_empty_account_gets_everything_in_the_order_that_aws_accepts() -> None:
    changes = planned(Observed())
    assert actions(changes) == [
        ("create_policy", "ticket-p"),
        ("create_role", "ticket-r"),
        ("create_instance_profile", "ticket-r"),
    ]
    found = items(changes)
    assert found["policies"][0] == {
        "name": "ticket-p",
        "path": "/",
        "description": "described",
        "policy": POLICY.document,
        "tags": OWN,
    }
    assert found["roles"][0]["managed_policies"] == [ARN + "ticket-p"]
    assert found["roles"][0]["purge_policies"] is False
    assert found["instance_profiles"][0]["role"] == "ticket-r"
    assert Comparison("role", changes, []).result()["summary"] == {"add": 3, "change": 0, "remove": 0, "keep": 0}


def test_what_is_as_declared_is_left_alone() -> None:
    changes = planned(observed())
    assert actions(changes) == []
    assert Comparison("role", changes, []).result()["summary"] == {"add": 0, "change": 0, "remove": 0, "keep": 3}


EQUIVALENT = [
    {"Version": "2012-10-17", "Statement": STATEMENT},
    {"Version": "2012-10-17", "Statement": [{**STATEMENT, "Action": ["a:Y", "a:X"]}]},
    {"Version": "2012-10-17", "Statement": [{**STATEMENT, "Resource": ["arn:s", "arn:r"]}]},
    {"Statement": [dict(reversed(STATEMENT.items()))], "Version": "2012-10-17"},
]


@pytest.mark.parametrize("document", EQUIVALENT)
def test_documents_that_mean_the_same_do_not_differ(document: dict[str, Any]) -> None:
    assert actions(planned(observed(policy={"document": document}))) == []


DIFFERENT = [
    {"Version": "2008-10-17", "Statement": [STATEMENT]},
    {"Version": "2012-10-17", "Statement": [{**STATEMENT, "Action": ["a:X"]}]},
    {"Version": "2012-10-17", "Statement": [{**STATEMENT, "Effect": "Deny"}]},
    {"Version": "2012-10-17", "Statement": [STATEMENT, {**STATEMENT, "Sid": "More"}]},
    {"Version": "2012-10-17", "Statement": []},
    {},
]


@pytest.mark.parametrize("document", DIFFERENT)
def test_documents_that_mean_something_else_differ(document: dict[str, Any]) -> None:
    changes = planned(observed(policy={"document": document}))
    assert actions(changes) == [("update_policy", "ticket-p")]
    # AWS has no way to change it, and amazon.aws would warn
    assert items(changes)["policies"][0]["description"] is None


def test_a_changed_statement_is_shown_alone() -> None:
    more = {**STATEMENT, "Sid": "More"}
    changes = planned(observed(policy={"document": {"Version": "2012-10-17", "Statement": [STATEMENT, more]}}))
    (step,) = Comparison("role", changes, []).result()["steps"]
    assert step["before"] == {"document": [more]}
    assert step["after"] == {"document": []}
    assert step["reason"] == "the policy differs from its declaration in document (-More)"
    assert "request" not in step


def test_what_has_no_tags_is_adopted_and_other_tags_stay() -> None:
    changes = planned(observed(policy={"tags": {}}, role={"tags": {"Owner": "sre", "ManagedBy": "terraform"}}))
    assert [(step.action, step.fields) for change in changes for step in change.plan.steps] == [
        ("update_policy", ("tags",)),
        ("update_role", ("tags",)),
    ]
    assert changes[1].before == {"tags": {"ManagedBy": "terraform"}}
    assert changes[1].after == {"tags": OWN}


@pytest.mark.parametrize("kind", ["policy", "role", "profile"])
def test_what_belongs_to_another_estate_is_a_conflict(kind: str) -> None:
    changes = planned(observed(**{kind: {"tags": NEIGHBOUR}}))
    (conflict,) = [conflict for change in changes for conflict in change.plan.conflicts]
    assert conflict.fields == ("tags",) and "'ticket-dev'" in conflict.message
    assert actions(changes) == []


@pytest.mark.parametrize("kind", ["role", "profile"])
def test_a_path_cannot_be_changed(kind: str) -> None:
    changes = planned(observed(**{kind: {"path": "/old/"}}))
    (conflict,) = [conflict for change in changes for conflict in change.plan.conflicts]
    assert conflict.fields == ("path",) and "/old/" in conflict.message


def test_a_policy_under_another_path_is_a_conflict() -> None:
    found = Observed(Access(), {"ticket-p": f"{ARN}old/ticket-p"})
    (conflict,) = [conflict for change in planned(found) for conflict in change.plan.conflicts]
    assert f"{ARN}old/ticket-p" in conflict.message and f"{ARN}ticket-p" in conflict.message


def test_strangers_policies_stay_attached() -> None:
    attached = frozenset({ARN + "ticket-p", ARN + "theirs", "arn:aws:iam::aws:policy/ReadOnlyAccess"})
    assert actions(planned(observed(role={"attached": attached}))) == []
    missing = planned(observed(role={"attached": attached - {ARN + "ticket-p"}}))
    (item,) = items(missing)["roles"]
    assert (item["managed_policies"], item["purge_policies"]) == ([ARN + "ticket-p"], False)


def test_an_undeclared_policy_of_ours_is_detached_and_removed() -> None:
    old = replace(POLICY, name="ticket-old")
    attached = frozenset({ARN + "ticket-p", ARN + "ticket-old", ARN + "theirs"})
    found = observed(old, users={ARN + "ticket-old": ("role/ticket-r",)}, role={"attached": attached})
    changes = planned(found)
    assert actions(changes) == [("update_role", "ticket-r"), ("remove_policy", "ticket-old")]
    (item,) = items(changes)["roles"]
    assert item["managed_policies"] == [ARN + "theirs", ARN + "ticket-p"]
    assert item["purge_policies"] is True
    assert items(changes)["unwanted_policies"] == [{"name": "ticket-old"}]
    assert {step.risk for change in changes for step in change.plan.steps} == {"availability"}


@pytest.mark.parametrize("stranger", ["user/ann", "group/ops", "role/batch"])
def test_an_undeclared_policy_that_strangers_use_is_only_detached(stranger: str) -> None:
    old = replace(POLICY, name="ticket-old")
    attached = frozenset({ARN + "ticket-p", ARN + "ticket-old"})
    users = {ARN + "ticket-old": ("role/ticket-r", stranger)}
    changes = planned(observed(old, users=users, role={"attached": attached}))
    assert actions(changes) == [("update_role", "ticket-r")]
    (deferred,) = [entry for change in changes for entry in change.plan.deferred]
    assert stranger in deferred.reason and "role/ticket-r" not in deferred.reason


@pytest.mark.parametrize("tags", [{}, NEIGHBOUR, {"Estate": "ticket"}, {"ManagedBy": "traffic_tacos.dynamodb"}])
def test_a_policy_is_ours_by_both_tags_only(tags: dict[str, str]) -> None:
    theirs = replace(POLICY, name="ticket-old", tags=tags)
    attached = frozenset({ARN + "ticket-p", ARN + "ticket-old"})
    assert actions(planned(observed(theirs, role={"attached": attached}))) == []
    assert ("remove_policy", "ticket-old") not in actions(teardown("ticket", observed(theirs)))


def test_an_undeclared_role_of_ours_loses_its_policies_and_stays() -> None:
    old = replace(POLICY, name="ticket-old")
    found = observed(old, users={ARN + "ticket-old": ("role/ticket-gone",)})
    gone = replace(ROLE, name="ticket-gone", attached=frozenset())
    access = replace(found.access, roles={**found.access.roles, "ticket-gone": gone})
    changes = planned(replace(found, access=access))
    assert actions(changes) == [("remove_policy", "ticket-old")]
    assert [entry.resource for change in changes for entry in change.plan.deferred] == ["ticket-gone"]


def test_more_policies_than_a_role_can_have_are_named() -> None:
    attached = frozenset(f"{ARN}theirs-{number}" for number in range(10))
    changes = planned(observed(role={"attached": attached}))
    (conflict,) = [conflict for change in changes for conflict in change.plan.conflicts]
    assert conflict.resource == "ticket-r"
    assert conflict.message.startswith("11 managed policies would be attached, AWS allows 10: ")
    assert actions(planned(observed(role={"attached": attached}), limit=20)) == [("update_role", "ticket-r")]


def test_a_policy_that_goes_makes_room() -> None:
    old = replace(POLICY, name="ticket-old")
    attached = frozenset({*(f"{ARN}theirs-{number}" for number in range(9)), ARN + "ticket-old"})
    changes = planned(observed(old, users={ARN + "ticket-old": ("role/ticket-r",)}, role={"attached": attached}))
    assert actions(changes) == [("update_role", "ticket-r"), ("remove_policy", "ticket-old")]
    assert len(items(changes)["roles"][0]["managed_policies"]) == 10


def test_a_boundary_is_managed_when_it_is_declared() -> None:
    bound = {"boundary": ARN + "bound"}
    assert actions(planned(observed(role=bound))) == []
    desired = replace(DESIRED, roles={"ticket-r": replace(ROLE, **bound)})
    (change,) = [change for change in plan("ticket", desired, observed(), 10) if change.plan.steps]
    assert change.plan.steps[0].fields == ("permissions_boundary",)
    assert change.plan.steps[0].request["boundary"] == ARN + "bound"


def test_a_profile_with_another_role_is_changed() -> None:
    changes = planned(observed(profile={"role": "other"}))
    assert actions(changes) == [("update_instance_profile", "ticket-r")]
    assert changes[2].plan.steps[0].risk == "availability"
    assert planned(observed(profile={"role": None}))[2].plan.steps[0].risk == "none"


def test_teardown_removes_the_estates_only_and_in_order() -> None:
    neighbour = replace(POLICY, name="ticket-dev-p", tags=NEIGHBOUR)
    found = observed(neighbour, users={ARN + "ticket-p": ("role/ticket-r",)})
    assert actions(teardown("ticket", found)) == [
        ("remove_instance_profile", "ticket-r"),
        ("remove_role", "ticket-r"),
        ("remove_policy", "ticket-p"),
    ]
    assert items(teardown("ticket", found))["unwanted_roles"] == [{"name": "ticket-r"}]
    assert actions(teardown("ticket-dev", found)) == [("remove_policy", "ticket-dev-p")]


def test_the_order_in_which_answers_come_does_not_matter() -> None:
    first, second = replace(POLICY, name="ticket-a"), replace(POLICY, name="ticket-b")
    assert teardown("ticket", observed(first, second)) == teardown("ticket", observed(second, first))
    assert planned(observed(first, second)) == planned(observed(second, first))


def test_teardown_leaves_a_policy_that_strangers_use() -> None:
    found = observed(users={ARN + "ticket-p": ("role/ticket-r", "user/ann")})
    changes = teardown("ticket", found)
    assert ("remove_policy", "ticket-p") not in actions(changes)
    assert "user/ann" in changes[-1].plan.deferred[0].reason


def test_nothing_is_reported_as_changed_and_profile_and_role_keep_apart() -> None:
    report = Comparison("role", planned(observed(role={"tags": {}}, profile={"role": None})), [])
    result = report.result()
    assert result["changed"] is False
    assert [(step["action"], step["after"]) for step in result["steps"]] == [
        ("update_role", {"tags": OWN}),
        ("update_instance_profile", {"role": "ticket-r"}),
    ]
    assert [entry["after"] for entry in report.diff()] == [{"tags": OWN}, {"role": "ticket-r"}]
