# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is there and whatever is wished: a run converges, says the truth in check mode, and spares strangers."""

from __future__ import annotations

import copy
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.gateway import AlarmsGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.project import rendered
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._alarms.spec import parse
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import ResourcePlan, predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline
from hypothesis import given
from hypothesis import strategies as st

from tests.support.clock import FakeClock
from tests.support.cloudwatch_double import CloudWatch

OURS = {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"}
TOPICS = ["arn:aws:sns:r:1:a", "arn:aws:sns:r:1:b"]

NAMES = st.sampled_from(["ticket-a", "ticket-b", "ticket-dev-a", "elsewhere"])
DEFINITIONS = st.fixed_dictionaries(
    {
        "metric_name": st.sampled_from(["ReadThrottleEvents", "WriteThrottleEvents"]),
        "dimensions": st.sampled_from([{"TableName": "t"}, {"TableName": "t", "GlobalSecondaryIndexName": "i"}]),
        "statistic": st.sampled_from(["Sum", "p99"]),
        "period": st.sampled_from([60, 300]),
        "evaluation_periods": st.integers(2, 3),
        "datapoints_to_alarm": st.sampled_from([None, 1, 2]),
        "threshold": st.sampled_from([0, 1.5]),
        "comparison_operator": st.sampled_from(["GreaterThanThreshold", "LessThanThreshold"]),
        "treat_missing_data": st.sampled_from([None, "missing", "ignore"]),
        "fill_missing": st.booleans(),
        "description": st.sampled_from(["", "text"]),
        "alarm_actions": st.lists(st.sampled_from(TOPICS), max_size=3),
        "ok_actions": st.sampled_from([None, TOPICS]),
        "actions_enabled": st.booleans(),
        "tags": st.dictionaries(st.sampled_from(["Team", "Cost"]), st.sampled_from(["x", "y"])),
    }
)
LISTS = st.dictionaries(NAMES, DEFINITIONS).map(lambda found: [{"name": name, **found[name]} for name in found])
FOREIGN: list[dict[str, Any]] = [
    {"Statistic": "Sum", "MetricName": "M", "Namespace": "N", "Period": 60, "Unit": "Count"},
    {"Metrics": [{"Id": "q", "Expression": 'SELECT MAX(x) FROM "y"', "Period": 60, "ReturnData": True}]},
]
OWNERS = st.sampled_from([{}, OURS, {"ManagedBy": "terraform", "Team": "x"}])
TAGGED = st.sampled_from([{}, {**OURS, "Team": "x"}, {**OURS, "Theirs": "x"}, {"Theirs": "y", "aws:made-by": "z"}])
STRANGERS = st.sampled_from([{**OURS, "Estate": "ticket-dev"}, {"Estate": "other"}])

PURGES = st.fixed_dictionaries({"purge": st.booleans(), "purge_tags": st.booleans()})


@st.composite
def accounts(draw: st.DrawFn, owners: st.SearchStrategy[dict[str, str]] = OWNERS) -> CloudWatch:
    """An account in which people, the collection, or other tools have made alarms."""
    aws = CloudWatch()
    for entry in draw(LISTS):
        for made in plan(parse({"name": "ticket", "alarms": [entry]}), {}, "ticket", False):
            request = {key: value for key, value in made.steps[0].request.items() if key != "Tags"}
            aws.add(request, draw(owners))
    for name in draw(st.sets(NAMES)):
        request = {"AlarmName": name, "EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold"}
        aws.add({**request, "Threshold": 1.0, **draw(st.sampled_from(FOREIGN))}, draw(owners))
    if draw(st.booleans()):
        aws.index = {name: dict(aws.tags.get(name, OURS)) for name in draw(st.sets(NAMES))}
    if draw(st.booleans()):
        aws.refuses["GetResources", "*"] = "AccessDenied"
    return aws


def plans_of(aws: CloudWatch, entries: list[dict[str, Any]], purges: dict[str, bool]) -> list[ResourcePlan]:
    desired = parse({"name": "ticket", "alarms": entries})
    return plan(desired, AlarmsGateway(aws).read(desired, "ticket", **purges).alarms, "ticket", **purges)


def run(
    aws: CloudWatch, entries: list[dict[str, Any]], purges: dict[str, bool], check: bool
) -> tuple[list[dict[str, Any]], Any]:
    """What the module does: the alarms it returns, and the steps it reports."""
    desired = parse({"name": "ticket", "alarms": entries})
    gateway = AlarmsGateway(aws)
    reading = gateway.read(desired, "ticket", **purges)
    plans = plan(desired, reading.alarms, "ticket", **purges)
    outcomes = predict(plans) if check else apply(plans, gateway, Run(Deadline.after(FakeClock(), 60), resources=10))
    return rendered(reading.alarms, outcomes), [outcome.done for outcome in outcomes]


@given(accounts(), LISTS, PURGES)
def test_a_second_run_changes_nothing(aws: CloudWatch, entries: list[dict[str, Any]], purges: dict[str, bool]) -> None:
    run(aws, entries, purges, check=False)
    before = copy.deepcopy((aws.alarms, aws.tags))
    _unused, steps = run(aws, entries, purges, check=False)
    assert not any(steps)
    assert (aws.alarms, aws.tags) == before


@given(accounts(), LISTS, PURGES)
def test_check_mode_predicts_the_run(aws: CloudWatch, entries: list[dict[str, Any]], purges: dict[str, bool]) -> None:
    untouched = copy.deepcopy((aws.alarms, aws.tags))
    predicted, steps = run(aws, entries, purges, check=True)
    assert (aws.alarms, aws.tags) == untouched
    assert (predicted, steps) == run(aws, entries, purges, check=False)
    aws.index = None
    found, _unused = run(aws, entries, purges, check=True)
    assert [entry for entry in found if entry in predicted] == predicted


@given(accounts(), LISTS, PURGES, st.randoms())
def test_the_order_of_the_input_means_nothing(
    aws: CloudWatch, entries: list[dict[str, Any]], purges: dict[str, bool], random: Any
) -> None:
    expected = plans_of(aws, entries, purges)
    shuffled = random.sample(entries, len(entries))
    for entry in shuffled:
        entry["dimensions"] = dict(reversed(entry["dimensions"].items()))
        random.shuffle(entry["alarm_actions"])
    assert plans_of(aws, shuffled, purges) == expected


@given(accounts(), LISTS)
def test_what_is_returned_can_be_given_back(aws: CloudWatch, entries: list[dict[str, Any]]) -> None:
    returned, _unused = run(aws, entries, {"purge": False}, check=False)
    again, steps = run(aws, returned, {"purge": False, "purge_tags": True}, check=True)
    assert (again, any(steps)) == (returned, False)


@given(accounts(STRANGERS), LISTS)
def test_other_estates_alarms_are_never_touched(aws: CloudWatch, entries: list[dict[str, Any]]) -> None:
    before = copy.deepcopy((aws.alarms, aws.tags))
    declared = {entry["name"] for entry in entries}
    _unused, steps = run(aws, entries, {"purge": True, "purge_tags": True}, check=False)
    assert {name: (aws.alarms[name], aws.tags[name]) for name in before[0]} == {
        name: (before[0][name], before[1][name]) for name in before[0]
    }
    if declared & before[0].keys():
        assert not any(steps)


@given(accounts(TAGGED), LISTS, PURGES, st.none() | st.dictionaries(NAMES, TAGGED))
def test_of_the_tags_only_undeclared_ones_go_and_only_if_wished(
    aws: CloudWatch, entries: list[dict[str, Any]], purges: dict[str, bool], index: dict[str, dict[str, str]] | None
) -> None:
    aws.index = index
    before = copy.deepcopy(aws.tags)
    declared = {alarm.name: alarm.tags for alarm in parse({"name": "ticket", "alarms": entries})}
    run(aws, entries, purges, check=False)
    for name in before.keys() & aws.tags.keys():
        gone = before[name].keys() - aws.tags[name].keys()
        surplus = {key for key in before[name].keys() - declared.get(name, {}).keys() if not key.startswith("aws:")}
        allowed = surplus if purges["purge_tags"] and name in declared else set()
        assert gone == allowed or (index is not None and not gone), "an old index hides tags, and never removes any"
