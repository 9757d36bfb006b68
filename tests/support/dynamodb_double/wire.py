# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first check of every call: the shape of the request alone, all problems in one message (T-024 T-123)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .faults import validation
from .model import Json

NAME = "[a-zA-Z0-9_.-]+"
BILLING_MODES = ("PROVISIONED", "PAY_PER_REQUEST")
VIEW_TYPES = ("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY")
PROJECTIONS = ("ALL", "KEYS_ONLY", "INCLUDE")
TABLE_CLASSES = ("STANDARD", "STANDARD_INFREQUENT_ACCESS")


class Wire:
    """Collects what is wrong with the shape of a request."""

    def __init__(self) -> None:
        self._problems: list[str] = []

    def _add(self, value: Any, path: str, constraint: str) -> None:
        shown = "null" if value is None else f"'{value}'"
        self._problems.append(f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}")

    def required(self, value: Any, path: str) -> bool:
        if value is None:
            self._add(value, path, "Member must not be null")
        return value is not None

    def length(self, value: Any, path: str, low: int, high: int) -> None:
        if not self.required(value, path):
            return
        if len(value) < low:
            self._add(value, path, f"Member must have length greater than or equal to {low}")
        if len(value) > high:
            self._add(value, path, f"Member must have length less than or equal to {high}")

    def name(self, value: Any, path: str) -> None:
        self.length(value, path, 3, 255)
        if value and not re.fullmatch(NAME, value):
            self._add(value, path, f"Member must satisfy regular expression pattern: {NAME}")

    def one_of(self, value: Any, path: str, allowed: tuple[str, ...]) -> None:
        if value is not None and value not in allowed:
            self._add(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")

    def between(self, value: Any, path: str, low: int, high: int | None = None) -> None:
        if not self.required(value, path):
            return
        if value < low:
            self._add(value, path, f"Member must have value greater than or equal to {low}")
        if high is not None and value > high:
            self._add(value, path, f"Member must have value less than or equal to {high}")

    def finish(self) -> None:
        if self._problems:
            some = "error" if len(self._problems) == 1 else "errors"
            raise validation(f"{len(self._problems)} validation {some} detected: {'; '.join(self._problems)}")


def table_name(wire: Wire, request: Json) -> None:
    """A name, or an ARN where AWS takes one."""
    given = request.get("TableName")
    if isinstance(given, str) and given.startswith("arn:"):
        return
    wire.name(given, "tableName")


def check_create(request: Json) -> None:
    """The shape of CreateTable."""
    wire = Wire()
    wire.name(request.get("TableName"), "tableName")
    _attributes(wire, request, required=True)
    _keys(wire, request.get("KeySchema"), "keySchema", 2)
    _scalars(wire, request)
    for number, index in enumerate(request.get("GlobalSecondaryIndexes") or [], 1):
        _index(wire, index, f"globalSecondaryIndexes.{number}.member", 8)
    for number, index in enumerate(request.get("LocalSecondaryIndexes") or [], 1):
        _index(wire, index, f"localSecondaryIndexes.{number}.member", 2)
    wire.finish()
    _table_class(request)


def check_update(request: Json) -> None:
    """The shape of UpdateTable."""
    wire = Wire()
    table_name(wire, request)
    _attributes(wire, request, required=False)
    _scalars(wire, request)
    for number, update in enumerate(request.get("GlobalSecondaryIndexUpdates") or [], 1):
        path = f"globalSecondaryIndexUpdates.{number}.member"
        if "Create" in update:
            _index(wire, update["Create"], f"{path}.create", 8)
        for action in ("Update", "Delete"):
            if action in update:
                wire.name(update[action].get("IndexName"), f"{path}.{action.lower()}.indexName")
                _provisioned(wire, update[action], f"{path}.{action.lower()}.")
    wire.finish()
    _table_class(request)


def checker(*checks: Callable[[Wire, Json], None]) -> Callable[[Json], None]:
    """A check of a whole request, made of checks of its members."""

    def check(request: Json) -> None:
        wire = Wire()
        for part in checks:
            part(wire, request)
        wire.finish()

    return check


def _attributes(wire: Wire, request: Json, required: bool) -> None:
    definitions = request.get("AttributeDefinitions")
    if required:
        wire.required(definitions, "attributeDefinitions")
    for number, definition in enumerate(definitions or [], 1):
        path = f"attributeDefinitions.{number}.member"
        wire.length(definition.get("AttributeName"), f"{path}.attributeName", 1, 255)
        if wire.required(definition.get("AttributeType"), f"{path}.attributeType"):
            wire.one_of(definition["AttributeType"], f"{path}.attributeType", ("B", "N", "S"))


def _keys(wire: Wire, keys: Any, path: str, most: int) -> None:
    wire.length(keys, path, 1, most)
    for number, key in enumerate(keys or [], 1):
        wire.length(key.get("AttributeName"), f"{path}.{number}.member.attributeName", 1, 255)
        if wire.required(key.get("KeyType"), f"{path}.{number}.member.keyType"):
            wire.one_of(key["KeyType"], f"{path}.{number}.member.keyType", ("HASH", "RANGE"))


def _scalars(wire: Wire, request: Json) -> None:
    wire.one_of(request.get("BillingMode"), "billingMode", BILLING_MODES)
    _provisioned(wire, request, "")
    stream = request.get("StreamSpecification")
    if stream is not None:
        wire.required(stream.get("StreamEnabled"), "streamSpecification.streamEnabled")
        wire.one_of(stream.get("StreamViewType"), "streamSpecification.streamViewType", VIEW_TYPES)
    encryption = request.get("SSESpecification") or {}
    wire.one_of(encryption.get("SSEType"), "sSESpecification.sSEType", ("AES256", "KMS"))


def _provisioned(wire: Wire, owner: Json, path: str) -> None:
    throughput = owner.get("ProvisionedThroughput")
    if throughput is not None:
        for member in ("ReadCapacityUnits", "WriteCapacityUnits"):
            wire.between(throughput.get(member), f"{path}provisionedThroughput.{member[0].lower()}{member[1:]}", 1)


def _index(wire: Wire, index: Json, path: str, most_keys: int) -> None:
    wire.name(index.get("IndexName"), f"{path}.indexName")
    _keys(wire, index.get("KeySchema"), f"{path}.keySchema", most_keys)
    _provisioned(wire, index, f"{path}.")
    if wire.required(index.get("Projection"), f"{path}.projection"):
        projection = index["Projection"]
        wire.one_of(projection.get("ProjectionType"), f"{path}.projection.projectionType", PROJECTIONS)
        if "NonKeyAttributes" in projection:
            wire.length(projection["NonKeyAttributes"], f"{path}.projection.nonKeyAttributes", 1, 20)


def _table_class(request: Json) -> None:
    """The one enum that has its own words (T-177)."""
    if request.get("TableClass") not in (None, *TABLE_CLASSES):
        raise validation(
            "Invalid table-class parameter provided. Please try again with a valid table-class value: "
            "[STANDARD, STANDARD_INFREQUENT_ACCESS]."
        )
