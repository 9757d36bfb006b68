# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A run that is killed, refused or overtaken by another run, at every one of its calls."""

from __future__ import annotations

from functools import cache, partial
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome, Step
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import ALLOW

from tests.support.account import COOL_DOWN, Account
from tests.support.definitions import KEY, kinesis, policy, stream_policy
from tests.support.dynamodb_double.faults import AwsFault
from tests.support.interruptions import Entry, Killed, Moment, fresh, state, undisturbed
from tests.support.sources import IMPORT
from tests.support.vectors import PLAIN, VECTOR, entry

pytestmark = pytest.mark.usefixtures("in_order")

TABLE: Entry = {"name": "t", "hash_key": "pk", "range_key": "sk", "allow": list(ALLOW)}
INDEX = {"name": "by-a", "hash_key": "a"}
SCALES = {"min_capacity": 2, "max_capacity": 8, "target_value": 70}
FULL: Entry = {
    **TABLE,
    "global_secondary_indexes": [INDEX, {"name": "by-b", "hash_key": "b", "projection_type": "KEYS_ONLY"}],
    "ttl_enabled": True,
    "ttl_attribute": "ttl",
    "stream_enabled": True,
    "tags": {"Team": "a"},
    "contributor_insights": {"mode": "THROTTLED_KEYS"},
    "resource_policy": policy("dynamodb:GetItem"),
}
OTHER: Entry = {
    **FULL,
    "global_secondary_indexes": [INDEX, {"name": "by-b", "hash_key": "c"}, {"name": "by-d", "hash_key": "d"}],
    "stream_view_type": "KEYS_ONLY",
    "tags": {"Team": "b"},
    "resource_policy": policy("dynamodb:Query"),
}
VECTORS: Entry = {**TABLE, "global_secondary_indexes": [INDEX], **entry(VECTOR, {**PLAIN, "name": "far"})}
OTHER_VECTORS: Entry = {
    **TABLE,
    "global_secondary_indexes": [INDEX, {"name": "far", "hash_key": "b"}],
    **entry({**VECTOR, "dimensions": 4}, {**PLAIN, "name": "farther", "dimensions": 4}),
}
PROVISIONED: Entry = {**TABLE, "billing_mode": "PROVISIONED", "autoscaling": {"read": SCALES}, "tags": {"Team": "a"}}
PROTECTED: Entry = {**TABLE, "deletion_protection_enabled": True, "server_side_encryption": {"kms_key_arn": KEY}}
FAR = {"region_name": "us-east-1"}
GLOBAL: Entry = {
    **TABLE,
    "replicas": [{"region_name": "eu-west-1", "deletion_protection_enabled": True, "tags": {"Team": "a"}}, FAR],
}
STRONG: Entry = {
    **TABLE,
    "replicas": [{"region_name": "ap-northeast-1", "consistency_mode": "STRONG"}],
    "global_table_witness": {"region_name": "ap-northeast-3"},
}
GONE: Entry = {**TABLE, "state": "absent"}
STREAMING: Entry = {
    **TABLE,
    "stream_enabled": True,
    "stream_resource_policy": stream_policy("dynamodb:GetRecords"),
    "kinesis_streaming_destination": kinesis("k1"),
}
MOVED: Entry = {
    **STREAMING,
    "stream_view_type": "KEYS_ONLY",
    "kinesis_streaming_destination": kinesis("k2"),
}
PRECISE: Entry = {
    **STREAMING,
    "stream_resource_policy": stream_policy("dynamodb:DescribeStream"),
    "kinesis_streaming_destination": kinesis("k1", "MICROSECOND"),
}

