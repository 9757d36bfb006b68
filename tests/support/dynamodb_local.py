# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""DynamoDB Local, AWS's own engine: fetched once by Maven, run in memory by Java for as long as tests need it."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
from botocore.config import Config

from .alone import alone
from .emulator import KEYS, REGION, free_port

ROOT = Path(__file__).parents[2]
POM = ROOT / "tools/dynamodb-local/pom.xml"
CACHE = ROOT / ".cache/dynamodb-local"
MAIN = str(ROOT / "tools/dynamodb-local/OnLoopback.java")
JAVA = 17
START_SECONDS = 60.0
STOP_SECONDS = 10.0


class Missing(Exception):
    """Why DynamoDB Local cannot be had on this machine."""


def install() -> Path:
    """The folder of its jars, filled by Maven when that was not done for this pom.xml. Raises Missing."""
    _check_java()
    wanted = hashlib.sha256(POM.read_bytes()).hexdigest()
    mark, jars = CACHE / "done", CACHE / "jars"
    with alone(CACHE):
        if not mark.exists() or mark.read_text() != wanted:
            mark.unlink(missing_ok=True)
            shutil.rmtree(jars, ignore_errors=True)
            _fetch(jars)
            mark.write_text(wanted)
    return jars


def _fetch(jars: Path) -> None:
    maven = shutil.which("mvn")
    if not maven:
        raise Missing("DynamoDB Local is fetched by Maven, and there is no mvn on the PATH")
    argv = [maven, "--batch-mode", "--quiet", f"--file={POM}", "dependency:copy-dependencies"]
    done = subprocess.run([*argv, f"-DoutputDirectory={jars}"], capture_output=True, text=True, check=False)
    if done.returncode:
        reason = next((line for line in done.stdout.splitlines() if "[ERROR]" in line), done.stderr)
        raise Missing(f"Maven cannot fetch DynamoDB Local: {reason}")


def _check_java() -> None:
    try:
        told = subprocess.run([_java(), "-version"], capture_output=True, text=True, check=False).stderr
    except OSError:
        told = ""
    found = re.search(r'version "(\d+)', told)
    if not found or int(found[1]) < JAVA:
        have = f"Java {found[1]}" if found else "no Java"
        raise Missing(f"DynamoDB Local needs Java {JAVA} or newer, and there is {have} (on the PATH, or in JAVA_HOME)")


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    return str(Path(home, "bin/java")) if home else "java"


class DynamoDBLocal:
    """A running engine with any number of accounts, each empty at first.

    It has no option for the address it listens at, which is any address; clients use the loopback one.
    """

    def __init__(self, jars: Path, directory: Path) -> None:
        self._jars = jars
        self._directory = directory
        self.port = 0

    def __enter__(self) -> DynamoDBLocal:
        self.port = free_port()
        self._log = (self._directory / "dynamodb-local.log").open("w+")
        options = [
            "-Xmx512m",
            "-XX:+UseSerialGC",
            f"-Djava.io.tmpdir={self._directory}",  # it unpacks its native library there
            "-cp",
            f"{self._jars}/*",
        ]
        argv = [_java(), *options, MAIN, "-inMemory", "-disableTelemetry", "-port", str(self.port)]
        self._process = subprocess.Popen(argv, cwd=self._directory, stdout=self._log, stderr=subprocess.STDOUT)
        try:
            self._await()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        self._stop()

    def client(self, **options: Any) -> Any:
        """A client of an account of its own: the engine keeps apart what different access keys made."""
        session = boto3.Session(f"ACCOUNT{uuid4().hex.upper()}", KEYS["AWS_SECRET_ACCESS_KEY"], region_name=REGION)
        config = Config(max_pool_connections=32, retries={"mode": "standard", "max_attempts": 1}, **options)
        return session.client("dynamodb", endpoint_url=f"http://127.0.0.1:{self.port}", config=config)

    def _await(self) -> None:
        """Waits until it answers."""
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        self._log.seek(0)
        raise RuntimeError(f"DynamoDB Local does not start: {self._log.read()[-2000:]}")

    def _stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
