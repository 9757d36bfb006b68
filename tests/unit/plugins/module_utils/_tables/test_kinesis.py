# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Kinesis destinations: what is planned, what fails and with which advice, what others do."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome, predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.kinesis import hint_on, with_destinations
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import Destination
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.render import definition
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.results import described, projected

from tests.support.account import Account, CountingAws
from tests.support.definitions import kinesis
from tests.support.dynamodb_double import FakeAws, Settings
from tests.support.tables import ACCOUNT, ESTATE, REGION

WORD = "change_kinesis_destination"
FIELD = "kinesis_streaming_destination"
TABLE: dict[str, Any] = {"name": "t", "hash_key": "pk"}
FIRST, SECOND = kinesis("first"), kinesis("second")
ARN = FIRST["stream_arn"]
PERMISSION = "User does not have a permission to use kinesis stream"


def to(destination: dict[str, Any] | None, *words: str) -> dict[str, Any]:
    return {**TABLE, FIELD: destination, "allow": list(words)}


def call(account: Account, verb: str, name: str = "first", **members: Any) -> None:
    """What somebody else does."""
    request = {"TableName": "ticket-t", "StreamArn": kinesis(name)["stream_arn"], **members}
    account.aws.call("dynamodb", f"{verb}KinesisStreamingDestination", "t", **request)


def actions(account: Account, entry: dict[str, Any]) -> list[str]:
    (planned,) = account.plan(entry)
    return [step.action for step in planned.steps]


def deploy(account: Account, entry: dict[str, Any]) -> Outcome:
    (outcome,) = account.apply(account.plan(entry))
    return outcome


def deployed(*entries: dict[str, Any]) -> Account:
    account = Account()
    for entry in entries:
        account.converge(entry)
        account.aws.clock.sleep(300)
    assert account.refusals == []
    return account


def failing(*names: str) -> Account:
    """An account in which these streams cannot be enabled."""
    aws = CountingAws()
    broken = {kinesis(name)["stream_arn"]: PERMISSION for name in names}
    fake = FakeAws(aws.clock, settings=Settings(kinesis_failures=broken))
    aws.dynamodb, aws._handlers = fake.dynamodb, fake._handlers
    return Account(aws)


def test_a_new_table_streams_once_it_is_active() -> None:
    account = Account()
    (planned,) = account.plan(to(kinesis("first", "MICROSECOND")))
    assert [step.action for step in planned.steps][-1] == "enable_kinesis_destination"
    assert planned.steps[-1].request == {
        "TableName": "ticket-t",
        "StreamArn": ARN,
        "EnableKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MICROSECOND"},
    }
    assert {step.risk for step in planned.steps} == {"none"}
    account.apply([planned])
    assert account.refusals == []
    assert actions(account, to(kinesis("first", "MICROSECOND"))) == []


def test_the_default_precision_is_adopted_and_not_sent() -> None:
    account = deployed(to(kinesis("first", "MILLISECOND")))
    assert account.aws.writes[-1].request == {"TableName": "ticket-t", "StreamArn": ARN}
    assert actions(account, to(FIRST)) == []


def test_a_live_destination_is_adopted_and_never_enabled_again() -> None:
    account = deployed(TABLE)
    call(account, "Enable")
    account.aws.clock.sleep(60)
    assert actions(account, to(FIRST)) == []
    (table,) = account.read(account.desired).values()
    assert table.spec is not None
    assert definition(ESTATE, table.spec)[FIELD] == kinesis("first", "MILLISECOND")


def test_left_out_is_neither_read_nor_changed() -> None:
    account = deployed(to(FIRST))
    account.aws.calls.clear()
    assert actions(account, TABLE) == []
    assert not any("Kinesis" in seen.operation for seen in account.aws.calls)


