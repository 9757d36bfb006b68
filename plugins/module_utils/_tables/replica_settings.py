# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What each region of a global table decides for itself, and its own client changes (T-230 T-295 T-297)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.amazon.aws.plugins.module_utils.policy import compare_policies
from ansible_collections.amazon.aws.plugins.module_utils.tagging import compare_aws_tags

from .._engine.step import Step
from . import requests
from .change import Change, step
from .model import Encryption, Recovery
from .order import BUDGETS
from .replica_model import Replica

FIELDS = ("replicas",)


@dataclass(frozen=True)
class Place:
    """A replica's name and region, and the ARN of the table in its own region."""

    table_name: str
    region: str
    source_arn: str

    @property
    def arn(self) -> str:
        """The replica's ARN, which differs in the region only."""
        parts = self.source_arn.split(":")
        return ":".join([*parts[:3], self.region, *parts[4:]])

    def step(self, action: str, reason: str, request: dict[str, Any], **more: Any) -> Step:
        """A step that this region's client makes."""
        told = f"in {self.region}: {reason}"
        common = {"fields": FIELDS, "subject": self.region, "region": self.region}
        return step(self.table_name, action, told, request, **{**common, **more})


def setting_changes(place: Place, wanted: Replica, found: Replica) -> list[Change]:
    """The changes of a replica that is there; what could not be read of it is left alone."""
    return [
        *_protection(place, wanted.protection, found.protection),
        *_recovery(place, wanted.recovery, found.recovery),
        *_policy(place, wanted.policy, found.policy),
        *_tags(place, wanted, found),
        *_key(place, wanted.kms_key, found.kms_key),
        *_disassociation(place, wanted.disassociation_protection, found.disassociation_protection),
    ]


def settings_of_new(place: Place, replica: Replica) -> list[Step]:
    """What a new replica lacks: it has no protection, no recovery and no tags. Nothing here is risky."""
    steps = []
    if replica.protection:
        steps.append(_protect(place, True, "a new replica has no deletion protection"))
    if replica.recovery:
        steps.append(_recover(place, True, "a new replica has no point-in-time recovery"))
    if replica.policy:
        steps.append(_put_policy(place, replica.policy, "a new replica has no resource policy"))
    if replica.tags:
        steps.append(_tag(place, replica.tags, "a new replica has no tags"))
    if replica.disassociation_protection is False:
        steps.append(_disassociable(place, False, "a new replica is protected against being disassociated"))
    return steps


def lifted(table_name: str, replica: Replica) -> list[Step]:
    """What makes a replica deletable."""
    if not replica.protection:
        return []
    place = Place(table_name, replica.region, "")
    reason = "the replica is protected against its deletion"
    return [_protect(place, False, reason, word="disable_deletion_protection")]


def _protection(place: Place, wanted: bool | None, found: bool | None) -> list[Change]:
    if None in (wanted, found) or wanted == found:
        return []
    word = "" if wanted else "disable_deletion_protection"
    reason = f"deletion protection is {_switch(found)} and should be {_switch(wanted)}"
    return [Change((_protect(place, bool(wanted), reason, word=word),))]


def _protect(place: Place, on: bool, reason: str, word: str = "") -> Step:
    request = requests.update_table(place.table_name, DeletionProtectionEnabled=on)
    action = "protect_replica" if on else "unprotect_replica"
    return place.step(action, reason, request, word=word, until="table_active")


def _recovery(place: Place, wanted: bool | None, found: bool | None) -> list[Change]:
    if None in (wanted, found) or wanted == found:
        return []
    lost = "" if wanted else ": the restore window will be gone"
    reason = f"point-in-time recovery is {_switch(found)} and should be {_switch(wanted)}{lost}"
    return [Change((_recover(place, bool(wanted), reason),))]


def _recover(place: Place, on: bool, reason: str) -> Step:
    request = requests.recovery(place.table_name, Recovery(on))
    word = "" if on else "disable_point_in_time_recovery"
    return place.step(f"{'enable' if on else 'disable'}_replica_recovery", reason, request, word=word)


def _tags(place: Place, wanted: Replica, found: Replica) -> list[Change]:
    if wanted.tags is None or found.tags is None:
        return []
    setting, removing = compare_aws_tags(dict(found.tags), dict(wanted.tags), purge_tags=wanted.purge_tags)
    changes = []
    if removing:
        request = {"ResourceArn": place.arn, "TagKeys": sorted(removing)}
        reason = f"undeclared tags: {', '.join(sorted(removing))}"
        changes.append(Change((place.step("untag_replica", reason, request, until="tags_readable"),)))
    if setting:
        reason = f"missing or wrong tags: {', '.join(sorted(setting))}"
        changes.append(Change((_tag(place, setting, reason),)))
    return changes


def _policy(place: Place, wanted: Mapping[str, Any] | None, found: Mapping[str, Any] | None) -> list[Change]:
    if wanted is None or found is None or not (wanted or found):
        return []
    if not wanted:
        reason = "there is a resource policy and should be none"
        request = {"ResourceArn": place.arn}
        return [Change((place.step("delete_replica_policy", reason, request, until="policy_readable"),))]
    if found and not compare_policies(dict(found), dict(wanted)):
        return []
    reason = "the resource policy differs" if found else "there is no resource policy yet"
    return [Change((_put_policy(place, wanted, reason),))]


def _put_policy(place: Place, policy: Mapping[str, Any], reason: str) -> Step:
    request = {"ResourceArn": place.arn, "Policy": json.dumps(policy, sort_keys=True)}
    return place.step("put_replica_policy", reason, request, until="policy_readable")


def _tag(place: Place, tags: Any, reason: str) -> Step:
    request = {"ResourceArn": place.arn, "Tags": requests.tag_list(tags)}
    return place.step("tag_replica", reason, request, until="tags_readable")


def _key(place: Place, wanted: str | None, found: str | None) -> list[Change]:
    """The source's client cannot change it (T-313)."""
    if None in (wanted, found) or wanted == found:
        return []
    request = requests.update_table(place.table_name, SSESpecification=requests.encryption(Encryption(True, wanted)))
    reason = f"encrypted with {found} and should be with {wanted}"
    budget = BUDGETS["set_encryption"]
    return [Change((place.step("set_replica_key", reason, request, until="encryption_settled", budget=budget),))]


def _disassociation(place: Place, wanted: bool | None, found: bool | None) -> list[Change]:
    """On where AWS says nothing (documented)."""
    there = found is not False
    if wanted in (None, there):
        return []
    word = "" if wanted else "disable_disassociation_protection"
    reason = f"protection against being disassociated is {_switch(there)} and should be {_switch(wanted)}"
    return [Change((_disassociable(place, bool(wanted), reason, word),))]


def _disassociable(place: Place, on: bool, reason: str, word: str = "") -> Step:
    request = requests.update_table(place.table_name, DisassociationProtectionEnabled=on)
    return place.step("set_replica_disassociation_protection", reason, request, word=word, until="table_active")


def _switch(on: bool | None) -> str:
    return "on" if on else "off"
