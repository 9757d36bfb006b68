# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The embedded emulator for a test run: an own one on a free port, ended with the run."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from botocore.config import Config

from .clients import client

PROGRAM = Path(__file__).parents[2] / "roles/emulator/files/emulator.py"
ACCOUNT = "137406935518"
REGION = "ap-northeast-2"

# Long, because Ansible masks a secret wherever its characters turn up.
KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAEMULATOREMULATOR",
    "AWS_SECRET_ACCESS_KEY": "emulator-secret-emulator-secret-emulator",
}
LOGIN = (KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"])


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Emulator:
    """A running emulator: its address, its request log, and clients for it."""

    program = PROGRAM

    def __init__(self, directory: Path, policies: str = "none") -> None:
        self.directory = directory
        self.policies = policies
        self.port = 0

    def __enter__(self) -> Emulator:
        self.port = free_port()
        self._run("start", f"--policies={self.policies}")
        return self

    def __exit__(self, *error: object) -> None:
        self._run("stop")

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def env(self) -> dict[str, str]:
        """What a child process needs to talk to this emulator, and to nothing else."""
        return {
            **KEYS,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "EMULATOR_PORT": str(self.port),
        }

    def client(self, service: str, region: str = REGION) -> Any:
        config = Config(max_pool_connections=32, retries={"mode": "standard", "max_attempts": 1})
        return client(service, region, self.endpoint, LOGIN, config)

    def requests(self) -> list[dict[str, Any]]:
        """The AWS requests since the last reset, each with time, service, region and operation."""
        return json.loads(self._http("GET", "/_emulator/requests"))

    def operations(self) -> list[str]:
        return [request["operation"] for request in self.requests()]

    def forget(self) -> None:
        """Empty the request log."""
        self._http("DELETE", "/_emulator/requests")

    def reset(self) -> None:
        """Empty the account and the request log."""
        self._http("POST", "/moto-api/reset")
        self.forget()

    def _http(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(self.endpoint + path, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def _run(self, command: str, *options: str) -> None:
        where = (f"--port={self.port}", f"--directory={self.directory}")
        argv = [sys.executable, str(self.program), command, *where, *options]
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode or not json.loads(done.stdout)["changed"]:
            raise RuntimeError(done.stderr or done.stdout)