@pytest.mark.parametrize(
    ("wanted", "steps"),
    [
        (SECOND, ["disable_kinesis_destination", "enable_kinesis_destination"]),
        ({"enabled": False}, ["disable_kinesis_destination"]),
    ],
)
def test_letting_a_destination_go_needs_the_word(wanted: dict[str, Any], steps: list[str]) -> None:
    account = deployed(to(FIRST))
    (withheld,) = account.plan(to(wanted))
    assert (withheld.steps, [step.action for step in withheld.withheld]) == ((), steps)
    assert {(step.word, step.risk) for step in withheld.withheld} == {(WORD, "availability")}
    assert actions(account, to(wanted, WORD)) == steps
    account.converge(to(wanted, WORD))
    assert account.refusals == []
    assert actions(account, to(wanted)) == []


def test_another_stream_keeps_the_precision_that_is_not_managed() -> None:
    account = deployed(to(kinesis("first", "MICROSECOND")), to(SECOND, WORD))
    assert actions(account, to(kinesis("second", "MICROSECOND"))) == []


def test_the_precision_changes_in_place_and_is_waited_for() -> None:
    account = deployed(to(FIRST))
    before = account.aws.clock.now()
    outcome = deploy(account, to(kinesis("first", "MICROSECOND")))
    assert [step.action for step in outcome.done] == ["set_kinesis_precision"]
    assert account.aws.clock.now() - before > 120
    assert (account.refusals, actions(account, to(kinesis("first", "MICROSECOND")))) == ([], [])


def test_check_mode_shows_what_then_is() -> None:
    account = deployed(to(FIRST))
    entry = to(kinesis("second", "MICROSECOND"), WORD)
    plans = account.plan(entry)
    seen = account.read(account.desired)
    ((_name, predicted),) = projected(ESTATE, REGION, ACCOUNT, seen, predict(plans)).items()
    account.apply(plans)
    (table,) = account.read(account.desired).values()
    assert predicted.spec is not None and table.spec is not None
    expected = Destination(True, SECOND["stream_arn"], "MICROSECOND")
    assert (predicted.spec.destination, table.spec.destination) == (expected, expected)


@pytest.mark.parametrize(
    ("description", "advice"),
    [
        (PERMISSION, "check the ARN first"),
        ("... belongs to a stream which is not in Active state", "Wait until the stream is ACTIVE"),
        ("... belongs to a stream which is not in the current region", "the table's region and account"),
        ("something new", "describe-stream-summary"),
    ],
)
def test_advice(description: str, advice: str) -> None:
    assert advice in hint_on(description)


def test_a_failure_is_named_in_aws_words_with_a_hint_and_tried_again() -> None:
    account = failing("first")
    for _run in range(2):
        outcome = deploy(account, to(FIRST))
        assert outcome.failure is not None
        assert (outcome.failure.code, outcome.failure.action) == (
            "KinesisDestinationFailed",
            "enable_kinesis_destination",
        )
        assert outcome.failure.message == f"{ARN}: {PERMISSION}"
        assert "kinesis:PutRecords" in outcome.failure.hint
    (planned,) = account.plan(to(FIRST))
    assert f"the last attempt failed: {PERMISSION}" in planned.steps[0].reason
    assert account.refusals == []


def test_an_earlier_failure_is_not_taken_for_a_new_one() -> None:
    """T-304: the first look may still see it."""
    account = failing("first")
    assert deploy(account, to(FIRST)).failure is not None
    account.aws.clock.sleep(60)
    account.aws.dynamodb._state.settings.kinesis_failures.clear()  # type: ignore[attr-defined]
    assert deploy(account, to(FIRST)).failure is None
    assert actions(account, to(FIRST)) == []


def test_what_failed_or_is_off_does_not_matter_beside_what_is_on() -> None:
    account = failing("second")
    account.converge(TABLE)
    call(account, "Enable", "second")
    account.aws.clock.sleep(60)
    account.converge(to(FIRST))
    assert actions(account, to(FIRST)) == []
    seen = account.read(account.desired)
    statuses = with_destinations(described(ESTATE, REGION, seen, {})["status"], seen)
    assert [status["kinesis_destinations"] for status in statuses.values()] == [
        {
            ARN: {"status": "ACTIVE", "description": ""},
            SECOND["stream_arn"]: {"status": "ENABLE_FAILED", "description": PERMISSION},
        }
    ]