JOBS: dict[str, tuple[list[Entry], list[Entry]]] = {
    "deployment": ([], [FULL]),
    "provisioned deployment": ([], [PROVISIONED]),
    "import": ([], [{**FULL, **IMPORT}]),
    "change of indexes": ([FULL], [OTHER]),
    "change of vector indexes": ([VECTORS], [OTHER_VECTORS]),
    "switch to provisioned": ([TABLE], [PROVISIONED]),
    "protection and encryption": ([TABLE], [PROTECTED]),
    "streams": ([], [STREAMING]),
    "other streams": ([STREAMING], [MOVED]),
    "precision and policy": ([STREAMING], [PRECISE]),
    "global table": ([TABLE], [GLOBAL]),
    "other regions": ([GLOBAL], [{**TABLE, "replicas": [FAR, {"region_name": "us-west-2"}]}]),
    "strong consistency": ([TABLE], [STRONG]),
    "end of strong consistency": ([STRONG], [{**TABLE, "replicas": []}]),
    "teardown": ([FULL], [GONE]),
    "teardown of a global table": ([GLOBAL], [GONE]),
    "teardown of a protected table": ([PROTECTED], [GONE]),
}
TEXTS = [
    AwsFault("ThrottlingException", "Rate exceeded"),
    AwsFault("ThrottlingException", "The rate of control plane requests made by this account is too high"),
    AwsFault("InternalServerError", "Internal server error", 500),
    AwsFault("ResourceInUseException", "Attempt to change a resource which is still in use: Table is being updated: t"),
    AwsFault("LimitExceededException", "Subscriber limit exceeded: Table tags are being updated: t"),
    AwsFault(
        "LimitExceededException",
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    ),
    AwsFault("LimitExceededException", "Subscriber limit exceeded: Only 500 operations can run simultaneously"),
    AwsFault("ContinuousBackupsUnavailableException", "Backups are being enabled for the table: t"),
    AwsFault("ValidationException", "One or more parameter values were invalid: Table is not in a valid state"),
]
PERMANENT = [
    AwsFault("AccessDeniedException", "User is not authorized to perform that action"),
    AwsFault("LimitExceededException", "Subscriber limit exceeded: There is a limit of 2500 tables per subscriber"),
    AwsFault("ValidationException", "One or more parameter values were invalid: something new"),
]


@cache
def end_of(job: str) -> tuple[dict[str, Any], range]:
    """The state that a job ends in when nothing disturbs it, and the numbers of its writes."""
    end, writes, _calls = undisturbed(*JOBS[job])
    assert writes, "there would be nothing to interrupt"
    return end, range(1, writes + 1)


def finish(account: Account, job: str, number: int) -> None:
    """A run completes the job, whose write of this number is or was disturbed, and nothing is done twice."""
    after = JOBS[job][1]
    account.converge(*after)
    assert state(account, after) == end_of(job)[0], number
    assert account.aws.twice() == [], number  # type: ignore[attr-defined]


def kill() -> None:
    raise Killed


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("job", JOBS)
def test_a_run_that_is_killed_at_any_write_is_finished_by_the_next_one(job: str, moment: Moment) -> None:
    before, after = JOBS[job]
    for number in end_of(job)[1]:
        account = fresh(before)
        account.aws.at(number, moment, kill)  # type: ignore[attr-defined]
        with pytest.raises(Killed):
            account.converge(*after)
        finish(account, job, number)
        account.aws.clock.sleep(COOL_DOWN)
        assert [each.steps for each in account.plan(*after)] == [()], number


def test_a_rerun_waits_for_an_index_that_a_killed_run_has_begun() -> None:
    """A run that waits until all is in effect does so whoever has begun it."""
    account = fresh([TABLE])
    aws: Any = account.aws
    aws.at(1, "after", kill)
    indexed = {**TABLE, "global_secondary_indexes": [INDEX]}
    with pytest.raises(Killed):
        account.converge(indexed)
    assert indexes(account) == ["CREATING"]
    (outcome,) = account.apply(account.plan(indexed))
    assert (outcome.changed, outcome.failure) == (False, None)
    assert indexes(account) == ["ACTIVE"]


