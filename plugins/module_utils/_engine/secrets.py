# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys out of the environment of tasks, which Ansible writes into the command that it shows, and that C(ps) shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OPTIONS = {
    "AWS_ACCESS_KEY_ID": "access_key",
    "AWS_SECRET_ACCESS_KEY": "secret_key",
    "AWS_SESSION_TOKEN": "session_token",
}
"""The variables that hold keys, each with the module option that takes the same and is never shown in full."""


def without_keys(environment: Mapping[str, Any]) -> dict[str, Any]:
    """The environment with empty keys where it holds keys, so that none of the shell's are mixed with the options'."""
    if not any(environment.get(name) for name in OPTIONS):
        return dict(environment)
    return {**environment, **dict.fromkeys(OPTIONS, "")}
