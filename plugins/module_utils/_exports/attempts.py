# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of AWS's long operations an entry means, and the token under which it is, or is to be, begun: pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid5

from .._tables.names import COLLECTION
from .._tables.origins import moment

Operation = TypeVar("Operation")


def token_of(estate: str, label: str, request: Mapping[str, Any], number: int) -> str:
    """The token of the first (0) and of each further attempt: the same for the same estate and entry, always.

    An attempt needs its own because AWS answers the same token with the same operation for eight hours, even where that
    has failed, or was one of an earlier table of that name.
    """
    said = [COLLECTION, estate, label, request, number]
    return str(uuid5(NAMESPACE_URL, json.dumps(said, sort_keys=True, default=_text)))


def attempt(
    token: Callable[[int], str],
    known: Mapping[str, Operation],
    counts: Callable[[Operation], bool],
    failed: Callable[[Operation], bool],
    again: bool,
) -> tuple[Operation | None, str]:
    """The first attempt that counts, or None and the token of the first that has not been made.

    One that has failed does so while it is the last, unless another is to be made: what a run with C(retry_failed) has
    made is found by the next run without it.
    """
    number = 0
    while True:
        made = known.get(token(number))
        if made is None:
            return None, token(number)
        if counts(made) and not (failed(made) and (again or token(number + 1) in known)):
            return made, token(number)
        number += 1


def _text(value: Any) -> str:
    return moment(value) if isinstance(value, datetime) else repr(value)