def indexes(account: Account) -> list[str]:
    found = account.aws.client("dynamodb").describe_table(TableName="ticket-t")["Table"]["GlobalSecondaryIndexes"]
    return [index["IndexStatus"] for index in found]


def refuse(account: Account, number: int, fault: AwsFault) -> None:
    """Lets one write of the next run be refused once."""
    aws = account.aws
    aws.at(number, "before", lambda: aws.inject(aws.coming, fault))  # type: ignore[attr-defined]


@pytest.mark.parametrize("fault", TEXTS, ids=lambda fault: f"{fault.code} {fault.message[-30:]}")
@pytest.mark.parametrize("job", JOBS)
def test_a_refusal_that_passes_is_survived_at_every_call(job: str, fault: AwsFault) -> None:
    for number in end_of(job)[1]:
        account = fresh(JOBS[job][0])
        refuse(account, number, fault)
        finish(account, job, number)


@pytest.mark.parametrize("fault", PERMANENT, ids=lambda fault: fault.code)
@pytest.mark.parametrize("job", JOBS)
def test_a_refusal_that_stays_is_named_and_a_rerun_completes(job: str, fault: AwsFault) -> None:
    before, after = JOBS[job]
    for number in end_of(job)[1]:
        account = fresh(before)
        account.aws.at(number, "before", _stays(account, fault))  # type: ignore[attr-defined]
        failed = [outcome.failure for outcome in account.apply(account.plan(*after)) if outcome.failure]
        assert [(failure.resource, failure.code) for failure in failed] in ([("ticket-t", fault.code)], []), number
        account.aws.heal()  # type: ignore[attr-defined]
        account.aws.clock.sleep(COOL_DOWN)
        finish(account, job, number)


def _stays(account: Account, fault: AwsFault) -> Any:
    aws: Any = account.aws
    return lambda: aws.inject(aws.coming, fault, count=10**6)


LOOK = 6
"""Calls of a look at one table, with its insights and its policy."""
OVERTAKEN = {
    "two deployments": ([], [FULL], [FULL]),
    "a deployment by another one": ([], [FULL], [OTHER]),
    "two changes of the same indexes": ([FULL], [OTHER], [OTHER]),
    "two switches of billing": ([TABLE], [PROVISIONED], [PROVISIONED]),
    "two teardowns": ([FULL], [GONE], [GONE]),
}


@pytest.mark.parametrize("job", OVERTAKEN)
def test_a_run_is_overtaken_by_another_one_between_any_two_calls(job: str) -> None:
    """Between a last look and a risky call nobody can be noticed, as AWS has no calls with a condition."""
    before, first, second = OVERTAKEN[job]
    end, _writes, calls = undisturbed(before, first)
    said, unnoticed = 0, 0
    for number in range(1, calls + 1):
        account = fresh(before)
        other = Account(account.aws)
        outcomes: list[Outcome] = []

        overtake = partial(_deploy_too, other, second, outcomes)
        account.aws.at(number, "before", overtake, only_writes=False)  # type: ignore[attr-defined]
        outcomes += account.apply(account.plan(*first))
        assert [outcome.failure for outcome in outcomes if outcome.failure] == [], number
        said += any(outcome.interference for outcome in outcomes)
        unnoticed += first == second and account.aws.twice() != []  # type: ignore[attr-defined]
        account.aws.clock.sleep(24 * COOL_DOWN)
        account.converge(*first)
        assert state(account, first) == end, number
    # AWS shows the new billing mode from the beginning of a switch on, so nobody has to be told of it
    assert said or job == "two switches of billing"
    assert unnoticed <= LOOK * len(risky(before, first))


def _deploy_too(account: Account, entries: list[Entry], outcomes: list[Outcome]) -> None:
    outcomes += account.apply(account.plan(*entries))


def risky(before: list[Entry], after: list[Entry]) -> list[Step]:
    return [step for planned in fresh(before).plan(*after) for step in planned.steps if step.risk != "none"]
