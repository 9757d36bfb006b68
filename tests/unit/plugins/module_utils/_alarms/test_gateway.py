# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading: few calls, the index only where it is safe, and what happens when AWS refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.gateway import AlarmsGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.model import Alarm
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.observe import request_of
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.report import Report
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline

from tests.support.clock import FakeClock
from tests.support.cloudwatch_double import CloudWatch

OURS = {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"}
NEIGHBOURS = {**OURS, "Estate": "ticket-dev"}


def alarm(name: str, tags: dict[str, str] | None = None) -> Alarm:
    return Alarm(
        name=name,
        metric_name="ReadThrottleEvents",
        statistic="Sum",
        period=300,
        evaluation_periods=2,
        datapoints_to_alarm=1,
        threshold=0.0,
        comparison_operator="GreaterThanThreshold",
        dimensions={"TableName": name},
        fill_missing=True,
        tags=OURS if tags is None else tags,
    )


def account(*alarms: Alarm) -> CloudWatch:
    aws = CloudWatch()
    for entry in alarms:
        aws.add(request_of(entry), dict(entry.tags))
    return aws


def names(count: int, prefix: str = "ticket") -> list[str]:
    return [f"{prefix}-{number:03}" for number in range(count)]


def test_a_converged_estate_is_read_in_a_few_calls() -> None:
    desired = [alarm(name) for name in names(250)]
    aws = account(*desired, *(alarm(name, NEIGHBOURS) for name in names(120, "ticket-dev")))
    reading = AlarmsGateway(aws).read(desired, "ticket", purge=True)
    assert dict(reading.alarms.items()).keys() >= set(names(250))
    assert aws.calls == {"GetResources": 1, "DescribeAlarms": 4}
    assert [entry.steps for entry in plan(desired, reading.alarms, "ticket", True)] == [()] * 250


def test_tags_are_read_from_the_alarm_where_the_index_does_not_have_them_yet() -> None:
    desired = [alarm(name) for name in names(3)]
    aws = account(*desired)
    aws.index = {"ticket-000": OURS, "ticket-001": {**OURS, "Estate": "old"}}
    reading = AlarmsGateway(aws).read(desired, "ticket", purge=False)
    assert aws.calls["ListTagsForResource"] == 2
    assert not any(entry.steps for entry in plan(desired, reading.alarms, "ticket", False))


def test_a_tag_is_removed_only_when_the_alarm_itself_has_it() -> None:
    desired = [alarm(name) for name in names(3)]
    aws = account(desired[0], desired[1], alarm("ticket-002", {**OURS, "Theirs": "x"}))
    aws.index = {"ticket-000": OURS, "ticket-001": {**OURS, "Theirs": "gone"}, "ticket-002": {**OURS, "Theirs": "x"}}
    gateway = AlarmsGateway(aws)
    reading = gateway.read(desired, "ticket", purge=False, purge_tags=True)
    assert aws.calls["ListTagsForResource"] == 2
    plans = plan(desired, reading.alarms, "ticket", False, purge_tags=True)
    assert [len(entry.steps) for entry in plans] == [0, 0, 1]
    apply(plans, gateway, Run(Deadline.after(FakeClock(), 60), resources=10))
    assert (aws.calls["UntagResource"], aws.tags) == (1, dict.fromkeys(names(3), OURS))


def test_an_undeclared_alarm_is_found_under_any_name_and_confirmed() -> None:
    aws = account(alarm("elsewhere"), alarm("ticket-old"), alarm("ticket-dev-x", NEIGHBOURS), alarm("ticket-x", {}))
    reading = AlarmsGateway(aws).read([], "ticket", purge=True)
    assert [entry.resource for entry in plan([], reading.alarms, "ticket", True)] == ["elsewhere", "ticket-old"]
    assert reading.unseen == ()


def test_an_alarm_is_not_purged_on_an_old_index() -> None:
    aws = account(alarm("given-away", NEIGHBOURS), alarm("just-made"))
    aws.index = {"given-away": OURS, "deleted": OURS}
    reading = AlarmsGateway(aws).read([], "ticket", purge=True)
    assert plan([], reading.alarms, "ticket", True) == []


def test_a_purge_right_after_a_deploy_sees_what_the_index_does_not() -> None:
    aws = account(alarm("ticket-new"))
    aws.index = {}
    reading = AlarmsGateway(aws).read([], "ticket", purge=True)
    assert [entry.verb for entry in plan([], reading.alarms, "ticket", True)] == ["remove"]


def test_without_the_index_a_purge_says_what_it_could_not_see() -> None:
    aws = account(alarm("ticket-old"), alarm("elsewhere"))
    aws.refuses["GetResources", "*"] = "AccessDeniedException"
    reading = AlarmsGateway(aws).read([], "ticket", purge=True)
    assert [entry.resource for entry in plan([], reading.alarms, "ticket", True)] == ["ticket-old"]
    (sentence,) = reading.unseen
    assert "only among names that begin with 'ticket-'" in sentence
    assert "must allow tag:GetResources" in sentence


def test_without_the_index_and_without_a_purge_nothing_is_missed() -> None:
    desired = [alarm("ticket-a")]
    aws = account(*desired)
    aws.refuses["GetResources", "*"] = "AccessDeniedException"
    reading = AlarmsGateway(aws).read(desired, "ticket", purge=False)
    assert (reading.unseen, reading.alarms["ticket-a"].tags) == ((), OURS)


def test_a_stranger_whose_tags_cannot_be_read_is_left_alone_and_named() -> None:
    aws = account(alarm("ticket-old"))
    aws.refuses["ListTagsForResource", "ticket-old"] = "AccessDenied"
    reading = AlarmsGateway(aws).read([], "ticket", purge=True)
    assert plan([], reading.alarms, "ticket", True) == []
    assert reading.unseen[0].startswith("ticket-old is left alone, as its tags could not be read: ")


def test_a_declared_alarm_whose_tags_cannot_be_read_fails_alone() -> None:
    desired = [alarm("ticket-a"), alarm("ticket-b"), alarm("ticket-c")]
    aws = account(*desired[:2])
    aws.index = {}
    aws.refuses["ListTagsForResource", "ticket-a"] = "AccessDenied"
    reading = AlarmsGateway(aws).read(desired, "ticket", purge=False)
    assert [(failure.resource, failure.action) for failure in reading.failures] == [("ticket-a", "read_tags")]
    assert reading.failures[0].hint == "The caller's policy must allow cloudwatch:ListTagsForResource on ticket-a."
    plans = plan(reading.readable(desired), reading.alarms, "ticket", False)
    assert [(entry.resource, entry.verb) for entry in plans] == [("ticket-b", "keep"), ("ticket-c", "add")]


def test_nothing_can_be_read_at_all() -> None:
    aws = account()
    aws.refuses["DescribeAlarms", "*"] = "AccessDenied"
    with pytest.raises(AwsError, match="cloudwatch:DescribeAlarms"):
        AlarmsGateway(aws).read([alarm("a")], "ticket", purge=False)


def test_one_alarms_failure_stops_only_that_alarm_and_a_rerun_completes() -> None:
    desired = [alarm(name) for name in names(3)]
    aws = account()
    gateway = AlarmsGateway(aws)
    aws.refuses["PutMetricAlarm", "ticket-001"] = "AccessDenied"
    outcomes = apply(plan(desired, {}, "ticket", False), gateway, Run(Deadline.after(FakeClock(), 60), resources=10))
    assert sorted(aws.alarms) == ["ticket-000", "ticket-002"]
    report = Report("alarm", outcomes)
    assert report.result()["summary"] == {"add": 2, "change": 0, "remove": 0, "keep": 1}
    assert report.message() == (
        "ticket-001: create alarm: AccessDenied: User: x is not authorized. "
        "The caller's policy must allow cloudwatch:PutMetricAlarm on ticket-001."
    )
    aws.refuses.clear()
    again = plan(desired, gateway.read(desired, "ticket", False).alarms, "ticket", False)
    assert [entry.verb for entry in again] == ["keep", "add", "keep"]


def test_throttling_is_waited_out() -> None:
    class Busy(CloudWatch):
        """Refuses the first three calls."""

        def call(self, service: str, operation: str, subject: str, **request: Any) -> dict[str, Any]:
            answer = super().call(service, operation, subject, **request)
            if self.calls[operation] < 4:
                self.alarms.clear()
                raise AwsError("Throttling", "Rate exceeded", f"{service}:{operation}", subject)
            return answer

    aws = Busy()
    plans = plan([alarm("ticket-a")], {}, "ticket", False)
    (outcome,) = apply(plans, AlarmsGateway(aws), Run(Deadline.after(FakeClock(), 60), resources=10))
    assert (outcome.failure, list(aws.alarms)) == (None, ["ticket-a"])


def test_an_alarm_that_vanishes_while_it_is_read_is_made_again() -> None:
    desired = [alarm("ticket-a")]
    aws = account(replace(desired[0], tags={}))
    aws.refuses["ListTagsForResource", "ticket-a"] = "ResourceNotFoundException"
    reading = AlarmsGateway(aws).read(desired, "ticket", purge=False)
    assert (reading.failures, reading.alarms) == ((), {})
