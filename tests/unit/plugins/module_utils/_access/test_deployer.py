# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The deployer's policy documents: what is in them, and what only then."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.deployer import deployer_policies
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.documents import size
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.packing import POLICY_LIMIT
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused

from tests.support.iam_policies import Check, allowed

ACCOUNT, REGION = "137406935518", "ap-northeast-2"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ticket-dynamodb-application-role"
POLICY = f"arn:aws:iam::{ACCOUNT}:policy/ticket-dynamodb-access-policy"
STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/changes"
VIA = {"kms:ViaService": f"dynamodb.{REGION}.amazonaws.com"}
USERS: dict[str, Any] = {"name": "users"}


def policies(*tables: dict[str, Any], **settings: Any) -> dict[str, list[dict[str, Any]]]:
    given = {"name": "ticket", "account_id": ACCOUNT, "regions": [REGION], **settings}
    return deployer_policies(list(tables or (USERS,)), given)


def may(action: str, resource: str, *tables: dict[str, Any], context: Any = None, **settings: Any) -> set[str]:
    """The purposes whose documents allow it."""
    check = Check(action, resource, context or {})
    return {purpose for purpose, found in policies(*tables, **settings).items() if allowed(check, found)}


def table(name: str, region: str = REGION) -> str:
    return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{name}"


def actions(found: list[dict[str, Any]]) -> set[str]:
    return {action for document in found for statement in document["Statement"] for action in statement["Action"]}


def test_tables_are_named_exactly() -> None:
    tables = ({"name": "users"}, {"name": "old", "table_name": "legacy"})
    for name in ("ticket-users", "legacy"):
        assert may("dynamodb:DescribeTable", table(name), *tables) == {"read"}
        assert may("dynamodb:UpdateTable", table(name), *tables) == {"deploy"}
        assert may("dynamodb:DeleteTable", table(name), *tables) == {"teardown"}
    for strange in ("ticket-old", "ticket-users2", "ticket-dev-users", "legacy/index/x"):
        assert may("dynamodb:DescribeTable", table(strange), *tables) == set()
    assert may("dynamodb:DescribeTable", table("ticket-users", "us-east-1"), *tables) == set()
    assert may("dynamodb:DescribeTable", table("ticket-users", "us-east-1"), regions=[REGION, "us-east-1"]) == {"read"}


def test_only_what_is_declared_absent_or_replaced_is_deleted_by_a_deployment() -> None:
    gone, replaced = {"name": "gone", "state": "absent"}, {"name": "new", "replace_table_id": "1"}
    tables = (USERS, gone, replaced)
    assert may("dynamodb:DeleteTable", table("ticket-users"), *tables) == {"teardown"}
    assert may("dynamodb:DeleteTable", table("ticket-gone"), *tables) == {"deploy", "teardown"}
    assert may("dynamodb:DeleteTable", table("ticket-new"), *tables) == {"deploy", "teardown"}
    assert may("dynamodb:CreateBackup", table("ticket-gone"), *tables) == set()
    assert may("dynamodb:CreateBackup", table("ticket-new"), *tables) == {"deploy"}
    assert may("dynamodb:ListBackups", "*", *tables) == {"deploy"}
    assert may("dynamodb:ListBackups", "*") == set()


SCALES = {"name": "users", "billing_mode": "PROVISIONED", "autoscaling": {"read": {"enabled": False}}}
EXTRAS = [
    (
        {"billing_mode": "PROVISIONED"},
        {"application-autoscaling:DescribeScalableTargets", "dynamodb:DescribeLimits"},
        set(),
    ),
    ({"warm_throughput": {"read_units_per_second": 13000}}, {"dynamodb:DescribeLimits"}, set()),
    (
        SCALES,
        {"application-autoscaling:DescribeScalableTargets"},
        {"application-autoscaling:RegisterScalableTarget", "iam:CreateServiceLinkedRole"},
    ),
    (
        {"global_secondary_indexes": [{"name": "i", "contributor_insights": {"enabled": True}}]},
        {"dynamodb:DescribeContributorInsights"},
        {"dynamodb:UpdateContributorInsights", "iam:CreateServiceLinkedRole"},
    ),
    (
        {"resource_policy": ""},
        {"dynamodb:GetResourcePolicy"},
        {"dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy"},
    ),
    (
        {"stream_resource_policy": {}},
        {"dynamodb:GetResourcePolicy"},
        {"dynamodb:PutResourcePolicy", "dynamodb:DeleteResourcePolicy"},
    ),
    (
        {"kinesis_streaming_destination": {"enabled": False}},
        {"dynamodb:DescribeKinesisStreamingDestination"},
        {f"dynamodb:{verb}KinesisStreamingDestination" for verb in ("Enable", "Disable", "Update")},
    ),
    (
        {"kinesis_streaming_destination": {"stream_arn": STREAM}},
        {"kinesis:DescribeStream", "kinesis:DescribeStreamSummary"},
        {"kinesis:PutRecords", "kinesis:ListStreams", "iam:CreateServiceLinkedRole"},
    ),
]
IDS = ["provisioned", "warm", "scaling", "insights", "policy", "stream policy", "kinesis", "kinesis stream"]