MOVING: list[tuple[str, dict[str, Any], list[str]]] = [
    ("Enable", to(FIRST), ["await_destination"]),
    (
        "Enable",
        to(SECOND, WORD),
        ["await_destination", "disable_kinesis_destination", "enable_kinesis_destination"],
    ),
    ("Disable", to(FIRST), ["await_destination", "enable_kinesis_destination"]),
    ("Disable", to({"enabled": False}), ["await_destination"]),
    ("Update", to(kinesis("first", "MICROSECOND")), ["await_destination"]),
    ("Update", to(kinesis("first", "MILLISECOND")), ["await_destination", "set_kinesis_precision"]),
]


@pytest.mark.parametrize(("verb", "wanted", "steps"), MOVING)
def test_what_is_under_way_ends_first(verb: str, wanted: dict[str, Any], steps: list[str]) -> None:
    """AWS takes no other change meanwhile (T-299 T-300); a killed run may have begun it."""
    account = deployed(TABLE)
    if verb != "Enable":
        call(account, "Enable")
        account.aws.clock.sleep(60)
    precise = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}
    call(account, verb, **({"UpdateKinesisStreamingConfiguration": precise} if verb == "Update" else {}))
    account.aws.clock.sleep(0.5)
    assert actions(account, wanted) == steps
    assert deploy(account, wanted).failure is None
    assert (account.refusals, actions(account, wanted)) == ([], [])


def test_a_precision_that_somebody_has_set_meanwhile_is_set() -> None:
    account = deployed(to(FIRST))
    plans = account.plan(to(kinesis("first", "MICROSECOND")))
    call(account, "Update", UpdateKinesisStreamingConfiguration={"ApproximateCreationDateTimePrecision": "MICROSECOND"})
    account.aws.clock.sleep(300)
    (outcome,) = apply(plans, account.gateway, Run(Deadline.after(account.aws.clock, 600.0)))
    assert (outcome.failure, outcome.done) == (None, ())


def test_what_somebody_turns_off_meanwhile_is_planned_again() -> None:
    account = deployed(TABLE)
    outcome = deploy(account, to(FIRST))
    assert outcome.failure is None
    entry = to(kinesis("first", "MICROSECOND"))
    plans = account.plan(entry)
    call(account, "Disable")
    account.aws.clock.sleep(30)
    (met,) = account.apply(plans)
    assert met.interference != ()
    assert met.failure is None
    assert actions(account, entry) == []


UNDOING = [
    (to(FIRST), "Disable", {}),
    (to({"enabled": False}, WORD), "Enable", {}),
    (
        to(kinesis("first", "MICROSECOND")),
        "Update",
        {"UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MILLISECOND"}},
    ),
]


@pytest.mark.parametrize(("wanted", "verb", "members"), UNDOING)
def test_what_somebody_undoes_is_not_waited_for_forever(wanted: Any, verb: str, members: dict[str, Any]) -> None:
    """The next run sees it."""
    account = deployed(TABLE) if verb == "Disable" else deployed(to(FIRST))
    step = deploy(account, wanted).done[-1]
    call(account, verb, **members)
    account.aws.clock.sleep(300)
    account.gateway._streaming.request(step)
    assert [account.gateway.holds(step) for _look in range(12)] == [False] * 10 + [True] * 2


def test_a_table_goes_with_its_destination() -> None:
    account = deployed(to(FIRST))
    gone = {"name": "t", "state": "absent", "allow": ["delete_table"]}
    assert actions(account, gone) == ["delete_table"]
    account.converge(gone)
    assert account.refusals == []


def test_a_table_that_is_replaced_streams_again() -> None:
    account = deployed(to(FIRST))
    found = account.aws.call("dynamodb", "DescribeTable", "t", TableName="ticket-t")["Table"]
    other = {**to(FIRST), "hash_key": "other", "replace_table_id": found["TableId"]}
    account.converge(other)
    assert account.refusals == []
    assert actions(account, other) == []
    # The word stays in the entry, and what is managed is compared all the same
    assert actions(account, {**other, FIELD: SECOND, "allow": [WORD]}) != []
