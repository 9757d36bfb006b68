# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module alarms as users run it, on the emulator, read back with plain boto3."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.filter.throttle_alarms import alarms_of

from tests.support.emulator import ACCOUNT, REGION, Emulator
from tests.support.modules import Run, run_module

WRITES = {"PutMetricAlarm", "DeleteAlarms", "TagResource", "UntagResource"}
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:on-call"
TABLES = [
    {"name": "users", "hash_key": "user_id", "global_secondary_indexes": [{"name": "email-index"}]},
    {"name": "orders", "hash_key": "pk"},
]
ALARMS = alarms_of(TABLES, "ticket", alarm_actions=[TOPIC])
NAMES = [
    "ticket-orders-read-throttle",
    "ticket-orders-write-throttle",
    "ticket-users-email-index-read-throttle",
    "ticket-users-email-index-write-throttle",
    "ticket-users-read-throttle",
    "ticket-users-write-throttle",
]


def alarms(emulator: Emulator, *flags: str, **options: Any) -> Run:
    return run_module(emulator, "alarms", *flags, **{"alarms": ALARMS, **options})


def there(emulator: Emulator) -> dict[str, dict[str, Any]]:
    found = emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {alarm["AlarmName"]: alarm for alarm in found}


def tags(emulator: Emulator, name: str) -> dict[str, str]:
    arn = there(emulator)[name]["AlarmArn"]
    answer = emulator.client("cloudwatch").list_tags_for_resource(ResourceARN=arn)
    return {tag["Key"]: tag["Value"] for tag in answer["Tags"]}


def writes(emulator: Emulator) -> list[str]:
    """The writing calls since this was asked last."""
    found = [operation for operation in emulator.operations() if operation in WRITES]
    emulator.forget()
    return found


def put(emulator: Emulator, name: str, **tagged: str) -> None:
    """An alarm as today's deployment makes it."""
    emulator.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        MetricName="ReadThrottledEvents",
        Namespace="AWS/DynamoDB",
        Dimensions=[{"Name": "TableName", "Value": "ticket-users"}],
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=2,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        Tags=[{"Key": key, "Value": value} for key, value in tagged.items()],
    )
    emulator.forget()


def test_check_do_check_again_do_again(emulator: Emulator) -> None:
    check = alarms(emulator, "--check", "--diff")
    assert check.result["summary"] == {"add": 6, "change": 0, "remove": 0, "keep": 0}
    assert (check.changed, writes(emulator), there(emulator)) == (True, [], {})
    assert "+++ after: alarm ticket-orders-read-throttle" in check.output

    do = alarms(emulator)
    assert do.changed
    assert {key: do.result[key] for key in ("summary", "steps", "alarms")} == {
        key: check.result[key] for key in ("summary", "steps", "alarms")
    }
    assert writes(emulator) == ["PutMetricAlarm"] * 6

    for flags in (("--check",), ()):
        again = alarms(emulator, *flags)
        assert (again.changed, again.result["steps"], writes(emulator)) == (False, [], [])
        assert again.result["alarms"] == do.result["alarms"]


def test_what_is_deployed(emulator: Emulator) -> None:
    alarms(emulator, tags={"Team": "core"})
    assert sorted(there(emulator)) == NAMES
    alarm = there(emulator)["ticket-users-email-index-read-throttle"]
    assert (
        alarm.items()
        >= {
            "ActionsEnabled": True,
            "AlarmActions": [TOPIC],
            "OKActions": [TOPIC],
            "InsufficientDataActions": [],
            "EvaluationPeriods": 2,
            "DatapointsToAlarm": 1,
            "Threshold": 0.0,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
        }.items()
    )
    metric, expression = alarm["Metrics"]
    assert metric["MetricStat"]["Metric"]["MetricName"] == "ReadThrottleEvents"
    assert {entry["Name"]: entry["Value"] for entry in metric["MetricStat"]["Metric"]["Dimensions"]} == {
        "TableName": "ticket-users",
        "GlobalSecondaryIndexName": "email-index",
    }
    assert (metric["MetricStat"]["Period"], metric["MetricStat"]["Stat"]) == (300, "Sum")
    assert expression["Expression"] == "MAX([FILL(m1, 0), TIME_SERIES(0)])"
    assert tags(emulator, "ticket-users-read-throttle") == {
        "ManagedBy": "traffic_tacos.dynamodb",
        "Estate": "ticket",
        "Team": "core",
    }


def test_the_plain_form_converges_as_well(emulator: Emulator) -> None:
    plain = alarms_of(TABLES, "ticket", fill_missing=False)
    assert alarms(emulator, alarms=plain).changed
    assert there(emulator)["ticket-users-read-throttle"]["MetricName"] == "ReadThrottleEvents"
    assert not alarms(emulator, alarms=plain).changed
    assert alarms(emulator).result["summary"] == {"add": 0, "change": 6, "remove": 0, "keep": 0}
    assert not alarms(emulator).changed


def test_a_change_of_tags_writes_tags_only(emulator: Emulator) -> None:
    alarms(emulator)
    emulator.forget()
    changed = alarms(emulator, tags={"Team": "core"})
    assert changed.result["summary"]["change"] == 6
    assert writes(emulator) == ["TagResource"] * 6
    assert tags(emulator, NAMES[0])["Team"] == "core"
    assert not alarms(emulator).changed, "a tag that is no longer declared is left alone"


