# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""MiniStack, the second emulator, which keeps what moto loses; it has its own environment, as it pins a botocore."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from .alone import alone
from .emulator import ACCOUNT, KEYS, Emulator, free_port

VERSION = "1.5.33"
HOME = Path(__file__).parents[2] / ".cache/ministack" / VERSION
START_SECONDS = 60.0
PROGRAM = """
from ministack.app import main
from ministack.services import dynamodb

dynamodb._VECTOR_ALLOCATION_SECONDS = dynamodb._VECTOR_BACKFILL_SECONDS = 0.3
main()
"""
"""MiniStack, which takes 12 seconds for a vector index that a table gets later, in less."""


def install() -> Path:
    """Its interpreter, installed once for all test processes."""
    with alone(HOME.parent):
        if not (HOME / "bin/ministack").exists():
            subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True)
            subprocess.run([HOME / "bin/pip", "install", "--quiet", f"ministack=={VERSION}"], check=True)
    return HOME / "bin/python"


class MiniStack(Emulator):
    """A running MiniStack, with the interface of the embedded emulator but for its request log.

    With enforcement, KEYS are the account's owner, and everybody else may do what IAM allows him.
    """

    def __init__(self, directory: Path, enforce: bool = False) -> None:
        super().__init__(directory)
        self._enforce = enforce

    def __enter__(self) -> MiniStack:
        self.port = free_port()
        settings = {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "AUTH": str(self._enforce).lower(),
            **KEYS,
        }
        with (self.directory / "ministack.log").open("w") as log:
            argv, environment = [install(), "-c", PROGRAM], {"PATH": os.environ["PATH"], **settings}
            self._process = subprocess.Popen(argv, env=environment, stdout=log, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.directory / "ministack.log").read_text())
            time.sleep(0.1)
        return self

    def __exit__(self, *error: object) -> None:
        self._process.terminate()
        self._process.wait(30)

    def reset(self) -> None:
        self._http("POST", "/_ministack/reset")

    def forget(self) -> None:
        """It has no request log."""

    def _answers(self) -> bool:
        try:
            return bool(self._http("GET", "/_ministack/health"))
        except (urllib.error.URLError, ConnectionError):
            return False