@pytest.mark.parametrize(("entry", "reads", "writes"), EXTRAS, ids=IDS)
def test_an_extra_only_where_an_entry_names_it(entry: dict[str, Any], reads: set[str], writes: set[str]) -> None:
    plain, with_it = policies(), policies({**USERS, **entry})
    for purpose, wanted in (("read", reads), ("deploy", writes)):
        assert wanted <= actions(with_it[purpose])
        assert not wanted & actions(plain[purpose])


def test_policies_of_streams_of_whatever_label_and_no_other_kinesis_stream() -> None:
    entry = {**USERS, "stream_resource_policy": {}, "kinesis_streaming_destination": {"stream_arn": STREAM}}
    stream = f"{table('ticket-users')}/stream/2026-11-28T20:00:00.000"
    assert may("dynamodb:GetResourcePolicy", stream, entry) == {"read"}
    assert may("dynamodb:PutResourcePolicy", stream, entry) == {"deploy"}
    assert may("dynamodb:PutResourcePolicy", table("ticket-users"), entry) == set()
    assert may("kinesis:PutRecords", STREAM, entry) == {"deploy"}
    assert may("kinesis:PutRecords", f"{STREAM}-2", entry) == set()
    role = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/%s/AWSServiceRoleForDynamoDBKinesisDataStreamsReplication"
    service = "kinesisreplication.dynamodb.amazonaws.com"
    for asked, purposes in ((service, {"deploy"}), ("x.amazonaws.com", set())):
        context = {"iam:AWSServiceName": asked}
        assert may("iam:CreateServiceLinkedRole", role % service, entry, context=context) == purposes


def test_how_many_tables_there_are_and_may_be_is_read_everywhere() -> None:
    for action in ("dynamodb:ListTables", "servicequotas:GetServiceQuota"):
        assert may(action, "*") == {"read"}


def test_service_linked_roles_and_scaling_of_dynamodb_only() -> None:
    target = f"arn:aws:application-autoscaling:{REGION}:{ACCOUNT}:scalable-target/1"
    key = "application-autoscaling:service-namespace"
    for namespace, purposes in (("dynamodb", {"deploy", "teardown"}), ("ecs", set())):
        asked = {key: namespace}
        assert may("application-autoscaling:DeregisterScalableTarget", target, SCALES, context=asked) == purposes
    role = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/%s/AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
    for service, purposes in (
        ("dynamodb.application-autoscaling.amazonaws.com", {"deploy"}),
        ("x.amazonaws.com", set()),
    ):
        asked = {"iam:AWSServiceName": service}
        assert may("iam:CreateServiceLinkedRole", role % service, SCALES, context=asked) == purposes


def test_keys_are_used_through_dynamodb_only() -> None:
    assert may("kms:CreateGrant", KEY, context=VIA, kms_key_id=KEY) == {"deploy"}
    assert may("kms:Decrypt", KEY, kms_key_id=KEY) == set()
    assert may("kms:Decrypt", KEY.replace("1234abcd", "00000000"), context=VIA, kms_key_id=KEY) == set()
    assert may("kms:DescribeKey", KEY, kms_key_id=KEY) == {"read"}
    assert may("kms:DescribeKey", KEY) == set()
    for alias, purposes in (("alias/ticket", {"deploy"}), ("alias/other", set())):
        asked = {**VIA, "kms:ResourceAliases": [alias, "alias/further"]}
        assert may("kms:CreateGrant", KEY, context=asked, kms_key_id="alias/ticket") == purposes
    for alias, purposes in (("alias/ticket", {"read"}), ("alias/aws/dynamodb", {"read"}), ("alias/other", set())):
        assert may("kms:DescribeKey", KEY, context={"kms:RequestAlias": alias}, kms_key_id="alias/ticket") == purposes


def test_alarms_of_the_tables_and_those_that_are_named() -> None:
    def alarm(name: str) -> str:
        return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{name}"

    for name in ("ticket-users-read-throttle", "ticket-users-by-mail-write-throttle", "On call"):
        assert may("cloudwatch:PutMetricAlarm", alarm(name), alarms=["On call"]) == {"deploy"}
        assert may("cloudwatch:DeleteAlarms", alarm(name), alarms=["On call"]) == {"deploy", "teardown"}
        assert may("cloudwatch:ListTagsForResource", alarm(name), alarms=["On call"]) == {"read"}
    for name in ("ticket-orders-read-throttle", "ticket-dev-users-read-throttle", "On call"):
        assert may("cloudwatch:PutMetricAlarm", alarm(name)) == set()


BOUND = {"iam:PermissionsBoundary": BOUNDARY}
SHAPING = [
    ("iam:CreateRole", {}),
    ("iam:UpdateAssumeRolePolicy", {}),
    ("iam:AttachRolePolicy", {"iam:PolicyARN": POLICY}),
]


