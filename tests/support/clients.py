# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain clients of AWS's services, with which tests look at what is there."""

from __future__ import annotations

from typing import Any

from botocore.config import Config
from botocore.loaders import create_loader
from botocore.session import get_session

DESCRIPTIONS = create_loader()
"""Reading what a service's calls are is most of what a client costs, so each is read once."""


def client(
    service: str, region: str, endpoint: str, keys: tuple[str, str] | tuple[str, str, str], config: Config | None = None
) -> Any:
    """A client with these keys (the id, the secret one, perhaps a token)."""
    session = get_session()
    session.register_component("data_loader", DESCRIPTIONS)
    session.set_credentials(*keys)
    return session.create_client(service, region, endpoint_url=endpoint, config=config)
