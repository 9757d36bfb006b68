# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Policy and trust documents, line by line."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.documents import differing
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.roles import access_roles
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused

ACCOUNT = "137406935518"
REGION = "ap-northeast-2"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/oidc.eks.{REGION}.amazonaws.com/id/A1"
ISSUER = f"oidc.eks.{REGION}.amazonaws.com/id/A1"
TABLES = [{"name": "users"}, {"name": "reservation-orders"}, {"name": "old", "table_name": "legacy"}]
SERVICE = {"name": "reservation-api", "tables": ["reservation-*"]}


def roles(tables: Any = None, **settings: Any) -> list[dict[str, Any]]:
    given = {"name": "ticket", "account_id": ACCOUNT, "regions": [REGION], "services": [SERVICE], **settings}
    return access_roles(TABLES if tables is None else tables, given)


def statements(role: dict[str, Any], policy: int = 0) -> dict[str, Any]:
    """The statements of a role's policy by Sid."""
    document = role["policies"][policy]["document"]
    assert document["Version"] == "2012-10-17"
    assert len({entry["Sid"] for entry in document["Statement"]}) == len(document["Statement"])
    return {entry["Sid"]: entry for entry in document["Statement"]}


def trusts(role: dict[str, Any]) -> dict[str, Any]:
    assert role["trust"]["Version"] == "2012-10-17"
    return {entry["Sid"]: entry for entry in role["trust"]["Statement"]}


def table(name: str, region: str = REGION) -> str:
    return f"arn:aws:dynamodb:{region}:{ACCOUNT}:table/{name}"


def test_names() -> None:
    found = [(role["name"], [policy["name"] for policy in role["policies"]]) for role in roles()]
    # A service without any statement would have no policy, as an empty one is none
    assert found == [
        ("ticket-dynamodb-application-role", ["ticket-dynamodb-access-policy"]),
        ("ticket-dynamodb-readonly-role", ["ticket-dynamodb-readonly-policy"]),
        ("ticket-reservation-api-service-role", ["ticket-reservation-api-service-policy"]),
    ]


def test_every_role_may_search_the_declared_vector_indexes_of_its_tables_and_no_other() -> None:
    index = {"name": "by-text", "vector_attribute": "v", "dimensions": 3, "distance_function": "COSINE"}
    tables = [TABLES[0], {**TABLES[1], "vector_indexes": [index]}, {**TABLES[2], "vector_indexes": []}]
    places = [f"{table('ticket-reservation-orders', region)}/index/by-text" for region in (REGION, "us-east-1")]
    for role in roles(tables, regions=[REGION, "us-east-1"]):
        allowed = statements(role)["VectorIndexes"]
        assert (allowed["Action"], allowed["Resource"]) == (["dynamodb:SearchVectors"], places)
    assert all("VectorIndexes" not in statements(role) for role in roles()[:2])


def test_the_application_role_may_use_every_item_of_every_table() -> None:
    found = statements(roles()[0])
    assert list(found) == ["Tables", "Indexes"]
    assert found["Tables"] == {
        "Sid": "Tables",
        "Effect": "Allow",
        "Action": [
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
            "dynamodb:Query",
            "dynamodb:Scan",
            "dynamodb:BatchGetItem",
            "dynamodb:BatchWriteItem",
        ],
        "Resource": [table("ticket-users"), table("ticket-reservation-orders"), table("legacy")],
    }
    assert found["Indexes"]["Action"] == ["dynamodb:Query", "dynamodb:Scan"]
    assert found["Indexes"]["Resource"] == [
        table("ticket-users/index/*"),
        table("ticket-reservation-orders/index/*"),
        table("legacy/index/*"),
    ]


def test_the_readonly_role_reads() -> None:
    found = statements(roles()[1])
    assert found["Tables"]["Action"] == [
        "dynamodb:GetItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:BatchGetItem",
        "dynamodb:DescribeTable",
    ]
    assert found["Indexes"]["Action"] == ["dynamodb:Query", "dynamodb:Scan"]


