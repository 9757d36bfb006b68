# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a module of the collection, and shows what it is doing while it does it."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

from ansible import constants
from ansible.utils.display import Display

from ..module_utils._engine.progress import CHANNEL
from .module_action import ModuleAction

EVERY = 0.25
"""Seconds between two looks at what the module has said."""
STOPPING = (signal.SIGTERM, signal.SIGINT)

display = Display()


class ShowingAction(ModuleAction):
    """Lines of the module's progress go to standard error, each with the host's name, as it writes them."""

    _relay: Relay | None = None

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        if not self._shows():
            return self._result(tmp, task_vars)
        before = self._task.environment
        with Relay(self._host_name(task_vars)) as self._relay, stopping_gently(self._relay):
            self._task.environment = [*(before or ()), {CHANNEL: self._relay.path}]
            try:
                return self._result(tmp, task_vars)
            finally:
                # A task that is repeated begins again with what the user gave
                self._task.environment = before

    def watching(self) -> AbstractContextManager[object]:
        return self._relay.following() if self._relay else nullcontext()

    def _result(self, tmp: Any, task_vars: dict[str, Any] | None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        return result

    def _shows(self) -> bool:
        """Whether there is anything to show, and a file that both this process and the module can reach."""
        local = self._connection.transport == "local" and not self._task.async_val
        return local and not self._task.no_log and not self._task.check_mode

    def _host_name(self, task_vars: dict[str, Any] | None) -> str:
        return str((task_vars or {}).get("inventory_hostname", ""))


class Relay:
    """A file that the module appends lines to. A context manager, as following() is, which has a thread show them."""

    def __init__(self, host: str) -> None:
        self._host = host
        self._ended = threading.Event()
        descriptor, self.path = tempfile.mkstemp(prefix="progress-", dir=constants.DEFAULT_LOCAL_TMP)
        self._file = os.fdopen(descriptor, encoding="utf-8")
        self.show = self._display

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()
        os.unlink(self.path)

    @contextmanager
    def following(self) -> Iterator[None]:
        """Lines are shown as they come, and the last ones once the module has ended."""
        thread = threading.Thread(target=self._follow, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _follow(self) -> None:
        """Shows whole lines as they come, and the last ones once the module has ended."""
        while not self._ended.wait(EVERY):
            self._relay()
        self._relay()

    def _relay(self) -> None:
        for line in self._file.readlines():
            self.show(f"[{self._host}] {line.rstrip()}")

    def _display(self, line: str) -> None:
        display.display(line, stderr=True)


@contextmanager
def stopping_gently(relay: Relay) -> Iterator[None]:
    """On a signal the module is told, and gets the time to finish the calls that are under way.

    By then the process that shows lines is gone, so the last ones go to where its standard error went.
    """
    error = standard_error_of(os.getppid())

    def handle(number: int, _frame: Any) -> None:
        for each in STOPPING:
            signal.signal(each, signal.SIG_IGN)
        relay.show = lambda line: write(error, line)
        os.killpg(os.getpgid(0), number)

    before = {number: signal.signal(number, handle) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if error >= 0:
            os.close(error)


def standard_error_of(process: int) -> int:
    """A descriptor of another process's standard error; -1 where the system does not offer that (only Linux does)."""
    try:
        return os.open(f"/proc/{process}/fd/2", os.O_WRONLY | os.O_APPEND | os.O_NOCTTY)
    except OSError:
        return -1


def write(descriptor: int, line: str) -> None:
    with suppress(OSError):
        os.write(descriptor, f"{line}\n".encode())
