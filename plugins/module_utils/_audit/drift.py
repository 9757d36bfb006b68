# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs from the declaration: the steps of the comparisons that the other modules make in check mode.

The one place that maps what such a step does, and which fields it changes, to a rule with its severity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from .._engine.findings import Severity
from .._tables.order import CREATIONS
from .model import Audit, Hit, Rule
from .plain import mappings, part, text, texts

SITE = "Deploy it with traffic_tacos.dynamodb.site"


class Kind(NamedTuple):
    """Differences of one kind: the domain whose steps they are, and the actions or fields that tell them."""

    id: str
    severity: Severity
    domain: str
    meaning: str
    actions: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


KINDS = (
    Kind("drift.table.missing", "high", "tables", "A declared table is not there", CREATIONS),
    Kind("drift.table.unwanted", "medium", "tables", "A table is there whose entry says absent", ("delete_table",)),
    Kind(
        "drift.table.protection",
        "high",
        "tables",
        "Deletion protection is not as declared",
        fields=("deletion_protection_enabled",),
    ),
    Kind(
        "drift.table.recovery",
        "high",
        "tables",
        "Point-in-time recovery is not as declared",
        fields=("point_in_time_recovery",),
    ),
    Kind(
        "drift.table.encryption",
        "high",
        "tables",
        "The encryption key is not as declared",
        fields=("server_side_encryption",),
    ),
    Kind(
        "drift.table.policy",
        "high",
        "tables",
        "The resource policy is not as declared",
        fields=("resource_policy", "stream_resource_policy"),
    ),
    Kind(
        "drift.table.indexes",
        "high",
        "tables",
        "Indexes are missing, undeclared or different",
        ("create_index", "create_vector_index", "delete_index", "delete_vector_index"),
    ),
    Kind(
        "drift.table.stream",
        "medium",
        "tables",
        "The stream is not as declared",
        fields=("stream_enabled", "stream_view_type"),
    ),
    Kind(
        "drift.table.ttl",
        "medium",
        "tables",
        "Time to live is not as declared",
        fields=("ttl_enabled", "ttl_attribute"),
    ),
    Kind(
        "drift.table.replicas",
        "high",
        "tables",
        "Replicas are missing, undeclared or different",
        fields=("replicas", "disassociation_protection_enabled"),
    ),
    Kind("drift.table.tags", "low", "tables", "Tags are missing or different", fields=("tags",)),
    Kind("drift.table.changed", "medium", "tables", "Something else differs (capacity, scaling, class, insights)"),
    Kind("drift.policy.missing", "high", "iam", "A declared managed policy is not there", ("create_policy",)),
    Kind("drift.policy.unwanted", "medium", "iam", "The estate has a policy that nobody declares", ("remove_policy",)),
    Kind("drift.role.missing", "high", "iam", "A declared role is not there", ("create_role",)),
    Kind("drift.profile.missing", "medium", "iam", "The instance profile is not there", ("create_instance_profile",)),
    Kind("drift.policy.document", "high", "iam", "A policy allows something else than declared", fields=("document",)),
    Kind("drift.role.trust", "high", "iam", "A role is trusted to others than declared", fields=("trust",)),
    Kind(
        "drift.role.policies",
        "high",
        "iam",
        "A role lacks a declared policy, or has one that is no longer declared",
        fields=("managed_policies",),
    ),
    Kind(
        "drift.role.boundary",
        "high",
        "iam",
        "A role has another permissions boundary than declared",
        fields=("permissions_boundary",),
    ),
    Kind(
        "drift.access.changed",
        "low",
        "iam",
        "Tags of roles and policies, or the role in the instance profile, are different",
    ),
    Kind("drift.alarm.missing", "high", "alarms", "A declared alarm is not there", ("create_alarm",)),
    Kind("drift.alarm.unwanted", "low", "alarms", "The estate has an alarm that nobody declares", ("delete_alarm",)),
    Kind(
        "drift.alarm.silenced",
        "high",
        "alarms",
        "An alarm tells other people than declared, or nobody",
        fields=("actions_enabled", "alarm_actions", "ok_actions", "insufficient_data_actions"),
    ),
    Kind("drift.alarm.tags", "low", "alarms", "An alarm's tags are missing or different", fields=("tags",)),
    Kind("drift.alarm.changed", "medium", "alarms", "An alarm watches something else, or otherwise, than declared"),
)
"""A step is of the first kind of its domain that names its action or one of its fields, or that names nothing."""


