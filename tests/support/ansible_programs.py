# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of Ansible's programs. What they import is most of what a short run costs, and half of what a playbook does.

So the second run that finds the same settings of Ansible and Python, and every further one, is a fork of a process that
has imported already: ansible_server.py. Where forks are not safe, and for any other program, each run starts afresh.
"""

from __future__ import annotations

import json
import os
import re
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess, Popen
from tempfile import TemporaryDirectory

from .ansible_server import PROGRAMS

ROOT = Path(__file__).parents[2]
AT_IMPORT = re.compile(r"(ANSIBLE_|BOTO_|LC_|LD_|PYTHON)\w+$|(HOME|LANG|PATH|TMPDIR|TZ)$")
"""Variables that act when Ansible, boto3 or Python begin."""


def path_of(program: str) -> str:
    """A program of the environment that the tests run in."""
    return str(Path(sys.executable).with_name(program))


def run(
    program: str, *arguments: str | Path, env: Mapping[str, str] | None = None, cwd: str | Path = "."
) -> CompletedProcess[str]:
    """Runs a program of Ansible to its end, without an input; env, if given, is all of its environment."""
    started = start(program, *arguments, env=env, cwd=cwd)
    out, error = started.communicate()
    assert started.returncode is not None
    return CompletedProcess([program, *arguments], started.returncode, out, error)


def start(
    program: str,
    *arguments: str | Path,
    env: Mapping[str, str] | None = None,
    cwd: str | Path = ".",
    often: bool = False,
) -> Popen[str] | Fork:
    """The same, without waiting for the end; in a session of its own.

    Often says that there will be more runs with these settings.
    """
    argv = [path_of(program), *map(str, arguments)]
    env = os.environ if env is None else env
    server = SERVERS.of(env, str(Path(cwd).resolve()), often) if program in PROGRAMS else None
    if server:
        return server.start(argv, env)
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    return Popen(argv, env=env, cwd=cwd, stdin=nothing, stdout=pipe, stderr=pipe, text=True, start_new_session=True)


class Fork:
    """A run that a server has started, with the members of a Popen that tests need."""

    def __init__(self, connection: socket.socket, written: list[int]) -> None:
        self._connection = connection
        self._written = [os.fdopen(file, encoding="utf-8") for file in written]
        self.returncode: int | None = None
        self.pid = int.from_bytes(self._said(4))

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._connection], [], [], 0)[0]:
            self.returncode = int(self._said(8))
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def communicate(self) -> tuple[str, str]:
        """Waits for the end of everything that could still write."""
        with ThreadPoolExecutor(2) as pool:
            out, error = pool.map(lambda file: file.read(), self._written)
        if self.returncode is None:
            self.returncode = int(self._said(8))
        for end in (self._connection, *self._written):
            end.close()
        return out, error

    def _said(self, size: int) -> bytes:
        said = self._connection.recv(size)
        if not said:
            raise RuntimeError("the server for runs of Ansible has ended")
        return said


class Server:
    """A process that forks for runs with these settings in this directory."""

    def __init__(self, env: Mapping[str, str], cwd: str) -> None:
        self._folder = TemporaryDirectory()
        self._socket = str(Path(self._folder.name) / "socket")
        argv = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.support"]
        argv[-1] += f" import ansible_server; ansible_server.main({self._socket!r})"
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(argv, env=env, cwd=cwd, stdin=pipe, stdout=pipe)
        assert self._process.stdout
        if self._process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"no server for runs of Ansible: it ended with {self._process.wait()}")

    def stop(self) -> int:
        """As the end of this process would; returns the status."""
        self._process.communicate()
        return self._process.returncode

    def start(self, argv: list[str], env: Mapping[str, str]) -> Fork:
        request = json.dumps({"argv": argv, "env": dict(env)}).encode() + b"\n"
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self._socket)
        pipes = [os.pipe(), os.pipe()]
        sent = socket.send_fds(connection, [request], [end for _start, end in pipes])
        connection.sendall(request[sent:])
        for _start, end in pipes:
            os.close(end)
        return Fork(connection, [start for start, _end in pipes])


@dataclass
class Servers:
    """The servers by what their runs have in common; they end with this process."""

    _known: dict[tuple[str, ...], Server | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, env: Mapping[str, str], cwd: str, often: bool = False) -> Server | None:
        """None for the first run of its kind, which may be the only one unless there are to be many."""
        if sys.platform != "linux":
            return None
        kind = (cwd, *(f"{name}={env[name]}" for name in sorted(env) if AT_IMPORT.match(name)))
        with self._lock:
            if kind not in self._known and not often:
                self._known[kind] = None
                return None
            self._known[kind] = server = self._known.get(kind) or Server(env, cwd)
            return server


SERVERS = Servers()
