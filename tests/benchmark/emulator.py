# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The benchmark's emulator: the collection's own one, with two additions that all sides are measured with.

moto leaves a table's TableId out, and community.aws.dynamodb_table ends in KeyError without it: here it is added.
GET /_emulator/identity also tells how many seconds of CPU the emulator has used, and how many requests were under way
at once, at most, since the log was emptied.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

PROGRAM = Path(__file__).resolve().parents[2] / "roles/emulator/files/emulator.py"


def load() -> ModuleType:
    """The collection's emulator, which starts its detached server from this file instead of its own."""
    specification = importlib.util.spec_from_file_location("collection_emulator", PROGRAM)
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    # It imports what is beside it
    sys.path.insert(0, str(PROGRAM.parent))
    specification.loader.exec_module(module)
    module.__file__ = __file__
    module.Application = extended(module.Application)
    return module


def extended(base: type[Any]) -> type[Any]:
    """The WSGI application with the additions."""

    class Application(base):
        lock = threading.Lock()
        under_way = 0
        most_at_once = 0

        def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            if environ["PATH_INFO"].startswith("/_emulator/"):
                return super().__call__(environ, start_response)
            with self.lock:
                self.under_way += 1
                self.most_at_once = max(self.most_at_once, self.under_way)
            try:
                return self.identified(environ, start_response)
            finally:
                with self.lock:
                    self.under_way -= 1

        def identified(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
            if not environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDB_"):
                return super().__call__(environ, start_response)
            begun: list[Any] = []
            answer = super().__call__(environ, lambda *arguments: begun.extend(arguments))
            body = with_table_id(b"".join(answer))
            # The checksum of the body as it was, which clients verify when it is there.
            stale = ("content-length", "x-amz-crc32")
            headers = [(name, value) for name, value in begun[1] if name.lower() not in stale]
            start_response(begun[0], [*headers, ("Content-Length", str(len(body)))])
            return [body]

        def answer(self, method: str, path: str, start_response: Callable[..., Any]) -> Iterable[bytes]:
            self.identity["cpu"], self.identity["most_at_once"] = time.process_time(), self.most_at_once
            if method == "DELETE":
                self.most_at_once = 0
            return super().answer(method, path, start_response)

    return Application


def with_table_id(body: bytes) -> bytes:
    """The answer with the identifier of the table that it describes, if it describes one."""
    answer = json.loads(body or b"{}")
    table = answer.get("Table") or answer.get("TableDescription")
    if not table or "TableId" in table:
        return body
    table["TableId"] = str(uuid.uuid5(uuid.NAMESPACE_URL, table["TableArn"]))
    return json.dumps(answer).encode()


if __name__ == "__main__":
    load().main()
