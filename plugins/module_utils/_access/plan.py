# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must be written so that the access that is there becomes the desired one. One step is one task item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies
from ansible_collections.amazon.aws.plugins.module_utils.tagging import compare_aws_tags

from .._engine.step import Conflict, Deferred, ResourcePlan, Risk, Step, Verb
from .._tables.names import is_owned, other_owner
from .documents import differing, named_resources, sids
from .model import Access, Change, Observed, Policy, Profile, Role

ITEMS = {
    "create_policy": "policies",
    "update_policy": "policies",
    "create_role": "roles",
    "update_role": "roles",
    "create_instance_profile": "instance_profiles",
    "update_instance_profile": "instance_profiles",
    "remove_policy": "unwanted_policies",
    "remove_role": "unwanted_roles",
    "remove_instance_profile": "unwanted_instance_profiles",
}
"""The actions, each with the list of items that its request is one of."""

Parts = dict[str, tuple[Any, Any]]
"""The parts of a resource that differ, each before and after."""


def plan(estate: str, desired: Access, observed: Observed, policies_per_role: int) -> list[Change]:
    """The changes in the order in which AWS accepts them: policies, roles, profiles, then what is undeclared."""
    unwanted = _owned(estate, observed.access.policies, desired.policies)
    return [
        *(_policy(estate, arn, policy, observed) for arn, policy in desired.policies.items()),
        *(_role(estate, role, observed, set(unwanted), policies_per_role) for role in desired.roles.values()),
        *(_profile(estate, profile, observed) for profile in desired.profiles.values()),
        *_unwanted_policies(estate, unwanted, observed, set(desired.roles)),
        *(_undeclared_role(name) for name in _owned(estate, observed.access.roles, desired.roles)),
    ]


def teardown(estate: str, observed: Observed) -> list[Change]:
    """The removal of all that is the estate's, in the order in which AWS accepts it."""
    return [
        *(_removal("instance_profile", name) for name in _owned(estate, observed.access.profiles, ())),
        *(_removal("role", name) for name in _owned(estate, observed.access.roles, ())),
        *_unwanted_policies(estate, _owned(estate, observed.access.policies, ()), observed, set()),
    ]


def items(changes: Iterable[Change]) -> dict[str, list[dict[str, Any]]]:
    """The arguments for each call of amazon.aws's modules, by what they are about."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in ITEMS.values()}
    for change in changes:
        for step in change.plan.steps:
            found[ITEMS[step.action]].append(dict(step.request))
    return found


def _owned(estate: str, found: Mapping[str, Any], declared: Iterable[str]) -> dict[str, Any]:
    """The estate's things that are not declared, sorted, as reads side by side end in any order."""
    known = set(declared)
    return {key: found[key] for key in sorted(found) if key not in known and is_owned(found[key].tags, estate)}


def _policy(estate: str, arn: str, policy: Policy, observed: Observed) -> Change:
    request = {
        "name": policy.name,
        "path": policy.path,
        "description": policy.description,
        "policy": policy.document,
        "tags": policy.tags,
    }
    found = observed.access.policies.get(arn)
    if found is None:
        elsewhere = observed.arns.get(policy.name)
        if elsewhere and elsewhere != arn:
            return _conflict("policy", policy.name, "path", f"the policy exists as {elsewhere} and cannot become {arn}")
        return _addition("policy", policy.name, request, {"document": policy.document, "tags": policy.tags})
    if owner := other_owner(found.tags, estate):
        return _foreign("policy", policy.name, owner)
    parts = {**_document_part("document", found.document, policy.document), **_tags_part(found.tags, policy.tags)}
    # A policy's description is set once and for all when it is created
    lost = named_resources(found.document) - named_resources(policy.document)
    risk: Risk = "availability" if lost else "none"
    return _update("policy", policy.name, parts, {**request, "description": None}, risk)


def _role(estate: str, role: Role, observed: Observed, unwanted: set[str], limit: int) -> Change:
    found = observed.access.roles.get(role.name)
    attached = found.attached if found else frozenset()
    detached = (attached & unwanted) - role.attached
    final = (attached | role.attached) - detached
    if len(final) > limit:
        message = f"{len(final)} managed policies would be attached, AWS allows {limit}: {', '.join(sorted(final))}"
        return _conflict("role", role.name, "managed_policies", message)
    request = {
        "name": role.name,
        "path": role.path,
        "description": role.description,
        "trust": role.trust,
        "boundary": role.boundary,
        # amazon.aws detaches all that is not named, so that the strangers' are named where something of ours goes
        "managed_policies": sorted(final if detached else role.attached),
        "purge_policies": bool(detached),
        "tags": role.tags,
    }
    if found is None:
        shown = {"trust": role.trust, "managed_policies": sorted(role.attached), "tags": role.tags}
        return _addition("role", role.name, request, shown)
    if found.path != role.path:
        return _conflict(
            "role", role.name, "path", f"the role has the path {found.path} and cannot get the path {role.path}"
        )
    if owner := other_owner(found.tags, estate):
        return _foreign("role", role.name, owner)
    parts = {
        **_document_part("trust", found.trust, role.trust),
        **({"managed_policies": (sorted(attached), sorted(final))} if attached != final else {}),
        **({"permissions_boundary": (found.boundary, role.boundary)} if _bounds(found, role) else {}),
        **_tags_part(found.tags, role.tags),
    }
    return _update("role", role.name, parts, {**request, "description": None}, "availability" if detached else "none")


