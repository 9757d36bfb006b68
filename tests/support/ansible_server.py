# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A process that has imported Ansible and the collection, and forks for each run of a program: see ansible_programs.py.

A run is asked for on a connection of its own, which brings what the run writes to; the answers are the number of its
process and, when it has ended, its status.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import traceback
import warnings
from typing import Any, NoReturn

PROGRAMS = {"ansible": "ansible.cli.adhoc", "ansible-playbook": "ansible.cli.playbook"}
IMPORTED = (
    *PROGRAMS.values(),
    "ansible.executor.process.worker",
    "ansible.executor.task_queue_manager",
    "ansible.playbook.included_file",
    "ansible.plugins.action.normal",
    "ansible.plugins.cache.memory",
    "ansible.plugins.callback.default",
    "ansible.plugins.callback.minimal",
    "ansible.plugins.connection.local",
    "ansible.plugins.inventory.toml",
    "ansible.plugins.inventory.yaml",
    "ansible.plugins.shell.sh",
    "ansible.plugins.strategy.linear",
    "ansible.plugins.vars.host_group_vars",
)
SERVICES = ("application-autoscaling", "cloudwatch", "dynamodb", "iam", "sts")
LOADED = ("become", "callback", "connection", "filter", "inventory", "shell", "test")
"""Kinds of plugins of which Ansible loads all."""
PLUGINS = "ansible_collections.traffic_tacos.dynamodb.plugins"


def main(path: str) -> None:
    """Listens on the socket of this path, and ends when the standard input does."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        prepare()
        print("ready", flush=True)
        serve(listener)


def prepare() -> None:
    """Imports what every run would."""
    for name in IMPORTED:
        importlib.import_module(name)
    loaders = sys.modules["ansible.plugins.loader"]
    loaders.init_plugin_loader()
    # Each run does so once more
    warnings.filterwarnings("ignore", "AnsibleCollectionFinder has already been configured")
    for kind in LOADED:
        list(getattr(loaders, f"{kind}_loader").all(class_only=True))
    for name in names_of("action"):
        importlib.import_module(f"{PLUGINS}.action.{name}")
    for name in names_of("filter"):
        loaders.filter_loader.get(f"traffic_tacos.dynamodb.{name}")
    sessions = importlib.import_module("botocore.session")
    # What the services' calls are is the same for all sessions
    sessions.create_loader = functools.cache(sessions.create_loader)
    session = importlib.import_module("boto3").Session("key", "secret", region_name="us-east-1")
    for service in SERVICES:
        session.client(service)
    gc.collect()
    gc.freeze()


def names_of(kind: str) -> list[str]:
    """The collection's own plugins of a kind."""
    package = importlib.import_module(f"{PLUGINS}.{kind}")
    return [module.name for module in pkgutil.iter_modules(package.__path__)]


def serve(listener: socket.socket) -> None:
    """Starts what is asked for, and says how each ended, until nobody holds the other end of the standard input."""
    running: dict[int, socket.socket] = {}
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    signal.set_wakeup_fd(wake.fileno())
    signal.signal(signal.SIGCHLD, lambda *_signal: None)
    with selectors.DefaultSelector() as selector:
        for source in (sys.stdin, listener, woken):
            selector.register(source, selectors.EVENT_READ)
        while True:
            ready = [key.fileobj for key, _events in selector.select()]
            if sys.stdin in ready:
                return
            if listener in ready:
                connection, _address = listener.accept()
                running[process := started(connection)] = connection
                connection.sendall(process.to_bytes(4))
            if woken in ready:
                woken.recv(4096)
                tell(running)


def tell(running: dict[int, socket.socket]) -> None:
    """Says of everything that has ended how it did."""
    while running:
        process, status = os.waitpid(-1, os.WNOHANG)
        if not process:
            return
        with running.pop(process) as connection:
            connection.sendall(b"%d" % os.waitstatus_to_exitcode(status))


def started(connection: socket.socket) -> int:
    """Forks for one request; returns the process."""
    data, files, _flags, _address = socket.recv_fds(connection, 1 << 20, 2)
    while not data.endswith(b"\n"):
        data += connection.recv(1 << 20)
    process = os.fork()
    if not process:
        become(json.loads(data), files)
    for file in files:
        os.close(file)
    return process


def become(request: dict[str, Any], files: list[int]) -> NoReturn:
    """In the fork: what the program finds when it starts, the program, its end."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        for descriptor, file in enumerate((nothing, *files)):
            os.dup2(file, descriptor)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        os.environ.clear()
        os.environ.update(request["env"])
        sys.argv = request["argv"]
        status = run(PROGRAMS[os.path.basename(sys.argv[0])])
    except BaseException:
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def run(module: str) -> int:
    """A program's main; returns its status."""
    constants = sys.modules["ansible.constants"]
    # Made when Ansible was imported, and deleted at the end of a run
    own = constants.config.get_config_value("DEFAULT_LOCAL_TMP", variables=vars(constants))
    constants.DEFAULT_LOCAL_TMP = own
    try:
        sys.modules[module].main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0
