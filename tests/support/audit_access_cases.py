# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""For each rule about roles, policies, simulations and gaps something that breaks it and something that does not."""

from __future__ import annotations

from typing import Any

from .audit_cases import STRANGER, Case, allow
from .emulator import ACCOUNT, REGION

ISSUER = "oidc.eks.ap-northeast-2.amazonaws.com/id/A"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"
SUBJECT = "system:serviceaccount:tickets:reservation-api"
KNOWN = {"providers": {PROVIDER: {"client_ids": ["sts.amazonaws.com"]}}}
ROLE = "ticket-x-service-role"


def role(*statements: dict[str, Any], **more: Any) -> dict[str, Any]:
    known = {"name": ROLE, "declared_trust": {}, "attached": ["p"], "declared": ["p"], "inline": []}
    return {**known, "trust": {"Statement": list(statements)}, **more}


def pods(
    provider: str = PROVIDER, issuer: str = ISSUER, operator: str = "StringEquals", subject: str = SUBJECT
) -> dict[str, Any]:
    claims = {f"{issuer}:aud": "sts.amazonaws.com", f"{issuer}:sub": subject}
    return allow({"Federated": provider}, Condition={operator: claims})


def policy(*tables: str) -> dict[str, Any]:
    arns = [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}" for table in tables]
    return {"name": "p", "document": {"Statement": [{"Effect": "Allow", "Resource": arns}]}}


def simulated(allowed: bool, decision: str) -> dict[str, Any]:
    result = {"action": "dynamodb:DeleteTable", "resource": "r", "decision": decision, "why": ""}
    return {"role": ROLE, "allowed": allowed, "results": [result]}


def gap(code: str, **more: Any) -> dict[str, Any]:
    return {"permission": "iam:GetRole", "code": code, "message": "no", "subjects": [ROLE], **more}


LONG = {"Statement": [{"Effect": "Allow", "Resource": ["x" * 100] * 60}]}

ACCESS = (
    Case(
        "permissions.trust.wildcard", role(pods(PROVIDER.replace("/A", "/*"))), ROLE, (role(pods()), role(allow("*")))
    ),
    Case("permissions.trust.wildcard", role(pods(issuer="*")), ROLE, (role(pods()),)),
    Case(
        "permissions.provider.missing", role(pods()), ROLE, (role(allow({"Federated": "cognito"})),), {"providers": {}}
    ),
    Case("permissions.provider.missing", role(pods(PROVIDER + "B")), ROLE, (role(pods()),), KNOWN),
    Case(
        "permissions.provider.audience",
        role(pods()),
        ROLE,
        (role(pods(PROVIDER + "B")),),
        {"providers": {PROVIDER: {"client_ids": ["other"]}}},
    ),
    Case(
        "permissions.trust.issuer",
        role(pods(issuer="oidc.example.com/B")),
        ROLE,
        (role(pods()), role(pods(issuer="*"))),
    ),
    Case(
        "permissions.trust.subject",
        role(pods(operator="StringLike", subject="system:serviceaccount:*:*")),
        ROLE,
        (role(pods()), role(pods(operator="StringLike"))),
    ),
    Case("permissions.trust.subject", role(allow({"Federated": PROVIDER})), ROLE, (role(pods()),)),
    Case("permissions.trust.public", role(allow({"AWS": "*"})), ROLE, (role(allow({"AWS": STRANGER})), role(pods()))),
    Case(
        "permissions.trust.foreign",
        role(allow({"AWS": STRANGER})),
        ROLE,
        (
            role(allow({"AWS": STRANGER}), declared_trust={"Statement": [allow({"AWS": STRANGER})]}),
            role(allow({"Service": "ec2.amazonaws.com"})),
        ),
    ),
    Case("permissions.policy.undeclared", role(attached=["p", "arn:admin"]), ROLE, (role(), role(attached=[]))),
    Case("permissions.inline.undeclared", role(inline=["more"]), ROLE, (role(),)),
    Case(
        "permissions.policy.stale",
        policy("ticket-gone/index/*", "ticket-users"),
        "p",
        (policy("ticket-users"), policy("*")),
    ),
    Case(
        "permissions.simulation.denied",
        simulated(True, "implicitDeny"),
        ROLE,
        (simulated(True, "allowed"), simulated(False, "implicitDeny")),
    ),
    Case(
        "permissions.simulation.allowed",
        simulated(False, "allowed"),
        ROLE,
        (simulated(True, "allowed"), simulated(False, "explicitDeny")),
    ),
    Case("limits.attached.near", role(attached=list("abcdefgh")), ROLE, (role(attached=list("abcdefg")),)),
    Case(
        "limits.attached.near",
        role(attached=list("abcdefghijklmnop")),
        ROLE,
        (role(attached=list("abcdefghijklmno")),),
        {"summary": {"AttachedPoliciesPerRoleQuota": 20}},
    ),
    Case("limits.trust.near", role(*[pods()] * 12), ROLE, (role(pods()), role(trust=None))),
    Case("limits.policy.near", {"name": "p", "document": LONG}, "p", (policy("ticket-users"), {})),
    Case("unseen.permission", gap("AccessDenied"), ROLE, (gap("ThrottlingException"),)),
    Case("unseen.service", gap("ResponseParserError"), ROLE, (gap("AccessDenied"),)),
    Case("unseen.failure", gap("ThrottlingException"), ROLE, (gap("AccessDenied"),)),
    Case("unseen.comparison", gap("no result", domain="iam"), ROLE, (gap("AccessDenied"),)),
)
