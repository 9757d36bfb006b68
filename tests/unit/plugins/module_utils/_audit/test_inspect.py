# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The whole audit on an account in memory: what is asked, what is not, and how much is kept."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.roles import access_roles
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.spec import parse
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._audit.gateway import AuditGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._audit.inspect import inspect

from tests.support.audit_account import AuditAccount, options
from tests.support.emulator import ACCOUNT, REGION

MEGABYTE = 2**20
SERVICE = {"name": "reservation-api", "tables": ["reservation-*"], "event_bus": "b", "log_groups": ["/aws/ecs/r"]}
TABLES = [{"name": "users"}, {"name": "reservation-orders"}]
ROLES = access_roles(
    TABLES,
    {
        "name": "ticket",
        "account_id": ACCOUNT,
        "regions": [REGION],
        "services": [
            {"name": "reservation-api", "tables": ["reservation-*"], "event_bus": "b", "log_groups": ["/aws/ecs/r"]}
        ],
        "kms_key_id": "1234abcd-12ab-34cd-56ef-1234567890ab",
    },
)


def audited(account: AuditAccount, impatient: AuditAccount | None = None, **given: Any) -> dict[str, list[str]]:
    """The resources of the findings, by id."""
    params = options(**given)
    gateway = AuditGateway(account, impatient or account)  # type: ignore[arg-type]
    found: dict[str, list[str]] = {}
    for finding in inspect(params, parse(params, REGION), gateway):
        found.setdefault(finding.id, []).append(finding.resource)
    return found


def described(request: dict[str, Any], **more: Any) -> dict[str, Any]:
    name = request["TableName"]
    return {"Table": {"TableName": name, "TableArn": f"arn:table/{name}", "TableStatus": "ACTIVE", **more}}


def there(role: dict[str, Any]) -> dict[str, Any]:
    """The answer of GetRole for a role that is as declared."""
    return {"Role": {"RoleName": role["name"], "AssumeRolePolicyDocument": role["trust"]}}


def simulator(allowing: list[dict[str, Any]]) -> Any:
    """IAM's simulation, as far as identity policies without conditions decide."""

    def covers(statement: dict[str, Any], action: str, resource: str) -> bool:
        return any(fnmatchcase(action, each) for each in statement["Action"]) and any(
            fnmatchcase(resource, each) for each in statement["Resource"]
        )

    def simulate(request: dict[str, Any]) -> dict[str, Any]:
        results = []
        for action in request["ActionNames"]:
            decisions = [
                {
                    "EvalResourceName": resource,
                    "EvalResourceDecision": "allowed"
                    if any(covers(each, action, resource) for each in allowing)
                    else "implicitDeny",
                }
                for resource in request["ResourceArns"]
            ]
            results.append({"EvalActionName": action, "ResourceSpecificResults": decisions})
        return {"EvaluationResults": results}

    return simulate


def with_roles(allowing: list[dict[str, Any]], role: dict[str, Any]) -> AuditAccount:
    return AuditAccount(GetRole=lambda _request: there(role), SimulatePrincipalPolicy=simulator(allowing))


def test_a_role_with_its_declared_policies_passes_the_simulation() -> None:
    for role in ROLES:
        declared = [each for policy in role["policies"] for each in policy["document"]["Statement"]]
        account = with_roles(declared, role)
        found = audited(account, tables=TABLES, roles=[role])
        assert not found.keys() & {"permissions.simulation.allowed", "permissions.simulation.denied"}, role["name"]
        assert account.calls.count("SimulatePrincipalPolicy") >= 3


def test_a_role_that_may_less_or_more_does_not() -> None:
    for role in ROLES:
        assert audited(with_roles([], role), tables=TABLES, roles=[role])["permissions.simulation.denied"]
        everything = [{"Action": ["*"], "Resource": ["*"]}]
        found = audited(with_roles(everything, role), tables=TABLES, roles=[role])
        assert set(found["permissions.simulation.allowed"]) == {role["name"]}
        assert "permissions.simulation.denied" not in found


