# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may become the estate's roles, and what they may do then, as it stands in IAM.

A role is C({name, trust, declared_trust, attached, declared, inline}): its trust as it is and as it is declared, the
ARNs of the policies that are attached and that are declared, the names of its inline policies. A policy is C({name,
document}) as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .._tables.names import partition_of
from .model import Audit, Hit, Rule
from .openness import allowing, outsiders
from .plain import part, some, text, texts

PROVIDER = ":oidc-provider/"
STS = "sts.amazonaws.com"
CLAIM = re.compile(r"^(.*):(sub|aud)$", re.DOTALL)
EKS = "Set dynamodb_eks_oidc_provider (and dynamodb_eks_namespace, dynamodb_eks_service_account) and deploy."


class Federation(NamedTuple):
    """A statement of a trust that lets in what an identity provider vouches for."""

    sid: str
    provider: str
    conditions: tuple[tuple[str, str, list[str]], ...]
    """Operator, key and values."""

    def claims(self, name: str) -> list[tuple[str, str, list[str]]]:
        return [each for each in self.conditions if each[1].endswith(f":{name}")]


def federations(trust: Any) -> Iterator[Federation]:
    for statement in allowing(trust):
        given = statement.get("Condition")
        conditions = tuple(
            (text(operator), text(key), texts(values))
            for operator, tests in (given.items() if isinstance(given, Mapping) else ())
            if isinstance(tests, Mapping)
            for key, values in tests.items()
        )
        for provider in texts(part(statement, "Principal", "Federated")):
            if PROVIDER in provider:
                yield Federation(text(statement.get("Sid")) or "without Sid", provider, conditions)


def wildcard(_audit: Audit, role: Any) -> Iterator[Hit]:
    for trusted in federations(part(role, "trust")):
        keys = [key for _operator, key, _values in trusted.conditions if "*" in key]
        if "*" in trusted.provider or keys:
            yield Hit(
                text(part(role, "name")),
                f"nobody can assume it through {trusted.provider}{''.join(f', {key}' for key in keys)}: IAM matches no "
                f"wildcard there (statement {trusted.sid})",
                "the provider's exact ARN, and condition keys made of its issuer",
                EKS,
            )


def provider_missing(audit: Audit, role: Any) -> Iterator[Hit]:
    for trusted in federations(part(role, "trust")):
        if audit.providers is not None and "*" not in trusted.provider and trusted.provider not in audit.providers:
            issuer = trusted.provider.partition(PROVIDER)[2]
            yield Hit(
                text(part(role, "name")),
                f"nobody can assume it through {trusted.provider}: the account has no such provider",
                "the provider is there",
                f"aws iam create-open-id-connect-provider --url https://{issuer} --client-id-list {STS}, or {EKS}",
            )


def audience_missing(audit: Audit, role: Any) -> Iterator[Hit]:
    for trusted in federations(part(role, "trust")):
        known = part(audit.providers, trusted.provider, "client_ids")
        wanted = [value for _operator, _key, values in trusted.claims("aud") for value in values]
        lacking = [] if known is None else [value for value in wanted if "*" not in value and value not in texts(known)]
        if lacking:
            yield Hit(
                text(part(role, "name")),
                f"{trusted.provider} is not for the audience {some(lacking)}, but for {some(texts(known)) or 'none'}",
                "the provider knows the audience that the trust demands",
                f"aws iam add-client-id-to-open-id-connect-provider --client-id {STS} "
                f"--open-id-connect-provider-arn {trusted.provider}.",
            )


def wrong_issuer(_audit: Audit, role: Any) -> Iterator[Hit]:
    for trusted in federations(part(role, "trust")):
        issuer = trusted.provider.partition(PROVIDER)[2]
        found = [CLAIM.match(key) for _operator, key, _values in trusted.conditions]
        others = sorted({match[1] for match in found if match and match[1] != issuer and "*" not in match[1]})
        if others and "*" not in issuer:
            yield Hit(
                text(part(role, "name")),
                f"the condition asks for claims of {some(others)}, the provider is {issuer} (statement {trusted.sid})",
                f"condition keys {issuer}:sub and {issuer}:aud",
                EKS,
            )


