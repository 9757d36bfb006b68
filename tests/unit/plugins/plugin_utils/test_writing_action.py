# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the action access calls, in which order, and where it stops."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._access.writing import POLICY, ROLE
from ansible_collections.traffic_tacos.dynamodb.plugins.plugin_utils import writing_action
from ansible_collections.traffic_tacos.dynamodb.plugins.plugin_utils.writing_action import COMPARISON, WritingAction

ACCESS = {
    "policies": [{"name": "p", "path": "/", "policy": {}}, {"name": "q", "path": "/", "policy": {}}],
    "roles": [{"name": "r", "path": "/", "trust": {}}],
}
FOUND = {"access": ACCESS, "steps": [{"resource": "p"}], "changed": False}
GIVEN = {"name": "ticket", "account_id": "1", "roles": [], "region": "r1", "profile": "p1"}
DENIED = {"failed": True, "msg": "An error occurred (AccessDenied)"}
LATER = {"failed": True, "msg": "An error occurred (ServiceFailure)"}
Answer = Callable[[str, dict[str, Any]], dict[str, Any]]


class Lab:
    """An action whose modules are a function, with the calls that it made."""

    def __init__(self, answer: Answer, monkeypatch: pytest.MonkeyPatch, check: bool = False, **more: Any) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.slept: list[float] = []
        monkeypatch.setattr(ActionBase, "run", lambda *_given: {})
        monkeypatch.setattr(writing_action.time, "sleep", self.slept.append)
        self.action: Any = WritingAction.__new__(WritingAction)
        self.action._task = SimpleNamespace(args={**GIVEN, **more}, check_mode=check)

        def execute(name: str, arguments: dict[str, Any], **_variables: Any) -> dict[str, Any]:
            self.calls.append((name, arguments))
            return answer(name, arguments)

        self.action._execute_module = execute

    def run(self) -> dict[str, Any]:
        result: dict[str, Any] = self.action.run(None, {"inventory_hostname": "here"})
        return result

    @property
    def written(self) -> list[str]:
        return [arguments["name"] for name, arguments in self.calls if name != COMPARISON]


def done(name: str, _arguments: dict[str, Any]) -> dict[str, Any]:
    return dict(FOUND) if name == COMPARISON else {"changed": True, "warnings": [name]}


def test_each_module_gets_the_way_to_aws_and_its_own_arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(done, monkeypatch, write_retries=1)
    result = lab.run()
    assert (result["changed"], result["steps"], result["warnings"]) == (True, FOUND["steps"], [POLICY, POLICY, ROLE])
    assert lab.calls[0] == (COMPARISON, GIVEN)
    assert lab.written == ["p", "q", "r"]
    for _name, arguments in lab.calls[1:]:
        assert {"region": "r1", "profile": "p1"}.items() <= arguments.items()
        assert not {"account_id", "write_retries"} & arguments.keys()


def test_check_mode_compares_and_says_what_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(done, monkeypatch, check=True)
    assert lab.run()["changed"] is True
    assert lab.written == []


def test_a_comparison_that_fails_is_all_that_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(lambda _name, _arguments: {"failed": True, "refused": True, "msg": "no"}, monkeypatch)
    assert lab.run() == {"failed": True, "refused": True, "msg": "no"}
    assert lab.written == []


def test_what_fails_is_named_and_what_depends_on_it_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(lambda name, given: DENIED if given["name"] == "p" else done(name, given), monkeypatch)
    result = lab.run()
    assert (result["failed"], result["changed"]) == (True, True)
    assert result["msg"].startswith("p: An error occurred (AccessDenied)")
    assert lab.written == ["p", "q"]
    assert lab.slept == []


def test_what_passes_is_tried_as_often_as_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(
        lambda name, given: LATER if given["name"] == "q" else done(name, given),
        monkeypatch,
        write_retries=2,
        write_delay=3,
    )
    assert lab.run()["failed"] is True
    assert lab.written == ["p", "q", "q", "q"]
    assert lab.slept == [3, 3]


def test_a_number_that_is_none_is_refused_before_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab(done, monkeypatch, write_retries="often")
    with pytest.raises(AnsibleActionFail, match="write_retries"):
        lab.run()
    assert lab.calls == []