def test_a_wildcard_in_the_place_of_names_is_found_where_every_table_is_the_roles_own() -> None:
    role = ROLES[0]
    declared = [each for policy in role["policies"] for each in policy["document"]["Statement"]]
    wide = [{**each, "Resource": [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/*"]} for each in declared[:1]]
    found = audited(with_roles([*declared, *wide], role), tables=TABLES, roles=[role])
    assert set(found["permissions.simulation.allowed"]) == {role["name"]}


def test_what_does_not_know_simulations_is_asked_once_without_patience() -> None:
    account = with_roles([], ROLES[0])
    impatient = AuditAccount()
    impatient.errors["SimulatePrincipalPolicy"] = "ResponseParserError"
    found = audited(account, impatient, tables=TABLES, roles=ROLES[:1])
    assert found["unseen.service"] == [f"role {ROLES[0]['name']}"]
    assert (impatient.calls, account.calls.count("SimulatePrincipalPolicy")) == (["SimulatePrincipalPolicy"], 0)


def test_a_role_that_is_not_there_is_asked_nothing() -> None:
    account = AuditAccount()
    assert not [key for key in audited(account, tables=TABLES, roles=ROLES) if key.startswith("permissions")]
    assert not {"SimulatePrincipalPolicy", "ListRolePolicies", "ListOpenIDConnectProviders"} & {*account.calls}


def test_what_nobody_demands_is_not_read() -> None:
    account = AuditAccount(ListTables={"TableNames": ["ticket-users"]}, DescribeTable=described)
    audited(account, tables=TABLES, protection=[])
    unasked = {"ListBackups", "ListProtectedResources", "DescribeContinuousBackups", "DescribeTimeToLive"}
    assert not unasked & {*account.calls}


def test_the_newest_backup_of_the_very_table_counts() -> None:
    now = datetime.now(UTC)
    backups = [
        {"TableName": "ticket-users", "TableId": table, "BackupStatus": status, "BackupCreationDateTime": made}
        for table, status, made in (
            ("old", "AVAILABLE", now),
            ("new", "CREATING", now),
            ("new", "AVAILABLE", now - timedelta(days=40)),
            ("new", "AVAILABLE", now - timedelta(days=3)),
        )
    ]
    account = AuditAccount(
        ListTables={"TableNames": ["ticket-users"]},
        DescribeTable=lambda request: described(request, TableId="new"),
        ListBackups={"BackupSummaries": backups},
    )
    given = {"tables": TABLES[:1], "protection": ["backups"]}
    assert "protection.backups.missing" not in audited(account, **given)
    assert audited(account, **given, backup_days=2)["protection.backups.missing"] == ["ticket-users"]


def test_backups_of_aws_backup_count_but_not_those_of_an_earlier_table() -> None:
    now = datetime.now(UTC)

    def vault(*rows: tuple[str, str, int]) -> dict[str, Any]:
        keys = ("ResourceArn", "ResourceType", "LastBackupTime")
        return {"Results": [dict(zip(keys, (*row[:2], now - timedelta(days=row[2])), strict=True)) for row in rows]}

    account = AuditAccount(
        ListTables={"TableNames": ["ticket-users"]},
        DescribeTable=lambda request: described(request, CreationDateTime=now - timedelta(days=10)),
        ListProtectedResources=vault(("arn:table/ticket-users", "DynamoDB", 3), ("arn:table/other", "S3", 1)),
    )
    given = {"tables": TABLES[:1], "protection": ["backups"]}
    assert "protection.backups.missing" not in audited(account, **given)
    assert audited(account, **given, backup_days=2)["protection.backups.missing"] == ["ticket-users"]
    account.answers["ListProtectedResources"] = vault(("arn:table/ticket-users", "DynamoDB", 11))
    assert audited(account, **given)["protection.backups.missing"] == ["ticket-users"]
    account.errors["ListProtectedResources"] = "AccessDeniedException"
    found = audited(account, **given)
    assert found["protection.backups.missing"] == ["ticket-users"]
    assert found["unseen.permission"] == ["all backups of AWS Backup"]


def test_neighbours_are_left_in_peace_and_strangers_are_named() -> None:
    tagged = [("ManagedBy", "traffic_tacos.dynamodb"), ("Estate", "ticket-dev")]
    owned = {
        "ResourceARN": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ticket-dev-users",
        "Tags": [{"Key": key, "Value": value} for key, value in tagged],
    }
    names = ["other", "ticket-dev-users", "ticket-old", "ticket-users"]
    account = AuditAccount(
        ListTables={"TableNames": names}, GetResources={"ResourceTagMappingList": [owned]}, DescribeTable=described
    )
    found = audited(account, tables=TABLES[:1])
    assert found["drift.table.stranger"] == ["ticket-old"]
    assert found["monitoring.alarm.missing"] == ["ticket-users"]


def test_nobody_is_a_stranger_while_it_cannot_be_seen_whose_tables_are() -> None:
    account = AuditAccount(ListTables={"TableNames": ["ticket-dev-users", "ticket-users"]}, DescribeTable=described)
    account.errors = {"GetResources": "AccessDenied"}
    found = audited(account, tables=TABLES[:1])
    assert "drift.table.stranger" not in found
    assert "unseen.permission" in found


def test_a_comparison_that_was_denied_says_that_no_drift_is_known() -> None:
    denied = {"failures": [{"action": "cloudwatch:DescribeAlarms", "code": "AccessDenied", "resource": "ticket"}]}
    found = audited(AuditAccount(), comparisons={"alarms": {**denied, "msg": "denied"}})
    assert found["unseen.comparison"] == ["alarms"]


def test_denied_calls_are_one_finding_each_however_many_tables_there_are() -> None:
    tables = [{"name": f"t{number}"} for number in range(50)]
    account = AuditAccount(
        ListTables={"TableNames": [f"ticket-t{number}" for number in range(50)]}, DescribeTable=described
    )
    account.errors = {
        "GetResourcePolicy": "AccessDenied",
        "DescribeAlarms": "AccessDenied",
        "GetResources": "AccessDenied",
    }
    found = audited(account, tables=tables, protection=[])
    assert len(found["unseen.permission"]) == 3
    assert "monitoring.alarm.missing" not in found


def test_memory_does_not_grow_with_the_number_of_tables() -> None:
    """Each description has 20 kB, so that 3,000 at once would need 60 MB."""
    names = [f"ticket-t{number}" for number in range(3000)]
    account = AuditAccount(
        ListTables={"TableNames": names}, DescribeTable=lambda request: described(request, Padding=bytearray(20_000))
    )
    tracemalloc.start()
    found = audited(
        account, tables=[{"name": name.removeprefix("ticket-")} for name in names], protection=["encryption"]
    )
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found["protection.encryption.off"]) == 3000
    assert peak < 40 * MEGABYTE, f"{peak / MEGABYTE:.0f} MB"