def any_subject(_audit: Audit, role: Any) -> Iterator[Hit]:
    """Without the claim sub, or with a wildcard in it, other pods of the cluster can assume the role."""
    for trusted in federations(part(role, "trust")):
        subjects = [(operator, value) for operator, _key, values in trusted.claims("sub") for value in values]
        loose = [value for operator, value in subjects if "like" in operator.lower() and "*" in value]
        if not subjects or loose:
            yield Hit(
                text(part(role, "name")),
                f"{some(loose)} may assume it" if loose else "every identity of the provider may assume it",
                "one namespace and one service account (StringEquals on the claim sub)",
                EKS,
            )


def trusts_everybody(audit: Audit, role: Any) -> Iterator[Hit]:
    for opening in outsiders(part(role, "trust"), audit.account_id):
        if opening.anybody:
            yield Hit(
                text(part(role, "name")),
                f"everybody may assume it (statement {opening.sid})",
                "named principals",
                "Deploy the declared trust with traffic_tacos.dynamodb.site.",
            )


def trusts_others(audit: Audit, role: Any) -> Iterator[Hit]:
    """Those whom the declaration names are meant."""
    meant = {opening.who for opening in outsiders(part(role, "declared_trust"), audit.account_id)}
    for opening in outsiders(part(role, "trust"), audit.account_id):
        if not opening.anybody and opening.who not in meant:
            yield Hit(
                text(part(role, "name")),
                f"{opening.who} may assume it (statement {opening.sid})",
                "principals of the account, and those in dynamodb_trusted_principals",
                "Deploy the declared trust with traffic_tacos.dynamodb.site, or add it to dynamodb_trusted_principals.",
            )


def more_policies(_audit: Audit, role: Any) -> Iterator[Hit]:
    declared = set(texts(part(role, "declared")))
    for arn in sorted(set(texts(part(role, "attached"))) - declared):
        yield Hit(
            text(part(role, "name")),
            f"{arn} is attached",
            "only declared policies",
            f"Detach it (aws iam detach-role-policy --policy-arn {arn} --role-name …), or add it to "
            "dynamodb_managed_policies.",
        )


def inline_policies(_audit: Audit, role: Any) -> Iterator[Hit]:
    for name in sorted(texts(part(role, "inline"))):
        yield Hit(
            text(part(role, "name")),
            f"it has the inline policy {name}",
            "only declared, managed policies",
            f"aws iam delete-role-policy --policy-name {name} --role-name …, or declare what it needs.",
        )


def gone_tables(audit: Audit, policy: Any) -> Iterator[Hit]:
    """Tables of this account and region; those of other regions are another host's."""
    if audit.existing is None:
        return
    prefix = f"arn:{partition_of(audit.region)}:dynamodb:{audit.region}:{audit.account_id}:table/"
    named = {arn.removeprefix(prefix).split("/")[0] for arn in _resources(policy) if arn.startswith(prefix)}
    gone = sorted(name for name in named - audit.existing if "*" not in name)
    if gone:
        yield Hit(
            text(part(policy, "name")),
            f"it names tables that are not there: {some(gone)}",
            "tables that are there",
            "Deploy with traffic_tacos.dynamodb.site: it makes what is declared, and takes the rest out of the policy.",
        )


def _resources(policy: Any) -> list[str]:
    return [arn for statement in allowing(part(policy, "document")) for arn in texts(statement.get("Resource"))]


RULES = (
    Rule(
        "permissions.trust.wildcard",
        "high",
        "role",
        "A trust names a provider or a claim with a wildcard, which never matches",
        wildcard,
    ),
    Rule("permissions.provider.missing", "high", "role", "A trusted OIDC provider is not there", provider_missing),
    Rule("permissions.provider.audience", "high", "role", "A provider lacks the audience of a trust", audience_missing),
    Rule("permissions.trust.issuer", "high", "role", "A trust asks for claims of another issuer", wrong_issuer),
    Rule("permissions.trust.subject", "high", "role", "Other pods than the service's may assume a role", any_subject),
    Rule("permissions.trust.public", "critical", "role", "Everybody may assume a role", trusts_everybody),
    Rule("permissions.trust.foreign", "high", "role", "Others may assume a role than declared", trusts_others),
    Rule("permissions.policy.undeclared", "high", "role", "A policy is attached that nobody declares", more_policies),
    Rule("permissions.inline.undeclared", "high", "role", "A role has an inline policy", inline_policies),
    Rule("permissions.policy.stale", "medium", "policy", "A policy names tables that are not there", gone_tables),
)
