# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""One session in several regions: other clients and other paces, and an endpoint that names a region follows."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine import client
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.client import Aws
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.report import Report
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome, ResourcePlan, Step

HERE, THERE = "ap-northeast-2", "eu-west-1"


def aws(monkeypatch: pytest.MonkeyPatch, endpoint: str | None = None) -> Aws:
    options: dict[str, Any] = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "example"}
    monkeypatch.setattr(client, "get_aws_connection_info", lambda _module: (HERE, endpoint, options))
    return Aws(SimpleNamespace())


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        (None, f"https://dynamodb.{THERE}.amazonaws.com"),
        (f"https://dynamodb.{HERE}.amazonaws.com", f"https://dynamodb.{THERE}.amazonaws.com"),
        ("http://127.0.0.1:4566", "http://127.0.0.1:4566"),
    ],
)
def test_another_region_of_the_same_session(monkeypatch: pytest.MonkeyPatch, endpoint: Any, expected: str) -> None:
    here = aws(monkeypatch, endpoint)
    there = here.in_region(THERE)
    assert there is here.in_region(THERE)
    assert there.client("dynamodb").meta.region_name == THERE
    assert there.client("dynamodb").meta.endpoint_url == expected
    assert here.client("dynamodb").meta.region_name == HERE
    assert here.in_region("") is here.in_region(HERE) is here


def test_a_step_says_where_it_is_done_if_not_here() -> None:
    steps = (Step("t", "protect", "because", {"a": 1}, region=THERE), Step("t", "make", "because", {"a": 1}))
    report = Report("table", [Outcome(ResourcePlan("t", "change", steps), steps)])
    assert [step.get("region") for step in report.result()["steps"]] == [THERE, None]
