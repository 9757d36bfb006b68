# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The role iam deploys what is declared, and changes what is declared otherwise."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.emulator import ACCOUNT, REGION, Emulator
from tests.support.iam_role import (
    ACCESS_POLICY,
    APPLICATION,
    EC2_TRUST,
    ECS_TRUST,
    EVENTS,
    ITEM_ACTIONS,
    LOGS,
    NAMES,
    OWN,
    READ_ACTIONS,
    READONLY,
    READONLY_POLICY,
    SERVICE,
    SERVICE_POLICY,
    Role,
    document,
    table_statements,
    tags,
)


@pytest.fixture
def role(emulator: Emulator, tmp_path: Path) -> Role:
    return Role(emulator, tmp_path)


def test_check_do_check_do(role: Role) -> None:
    planned = role.run("--check", "--diff", dynamodb_tags={"Team": "tacos"}, dynamodb_instance_profile=True)
    assert planned.result["summary"] == {"add": 7, "change": 0, "remove": 0, "keep": 0}
    assert role.writes() == []
    assert role.names() == set()
    assert "ticket-dynamodb-access-policy (declared)" in planned.output

    done = role.run(dynamodb_tags={"Team": "tacos"}, dynamodb_instance_profile=True)
    assert done.result["steps"] == planned.result["steps"]
    assert (planned.result["changed"], done.result["changed"]) == (True, True)
    assert role.document(ACCESS_POLICY) == document(*table_statements(ITEM_ACTIONS, NAMES))
    assert role.document(READONLY_POLICY) == document(*table_statements(READ_ACTIONS, NAMES))
    assert role.document(SERVICE_POLICY) == document(*table_statements(ITEM_ACTIONS, NAMES[3:]), EVENTS, LOGS)
    assert role.trust(APPLICATION) == role.trust(READONLY) == document(EC2_TRUST, ECS_TRUST)
    assert role.trust(SERVICE) == document(ECS_TRUST)
    assert role.attached(APPLICATION) == {ACCESS_POLICY}
    assert role.attached(READONLY) == {READONLY_POLICY}
    assert role.attached(SERVICE) == {SERVICE_POLICY}
    profile = role.iam.get_instance_profile(InstanceProfileName=APPLICATION)["InstanceProfile"]
    assert [holder["RoleName"] for holder in profile["Roles"]] == [APPLICATION]
    for answer in (
        role.iam.get_role(RoleName=SERVICE)["Role"],
        role.iam.get_policy(PolicyArn=SERVICE_POLICY)["Policy"],
        profile,
    ):
        assert tags(answer) == {**OWN, "Team": "tacos"}

    for arguments in (("--check", "--diff"), ()):
        role.emulator.forget()
        again = role.run(*arguments, dynamodb_tags={"Team": "tacos"}, dynamodb_instance_profile=True)
        assert again.result["summary"] == {"add": 0, "change": 0, "remove": 0, "keep": 7}
        assert role.writes() == []
        # One request for each thing that is read, and no amazon.aws module
        assert sorted(role.emulator.operations()) == sorted(
            ["GetCallerIdentity", "ListPolicies", "GetInstanceProfile"]
            + 3 * ["GetRole", "ListAttachedRolePolicies", "GetPolicy", "GetPolicyVersion"]
        )
        assert again.recap("changed") == 0
        assert again.recap("skipped") == 1


def test_a_changed_table_list_changes_the_policies_only(role: Role) -> None:
    tables = [{"name": name, "hash_key": "pk"} for name in NAMES]
    role.run(dynamodb_tables=tables)
    changed = role.run(dynamodb_tables=[*tables, {"name": "reservation-refunds", "hash_key": "pk"}])
    assert changed.actions == [
        ("update_policy", "ticket-dynamodb-access-policy"),
        ("update_policy", "ticket-dynamodb-readonly-policy"),
        ("update_policy", "ticket-reservation-api-service-policy"),
    ]
    more = (*NAMES, "reservation-refunds")
    assert role.document(SERVICE_POLICY) == document(*table_statements(ITEM_ACTIONS, more[3:]), EVENTS, LOGS)
    assert len(role.iam.list_policy_versions(PolicyArn=ACCESS_POLICY)["Versions"]) == 1

    without = role.run(dynamodb_tables=tables[:3])
    assert without.result["summary"]["change"] == 3
    assert role.document(SERVICE_POLICY) == document(EVENTS, LOGS)


