# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The embedded AWS emulator: moto's server on loopback, with a log of every AWS request.

`start` and `stop` work on a detached `serve` and print what they did as JSON; what goes wrong is one sentence on
standard error. Besides AWS and moto's own paths the server answers:

    GET     /_emulator/identity    who listens here
    GET     /_emulator/requests    the AWS requests so far, oldest first
    DELETE  /_emulator/requests    forget them
"""

from __future__ import annotations

import argparse
import http.client
import importlib
import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

NAME = "traffic_tacos.dynamodb emulator"
HOST = "127.0.0.1"
PATIENCE = 60

CREDENTIAL = re.compile(r"Credential=[^/]+/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/")
CBOR_PATH = re.compile(r"/service/[^/]+/operation/(?P<operation>\w+)")


class EmulatorError(Exception):
    """What the user has to read, as one sentence."""


class Journal:
    """The AWS requests, one JSON line each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.clear()

    def add(self, entry: dict[str, Any]) -> None:
        with self.lock, self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def read(self) -> list[dict[str, Any]]:
        with self.lock:
            return [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]

    def clear(self) -> None:
        with self.lock:
            self.path.write_text("", encoding="utf-8")


class Application:
    """moto's WSGI application behind the journal and the emulator's own paths."""

    def __init__(self, moto: Callable[..., Iterable[bytes]], journal: Journal, identity: dict[str, Any]) -> None:
        self.moto = moto
        self.journal = journal
        self.identity = identity

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/_emulator/"):
            return self.answer(environ["REQUEST_METHOD"], path, start_response)
        if not path.startswith("/moto-api/"):
            self.journal.add(describe(environ))
        return self.moto(environ, start_response)

    def answer(self, method: str, path: str, start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, answer = "200 OK", None
        match method, path:
            case "GET", "/_emulator/identity":
                answer = self.identity
            case "GET", "/_emulator/requests":
                answer = self.journal.read()
            case "DELETE", "/_emulator/requests":
                self.journal.clear()
            case _:
                status = "404 Not Found"
        body = json.dumps(answer).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


def describe(environ: dict[str, Any]) -> dict[str, Any]:
    """The request as the journal keeps it: when, where to, and what."""
    scope = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    return {
        "time": time.time(),
        "service": scope["service"] if scope else None,
        "region": scope["region"] if scope else None,
        "operation": operation(environ),
    }


def operation(environ: dict[str, Any]) -> str:
    """The operation's name, which each AWS protocol carries in another place."""
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return target.rpartition(".")[2]
    if cbor := CBOR_PATH.match(environ["PATH_INFO"]):
        return cbor["operation"]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        if action := urllib.parse.parse_qs(body.decode()).get("Action"):
            return action[0]
    return f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"


def serve(port: int, directory: Path, account: str, policies: str) -> None:
    """Serve until the process is ended; with AWS's own managed policies, or without the time that they cost."""
    # moto reads its settings when it is imported.
    os.environ.update(MOTO_IAM_LOAD_MANAGED_POLICIES=str(policies == "aws").lower(), MOTO_PORT=str(port))
    try:
        werkzeug = importlib.import_module("werkzeug.serving")
        moto = importlib.import_module("moto.moto_server.werkzeug_app")
        # Beside this file, which runs as a program
        importlib.import_module("moto_as_aws").correct(account)
    except ImportError as error:
        lacks, remedy = f"{sys.executable} lacks ({error})", "pip install 'moto[server]'"
        raise EmulatorError(f"The emulator needs moto's server, which {lacks}: {remedy}") from error

    class Handler(moto.MotoRequestHandler):
        disable_nagle_algorithm = True

        def log_request(self, *args: Any) -> None:
            """The journal has it already."""

    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    identity = {"name": NAME, "pid": os.getpid(), "port": port, "directory": str(directory)}
    dispatcher = moto.DomainDispatcherApplication(moto.create_backend_app)
    application = Application(dispatcher, Journal(directory / "requests.jsonl"), identity)
    werkzeug.make_server(HOST, port, application, threaded=True, request_handler=Handler).serve_forever()


def identify(port: int) -> dict[str, Any] | None:
    """Which emulator of ours listens on the port, if one does."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/_emulator/identity")
        answer = json.loads(connection.getresponse().read())
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return answer if isinstance(answer, dict) and answer.get("name") == NAME else None


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def start(port: int, directory: Path, account: str, policies: str) -> dict[str, Any]:
    """Start a detached server, unless one of ours listens already."""
    if running := identify(port):
        return {"changed": False, **running}
    if not is_free(port):
        raise EmulatorError(f"Port {port} is in use by another program: set EMULATOR_PORT to a free one.")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Real credentials and somebody's moto settings have no business in there.
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "MOTO_"))}
    options = {"port": port, "directory": directory, "account": account, "policies": policies}
    arguments = ["serve", *(f"--{name}={value}" for name, value in options.items())]
    log = directory / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, __file__, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,
        )
    deadline = time.monotonic() + PATIENCE
    # Two hosts of one play may start it at once: who loses the race for the port finds the winner there.
    while True:
        over = process.poll() is not None or time.monotonic() > deadline
        if running := identify(port):
            return {"changed": running["pid"] == process.pid, **running}
        if over:
            break
        time.sleep(0.05)
    process.kill()
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    raise EmulatorError(f"The emulator did not start. {lines[-1] if lines else f'No answer in {PATIENCE} seconds.'}")


def stop(port: int, directory: Path) -> dict[str, Any]:
    """End the server of this directory, and nothing else."""
    running = identify(port)
    if not running:
        return {"changed": False}
    if running["directory"] != str(directory):
        raise EmulatorError(f"The emulator on port {port} belongs to {running['directory']}: it is left alone.")
    os.kill(running["pid"], signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while not is_free(port):
        if time.monotonic() > deadline:
            raise EmulatorError(f"The emulator on port {port}, process {running['pid']}, does not end.")
        time.sleep(0.05)
    return {"changed": True}


def main() -> None:
    parser = argparse.ArgumentParser(description="The embedded AWS emulator.")
    parser.add_argument("command", choices=("start", "stop", "serve"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--directory", type=lambda path: Path(path).expanduser().resolve(), required=True)
    parser.add_argument("--account", default="137406935518")
    parser.add_argument("--policies", choices=("aws", "none"), default="aws")
    options = parser.parse_args()
    try:
        match options.command:
            case "start":
                print(json.dumps(start(options.port, options.directory, options.account, options.policies)))
            case "stop":
                print(json.dumps(stop(options.port, options.directory)))
            case "serve":
                serve(options.port, options.directory, options.account, options.policies)
    except EmulatorError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
