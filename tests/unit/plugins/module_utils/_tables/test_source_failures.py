# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Imports that fail, and creations that are interrupted: what they leave is known again, and nothing is made twice."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.support.account import COOL_DOWN, Account, CountingAws
from tests.support.dynamodb_double import AwsFault
from tests.support.dynamodb_double.settings import BadImport, Settings
from tests.support.interruptions import InterruptedAws, Killed, Moment
from tests.support.sources import IMPORT, NEW, Entry, operations, outcome_of, tags, with_old_table

from .test_interruptions import TEXTS

TTL: Entry = {"ttl_enabled": True, "ttl_attribute": "ttl"}
ENTRY: Entry = {**NEW, **TTL, **IMPORT}
NO_BUCKET = BadImport("S3NoSuchBucket", "The specified bucket does not exist.")
BAD_LINES = BadImport("ItemValidationError", "Some of the items failed validation checks.", errors=3)
LOG = "arn:aws:logs:ap-northeast-2:137406935518:log-group:/aws-dynamodb/imports:*"


def failing(bad: BadImport) -> CountingAws:
    aws = CountingAws()
    mend(aws, bad)
    return aws


def mend(aws: CountingAws, bad: BadImport | None = None) -> None:
    aws.dynamodb._state.settings = Settings(bad_imports={"seed": bad} if bad else {})


def table_there(aws: CountingAws) -> bool:
    return aws.dynamodb.status("ticket-t") is not None


def test_an_import_without_a_table_fails_with_awss_words_and_a_rerun_imports_again() -> None:
    aws = failing(NO_BUCKET)
    for _run in range(2):
        failure = outcome_of(aws, ENTRY).failure
        assert failure
        assert (failure.action, failure.code) == ("import_table", "ImportFailed")
        assert "S3NoSuchBucket: The specified bucket does not exist" in failure.message
        assert LOG in failure.message
    assert not table_there(aws)
    mend(aws)
    assert outcome_of(aws, ENTRY).failure is None
    tokens = [call.request["ClientToken"] for call in aws.calls if call.operation == "ImportTable"]
    assert len(set(tokens)) == len(tokens) == 3
    assert outcome_of(aws, ENTRY).done == ()


def test_bad_lines_fail_the_run_and_the_rest_is_kept_only_with_the_word() -> None:
    aws = failing(BAD_LINES)
    failure = outcome_of(aws, ENTRY).failure
    assert failure
    assert "ItemValidationError" in failure.message
    assert "3 errors, 97 of 100 items imported" in failure.message
    assert LOG in failure.message
    for _run in range(2):
        again = outcome_of(aws, ENTRY)
        assert (again.failure, again.done) == (None, ())
        left, *dependent = again.plan.withheld
        assert [step.action for step in dependent][-2:] == ["enable_ttl", "finish_table"]
        assert (left.word, left.risk) == ("keep_failed_import", "data")
        assert "97 of 100 items" in left.reason
    kept = outcome_of(aws, {**ENTRY, "allow": ["keep_failed_import"]})
    assert kept.failure is None
    assert kept.done == again.plan.withheld
    assert tags(aws)["ImportedFrom"] == "s3://seed/t/"
    assert outcome_of(aws, ENTRY).done == ()
    assert len(operations(aws)) == 1


def test_what_an_import_left_can_be_deleted_and_imported_again() -> None:
    aws = failing(BAD_LINES)
    assert outcome_of(aws, ENTRY).failure
    mend(aws)
    aws.dynamodb.handle("DeleteTable", {"TableName": "ticket-t"})
    assert outcome_of(aws, ENTRY).failure is None
    assert len(operations(aws)) == 2
    assert tags(aws)["ImportedFrom"] == "s3://seed/t/"


def test_who_comes_second_has_failed_and_takes_nothing_over_unnoticed() -> None:
    """Another import into this name was accepted first; AWS lets both begin (I-005)."""
    aws = CountingAws()
    request = Account(aws).plan({**NEW, "import_table": {**IMPORT["import_table"], "input_format": "ION"}})[0].steps[0]
    aws.dynamodb.handle("ImportTable", dict(request.request))
    outcome = outcome_of(aws, ENTRY)
    assert outcome.failure is None
    assert len(operations(aws)) == 0
    assert any("an import of something else into it" in met for met in outcome.interference)
    assert "ImportedFrom" not in tags(aws)


def test_two_runs_at_once_make_one_import() -> None:
    aws = CountingAws()
    accounts = [Account(aws), Account(aws)]
    plans = [account.plan(ENTRY) for account in accounts]
    aws.dynamodb.handle("ImportTable", dict(plans[0][0].steps[0].request))
    (outcome,) = accounts[1].apply(plans[1])
    assert outcome.failure is None
    arn = "arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-t"
    assert len(aws.dynamodb.handle("ListImports", {"TableArn": arn})["ImportSummaryList"]) == 1


WAITING = [0.0, 10.0, 31.0, 60.0, 107.0, 111.0, 1000.0]