def test_a_service_that_is_no_longer_declared_keeps_a_role_without_policies(role: Role) -> None:
    role.run()
    done = role.run(dynamodb_services=[])
    assert done.actions == [("remove_policy", "ticket-reservation-api-service-policy")]
    assert role.attached(SERVICE) == set()


def test_an_alias_is_resolved_before_documents_are_compared(role: Role) -> None:
    kms = role.emulator.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/ticket", TargetKeyId=key)
    role.run(dynamodb_kms_key_id="alias/ticket")
    found = [entry for entry in role.document(READONLY_POLICY)["Statement"] if entry["Sid"] == "Keys"]
    assert found == [
        {
            "Sid": "Keys",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:DescribeKey"],
            "Resource": [key],
            "Condition": {"StringEquals": {"kms:ViaService": [f"dynamodb.{REGION}.amazonaws.com"]}},
        }
    ]
    assert role.run(dynamodb_kms_key_id="alias/ticket").result["steps"] == []
    role.emulator.forget()
    missing = role.run(ok=False, dynamodb_kms_key_id="alias/other")
    assert missing.result["failures"][0]["action"] == "kms:DescribeKey"
    assert role.writes() == []


def test_the_host_of_a_further_region_compares_only(role: Role) -> None:
    compared = role.run(dynamodb_regions=["us-east-1", REGION])
    assert compared.result["summary"]["add"] == 6
    assert role.writes() == []
    tables = role.run(dynamodb_regions=[REGION, "us-east-1"])
    assert tables.result["summary"]["add"] == 6
    resources = role.document(ACCESS_POLICY)["Statement"][0]["Resource"]
    assert len(resources) == 14 and f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/ticket-users" in resources


def test_more_tables_than_one_policy_holds(role: Role) -> None:
    tables = [{"name": f"table-{number:03}", "hash_key": "pk"} for number in range(60)]
    role.run(dynamodb_tables=tables, dynamodb_services=[])
    assert role.attached(APPLICATION) == {ACCESS_POLICY, f"{ACCESS_POLICY}-2"}
    fewer = role.run(dynamodb_tables=tables[:10], dynamodb_services=[])
    assert set(fewer.actions) == {
        ("update_policy", "ticket-dynamodb-access-policy"),
        ("update_policy", "ticket-dynamodb-readonly-policy"),
        ("update_role", APPLICATION),
        ("update_role", READONLY),
        ("remove_policy", "ticket-dynamodb-access-policy-2"),
        ("remove_policy", "ticket-dynamodb-readonly-policy-2"),
    }
    assert role.attached(APPLICATION) == {ACCESS_POLICY}
    assert role.names() == {
        *(APPLICATION, READONLY),
        *("ticket-dynamodb-access-policy", "ticket-dynamodb-readonly-policy"),
    }


def test_the_wrong_account_is_refused_before_anything_is_read(role: Role) -> None:
    refused = role.run(ok=False, dynamodb_account_id="210987654321")
    assert refused.result["refused"] is True
    assert role.emulator.operations() == ["GetCallerIdentity"]


def test_what_is_not_there_yet_is_tried_again(role: Role) -> None:
    """Ansible starts these modules the usual way, as it does on another interpreter than its own."""
    usual = {"ansible_python_interpreter": f"{Path(sys.executable).parent}/./{Path(sys.executable).name}"}
    missing = f"arn:aws:iam::{ACCOUNT}:policy/missing"
    tries = {"iam_write_retries": 1, "iam_write_delay": 0}
    small = {"dynamodb_tables": [{"name": "users", "hash_key": "pk"}], "dynamodb_services": []}
    failed = role.run("-vvv", ok=False, dynamodb_managed_policies=[missing], **small, **usual, **tries)
    assert "AnsiballZ_iam_managed_policy.py" in failed.output and "in a process of its own" not in failed.output
    assert f"Failed to attach policy {missing} to role" in " ".join(failed.output.split())
    assert "failed for a reason that passes: tried again in 0 s" in failed.output


def test_bad_settings_are_named_together_before_any_call(role: Role) -> None:
    refused = role.run(ok=False, dynamodb_eks_oidc_provider="https://*", dynamodb_managed_policies=["Admin"])
    assert "eks_oidc_provider[0]:" in refused.output and "managed_policies[0]:" in refused.output
    assert role.emulator.operations() == []