def _bounds(found: Role, role: Role) -> bool:
    """Whether the boundary differs; one that nobody declares is not ours to take away."""
    return bool(role.boundary) and found.boundary != role.boundary


def _profile(estate: str, profile: Profile, observed: Observed) -> Change:
    request = {"name": profile.name, "path": profile.path, "role": profile.role, "tags": profile.tags}
    found = observed.access.profiles.get(profile.name)
    if found is None:
        return _addition("instance_profile", profile.name, request, {"role": profile.role, "tags": profile.tags})
    if found.path != profile.path:
        message = f"the instance profile has the path {found.path} and cannot get the path {profile.path}"
        return _conflict("instance_profile", profile.name, "path", message)
    if owner := other_owner(found.tags, estate):
        return _foreign("instance_profile", profile.name, owner)
    parts: Parts = {"role": (found.role, profile.role)} if found.role != profile.role else {}
    risk: Risk = "availability" if parts and found.role else "none"
    return _update("instance_profile", profile.name, {**parts, **_tags_part(found.tags, profile.tags)}, request, risk)


def _unwanted_policies(
    estate: str, unwanted: Mapping[str, Policy], observed: Observed, declared: set[str]
) -> Iterable[Change]:
    """amazon.aws detaches a policy that it removes from everybody, so that one which strangers use must stay."""
    roles = declared | set(_owned(estate, observed.access.roles, ()))
    ours = {f"role/{name}" for name in roles}
    for arn, policy in unwanted.items():
        strangers = [user for user in observed.users.get(arn, ()) if user not in ours]
        if strangers:
            reason = f"the policy stays, as it is attached to {', '.join(strangers)} as well"
            yield Change("policy", ResourcePlan(policy.name, deferred=(Deferred(policy.name, (), reason),)))
        else:
            yield _removal("policy", policy.name)


def _undeclared_role(name: str) -> Change:
    reason = "the role is no longer declared: it stays, without the estate's policies, until teardown"
    return Change("role", ResourcePlan(name, deferred=(Deferred(name, (), reason),)))


def _addition(kind: str, name: str, request: Mapping[str, Any], shown: Mapping[str, Any]) -> Change:
    reason = f"there is no such {_words(kind)} yet"
    step = Step(name, f"create_{kind}", reason, request, tuple(shown))
    return Change(kind, ResourcePlan(name, "add", (step,)), {}, shown)


def _update(kind: str, name: str, parts: Parts, request: Mapping[str, Any], risk: Risk = "none") -> Change:
    if not parts:
        return Change(kind, ResourcePlan(name))
    phrases = (_phrase(part, before, after) for part, (before, after) in parts.items())
    reason = f"the {_words(kind)} differs from its declaration in {'; '.join(phrases)}"
    step = Step(name, f"update_{kind}", reason, request, tuple(parts), risk=risk)
    before = {part: values[0] for part, values in parts.items()}
    after = {part: values[1] for part, values in parts.items()}
    return Change(kind, ResourcePlan(name, "change", (step,)), before, after)


def _removal(kind: str, name: str) -> Change:
    verb: Verb = "remove"
    reason = f"the {_words(kind)} is the estate's and is not wanted"
    step = Step(name, f"remove_{kind}", reason, {"name": name}, risk="availability")
    return Change(kind, ResourcePlan(name, verb, (step,)), {"name": name})


def _conflict(kind: str, name: str, part: str, message: str) -> Change:
    return Change(kind, ResourcePlan(name, conflicts=(Conflict(name, (part,), message),)))


def _foreign(kind: str, name: str, owner: str) -> Change:
    return _conflict(kind, name, "tags", f"it belongs to the estate {owner!r}; give this estate another name")


def _document_part(part: str, found: Any, wanted: Any) -> Parts:
    """The statements that differ, or the documents where the difference is elsewhere."""
    if not compare_policies(found, wanted):
        return {}
    before, after = differing(found, wanted), differing(wanted, found)
    return {part: (before, after)} if before or after else {part: (found, wanted)}


def _tags_part(found: Mapping[str, str], wanted: Mapping[str, str]) -> Parts:
    missing, _purged = compare_aws_tags(found, wanted, False)
    if not missing:
        return {}
    return {"tags": ({key: found[key] for key in missing if key in found}, dict(sorted(missing.items())))}


def _phrase(part: str, before: Any, after: Any) -> str:
    """A part with what differs in it, for people."""
    if part == "managed_policies":
        changes = [f"-{arn}" for arn in before if arn not in after] + [f"+{arn}" for arn in after if arn not in before]
    elif part == "tags":
        changes = sorted(after)
    elif isinstance(before, list):
        changes = [f"-{sid}" for sid in sids(before)] + [f"+{sid}" for sid in sids(after)]
    else:
        changes = []
    return f"{part} ({', '.join(changes)})" if changes else part


def _words(kind: str) -> str:
    return kind.replace("_", " ")
