# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""When a module runs in a fork, and what becomes of one that does not end as it should."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants
from ansible_collections.traffic_tacos.dynamodb.plugins.plugin_utils.module_action import ModuleAction

# The test runner has threads; a worker of Ansible has none when it runs an action
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
HERE = {"ansible_python_interpreter": sys.executable}


def action(main: Callable[[], None] = lambda: None, **changed: Any) -> Any:
    made: Any = ModuleAction.__new__(ModuleAction)
    made.module = SimpleNamespace(main=main, __file__="module.py")
    made._connection = SimpleNamespace(transport=changed.get("transport", "local"), become=changed.get("become"))
    made._task = SimpleNamespace(delegate_to=changed.get("delegate_to"), async_val=changed.get("async_val", 0))
    made._templar = SimpleNamespace(template=lambda value: value)
    made._used_interpreter = None
    made._loader = SimpleNamespace(get_basedir=lambda: "/")
    return made


def forked(made: Any, arguments: dict[str, Any], environment: dict[str, str]) -> dict[str, Any]:
    result: dict[str, Any] = made._forked(made.module, arguments, environment)
    return result


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere modules run the usual way")
def test_a_module_that_would_run_here_with_this_interpreter_is_forked() -> None:
    assert action()._can_fork(HERE)


@pytest.mark.parametrize(
    "changed", [{"transport": "ssh"}, {"become": object()}, {"delegate_to": "other"}, {"async_val": 60}]
)
def test_any_other_runs_the_usual_way(changed: dict[str, Any]) -> None:
    assert not action(**changed)._can_fork(HERE)


@pytest.mark.parametrize("interpreter", ["/usr/bin/python3", "auto", None])
def test_so_does_one_of_another_interpreter(interpreter: str | None) -> None:
    assert not action()._can_fork({"ansible_python_interpreter": interpreter})
    assert not action()._can_fork({})


def test_so_does_one_whose_files_are_to_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "DEFAULT_KEEP_REMOTE_FILES", True)
    assert not action()._can_fork(HERE)


def test_so_does_one_elsewhere_than_on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not action()._can_fork(HERE)


def test_it_finds_its_environment_and_nothing_of_it_stays_here(capfd: pytest.CaptureFixture[str]) -> None:
    def main() -> None:
        print(f'{{"changed": false, "region": "{os.environ["AWS_REGION_OF_THE_TEST"]}"}}')
        sys.exit(0)

    result = forked(action(main), {}, {"AWS_REGION_OF_THE_TEST": "here"})
    assert (result["changed"], result["region"]) == (False, "here")
    assert "AWS_REGION_OF_THE_TEST" not in os.environ
    assert capfd.readouterr() == ("", "")


def test_it_begins_where_the_playbook_is() -> None:
    before = os.getcwd()

    def main() -> None:
        print(f'{{"directory": "{os.getcwd()}"}}')
        sys.exit(0)

    assert forked(action(main), {}, {})["directory"] == "/"
    assert os.getcwd() == before


def test_it_does_not_write_into_ansible_s_log(tmp_path: Path) -> None:
    handler = logging.FileHandler(tmp_path / "log")
    logging.root.addHandler(handler)

    def main() -> None:
        with (tmp_path / "its").open("w") as its:
            logging.root.warning("not for the log")
            its.flush()
        print("{}")
        sys.exit(0)

    try:
        assert not forked(action(main), {}, {}).get("failed")
    finally:
        logging.root.removeHandler(handler)
        handler.close()
    assert (tmp_path / "its").read_text() == ""


def test_it_has_no_file_of_this_process(tmp_path: Path) -> None:
    with (tmp_path / "ours").open("w") as ours:

        def main() -> None:
            try:
                os.fstat(ours.fileno())
            except OSError:
                print('{"closed": true}')
            sys.exit(0)

        assert forked(action(main), {}, {})["closed"] is True


def test_one_that_raises_is_a_failure_with_its_error() -> None:
    def main() -> None:
        raise KeyError("TableName")

    result = forked(action(main), {}, {})
    assert result["failed"]
    assert "'TableName'" in repr(result["exception"]), "whatever its form, which is another in ansible-core 2.19"


def test_one_that_is_killed_is_a_failure() -> None:
    result = forked(action(lambda: os.kill(os.getpid(), signal.SIGKILL)), {}, {})
    assert result["failed"]
    assert result["rc"] == -signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_our_handlers_are_not_its_own(number: signal.Signals) -> None:
    before = signal.signal(number, lambda *_: None)
    try:
        result = forked(action(lambda: os.kill(os.getpid(), number) or time.sleep(5)), {}, {})
    finally:
        signal.signal(number, before)
    assert result["failed"]
    assert result["rc"] in (-signal.SIGTERM, 1)


def test_a_signal_that_comes_to_another_thread_is_met_at_once() -> None:
    met: list[float] = []
    other = threading.Thread(target=time.sleep, args=(1.5,))
    other.start()
    assert other.ident
    before = signal.signal(signal.SIGUSR1, lambda *_: met.append(time.monotonic()))
    begun = time.monotonic()
    threading.Timer(0.2, signal.pthread_kill, (other.ident, signal.SIGUSR1)).start()
    try:
        forked(action(lambda: time.sleep(1.2)), {}, {})
    finally:
        signal.signal(signal.SIGUSR1, before)
    other.join()
    assert met[0] - begun < 1


def test_a_task_that_runs_out_of_time_does_not_leave_it_behind(tmp_path: Path) -> None:
    alive = tmp_path / "alive"

    def main() -> None:
        time.sleep(1)
        alive.touch()

    def too_late(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGUSR1, too_late)
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGUSR1)).start()
    try:
        with pytest.raises(TimeoutError):
            forked(action(main), {}, {})
    finally:
        signal.signal(signal.SIGUSR1, before)
    time.sleep(1.2)
    assert not alive.exists()
