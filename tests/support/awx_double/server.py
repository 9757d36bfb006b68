# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The double as a server on loopback, as far as the modules of awx.awx use AWX's REST API."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from collections.abc import Collection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from . import rules
from .kinds import KINDS
from .refusal import Refused
from .store import ROOT, Object, Store

USER, PASSWORD, TOKEN = "admin", "a-password-of-the-double", "a-token-of-the-double"
APPROVAL = ("workflow_job_template_nodes", "create_approval_template")
Answer = tuple[int, Object | None]


class AwxDouble:
    """A running double: its address, its login, its objects, and the requests since the log was emptied."""

    def __init__(self, playbooks: Collection[str]) -> None:
        self.store = Store(playbooks)
        self.requests: list[tuple[str, str]] = []
        self._lock = Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> AwxDouble:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def env(self) -> dict[str, str]:
        """Where it is and who logs in, by a token."""
        return {
            "CONTROLLER_HOST": f"http://127.0.0.1:{self._server.server_port}",
            "CONTROLLER_OAUTH_TOKEN": TOKEN,
            # The modules read all authorities for each request, which takes longer than anything else they do
            "SSL_CERT_FILE": os.devnull,
        }

    @property
    def writes(self) -> list[tuple[str, str]]:
        """The writing requests since the log was emptied."""
        return [request for request in self.requests if request[0] != "GET"]

    def answer(self, method: str, address: str, login: str, body: Object) -> Answer:
        """The status and the JSON of a request."""
        parsed = urlsplit(address)
        parts = parsed.path.removeprefix(ROOT).strip("/").split("/")
        password = login == f"Basic {b64encode(f'{USER}:{PASSWORD}'.encode()).decode()}"
        try:
            if not password and login != f"Bearer {TOKEN}":
                raise Refused(401, {"detail": "who are you?"})
            if parts[0] == "tokens" and password:
                return (201, {"id": 1, "token": TOKEN}) if method == "POST" else (204, None)
            with self._lock:
                self.requests.append((method, parsed.path))
                return self._routed(method, parts, dict(parse_qsl(parsed.query)), body)
        except Refused as refused:
            return refused.status, refused.body

    def _routed(self, method: str, parts: list[str], query: dict[str, str], body: Object) -> Answer:
        place, *below = parts
        if place not in KINDS and place not in ("project_updates", "unified_job_templates"):
            raise Refused(404, {"detail": "Not found."})
        if not below:
            return self._of_place(method, place, query, body)
        if not below[0].isdecimal():
            raise Refused(404, {"detail": "Not found."})
        if len(below) == 1:
            return self._of_object(method, place, int(below[0]), body)
        return self._below_object(method, place, int(below[0]), below[1], body)

    def _of_place(self, method: str, place: str, query: dict[str, str], body: Object) -> Answer:
        if method == "GET":
            return 200, self.store.listing(place, query)
        if method == "POST" and place in KINDS:
            return 201, self.store.create(place, body)
        raise Refused(405, {"detail": "not for this place"})

    def _of_object(self, method: str, place: str, number: int, body: Object) -> Answer:
        if place == "project_updates":
            return 200, self.store.sync(number)
        if method == "GET":
            return 200, self.store.shown(place, self.store.get(place, number))
        if method == "PATCH":
            return 200, self.store.change(place, number, body)
        self.store.delete(place, number)
        return 204, None

    def _below_object(self, method: str, place: str, number: int, name: str, body: Object) -> Answer:
        if name == "survey_spec" and KINDS[place].survey:
            return 200, self._survey(method, number, body)
        if (place, name) == APPROVAL:
            return 201, self.store.approval(number, body)
        if method == "GET":
            return 200, self.store.members(place, number, name)
        self.store.associate(place, number, name, body)
        return 204, None

    def _survey(self, method: str, number: int, body: Object) -> Object:
        if method == "POST":
            rules.check_survey(body)
            self.store.surveys[number] = body
        elif method != "GET":
            raise Refused(405, {"detail": "not for a survey"})
        return self.store.surveys.get(number, {})


def _handler(double: AwxDouble) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one packet, as the second one would wait for what the first one is answered

        def respond(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            status, told = double.answer(self.command, self.path, self.headers.get("Authorization", ""), body)
            text = b"" if told is None else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.send_header("X-API-Product-Name", "AWX")
            self.send_header("X-API-Product-Version", "24.6.1")
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PATCH = do_DELETE = respond  # noqa: N815 (http.server's names)

        def log_message(self, *_line: Any) -> None:
            """Nothing: the double keeps its own log."""

    return Handler
