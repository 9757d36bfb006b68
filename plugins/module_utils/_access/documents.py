# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policy and trust documents: every statement has a Sid, every resource is a full ARN."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies

from .._tables.names import partition_of, table_arn
from .grants import EVENT_ACTIONS, INDEX_ACTIONS, LOG_ACTIONS, VECTOR_ACTIONS, Grant
from .model import Document
from .packing import POLICY_LIMIT, pack

VERSION = "2012-10-17"
Statement = dict[str, Any]
Vectors = Mapping[str, Sequence[str]]
"""The names of vector indexes by table."""
COMMAS = 2
"""One in each of the two lists that a further table stands in."""
COMPACT = json.JSONEncoder(separators=(",", ":"))
"""Made once, as every table's share of a policy is measured."""


def listed(entry: Mapping[str, Any], field: str) -> list[Any]:
    """What a list of a table's entry holds; what is no list is refused where the table is deployed."""
    given = entry.get(field)
    return list(given) if isinstance(given, (list, tuple)) else []


def mappings(entry: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    """The mappings in such a list."""
    return [each for each in listed(entry, field) if isinstance(each, Mapping)]


@dataclass(frozen=True)
class Place:
    """The account and the regions that documents are about."""

    account_id: str
    regions: tuple[str, ...]

    @property
    def partition(self) -> str:
        return partition_of(self.regions[0])

    def arns(self, service: str, resource: str) -> list[str]:
        """The resource's ARN in each region; one that is an ARN already stays as it is."""
        if resource.startswith("arn:"):
            return [resource]
        return [f"arn:{self.partition}:{service}:{region}:{self.account_id}:{resource}" for region in self.regions]

    def iam(self, resource: str) -> str:
        """The ARN of a resource of IAM, which has no region; one that is an ARN already stays as it is."""
        return resource if resource.startswith("arn:") else f"arn:{self.partition}:iam::{self.account_id}:{resource}"


def document(statements: Iterable[Statement]) -> Statement:
    return {"Version": VERSION, "Statement": list(statements)}


def size(policy: Document | list[Statement]) -> int:
    """Characters that AWS counts: all but white space."""
    return len(COMPACT.encode(policy))


def allow(sid: str, actions: Sequence[str], resources: Sequence[str], **more: Any) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources), **more}


def table_policies(
    grant: Grant, place: Place, tables: Sequence[str], others: list[Statement], vectors: Vectors | None = None
) -> list[Statement]:
    """As few documents as hold all the tables; the other statements stand in the first one.

    Raises ValueError for what does not fit into any policy.
    """
    known = vectors or {}
    costs = [
        (table, size(_table_statements(grant, place, [table], known)) - _frame(grant) + COMMAS) for table in tables
    ]
    first_room = POLICY_LIMIT - size(document(others)) - _frame(grant)
    if size(document(others)) > POLICY_LIMIT:
        raise ValueError(others[0]["Sid"])
    bins = pack(costs, first_room, POLICY_LIMIT - size(document([])) - _frame(grant))
    documents = [document([*_table_statements(grant, place, bins[0], known), *others])]
    documents += [document(_table_statements(grant, place, names, known)) for names in bins[1:]]
    return [policy for policy in documents if policy["Statement"]]


def key_statement(grant: Grant, place: Place, keys: Sequence[str]) -> Statement:
    """The use of customer managed keys, through DynamoDB only."""
    suffix = "amazonaws.com.cn" if place.partition == "aws-cn" else "amazonaws.com"
    services = [f"dynamodb.{region}.{suffix}" for region in place.regions]
    return allow("Keys", grant.key_actions, keys, Condition={"StringEquals": {"kms:ViaService": services}})


def bus_statement(place: Place, bus: str) -> Statement:
    return allow("Events", EVENT_ACTIONS, place.arns("events", bus if bus.startswith("arn:") else f"event-bus/{bus}"))


def log_statement(place: Place, prefixes: Sequence[str]) -> Statement:
    """Groups by the beginning of their names; the one star also covers the streams within them."""
    resources = [arn for prefix in prefixes for arn in place.arns("logs", f"log-group:{prefix}*")]
    return allow("Logs", LOG_ACTIONS, resources)


