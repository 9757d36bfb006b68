# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account's KMS keys, as DynamoDB and KMS itself see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .faults import AwsFault, denied, internal_error, validation

MANAGED_ALIAS = "alias/aws/dynamodb"
Condition = Literal["Enabled", "Disabled", "PendingDeletion"]


@dataclass
class Key:
    """One key."""

    key_id: str
    arn: str
    manager: Literal["AWS", "CUSTOMER"] = "CUSTOMER"
    condition: Condition = "Enabled"
    symmetric: bool = True
    grantable: bool = True
    """Whether the caller may create grants for it."""


class KeyRing:
    """Keys and aliases of one account and region."""

    def __init__(self, account_id: str, region: str) -> None:
        self._prefix = f"arn:aws:kms:{region}:{account_id}:"
        self.region = region
        self.keys: dict[str, Key] = {}
        self.aliases: dict[str, str] = {}
        self.managed = self.add("00000000-0000-4000-8000-00000000a115", MANAGED_ALIAS)
        self.managed.manager = "AWS"

    def add(self, key_id: str, alias: str | None = None) -> Key:
        """A new customer key; alias with its C(alias/) in front."""
        key = self.keys[key_id] = Key(key_id, f"{self._prefix}key/{key_id}")
        if alias:
            self.aliases[alias] = key_id
        return key

    def find(self, given: str) -> Key:
        """The key behind an id, an ARN, an alias or an alias's ARN; a KMS fault when there is none."""
        name = given.removeprefix(self._prefix).removeprefix("key/")
        if name.startswith("arn:"):
            raise AwsFault("NotFoundException", f"Invalid arn {given.split(':')[3]}")
        if name.startswith("alias/"):
            if name not in self.aliases:
                raise AwsFault("NotFoundException", f"Alias {self._prefix}{name} is not found.")
            name = self.aliases[name]
        if name not in self.keys:
            raise AwsFault("NotFoundException", f"Key '{self._prefix}key/{name}' does not exist")
        return self.keys[name]

    def for_tables(self, given: str | None) -> Key:
        """The key that DynamoDB encrypts with; refused as DynamoDB refuses it (T-020 to T-023 T-139)."""
        if given is None:
            return self.managed
        try:
            key = self.find(given)
        except AwsFault as fault:
            raise _wrapped("validation", fault.code, fault.message) from fault
        if key.condition == "Disabled":
            raise _wrapped("key disabled", "DisabledException", f"{key.arn} is disabled.")
        if key.condition == "PendingDeletion":
            raise _wrapped("validation", "KMSInvalidStateException", f"{key.arn} is pending deletion.")
        if not key.grantable:
            raise denied(f"KMS key access denied error: not authorized to perform: kms:CreateGrant on {key.arn}")
        if not key.symmetric:
            raise internal_error(
                "KMS internal error: EncryptionContext is supported only when creating a grant for a symmetric "
                "encryption KMS key"
            )
        return key


def _wrapped(what: str, code: str, message: str) -> AwsFault:
    return validation(
        f"KMS {what} error: com.amazonaws.services.kms.model.{code}: {message} "
        f"(Service: AWSKMS; Status Code: 400; Error Code: {code})"
    )
