# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocols of AWS, as far as the proxy must read and write them."""

from __future__ import annotations

import json
import re
import urllib.parse
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from typing import Any
from xml.sax.saxutils import escape

CREDENTIAL = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")
CBOR_PATH = re.compile(r"/service/[^/]+/operation/(?P<operation>\w+)")


@dataclass(frozen=True)
class Request:
    """An AWS request, as the proxy sees it."""

    method: str
    path: str
    headers: Message[str, str]
    body: bytes
    service: str
    region: str
    key: str
    operation: str
    members: Any
    """Of requests in JSON, and of forms, whose members are flat; None of other protocols."""


@dataclass
class Answer:
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes
    code: str = ""
    message: str = ""


def read(method: str, path: str, headers: Message[str, str], body: bytes) -> Request:
    """Finds out what a request is about."""
    scope = CREDENTIAL.search(headers.get("Authorization", ""))
    service, region, key = (scope["service"], scope["region"], scope["key"]) if scope else ("", "", "")
    target = headers.get("X-Amz-Target", "")
    members = json.loads(body or b"{}") if target else _form(headers, body)
    return Request(method, path, headers, body, service, region, key, _operation(path, target, members), members)


def _form(headers: Message[str, str], body: bytes) -> dict[str, str] | None:
    if not headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        return None
    return dict(urllib.parse.parse_qsl(body.decode()))


def _operation(path: str, target: str, members: Any) -> str:
    if target:
        return target.rpartition(".")[2]
    if found := CBOR_PATH.match(path):
        return found["operation"]
    return str((members or {}).get("Action", ""))


def answer_json(request: Request, members: Any) -> Answer:
    """An answer in the JSON of the request's own version; times are numbers on the wire."""
    body = json.dumps(members, default=_time).encode()
    headers = {"Content-Type": request.headers.get("Content-Type", "application/x-amz-json-1.0")}
    if request.service == "dynamodb":  # boto3 notices half an answer by this alone
        headers["x-amz-crc32"] = str(zlib.crc32(body))
    return Answer(200, headers, body)


def _time(value: Any) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"no JSON for {value!r}")


def error(request: Request, status: int, code: str, message: str) -> Answer:
    """An error in the protocol of the request."""
    members = {"__type": code, "message": message}
    if request.headers.get("X-Amz-Target"):
        if request.service == "dynamodb":
            members["__type"] = f"com.amazonaws.dynamodb.v20120810#{code}"
        kind, body = "application/x-amz-json-1.0", json.dumps(members).encode()
        return Answer(status, {"Content-Type": kind}, body, code, message)
    if CBOR_PATH.match(request.path):
        headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return Answer(status, headers, _cbor(members), code, message)
    text = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{escape(code)}</Code><Message>{escape(message)}</Message>"
        "</Error><RequestId>0</RequestId></ErrorResponse>"
    )
    return Answer(status, {"Content-Type": "text/xml"}, text.encode(), code, message)


def _cbor(members: Mapping[str, str]) -> bytes:
    """A small map of texts in CBOR."""
    return bytes([0xA0 + len(members)]) + b"".join(_cbor_text(part) for pair in members.items() for part in pair)


def _cbor_text(text: str) -> bytes:
    data = text.encode()
    return b"\x79" + len(data).to_bytes(2, "big") + data