@pytest.mark.parametrize("seconds", WAITING)
def test_an_import_whose_run_is_gone_is_finished_whenever_the_next_one_comes(seconds: float) -> None:
    aws = CountingAws()
    assert outcome_of(aws, ENTRY, wait="none").failure is None
    aws.clock.sleep(seconds)
    last = outcome_of(aws, ENTRY)
    assert (last.failure, last.plan.withheld) == (None, ())
    assert operations(aws) == ["ImportTable"]
    found = tags(aws)
    assert found["ImportedFrom"] == "s3://seed/t/"
    assert "Unfinished" not in found
    aws.clock.sleep(COOL_DOWN)
    assert Account(aws).plan(ENTRY)[0].steps == ()


@pytest.mark.parametrize("seconds", [0.0, 100.0, 199.0])
@pytest.mark.parametrize("source", ["backup", "latest", "time"])
def test_a_restore_that_a_rerun_meets_is_known_and_finished(source: str, seconds: float) -> None:
    account, sources = with_old_table()
    entry = {**NEW, **TTL, **sources[source]}
    assert outcome_of(account.aws, entry, wait="none").failure is None
    account.aws.clock.sleep(seconds)
    last = outcome_of(account.aws, entry)
    assert (last.failure, last.plan.withheld) == (None, ())
    assert len(operations(account.aws)) == 1
    assert tags(account.aws)["RestoredFrom"]


def test_a_restore_that_ended_while_nobody_looked_is_a_table_that_was_there() -> None:
    """AWS has forgotten by then what it was restored from, so that items may only vanish with the user's word."""
    account, sources = with_old_table()
    entry = {**NEW, **TTL, **sources["backup"]}
    assert outcome_of(account.aws, entry, wait="none").failure is None
    account.aws.clock.sleep(1000)
    later = outcome_of(account.aws, entry)
    assert (later.failure, [step.word for step in later.plan.withheld]) == (None, ["enable_ttl"])
    assert "Estate" in tags(account.aws)
    assert outcome_of(account.aws, {**entry, "allow": ["enable_ttl"]}).failure is None


def test_another_restore_into_the_name_is_not_taken_for_ours() -> None:
    account, sources = with_old_table()
    outcome_of(account.aws, {**NEW, **sources["latest"]}, wait="none")
    other = outcome_of(account.aws, {**NEW, **TTL, **sources["backup"]})
    assert [step.word for step in other.plan.withheld] == ["enable_ttl"]


def killed_at(number: int, moment: Moment, source: str) -> tuple[Any, Entry]:
    account, sources = with_old_table(aws=InterruptedAws())
    aws: Any = account.aws
    aws.accepted.clear()

    def kill() -> None:
        raise Killed

    entry = {**NEW, **TTL, "stream_enabled": True, **sources[source]}
    aws.at(number, moment, kill)
    with pytest.raises(Killed):
        outcome_of(aws, entry)
    aws.clock.sleep(3)  # until what was written can be read (T-440)
    return aws, entry


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("number", range(1, 7))
@pytest.mark.parametrize("source", ["import", "backup", "latest"])
def test_a_run_that_is_killed_at_any_call_is_finished_by_the_next_one(source: str, number: int, moment: Moment) -> None:
    """Only between the end of a restore and its tags is there nothing to know it by."""
    aws, entry = killed_at(number, moment, source)
    unknown = source != "import" and (number, moment) == (2, "before")
    last = outcome_of(aws, {**entry, "allow": ["enable_ttl"] if unknown else []})
    assert (last.failure, last.plan.withheld) == (None, ())
    assert aws.twice() == []
    aws.clock.sleep(COOL_DOWN)
    assert Account(aws).plan(entry)[0].steps == ()
    assert "Unfinished" not in tags(aws)


@pytest.mark.parametrize("fault", TEXTS, ids=lambda fault: f"{fault.code} {fault.message[-30:]}")
def test_a_refusal_that_passes_is_survived_at_every_call_after_a_restore(fault: AwsFault) -> None:
    for number in range(1, 7):
        account, sources = with_old_table(aws=InterruptedAws())
        aws: Any = account.aws
        aws.accepted.clear()
        aws.at(number, "before", partial(_refuse, aws, fault))
        entry = {**NEW, **TTL, "stream_enabled": True, **sources["backup"]}
        outcome = outcome_of(aws, entry)
        assert (outcome.failure, outcome.plan.withheld) == (None, ()), number
        assert aws.twice() == [], number
        assert Account(aws).plan(entry)[0].steps == (), number


def _refuse(aws: Any, fault: AwsFault) -> None:
    aws.inject(aws.coming, fault)


def test_a_table_that_somebody_made_since_is_not_the_one_that_was_imported() -> None:
    aws = CountingAws()
    assert outcome_of(aws, ENTRY, wait="none").failure is None
    aws.clock.sleep(200)
    aws.dynamodb.handle("DeleteTable", {"TableName": "ticket-t"})
    aws.clock.sleep(60)
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    types = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]
    request = {"TableName": "ticket-t", "KeySchema": keys, "AttributeDefinitions": types}
    aws.dynamodb.handle("CreateTable", {**request, "BillingMode": "PAY_PER_REQUEST"})
    aws.clock.sleep(60)
    later = outcome_of(aws, ENTRY)
    assert [step.word for step in later.plan.withheld] == ["enable_ttl"]
    assert "ImportedFrom" not in tags(aws)