def test_undeclared_tags_are_removed_where_that_is_wished(emulator: Emulator) -> None:
    alarms(emulator, tags={"Team": "core"})
    emulator.client("cloudwatch").tag_resource(
        ResourceARN=there(emulator)[NAMES[0]]["AlarmArn"], Tags=[{"Key": "Owner", "Value": "somebody"}]
    )
    emulator.forget()
    check = alarms(emulator, "--check", tags={"Cost": "low"}, purge_tags=True)
    assert writes(emulator) == []
    do = alarms(emulator, tags={"Cost": "low"}, purge_tags=True)
    assert (do.result["steps"], do.result["alarms"]) == (check.result["steps"], check.result["alarms"])
    assert sorted(writes(emulator)) == ["TagResource"] * 6 + ["UntagResource"] * 6
    for name in NAMES:
        assert tags(emulator, name) == {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket", "Cost": "low"}
    assert not alarms(emulator, tags={"Cost": "low"}, purge_tags=True).changed


def test_todays_alarms_are_corrected_and_adopted(emulator: Emulator) -> None:
    put(emulator, "ticket-users-read-throttle", Owner="somebody")
    check = alarms(emulator, "--check", "--diff")
    steps = [step["action"] for step in check.result["steps"] if step["resource"] == "ticket-users-read-throttle"]
    assert steps == ["update_alarm", "tag_alarm"]
    assert "-    metric_name: ReadThrottledEvents" in check.output.replace('"', "").replace(",", "")
    alarms(emulator)
    assert tags(emulator, "ticket-users-read-throttle") == {
        "Owner": "somebody",
        "ManagedBy": "traffic_tacos.dynamodb",
        "Estate": "ticket",
    }
    assert not alarms(emulator).changed


def test_an_alarm_that_somebody_silenced_speaks_again(emulator: Emulator) -> None:
    alarms(emulator)
    emulator.client("cloudwatch").disable_alarm_actions(AlarmNames=[NAMES[0]])
    assert [step["fields"] for step in alarms(emulator).result["steps"]] == [["actions_enabled"]]
    assert there(emulator)[NAMES[0]]["ActionsEnabled"] is True


def test_a_purge_spares_the_neighbour_and_what_is_not_ours(emulator: Emulator) -> None:
    dev = alarms_of(TABLES, "ticket-dev")
    assert alarms(emulator, name="ticket-dev", alarms=dev).changed
    put(emulator, "ticket-by-hand")
    alarms(emulator)
    strangers = sorted([*(alarm["name"] for alarm in dev), "ticket-by-hand"])

    assert not alarms(emulator, alarms=[]).changed, "nothing is deleted without purge"
    fewer = alarms(emulator, alarms=alarms_of(TABLES[1:], "ticket"), purge=True)
    assert fewer.result["summary"]["remove"] == 4
    assert sorted(there(emulator)) == sorted([*strangers, *NAMES[:2]])
    emulator.forget()
    check = alarms(emulator, "--check", alarms=[], purge=True)
    assert (check.result["summary"]["remove"], writes(emulator)) == (2, [])
    everything = alarms(emulator, alarms=[], purge=True)
    assert everything.result["steps"] == check.result["steps"]
    assert everything.result["alarms"] == []
    assert sorted(there(emulator)) == strangers
    assert not alarms(emulator, alarms=[], purge=True).changed


def test_another_estates_alarm_is_a_conflict_before_the_first_write(emulator: Emulator) -> None:
    put(emulator, "ticket-users-read-throttle", ManagedBy="traffic_tacos.dynamodb", Estate="other")
    for flags in (("--check",), ()):
        run = alarms(emulator, *flags)
        assert run.failed
        assert run.result["msg"] == (
            "ticket-users-read-throttle: an alarm of this name belongs to the estate 'other' (its tag Estate)\n"
            "Nothing was changed in any alarm."
        )
    assert (sorted(there(emulator)), writes(emulator)) == (["ticket-users-read-throttle"], [])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"account_id": "111111111111"}, "is meant for account 111111111111, but the credentials belong to"),
        ({"region": "Seoul"}, "'Seoul' is not the name of a region"),
        (
            {"alarms": [{**ALARMS[0], "metric_name": "ReadThrottledEvents"}, {"name": "x", "periode": 1}]},
            "did you mean 'ReadThrottleEvents'?\nalarms[1].periode: unknown field; did you mean 'period'?",
        ),
    ],
)
def test_what_is_refused_is_refused_before_anything_else(
    emulator: Emulator, options: dict[str, Any], message: str
) -> None:
    run = alarms(emulator, **options)
    assert (run.failed, run.result["refused"]) == (True, True)
    assert message in run.result["msg"]
    assert set(emulator.operations()) <= {"GetCallerIdentity"}
    assert "Traceback" not in run.output


def test_an_endpoint_that_does_not_answer_is_one_clear_message(emulator: Emulator) -> None:
    run = alarms(emulator, endpoint_url="http://127.0.0.1:9")
    assert run.failed
    assert run.result["msg"].startswith("sts:GetCallerIdentity on the caller: EndpointConnectionError: ")
    assert "Traceback" not in run.output


def test_alarms_that_nobody_hears_are_named_once(emulator: Emulator) -> None:
    run = alarms(emulator, "--check", alarms=alarms_of(TABLES, "ticket"))
    assert run.output.count("Nobody will hear 6 of the 6 alarms") == 1
    assert "Nobody will hear" not in alarms(emulator, "--check").output
