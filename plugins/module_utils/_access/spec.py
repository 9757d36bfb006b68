# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the roles of a task to the desired access, or every problem of it with its path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._engine.errors import Refused
from .._engine.fields import read
from .._tables.names import check_tags, ownership_tags, partition_of
from .argspec import POLICY_FIELDS, ROLE_FIELDS
from .documents import size
from .model import Access, Document, Policy, Profile, Role, policy_arn
from .packing import POLICY_LIMIT
from .settings import ACCOUNT, POLICY

NAME = re.compile(r"^[\w+=,.@-]+$", re.ASCII)
PATH = re.compile(r"^/([\w+=,.@-]+/)*$", re.ASCII)
ALIAS = re.compile(r"^arn:[^:]+:kms:[^:]+:\d+:alias/")
ROLE_NAME_LIMIT = 64
POLICY_NAME_LIMIT = 128
MAX_TAGS = 50
TRUST_LIMIT = 8192
"""Characters; 2,048 unless the account has been given more, which AWS then says itself."""


@dataclass
class _Input:
    """What is read so far, and what is wrong with it."""

    partition: str
    account_id: str
    tags: Mapping[str, str]
    problems: list[str]
    policies: dict[str, Policy] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)


def parse(params: Mapping[str, Any], region: str) -> Access:
    """The desired policies, roles and instance profiles. Raises Refused with all problems."""
    given = _Input(partition_of(region), str(params["account_id"]), {}, [])
    given.tags = _tags(params.get("tags") or {}, str(params["name"]), given.problems)
    if not ACCOUNT.fullmatch(given.account_id):
        given.problems.append(f"account_id: must be twelve digits, in quotes in YAML, not {given.account_id!r}")
    for number, entry in enumerate(params.get("roles") or []):
        _role(entry, f"roles[{number}]", given)
    if given.problems:
        raise Refused(given.problems)
    return Access(given.policies, given.roles, given.profiles)


def _tags(tags: Mapping[str, Any], estate: str, problems: list[str]) -> dict[str, str]:
    """The tags of everything. To IAM, other than to DynamoDB, keys that differ in case only are the same key."""
    ours = ownership_tags(estate)
    common = {str(key): str(value) for key, value in tags.items() if key not in ours}
    check_tags(common, estate, "tags", problems)
    spelled: dict[str, str] = {}
    for key in (*ours, *common):
        if spelled.setdefault(key.lower(), key) != key:
            problems.append(f"tags.{key}: IAM does not tell it from {spelled[key.lower()]}")
    if len(common) + len(ours) > MAX_TAGS:
        problems.append(f"tags: {len(common) + len(ours)} tags with those that say whose it is, AWS allows {MAX_TAGS}")
    return {**common, **ours}


def aliases(desired: Access) -> list[str]:
    """The KMS aliases in the documents. IAM compares a key's ARN only, so that an alias there allows nothing."""
    return sorted({text for policy in desired.policies.values() for text in _resources(policy) if ALIAS.match(text)})


def with_keys(desired: Access, arns: Mapping[str, str]) -> Access:
    """The desired access with keys' ARNs in the place of their aliases."""

    def resolve(statement: Mapping[str, Any]) -> dict[str, Any]:
        resources = [arns.get(text, text) for text in _named(statement)]
        return {**statement, "Resource": list(dict.fromkeys(resources))}

    def resolved(policy: Policy) -> Policy:
        if not any(text in arns for text in _resources(policy)):
            return policy
        statements = [resolve(statement) for statement in policy.document["Statement"]]
        return replace(policy, document={**policy.document, "Statement": statements})

    return replace(desired, policies={arn: resolved(policy) for arn, policy in desired.policies.items()})


def _resources(policy: Policy) -> list[str]:
    return [text for statement in policy.document["Statement"] for text in _named(statement)]


def _named(statement: Mapping[str, Any]) -> list[str]:
    resources = statement.get("Resource", [])
    return [str(each) for each in ([resources] if isinstance(resources, str) else resources)]


def _role(entry: Mapping[str, Any], path: str, given: _Input) -> None:
    documents = ("trust", "policies")
    fields = {name: value for name, value in entry.items() if name not in documents}
    role = read(fields, ROLE_FIELDS, path, given.problems)
    trust = _document(entry.get("trust"), f"{path}.trust", TRUST_LIMIT, given.problems)
    _check_name(role["name"], f"{path}.name", ROLE_NAME_LIMIT, given.problems)
    if role["path"] and not PATH.fullmatch(role["path"]):
        given.problems.append(f"{path}.path: {role['path']!r} must begin and end with '/'")
    if role["name"] in given.roles:
        given.problems.append(f"{path}.name: {role['name']!r} is declared twice")
    attached = [arn or "" for arn in role["managed_policies"] or []]
    boundary = role["permissions_boundary"]
    for arn in [*attached, *([boundary] if boundary else [])]:
        if not POLICY.fullmatch(arn):
            given.problems.append(f"{path}: {arn!r} is not the ARN of a managed policy")
    policies = entry.get("policies") or []
    if not isinstance(policies, list):
        given.problems.append(f"{path}.policies: must be a list")
        policies = []
    for number, policy in enumerate(policies):
        attached.append(_policy(policy, role["path"] or "/", f"{path}.policies[{number}]", given))
    given.roles[role["name"]] = Role(
        name=role["name"],
        path=role["path"],
        trust=trust,
        attached=frozenset(attached),
        tags=given.tags,
        boundary=boundary,
        description=role["description"],
    )
    if role["instance_profile"]:
        given.profiles[role["name"]] = Profile(role["name"], role["path"], role["name"], given.tags)


def _policy(entry: Any, role_path: str, path: str, given: _Input) -> str:
    """Takes the policy up, and gives its ARN."""
    fields = dict(entry) if isinstance(entry, Mapping) else {}
    document = _document(fields.pop("document", None), f"{path}.document", POLICY_LIMIT, given.problems)
    policy = read(fields, POLICY_FIELDS, path, given.problems)
    _check_name(policy["name"], f"{path}.name", POLICY_NAME_LIMIT, given.problems)
    arn = policy_arn(given.partition, given.account_id, role_path, str(policy["name"]))
    if arn in given.policies:
        given.problems.append(f"{path}.name: {policy['name']!r} is declared twice")
    given.policies[arn] = Policy(policy["name"], role_path, document, given.tags, policy["description"] or "")
    return arn


def _document(found: Any, path: str, limit: int, problems: list[str]) -> Document:
    statements = found.get("Statement") if isinstance(found, Mapping) else None
    if not isinstance(statements, list) or not statements:
        problems.append(f"{path}: must be a document with a list of statements")
        return {"Statement": []}
    if not all(isinstance(statement, Mapping) for statement in statements):
        problems.append(f"{path}.Statement: must be a list of mappings")
        return {"Statement": []}
    if size(found) > limit:
        problems.append(f"{path}: has {size(found)} characters, AWS allows {limit}")
    return dict(found)


def _check_name(name: str | None, path: str, limit: int, problems: list[str]) -> None:
    if name and not NAME.fullmatch(name):
        problems.append(f"{path}: {name!r} may only have letters, digits and + = , . @ _ -")
    if name and len(name) > limit:
        problems.append(f"{path}: {name!r} has {len(name)} characters, AWS allows {limit}")
