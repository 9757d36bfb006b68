# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The audit, as people run it: nothing bad on a converged estate, all that somebody changed by hand, no write."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import yaml

from tests.support.emulator import ACCOUNT, REGION, Emulator
from tests.support.playbooks import Played, play, writes
from tests.support.shaping_proxy import Fault, ShapingProxy

ISSUER = "oidc.eks.ap-northeast-2.amazonaws.com/id/EXAMPLE"
EKS = {"dynamodb_eks_oidc_provider": f"https://{ISSUER}", "dynamodb_eks_namespace": "tickets"}
HOSTILE = 'ticket-<b>"{{ 7*7 }}"</b>\u202e\u05d0'
USERS = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-users"
TRUST = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
SERVICE = "ticket-reservation-api-service-role"


def lines(played: Played) -> list[str]:
    """What the audit showed."""
    text = played.output.rpartition("audit : Findings]")[2].partition("\n\n")[0]
    found: list[str] = yaml.safe_load(text.partition("msg:")[2])
    return found


def ids(played: Played) -> set[str]:
    return {line for line in lines(played) if line.count(".") > 0 and " " not in line}


def deploy(emulator: Emulator) -> None:
    emulator.client("iam").create_open_id_connect_provider(
        Url=f"https://{ISSUER}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )
    done = play(emulator, "site", **EKS)
    assert done.returncode == 0, done.output
    emulator.forget()


def change_tables(emulator: Emulator) -> None:
    client = emulator.client("dynamodb")
    off = {"PointInTimeRecoveryEnabled": False}
    client.update_continuous_backups(TableName="ticket-users", PointInTimeRecoverySpecification=off)
    expiry = {"Enabled": False, "AttributeName": "ttl"}
    client.update_time_to_live(TableName="ticket-reservation-idempotency", TimeToLiveSpecification=expiry)
    opened = {
        "Version": "2012-10-17",
        "Statement": [{**TRUST, "Sid": "Open", "Action": "dynamodb:*", "Resource": USERS}],
    }
    client.put_resource_policy(ResourceArn=USERS, Policy=json.dumps(opened))
    for name, tags in (
        ("ticket-by-hand", []),
        ("ticket-dev-users", [("ManagedBy", "traffic_tacos.dynamodb"), ("Estate", "ticket-dev")]),
    ):
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=[{"Key": key, "Value": value} for key, value in tags],
        )
    client.delete_table(TableName="ticket-reservation-outbox")


def change_alarms(emulator: Emulator) -> None:
    client = emulator.client("cloudwatch")
    client.delete_alarms(AlarmNames=["ticket-users-email-index-read-throttle"])
    client.disable_alarm_actions(AlarmNames=["ticket-users-read-throttle"])
    client.put_metric_alarm(
        AlarmName=HOSTILE,
        MetricName="ReadThrottledEvents",
        Namespace="AWS/DynamoDB",
        Dimensions=[{"Name": "TableName", "Value": "ticket-users"}],
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=2,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
    )


def change_access(emulator: Emulator) -> None:
    client = emulator.client("iam")
    for provider in client.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        client.delete_open_id_connect_provider(OpenIDConnectProviderArn=provider["Arn"])
    role = "ticket-dynamodb-application-role"
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    client.update_assume_role_policy(RoleName=role, PolicyDocument=trust)
    anything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [anything]})
    client.put_role_policy(RoleName=role, PolicyName="more", PolicyDocument=document)
    made = client.create_policy(PolicyName="admin", PolicyDocument=document)["Policy"]
    client.attach_role_policy(RoleName=role, PolicyArn=made["Arn"])


