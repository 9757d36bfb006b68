# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy itself: an HTTP server on loopback that is used like the emulator behind it."""

from __future__ import annotations

import os
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from botocore.config import Config

from ..clients import client
from ..dynamodb_double import AwsFault, Settings
from ..emulator import ACCOUNT, LOGIN, REGION, Emulator
from .faults import Fault, FaultPlan
from .journal import Entry, Journal
from .meeting import Meeting
from .protocol import Answer, Request, answer_json, error, read
from .rules import Rules
from .upstream import MIRRORED, Upstream

SPEED = 100.0
NOW = struct.pack("ii", 1, 0)
"""SO_LINGER without patience: closing resets the connection."""


class ShapingProxy(Emulator):
    """Stands before a running emulator and takes its place, with the same members and some more."""

    def __init__(
        self, emulator: Emulator, settings: Settings | None = None, mirrored: frozenset[str] = MIRRORED
    ) -> None:
        super().__init__(emulator.directory)
        self._mirrored = mirrored
        self.emulator = emulator
        self.settings = settings or Settings(speed=SPEED)
        self.upstream = Upstream(emulator.port)
        self.rules = Rules(self.upstream.describe_key, ACCOUNT, self.settings)
        self.faults = FaultPlan()
        self.journal = Journal()
        self.latency = 0.0
        """Seconds by which every AWS request is put off."""
        self.meetings: list[Meeting] = []
        self.mirror_refusals: list[Entry] = []
        """Accepted by the rules, but not by the emulator: items of these tables may not work."""
        self._server: _Server | None = None

    def __enter__(self) -> ShapingProxy:
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def client(self, service: str, region: str = REGION) -> Any:
        """A client that sends each request once, so that faults are seen as they are."""
        config = Config(max_pool_connections=32, retries={"total_max_attempts": 1})
        return client(service, region, self.endpoint, LOGIN, config)

    def requests(self) -> list[dict[str, Any]]:
        """The AWS requests that came to the proxy since the last reset."""
        return [vars(entry) for entry in self.journal.entries()]

    def forget(self) -> None:
        self.journal.clear()
        self.mirror_refusals = []

    def reset(self, settings: Settings | None = None) -> None:
        """An empty account, no faults, an empty log; perhaps other settings."""
        self.emulator.reset()
        self.settings = settings or self.settings
        self.rules.clear(self.settings)
        self.faults.replace()
        self.latency = 0.0
        self.meetings = []
        self.forget()

    def answer(self, request: Request, entry: Entry) -> Answer:
        """The answer of the rules, or else the emulator's."""
        answer = self._judged(request, entry)
        entry.carried_out = answer.status < 400
        return answer

    def _judged(self, request: Request, entry: Entry) -> Answer:
        try:
            members = self.rules.judge(request.service, request.operation, request.key, request.region, request.members)
        except AwsFault as fault:
            entry.by_rules = True
            if fault.code == "TableInUseException" and request.members.get("OnDemandThroughputOverride") == {}:
                self._mirror(request, entry, None)  # refused, and begun nevertheless (T-463)
            return error(request, fault.http_status, fault.code, fault.message)
        if members is None:
            return self.upstream.forward(request)
        entry.by_rules = True
        self._mirror(request, entry, members)
        return answer_json(request, members)

    def _mirror(self, request: Request, entry: Entry, members: Any) -> None:
        answer = None
        if request.service == "dynamodb" and request.operation in self._mirrored:
            answer = self.upstream.forward(request)
        elif request.operation.startswith("RestoreTable") and members is not None:
            answer = self.upstream.create_restored(request.region, members["TableDescription"])
        if answer is not None and answer.status >= 400:
            self.mirror_refusals.append(entry)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, *_request: Any) -> None:
        """A client that went away is no news."""


def _handler(proxy: ShapingProxy) -> type[BaseHTTPRequestHandler]:
    return type("Handler", (_Handler,), {"proxy": proxy})


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client."""

    proxy: ShapingProxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_arguments: Any) -> None:
        """The journal has it already."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = read(self.command, self.path, self.headers, body)
        if not request.operation:  # the emulator's own paths
            self._send(self.proxy.upstream.forward(request))
            return
        entry = Entry(time.time(), request.service, request.operation, request.region, 0, request.members)
        with self.proxy.journal.under_way(entry):
            began = time.monotonic()
            self._serve_aws(request, entry)
            entry.seconds = time.monotonic() - began

    do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = _serve  # noqa: N815 (the base class's names)

    def _serve_aws(self, request: Request, entry: Entry) -> None:
        time.sleep(self.proxy.latency)
        for meeting in self.proxy.meetings:
            meeting.attend(entry)
        fault = self.proxy.faults.due(request.service, request.operation, request.members)
        if fault is None:
            self._end(entry, self.proxy.answer(request, entry))
            return
        entry.fault = fault.kind
        answer = self.proxy.answer(request, entry) if fault.carried_out else None
        if answer is None:
            answer = error(request, *fault.answer(request.service))
        self._fail(entry, fault, answer)

    def _end(self, entry: Entry, answer: Answer) -> None:
        entry.status, entry.code, entry.message = answer.status, answer.code, answer.message
        self._send(answer)

    def _fail(self, entry: Entry, fault: Fault, answer: Answer) -> None:
        if fault.kind in ("throttling", "error", "unavailable", "refusal"):
            self._end(entry, answer)
            return
        self.close_connection = True
        if fault.kind == "truncated":
            self._send(answer, len(answer.body) // 2)
        if fault.kind == "timeout":
            time.sleep(fault.delay)
        if fault.kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
            os.close(self.connection.detach())

    def _send(self, answer: Answer, most: int | None = None) -> None:
        self.send_response_only(answer.status)
        for name, value in {**answer.headers, "Content-Length": str(len(answer.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[:most])
        self.wfile.flush()
