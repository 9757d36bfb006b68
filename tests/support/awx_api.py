# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a controller, real or not, says that it has: read by its REST API, not by the modules that made it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

OUTCOMES = ("success_nodes", "failure_nodes", "always_nodes")
MADE = (
    "schedules",
    "workflow_job_templates",
    "job_templates",
    "inventory_sources",
    "inventories",
    "projects",
    "execution_environments",
    "credentials",
    "credential_types",
    "organizations",
)
"""What the role makes, so that nothing is deleted before what uses it."""


class Api:
    """A controller, by the CONTROLLER_* variables that the modules read."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.host = env["CONTROLLER_HOST"].rstrip("/")
        if "CONTROLLER_OAUTH_TOKEN" in env:
            self._login = f"Bearer {env['CONTROLLER_OAUTH_TOKEN']}"
        else:
            pair = f"{env['CONTROLLER_USERNAME']}:{env['CONTROLLER_PASSWORD']}"
            self._login = f"Basic {b64encode(pair.encode()).decode()}"

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What a request gives; raises HTTPError where it is refused."""
        address = self.host + (path if path.startswith("/api/") else f"/api/v2/{path}")
        headers = {"Authorization": self._login, "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(address, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def all(self, place: str, **query: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", f"{place}/?{urlencode({**query, 'page_size': 200})}")["results"]
        return found

    def one(self, place: str, **query: Any) -> dict[str, Any]:
        (found,) = self.all(place, **query)
        return found

    def below(self, item: Mapping[str, Any], name: str) -> Any:
        """What the API keeps below an object under a name."""
        return self.call("GET", f"{item['url']}{quote(name)}/")

    def links(self, workflow: str) -> dict[str, dict[str, list[str]]]:
        """By node of a workflow the nodes that follow, by outcome."""
        number = self.one("workflow_job_templates", name=workflow)["id"]
        nodes = self.all("workflow_job_template_nodes", workflow_job_template=number)
        return {
            node["identifier"]: {
                outcome: sorted(next_one["identifier"] for next_one in found)
                for outcome in OUTCOMES
                if (found := self.below(node, outcome)["results"])
            }
            for node in nodes
        }

    def launched(self, workflow: str) -> dict[str, str]:
        """By node of a workflow the name of what it launches, or of its approval."""
        number = self.one("workflow_job_templates", name=workflow)["id"]
        nodes = self.all("workflow_job_template_nodes", workflow_job_template=number)
        return {node["identifier"]: self.call("GET", node["related"]["unified_job_template"])["name"] for node in nodes}

    def remove(self, *names: str) -> None:
        """Deletes everything that the role made, by what its names are or begin with."""
        for place in MADE:
            for item in self.all(place):
                if item["name"] in names or item["name"].startswith(tuple(f"{name}-" for name in names)):
                    self.call("DELETE", item["url"])
