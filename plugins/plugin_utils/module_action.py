# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module of the collection in a fork of Ansible's process, where that is the same as running it the usual way.

On this machine and with Ansible's own interpreter, the module's archive, an interpreter for it and its imports are most
of what a task costs at seven tables (docs/performance.md). Everywhere else the module runs the usual way.
"""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import socket
import sys
import traceback
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from types import ModuleType
from typing import IO, Any, NoReturn

from ansible import constants
from ansible.module_utils import _internal, basic
from ansible.module_utils._internal._ansiballz import _loader
from ansible.module_utils.common.json import Direction, get_module_encoder
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.plugins.loader import filter_loader, test_loader
from ansible.utils.display import Display

PROFILE = "legacy"
"""The form in which Ansible and modules in Python exchange arguments and results."""
SIGNALS = {signal.SIGTERM: signal.SIG_DFL, signal.SIGINT: signal.default_int_handler}
"""What a fresh interpreter does on these."""
AT_START = re.compile(r"PYTHON|LD_|TZ$|BOTO_DISABLE_CRT$")
"""Variables that act when an interpreter starts or imports; a fork would not notice them."""

display = Display()

# Ansible forks for each task of each host, and each fork would load what templates use: a third of what a host costs
with suppress(KeyError):  # where the collection is not known yet, as in unit tests
    filter_loader.get("traffic_tacos.dynamodb.without_keys")
    test_loader.get("ansible.builtin.failed")


class ModuleAction(NormalAction):
    """The action of one module. It is imported where the action is, once for all hosts and tasks."""

    module: ModuleType

    def named(self, _name: str | None) -> ModuleType:
        """The module of that name; the action's own one without a name."""
        return self.module

    def watching(self) -> AbstractContextManager[object]:
        """What is to be done while the module runs; begun once it has."""
        return nullcontext()

    def _execute_module(
        self,
        module_name: str | None = None,
        module_args: dict[str, Any] | None = None,
        *,
        task_vars: dict[str, Any] | None = None,
        **options: Any,
    ) -> dict[str, Any]:
        variables = task_vars or {}
        environment = self._environment() if self._can_fork(variables) else None
        if environment is None or any(AT_START.match(name) for name in environment):
            with self.watching():
                result: dict[str, Any] = super()._execute_module(
                    module_name, module_args, task_vars=task_vars, **options
                )
            return result
        arguments = dict(self._task.args if module_args is None else module_args)
        self._update_module_args(module_name or self._task.action, arguments, variables)
        module = self.named(module_name)
        display.vvv(f"Running {module.__file__} in a process of its own", host=variables.get("inventory_hostname"))
        return self._forked(module, arguments, environment)

    def _can_fork(self, variables: dict[str, Any]) -> bool:
        """On macOS, what a fork may call is not safe; files that are to be kept are those of the usual way."""
        here = self._connection.transport == "local" and not self._task.delegate_to and not self._connection.become
        interpreter = self._templar.template(variables.get("ansible_python_interpreter"))
        usual = self._task.async_val or constants.DEFAULT_KEEP_REMOTE_FILES
        return here and not usual and sys.platform == "linux" and interpreter == sys.executable

    def _environment(self) -> dict[str, str]:
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        return {name: str(value) for name, value in environment.items()}

    def _forked(self, module: ModuleType, arguments: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
        with TemporaryFile() as output, TemporaryFile() as error:
            # A wish to stop waits until each of both has its own way to meet it
            signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
            process = os.fork()
            if not process:
                start = Start(self._loader.get_basedir(), environment, output, error)
                become_module(module, arguments, start)
            try:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
                with self.watching():
                    status = status_of(process)
            except BaseException:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGTERM)
                raise
            return self._parsed(text(output), text(error), os.waitstatus_to_exitcode(status))

    def _parsed(self, output: str, error: str, code: int) -> dict[str, Any]:
        """What the module has returned, or that it ended without, as Ansible itself says it (2.21 as an object)."""
        parsed = self._parse_returned_data({"stdout": output, "stderr": error, "rc": code}, PROFILE)
        if hasattr(parsed, "as_result_dict"):
            parsed = parsed.as_result_dict(for_round_trip=True)
        return dict(parsed)


@dataclass(frozen=True)
class Start:
    """Where a module starts, what it finds, and where it writes; relative names begin at the playbook's directory."""

    directory: str
    environment: dict[str, str]
    output: IO[bytes]
    error: IO[bytes]


def become_module(module: ModuleType, arguments: dict[str, Any], start: Start) -> NoReturn:
    """In the fork: what a module finds when it starts, then the module, then the end of the process."""
    status = 1
    try:
        for number, handler in SIGNALS.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        for descriptor, file in (
            (0, os.open(os.devnull, os.O_RDONLY)),
            (1, start.output.fileno()),
            (2, start.error.fileno()),
        ):
            os.dup2(file, descriptor)
        logging.root.handlers.clear()  # Ansible's log is a file of its own
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        _before = sys.stdout, sys.stderr  # whoever lets go of them closes what they write to
        sys.stdout, sys.stderr = os.fdopen(1, "w", encoding="utf-8"), os.fdopen(2, "w", encoding="utf-8")
        os.chdir(start.directory or ".")
        os.environ.update(start.environment)
        # A warning belongs into the result, as this process cannot reach the one that shows it
        _internal.is_controller = False
        encoder = get_module_encoder(PROFILE, Direction.CONTROLLER_TO_MODULE)
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": arguments}, cls=encoder).encode()
        basic._ANSIBLE_PROFILE = PROFILE
        returned(module)
    except SystemExit as end:
        status = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


def status_of(process: int) -> int:
    """Waits for the end of a process.

    Were this one blocked in waitpid, a signal that came just before, or to another thread, would be met only at that
    end. So it waits for a byte, which Python writes on every signal whose handler is its own.
    """
    woken, wake = socket.socketpair()
    wake.setblocking(False)
    with woken, wake:
        writes = signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        handler = signal.signal(signal.SIGCHLD, lambda *_signal: None)
        try:
            while True:
                ended, status = os.waitpid(process, os.WNOHANG)
                if ended:
                    return status
                woken.recv(4096)
        finally:
            signal.signal(signal.SIGCHLD, handler)
            signal.set_wakeup_fd(writes)


def returned(module: ModuleType) -> NoReturn:
    """Runs the module; one that breaks down is said as Ansible says it of any module. Raises SystemExit."""
    try:
        module.main()
    except Exception as error:
        _loader._handle_exception(error, PROFILE)
    raise SystemExit(1)


def text(file: IO[bytes]) -> str:
    """All that was written into a file."""
    file.seek(0)
    return file.read().decode("utf-8", "replace")
