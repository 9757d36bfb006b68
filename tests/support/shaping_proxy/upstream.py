# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way through to the emulator."""

from __future__ import annotations

import http.client
import json
import threading
from typing import Any

from .protocol import Answer, Request

MIRRORED = frozenset(
    {
        "CreateTable",
        "DeleteTable",
        "TagResource",
        "UntagResource",
        "UpdateContinuousBackups",
        "UpdateTable",
        "UpdateTimeToLive",
    }
)
"""Accepted by the rules, these are repeated to the emulator, so that items have a table of the right shape."""
HOP_BY_HOP = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})
COPIED = ("KeySchema", "AttributeDefinitions")
OF_INDEX = ("IndexName", "KeySchema", "Projection")


class Upstream:
    """Connections to the emulator, one for each thread."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._local = threading.local()

    def forward(self, request: Request) -> Answer:
        """The emulator's answer to a request that is passed on as it came, its Host header included."""
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP}
        return self._send(request.method, request.path, request.body, headers)

    def describe_key(self, region: str, key: str) -> dict[str, Any] | None:
        """KMS's description of a key, of the rules' own accord."""
        answer = self._own("kms", region, "TrentService.DescribeKey", {"KeyId": key})
        if answer.status != 200:
            return None
        found: dict[str, Any] = json.loads(answer.body)["KeyMetadata"]
        return found

    def create_restored(self, region: str, table: dict[str, Any]) -> Answer:
        """A table like the one that a restore builds; without items."""
        request = {"TableName": table["TableName"], "BillingMode": "PAY_PER_REQUEST"}
        request |= {member: table[member] for member in COPIED}
        for member in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            if member in table:
                request[member] = [{name: index[name] for name in OF_INDEX} for index in table[member]]
        return self._own("dynamodb", region, "DynamoDB_20120810.CreateTable", request)

    def _own(self, service: str, region: str, target: str, members: dict[str, Any]) -> Answer:
        scope = f"Credential=proxy/20260101/{region}/{service}/aws4_request"
        headers = {
            "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0",
            "Content-Type": "application/x-amz-json-1.1",
            "Host": f"{service}.{region}.amazonaws.com",
            "X-Amz-Target": target,
        }
        return self._send("POST", "/", json.dumps(members).encode(), headers)

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        for last in (False, True):
            connection = self._connection()
            try:
                connection.request(method, path, body, headers)
                response = connection.getresponse()
                kept = {name: value for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP}
                return Answer(response.status, kept, response.read())
            except (http.client.HTTPException, OSError):  # the emulator has closed an idle connection
                connection.close()
                self._local.connection = None
                if last:
                    raise
        raise AssertionError("unreachable")

    def _connection(self) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        return connection