CHANGES: tuple[tuple[Callable[[Emulator], None], set[str]], ...] = (
    (
        change_tables,
        {
            "protection.recovery.off",
            "drift.table.recovery",
            "protection.ttl.off",
            "drift.table.ttl",
            "protection.policy.public",
            "drift.table.stranger",
            "drift.table.missing",
            "permissions.policy.stale",
            "monitoring.alarm.orphan",
        },
    ),
    (
        change_alarms,
        {
            "drift.alarm.missing",
            "monitoring.alarm.missing",
            "drift.alarm.silenced",
            "monitoring.alarm.muted",
            "monitoring.metric.unknown",
            "monitoring.alarm.unheard",
        },
    ),
    (
        change_access,
        {
            "permissions.provider.missing",
            "permissions.trust.public",
            "drift.role.trust",
            "permissions.inline.undeclared",
            "permissions.policy.undeclared",
        },
    ),
)


def test_an_estate_that_is_as_declared_and_one_that_was_changed_by_hand(emulator: Emulator, tmp_path: Path) -> None:
    deploy(emulator)
    clean = play(emulator, "audit", **EKS)
    assert clean.returncode == 0, clean.output
    assert ids(clean) == {"unseen.service"}, "moto cannot simulate"
    assert (clean.recap("changed"), writes(emulator)) == (0, [])

    expected = {"unseen.service"}
    for change, found in CHANGES:
        change(emulator)
        expected |= found
    emulator.forget()
    demanded = ["recovery", "deletion_protection"]
    page = str(tmp_path / "audit.html")
    changed = play(emulator, "audit", **EKS, dynamodb_audit_protection=demanded, dynamodb_report_path=page)
    assert changed.returncode != 0
    assert ids(changed) == expected | {"protection.deletion.off"}
    assert (changed.recap("changed"), writes(emulator)) == (0, [])
    assert "findings are high or worse" in changed.output
    shown = "\n".join(lines(changed))
    assert "ticket-dev-users" not in shown, "a neighbour's table is not ours"
    assert HOSTILE.replace("\u202e", "\\u202e") in shown
    assert "statement Open" in shown
    report = json.loads((tmp_path / "audit.json").read_text())
    assert report["kind"] == "audit"
    assert {finding["id"] for finding in report["findings"]} == ids(changed)


def test_severity_none_never_fails_and_an_empty_account_is_all_drift(emulator: Emulator) -> None:
    empty = play(emulator, "audit", dynamodb_audit_severity="none")
    assert empty.returncode == 0, empty.output
    assert ids(empty) == {
        "drift.table.missing",
        "drift.policy.missing",
        "drift.role.missing",
        "drift.alarm.missing",
        "drift.profile.missing",
    }
    assert writes(emulator) == []
    wrong = play(emulator, "audit", dynamodb_audit_severity="hihg")
    assert wrong.returncode != 0
    assert "hihg" in wrong.output


DENIED = {
    "dynamodb:GetResourcePolicy": "dynamodb",
    "dynamodb:DescribeTimeToLive": "dynamodb",
    "cloudwatch:DescribeAlarms": "monitoring",
    "iam:GetRole": "iam",
}


def test_what_may_not_be_read_is_a_finding_and_the_rest_goes_on(proxy: ShapingProxy) -> None:
    proxy.client("dynamodb").create_table(
        TableName="ticket-by-hand",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    tables = [{"name": "by-hand", "hash_key": "id", "ttl_enabled": True, "ttl_attribute": "at"}]
    code, message = "AccessDeniedException", "not you"
    proxy.faults.replace(
        *(
            Fault("refusal", service=service, operation=permission.split(":")[1], code=code, message=message)
            for permission, service in DENIED.items()
        )
    )
    played = play(proxy, "audit", dynamodb_tables=tables, dynamodb_audit_severity="none")
    assert played.returncode == 0, played.output
    shown = "\n".join(lines(played))
    for permission in DENIED:
        assert f"({permission} on " in shown, shown
    assert ids(played) >= {"unseen.permission", "protection.recovery.off"}
    assert not ids(played) & {"monitoring.alarm.missing", "protection.ttl.off", "drift.role.missing"}


def test_another_account_ends_the_audit(emulator: Emulator) -> None:
    refused = play(emulator, "audit", dynamodb_account_id="111111111111")
    assert refused.returncode != 0
    assert "is meant for account 111111111111" in refused.output
    assert set(emulator.operations()) == {"GetCallerIdentity"}