@pytest.mark.parametrize(("action", "context"), SHAPING)
def test_a_declared_boundary_is_demanded(action: str, context: dict[str, str]) -> None:
    with_it = {**context, **BOUND}
    assert may(action, ROLE, context=with_it, permissions_boundary=BOUNDARY) == {"deploy"}
    assert may(action, ROLE, context=context, permissions_boundary=BOUNDARY) == set()
    other = {**context, "iam:PermissionsBoundary": f"{BOUNDARY}-2"}
    assert may(action, ROLE, context=other, permissions_boundary=BOUNDARY) == set()
    assert may(action, ROLE, context=context) == {"deploy"}, "none is declared"
    assert may("iam:PutRolePermissionsBoundary", ROLE, context=BOUND) == set()


def test_nothing_takes_a_boundary_away_or_writes_inline_policies() -> None:
    for purpose in policies(permissions_boundary=BOUNDARY).values():
        assert not {"iam:DeleteRolePermissionsBoundary", "iam:PutRolePolicy", "iam:PassRole"} & actions(purpose)


def test_only_policies_of_the_estate_and_declared_ones_are_attached() -> None:
    guard = f"arn:aws:iam::{ACCOUNT}:policy/guard"
    for policy, purposes in ((POLICY, {"deploy"}), (f"{POLICY}-2", {"deploy"}), (guard, {"deploy"})):
        asked = {"iam:PolicyARN": policy}
        assert may("iam:AttachRolePolicy", ROLE, context=asked, managed_policies=[guard]) == purposes
    for policy in ("arn:aws:iam::aws:policy/AdministratorAccess", guard, POLICY.replace("ticket-", "ticket-dev-")):
        assert may("iam:AttachRolePolicy", ROLE, context={"iam:PolicyARN": policy}) == set()


def test_the_application_role_is_passed_to_ec2_only() -> None:
    for service, purposes in (("ec2.amazonaws.com", {"deploy"}), ("lambda.amazonaws.com", set())):
        asked = {"iam:PassedToService": service}
        assert may("iam:PassRole", ROLE, context=asked, instance_profile=True) == purposes
    readonly = ROLE.replace("application", "readonly")
    asked = {"iam:PassedToService": "ec2.amazonaws.com"}
    assert may("iam:PassRole", readonly, context=asked, instance_profile=True) == set()
    china = deployer_policies(
        [USERS], {"name": "t", "account_id": ACCOUNT, "regions": ["cn-north-1"], "instance_profile": True}
    )
    passed = next(each for each in china["deploy"][0]["Statement"] if each["Sid"] == "PassRole")
    assert passed["Resource"] == [f"arn:aws-cn:iam::{ACCOUNT}:role/t-dynamodb-application-role"]
    assert passed["Condition"]["StringEquals"]["iam:PassedToService"] == ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"]


def test_many_tables_are_spread_over_several_documents_and_all_are_there() -> None:
    tables = [{"name": f"table-{number:03}", "resource_policy": ""} for number in range(200)]
    found = policies(*tables, permissions_boundary=BOUNDARY)
    for purpose, action in (("read", "DescribeTable"), ("deploy", "PutResourcePolicy"), ("teardown", "DeleteTable")):
        documents = found[purpose]
        assert len(documents) > 1 and all(size(document) <= POLICY_LIMIT for document in documents)
        assert all(len({each["Sid"] for each in one["Statement"]}) == len(one["Statement"]) for one in documents)
        for entry in tables:
            assert allowed(Check(f"dynamodb:{action}", table(f"ticket-{entry['name']}")), documents)


REFUSED = [
    ({"name": "ticket*"}, "name: 'ticket*' has characters"),
    ({"path": "/*/"}, "path: '/*/' has characters"),
    ({"services": [{"name": "${aws:username}", "tables": []}]}, "services: '${aws:username}' has characters"),
    ({"alarms": ["ticket-?"]}, "alarms: 'ticket-?' has characters"),
    ({"permissions_boundary": POLICY}, "could rewrite it"),
    ({"permissions_boundary": f"{BOUNDARY}?"}, "permissions_boundary: "),
    ({"regionen": []}, "regionen: unknown field"),
]


@pytest.mark.parametrize(("settings", "problem"), REFUSED)
def test_what_would_make_it_wider_than_it_looks_is_refused(settings: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused) as refused:
        policies(**settings)
    assert any(problem in each for each in refused.value.problems), refused.value.problems


def test_a_kinesis_stream_with_a_wildcard_is_refused() -> None:
    with pytest.raises(Refused, match=r"kinesis_streaming_destination: .* has characters"):
        policies({**USERS, "kinesis_streaming_destination": {"stream_arn": STREAM.replace("changes", "*")}})


def test_a_condition_that_no_policy_holds_is_refused() -> None:
    with pytest.raises(Refused, match="Attach does not fit"):
        policies(managed_policies=[f"arn:aws:iam::{ACCOUNT}:policy/{number:0100}" for number in range(50)])
