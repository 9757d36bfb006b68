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
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import TemporaryDirectory, TemporaryFile

from .ansible_server import PROGRAMS

ROOT = Path(__file__).parents[2]
AT_IMPORT = re.compile(r"(ANSIBLE_|BOTO_|LC_|LD_|PYTHON)\w+$|(HOME|LANG|PATH|TMPDIR|TZ)$")
"""Variables that act when Ansible, boto3 or Python begin."""


def path_of(program: str) -> str:
    """A program of the environment that the tests run in."""
    return str(Path(sys.executable).with_name(program))


def run(
    program: str, *arguments: str | Path, env: Mapping[str, str] = os.environ, cwd: str | Path = "."
) -> CompletedProcess[str]:
    """Runs a program of Ansible to its end, without an input; env is all of its environment."""
    argv = [path_of(program), *map(str, arguments)]
    server = SERVERS.of(env, str(Path(cwd).resolve())) if program in PROGRAMS else None
    if server:
        return server.run(argv, env)
    return subprocess.run(argv, env=env, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


class Server:
    """A process that forks for runs with these settings in this directory."""

    def __init__(self, env: Mapping[str, str], cwd: str) -> None:
        self.cwd = cwd
        self._folder = TemporaryDirectory()
        self._socket = str(Path(self._folder.name) / "socket")
        argv = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.support"]
        argv[-1] += f" import ansible_server; ansible_server.main({self._socket!r})"
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(argv, env=env, cwd=cwd, stdin=pipe, stdout=pipe)
        assert self._process.stdout
        if self._process.stdout.readline() != b"ready\n":
            raise RuntimeError(f"no server for runs of Ansible: it ended with {self._process.wait()}")

    def run(self, argv: list[str], env: Mapping[str, str]) -> CompletedProcess[str]:
        request = json.dumps({"argv": argv, "env": dict(env)}).encode() + b"\n"
        with TemporaryFile() as out, TemporaryFile() as error, socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self._socket)
            sent = socket.send_fds(connection, [request], [out.fileno(), error.fileno()])
            connection.sendall(request[sent:])
            said = connection.makefile().read()
            if not said:
                raise RuntimeError("the server for runs of Ansible has ended")
            written = [(file.seek(0), file.read().decode())[1] for file in (out, error)]
        return CompletedProcess(argv, int(said), *written)


@dataclass
class Servers:
    """The servers by what their runs have in common; they end with this process."""

    _known: dict[tuple[str, ...], Server | None] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, env: Mapping[str, str], cwd: str) -> Server | None:
        """None for the first run of its kind, which may be the only one."""
        if sys.platform != "linux":
            return None
        kind = (cwd, *(f"{name}={env[name]}" for name in sorted(env) if AT_IMPORT.match(name)))
        with self._lock:
            if kind not in self._known:
                self._known[kind] = None
                return None
            self._known[kind] = server = self._known[kind] or Server(env, cwd)
            return server


SERVERS = Servers()