def trust(sid: str, principal: Mapping[str, Any], condition: Mapping[str, Any] | None = None) -> Statement:
    statement = {"Sid": sid, "Effect": "Allow", "Principal": dict(principal), "Action": "sts:AssumeRole"}
    return {**statement, "Condition": condition} if condition else statement


def ec2_trust() -> Statement:
    """Without conditions: AWS has no source guards for EC2."""
    return trust("Ec2", {"Service": "ec2.amazonaws.com"})


def ecs_trust(place: Place, guarded: bool) -> Statement:
    """The guards against a confused deputy are AWS's; a single cluster's ARN is not supported there."""
    guards = {
        "StringEquals": {"aws:SourceAccount": place.account_id},
        "ArnLike": {"aws:SourceArn": place.arns("ecs", "*")},
    }
    return trust("EcsTasks", {"Service": "ecs-tasks.amazonaws.com"}, guards if guarded else None)


def irsa_trust(sid: str, provider: str, namespace: str, service_account: str) -> Statement:
    """One service account, through the cluster's OIDC provider: IAM knows no wildcard in provider or key."""
    issuer = provider.split(":oidc-provider/", 1)[1]
    claims = {
        f"{issuer}:aud": "sts.amazonaws.com",
        f"{issuer}:sub": f"system:serviceaccount:{namespace}:{service_account}",
    }
    statement = trust(sid, {"Federated": provider}, {"StringEquals": claims})
    return {**statement, "Action": "sts:AssumeRoleWithWebIdentity"}


def pod_identity_trust(clusters: Sequence[str], namespace: str, service_account: str) -> Statement:
    tags = {
        "aws:RequestTag/eks-cluster-arn": list(clusters),
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": service_account,
    }
    statement = trust("EksPodIdentity", {"Service": "pods.eks.amazonaws.com"}, {"StringEquals": tags})
    return {**statement, "Action": ["sts:AssumeRole", "sts:TagSession"]}


def differing(one: object, other: object) -> list[Any]:
    """The statements of one document that the other does not have."""
    others = _statements(other)
    return [mine for mine in _statements(one) if all(compare_policies(theirs, mine, None) for theirs in others)]


def sids(statements: Iterable[Any]) -> list[str]:
    return [str(statement.get("Sid") or "without Sid") for statement in statements if isinstance(statement, Mapping)]


def _statements(policy: object) -> list[Any]:
    """A document may hold one statement instead of a list; an unreadable one counts as holding none."""
    found = policy.get("Statement", []) if isinstance(policy, Mapping) else []
    return found if isinstance(found, list) else [found]


def _table_statements(grant: Grant, place: Place, tables: Sequence[str], vectors: Vectors) -> list[Statement]:
    if not tables:
        return []
    by_arn = {table_arn(region, place.account_id, table): table for table in tables for region in place.regions}
    arns = list(by_arn)
    searched = [f"{arn}/index/{index}" for arn, table in by_arn.items() for index in vectors.get(table, ())]
    return [
        allow("Tables", grant.table_actions, arns),
        allow("Indexes", INDEX_ACTIONS, [f"{arn}/index/*" for arn in arns]),
        *([allow("VectorIndexes", VECTOR_ACTIONS, searched)] if searched else []),
    ]


def _frame(grant: Grant) -> int:
    """What the table statements cost without any table, and the commas around them."""
    return size([allow("Tables", grant.table_actions, []), allow("Indexes", INDEX_ACTIONS, [])])


def named_resources(document: Any) -> set[str]:
    """The resources that a document names, whoever wrote it."""
    statements = document.get("Statement", []) if isinstance(document, Mapping) else []
    found: set[str] = set()
    for statement in [statements] if isinstance(statements, Mapping) else statements:
        resources = statement.get("Resource", []) if isinstance(statement, Mapping) else []
        found.update([resources] if isinstance(resources, str) else map(str, resources))
    return found