def test_a_service_gets_its_tables_bus_and_log_groups() -> None:
    service = {**SERVICE, "event_bus": "ticket-reservation-events", "log_groups": ["/aws/ecs/reservation-api"]}
    found = statements(roles(services=[service])[2])
    assert found["Tables"]["Resource"] == [table("ticket-reservation-orders")]
    assert found["Events"]["Action"] == ["events:PutEvents"]
    assert found["Events"]["Resource"] == [f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/ticket-reservation-events"]
    assert found["Logs"]["Action"] == ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]
    assert found["Logs"]["Resource"] == [f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/ecs/reservation-api*"]


def test_a_service_without_tables_keeps_role_and_policy() -> None:
    service = {**SERVICE, "event_bus": "bus"}
    assert list(statements(roles([{"name": "users"}], services=[service], kms_key_id=KEY)[2])) == ["Events"]
    assert roles([{"name": "users"}])[2]["policies"] == []


def test_tables_that_shall_go_are_not_granted() -> None:
    found = statements(roles([*TABLES, {"name": "gone", "state": "absent"}])[0])
    assert table("ticket-gone") not in found["Tables"]["Resource"]


def test_without_a_key_of_the_customer_there_is_no_word_of_keys() -> None:
    for key in (None, "", "alias/aws/dynamodb", f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/aws/dynamodb"):
        assert "Keys" not in statements(roles(kms_key_id=key)[0])


@pytest.mark.parametrize(
    ("given", "resources"),
    [
        (KEY, [KEY]),
        ("1234abcd-12ab-34cd-56ef-1234567890ab", [KEY]),
        ("alias/ticket", [f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/ticket"]),
    ],
)
def test_the_key(given: str, resources: list[str]) -> None:
    application, readonly, service = (statements(role)["Keys"] for role in roles(kms_key_id=given))
    assert readonly["Action"] == ["kms:Decrypt", "kms:DescribeKey"]
    assert application["Action"] == service["Action"]
    assert application["Action"] == [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
    ]
    for found in (application, readonly):
        assert found["Resource"] == resources
        assert found["Condition"] == {"StringEquals": {"kms:ViaService": [f"dynamodb.{REGION}.amazonaws.com"]}}


def test_each_role_gets_the_keys_of_its_own_tables() -> None:
    own = {"name": "users", "server_side_encryption": {"kms_key_arn": f"{KEY}0"}}
    plain = {"name": "plain", "server_side_encryption": {"enabled": False}}
    orders = {"name": "reservation-orders"}
    application, _readonly, service = roles([own, plain, orders], kms_key_id=KEY)
    assert statements(application)["Keys"]["Resource"] == [f"{KEY}0", KEY]
    assert statements(service)["Keys"]["Resource"] == [KEY]
    application, _readonly, service = roles([own, orders])
    assert statements(application)["Keys"]["Resource"] == [f"{KEY}0"]
    assert "Keys" not in statements(service)
    assert "Keys" not in statements(roles([plain], kms_key_id=KEY)[0])


def test_several_regions() -> None:
    mrk = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/mrk-1"
    found = statements(roles(regions=[REGION, "us-east-1"], kms_key_id=mrk)[1])
    assert table("ticket-users", "us-east-1") in found["Tables"]["Resource"]
    assert table("ticket-users/index/*", "us-east-1") in found["Indexes"]["Resource"]
    assert found["Keys"]["Resource"] == [mrk, f"arn:aws:kms:us-east-1:{ACCOUNT}:key/mrk-1"]
    assert found["Keys"]["Condition"]["StringEquals"]["kms:ViaService"] == [
        f"dynamodb.{REGION}.amazonaws.com",
        "dynamodb.us-east-1.amazonaws.com",
    ]
    with pytest.raises(Refused, match="alias of one region"):
        roles(regions=[REGION, "us-east-1"], kms_key_id="alias/ticket")


def test_the_partition_is_the_regions() -> None:
    service = {**SERVICE, "event_bus": "bus"}
    found = roles(regions=["cn-north-1"], services=[service], eks_oidc_provider="oidc.eks/A", eks_namespace="n")[2]
    assert f"arn:aws-cn:dynamodb:cn-north-1:{ACCOUNT}:table/ticket-reservation-orders" in str(found)
    assert "arn:aws:" not in str(found)


def test_ec2_and_ecs_have_statements_of_their_own() -> None:
    for role in roles()[:2]:
        assert trusts(role) == {
            "Ec2": {
                "Sid": "Ec2",
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            },
            "EcsTasks": {
                "Sid": "EcsTasks",
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": ACCOUNT},
                    "ArnLike": {"aws:SourceArn": [f"arn:aws:ecs:{REGION}:{ACCOUNT}:*"]},
                },
            },
        }
    assert "Condition" not in trusts(roles(ecs_source_guards=False)[0])["EcsTasks"]


def test_a_service_is_trusted_by_ecs_and_without_a_provider_by_nobody_else() -> None:
    assert list(trusts(roles()[2])) == ["EcsTasks"]


@pytest.mark.parametrize("given", [PROVIDER, f"https://{ISSUER}", ISSUER, [PROVIDER]])
def test_pods_through_the_oidc_provider(given: Any) -> None:
    found = trusts(roles(eks_oidc_provider=given, eks_namespace="tickets")[2])
    assert found["EksServiceAccount"] == {
        "Sid": "EksServiceAccount",
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                f"{ISSUER}:aud": "sts.amazonaws.com",
                f"{ISSUER}:sub": "system:serviceaccount:tickets:reservation-api",
            }
        },
    }


def test_each_cluster_has_a_statement() -> None:
    found = trusts(roles(eks_oidc_provider=[PROVIDER, f"{PROVIDER}2"], eks_namespace="tickets")[2])
    assert found["EksServiceAccount2"]["Principal"] == {"Federated": f"{PROVIDER}2"}
    assert f"{ISSUER}2:sub" in found["EksServiceAccount2"]["Condition"]["StringEquals"]


def test_pods_through_pod_identity() -> None:
    service = {**SERVICE, "eks_namespace": "orders", "eks_service_account": "api"}
    found = trusts(roles(services=[service], eks_pod_identity_cluster="main", eks_namespace="tickets")[2])
    assert found["EksPodIdentity"] == {
        "Sid": "EksPodIdentity",
        "Effect": "Allow",
        "Principal": {"Service": "pods.eks.amazonaws.com"},
        "Action": ["sts:AssumeRole", "sts:TagSession"],
        "Condition": {
            "StringEquals": {
                "aws:RequestTag/eks-cluster-arn": [f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/main"],
                "aws:RequestTag/kubernetes-namespace": "orders",
                "aws:RequestTag/kubernetes-service-account": "api",
            }
        },
    }


def test_a_service_may_stay_out_of_ecs_or_eks() -> None:
    service = {**SERVICE, "ecs": False}
    assert list(trusts(roles(services=[service], eks_oidc_provider=PROVIDER, eks_namespace="n")[2])) == [
        "EksServiceAccount"
    ]
    service = {**SERVICE, "eks": False}
    assert list(trusts(roles(services=[service], eks_oidc_provider=PROVIDER)[2])) == ["EcsTasks"]


def test_settings_for_all_roles() -> None:
    boundary, further = f"arn:aws:iam::{ACCOUNT}:policy/bound", "arn:aws:iam::aws:policy/ReadOnlyAccess"
    principals = ["210987654321", f"arn:aws:iam::{ACCOUNT}:role/ci", "lambda.amazonaws.com"]
    found = roles(
        path="/tacos/", permissions_boundary=boundary, managed_policies=[further], trusted_principals=principals
    )
    for role in found:
        assert (role["path"], role["permissions_boundary"]) == ("/tacos/", boundary)
        assert role["managed_policies"] == [further]
        assert trusts(role)["TrustedPrincipals"]["Principal"] == {
            "AWS": ["arn:aws:iam::210987654321:root", f"arn:aws:iam::{ACCOUNT}:role/ci"]
        }
        assert trusts(role)["TrustedServices"]["Principal"] == {"Service": ["lambda.amazonaws.com"]}


def test_the_instance_profile_is_the_application_roles() -> None:
    assert [role["instance_profile"] for role in roles()] == [False, False, False]
    assert [role["instance_profile"] for role in roles(instance_profile=True)] == [True, False, False]


def test_no_wildcard_stands_for_account_region_or_name() -> None:
    for role in roles(services=[{**SERVICE, "event_bus": "bus"}], kms_key_id=KEY):
        for found in statements(role).values():
            for resource in found["Resource"]:
                assert "*" not in resource.removesuffix("/index/*"), resource


def test_statements_that_differ() -> None:
    one = {"Sid": "A", "Effect": "Allow", "Action": ["a:X"], "Resource": ["r", "s"]}
    same = {"Resource": ["s", "r"], "Sid": "A", "Effect": "Allow", "Action": "a:X"}
    other = {**one, "Sid": "B"}
    assert differing({"Statement": [one, other]}, {"Statement": same}) == [other]
    assert differing({"Statement": same}, {"Statement": [one, other]}) == []
    assert differing("unreadable", {"Statement": [one]}) == []