def kind_of(domain: str, step: Mapping[str, Any]) -> str:
    """The id of the kind that a step is of; empty in a domain that is not known."""
    action, fields = text(step.get("action")), set(texts(step.get("fields")))
    for kind in KINDS:
        anything = not kind.actions and not kind.fields
        if kind.domain == domain and (anything or action in kind.actions or fields & set(kind.fields)):
            return kind.id
    return ""


def steps_of(comparison: Any) -> Iterator[Mapping[str, Any]]:
    """The steps that are planned or withheld; of a table that is missing, or to go, only that."""
    steps = [step for key in ("steps", "withheld") for step in mappings(part(comparison, "result", key))]
    whole = [step for step in steps if step.get("action") in (*CREATIONS, "delete_table")]
    decided = {text(step.get("resource")): step for step in whole}
    yield from (step for step in steps if decided.get(text(step.get("resource")), step) is step)


def differing(kind: Kind, _audit: Audit, comparison: Any) -> Iterator[Hit]:
    """One hit for each step of the kind."""
    if part(comparison, "domain") != kind.domain:
        return
    for step in steps_of(comparison):
        if kind_of(kind.domain, step) == kind.id:
            word = text(step.get("allow"))
            mend = f"{SITE}, with 'allow: [{word}]' in its entry" if word else SITE
            yield Hit(text(step.get("resource")), text(step.get("reason")), "as declared", f"{mend}.")


def conflicting(domain: str, _audit: Audit, comparison: Any) -> Iterator[Hit]:
    if part(comparison, "domain") == domain:
        for entry in mappings(part(comparison, "result", "conflicts")):
            fields = ", ".join(texts(entry.get("fields"))) or "as declared"
            mend = "Change the declaration, or replace the resource; no deployment does it by itself."
            yield Hit(text(entry.get("resource")), text(entry.get("message")), f"as declared in {fields}", mend)


def deferred(_audit: Audit, comparison: Any) -> Iterator[Hit]:
    for entry in mappings(part(comparison, "result", "deferred")):
        until = text(entry.get("until"))
        mend = f"{SITE} after {until}." if until else f"{SITE} later; what stays for good is removed by teardown."
        yield Hit(text(entry.get("resource")), text(entry.get("reason")), "as declared", mend)


def undeclared(_audit: Audit, comparison: Any) -> Iterator[Hit]:
    for name in texts(part(comparison, "result", "undeclared")):
        yield Hit(
            name,
            "the table carries the estate's tags, and nobody declares it",
            "every table of the estate is in dynamodb_tables",
            "Declare it in dynamodb_tables (traffic_tacos.dynamodb.adopt writes the entry), or declare it as absent.",
        )


def recreated(_audit: Audit, comparison: Any) -> Iterator[Hit]:
    for entry in mappings(part(comparison, "result", "recreated")):
        yield Hit(
            text(entry.get("resource")),
            f"somebody created the table again: its id is {text(entry.get('found'))}",
            f"the table with the id {text(entry.get('declared'))}",
            "Find out who did it (CloudTrail: DeleteTable, CreateTable), restore what is lost with "
            "traffic_tacos.dynamodb.restore, or put the new id into table_id.",
        )


def strangers(audit: Audit, account: Any) -> Iterator[Hit]:
    """Tables that are named like the estate's, and belong to no estate at all."""
    for name in sorted(texts(part(account, "strangers"))):
        yield Hit(
            name,
            f"the table's name begins with '{audit.name}-', it is not declared, and no estate's tags are on it",
            "every table with the estate's prefix is declared, or has another name",
            "Declare it in dynamodb_tables (traffic_tacos.dynamodb.adopt writes the entry), or rename or delete it.",
        )


RULES = (
    *(Rule(kind.id, kind.severity, "comparison", kind.meaning, partial(differing, kind)) for kind in KINDS),
    *(
        Rule(
            f"drift.{noun}.conflict",
            "high",
            "comparison",
            f"What is declared is not possible on the {noun} that is there, or it is another estate's",
            partial(conflicting, domain),
        )
        for noun, domain in (("table", "tables"), ("access", "iam"), ("alarm", "alarms"))
    ),
    Rule("drift.deferred", "low", "comparison", "A difference that AWS accepts only later, or that stays", deferred),
    Rule("drift.table.undeclared", "medium", "comparison", "A table of the estate that nobody declares", undeclared),
    Rule("drift.table.recreated", "high", "comparison", "A table was deleted and created again outside", recreated),
    Rule(
        "drift.table.stranger",
        "medium",
        "account",
        "A table with the estate's prefix that nobody declares and that has no estate's tags",
        strangers,
    ),
)
