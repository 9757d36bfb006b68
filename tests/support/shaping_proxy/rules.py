# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The judge behind the proxy: one set of rules for each account and region."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from ..dynamodb_double import OPERATIONS, AwsFault, DynamoDB, Settings
from ..dynamodb_double.keyring import MANAGED_ALIAS, Key, KeyRing
from ..dynamodb_double.services import Tagging

Json = dict[str, Any]
Ask = Callable[[str, str], Json | None]
"""The emulator's description of a KMS key, by region and any of the key's names; None when there is none."""

ITEMS = frozenset({"DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"})


class RealClock:
    """The time of day, which does not jump."""

    def __init__(self) -> None:
        self._start = time.time() - time.monotonic()

    def now(self) -> float:
        return self._start + time.monotonic()


class EmulatorKeys(KeyRing):
    """The emulator's keys."""

    def __init__(self, account_id: str, region: str, ask: Ask) -> None:
        super().__init__(account_id, region)
        self._ask = ask
        self._take(MANAGED_ALIAS)
        self.managed = super().find(MANAGED_ALIAS)

    def find(self, given: str) -> Key:
        return self._take(given) or super().find(given)

    def _take(self, given: str) -> Key | None:
        """Asks each time: keys are disabled and enabled."""
        found = self._ask(self.region, given)
        if found is None:
            return None
        key = self.add(found["KeyId"], given if given.startswith("alias/") else None)
        key.arn, key.condition, key.manager = found["Arn"], found["KeyState"], found["KeyManager"]
        key.symmetric = found.get("KeySpec", "SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT"
        return key


class Rules:
    """Judges requests, one at a time."""

    def __init__(self, ask: Ask, account_id: str, settings: Settings) -> None:
        self._ask = ask
        self._account_id = account_id
        self._settings = settings
        self._clock = RealClock()
        self._lock = threading.Lock()
        self._places: dict[tuple[str, str], DynamoDB] = {}
        self.accounts: dict[str, str] = {}
        """The accounts of access keys that do not belong to the emulator's own."""

    def clear(self, settings: Settings) -> None:
        """Empty accounts under other settings."""
        with self._lock:
            self._settings = settings
            self._places = {}

    def place(self, key: str, region: str) -> DynamoDB:
        """The rules of one account and region."""
        account_id = self.accounts.get(key, self._account_id)
        where = (account_id, region)
        if where not in self._places:
            keys = EmulatorKeys(account_id, region, self._ask)
            self._places[where] = DynamoDB(self._clock, account_id, region, self._settings, keys)
        return self._places[where]

    def judge(self, service: str, operation: str, key: str, region: str, request: Any) -> Json | None:
        """The answer of the rules; None when the emulator has to answer. Raises AwsFault."""
        with self._lock:
            place = self.place(key, region)
            if service == "application-autoscaling":
                return place.scale(operation, request)
            if service == "dynamodb" and operation in OPERATIONS:
                return place.handle(operation, request)
            if service == "dynamodb" and operation in ITEMS:
                self._check_items(place, request)
            if service == "tagging" and operation == "GetResources" and _about_tables(request):
                return Tagging(place).handle(operation, request)
        return None

    @staticmethod
    def _check_items(place: DynamoDB, request: Json) -> None:
        """A table that is not there yet has no items."""
        if place.status(str(request.get("TableName")).rpartition("/")[2]) == "CREATING":
            raise AwsFault("ResourceNotFoundException", "Requested resource not found")


def _about_tables(request: Json) -> bool:
    filters = request.get("ResourceTypeFilters") or []
    return bool(filters) and all(name.partition(":")[0] == "dynamodb" for name in filters)
