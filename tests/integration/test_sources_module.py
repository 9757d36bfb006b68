# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Tables that are made from something, as users run it: on both emulators with items, and by AWS's rules."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.dynamodb_double import Settings
from tests.support.dynamodb_double.settings import BadImport
from tests.support.emulator import ACCOUNT, REGION, Emulator
from tests.support.ministack import MiniStack
from tests.support.modules import Run, run_module
from tests.support.shaping_proxy import SPEED, ShapingProxy

ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table"
TTL = {"ttl_enabled": True, "ttl_attribute": "ttl"}
INDEX = {"name": "by-mail", "hash_key": "mail"}
OLD: dict[str, Any] = {"name": "old", "hash_key": "id", "global_secondary_indexes": [INDEX]}
NEW: dict[str, Any] = {**OLD, **TTL, "name": "new", "stream_enabled": True, "tags": {"Team": "a"}}
FILES = {"input_format": "DYNAMODB_JSON", "s3_bucket_source": {"bucket": "seed", "key_prefix": "t/"}}
MAKING = {"import_table", "restore_table_from_backup", "restore_table_to_point_in_time"}


@pytest.fixture(scope="module")
def ministacks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MiniStack]:
    with MiniStack(tmp_path_factory.mktemp("ministack")) as running:
        yield running


@pytest.fixture(params=["moto", "MiniStack"])
def engine(request: pytest.FixtureRequest) -> Emulator:
    """An empty account on either engine."""
    if request.param == "moto":
        found: Emulator = request.getfixturevalue("emulator")
    else:
        found = request.getfixturevalue("ministacks")
        found.reset()
    return found


def tables(engine: Emulator, *entries: dict[str, Any], flags: tuple[str, ...] = ()) -> Run:
    return run_module(engine, "tables", *flags, tables=list(entries))


def tags(engine: Emulator) -> dict[str, str]:
    found = engine.client("dynamodb").list_tags_of_resource(ResourceArn=f"{ARN}/ticket-new")["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def made_and_finished(engine: Emulator, entry: dict[str, Any]) -> None:
    """Predicted, done, and with the fields still in the entry never done again."""
    check = tables(engine, entry, flags=("--check",))
    assert not check.failed, check.result
    do = tables(engine, entry)
    assert not do.failed, do.result
    if isinstance(engine, MiniStack):  # moto tells nothing of a backup's indexes and takes no overrides
        assert do.result["steps"] == check.result["steps"]
        assert do.result["tables"] == check.result["tables"]
    assert do.result["steps"][0]["action"] in MAKING
    client = engine.client("dynamodb")
    assert client.scan(TableName="ticket-new")["Count"] == 1
    assert client.describe_time_to_live(TableName="ticket-new")["TimeToLiveDescription"]["AttributeName"] == "ttl"
    assert client.describe_table(TableName="ticket-new")["Table"]["StreamSpecification"]["StreamEnabled"]
    assert tags(engine).items() >= {"Estate": "ticket", "Team": "a"}.items()
    assert "Unfinished" not in tags(engine)
    again = tables(engine, entry)
    assert not MAKING & {step["action"] for step in again.result["steps"]}
    if isinstance(engine, MiniStack):  # which restores with the key that AWS owns, whatever it is asked for
        assert {step["action"] for step in again.result["steps"]} <= {"set_encryption"}


@pytest.mark.parametrize("source", ["backup", "past"])
def test_a_restored_table_has_its_items_and_everything_that_is_declared(engine: Emulator, source: str) -> None:
    assert not tables(engine, OLD).failed
    client = engine.client("dynamodb")
    client.put_item(TableName="ticket-old", Item={"id": {"S": "1"}, "mail": {"S": "a@b"}})
    backup = client.create_backup(TableName="ticket-old", BackupName="nightly")["BackupDetails"]["BackupArn"]
    past = {"restore_source_name": "ticket-old", "restore_to_latest_time": True}
    made_and_finished(engine, {**NEW, **({"restore_backup_arn": backup} if source == "backup" else past)})
    assert tags(engine)["RestoredFrom"].startswith(f"{ARN}/ticket-old")


CSV = {
    **FILES,
    "input_format": "CSV",
    "input_compression_type": "GZIP",
    "input_format_options": {"csv": {"delimiter": ";", "header_list": ["id", "mail"]}},
}
CONTENTS = {
    "DYNAMODB_JSON": b'{"Item": {"id": {"S": "1"}, "mail": {"S": "a@b"}}}\n',
    "CSV": gzip.compress(b"1;a@b\n"),
}


def put(engine: Emulator, body: bytes) -> None:
    files = engine.client("s3")
    files.create_bucket(Bucket="seed", CreateBucketConfiguration={"LocationConstraint": REGION})
    files.put_object(Bucket="seed", Key="t/1", Body=body)


@pytest.fixture
def importing(ministacks: MiniStack) -> MiniStack:
    """The engine that imports; moto lists no imports, and answers with a failure of its own."""
    ministacks.reset()
    return ministacks


@pytest.mark.parametrize("given", [FILES, CSV], ids=lambda given: str(given["input_format"]))
def test_an_imported_table_has_its_items_and_everything_that_is_declared(
    importing: MiniStack, given: dict[str, Any]
) -> None:
    put(importing, CONTENTS[given["input_format"]])
    made_and_finished(importing, {**NEW, "import_table": given})
    assert tags(importing)["ImportedFrom"] == "s3://seed/t/"
    (item,) = importing.client("dynamodb").scan(TableName="ticket-new")["Items"]
    assert item == {"id": {"S": "1"}, "mail": {"S": "a@b"}}


def test_an_import_of_nothing_fails_and_works_once_there_is_something(importing: MiniStack) -> None:
    entry = {**NEW, "import_table": FILES}
    failed = tables(importing, entry)
    assert failed.failed
    assert "S3NoSuchBucket" in failed.result["msg"]
    put(importing, CONTENTS["DYNAMODB_JSON"])
    assert not tables(importing, entry).failed
    assert importing.client("dynamodb").scan(TableName="ticket-new")["Count"] == 1


def test_an_import_by_awss_rules(proxy: ShapingProxy) -> None:
    check = tables(proxy, {**NEW, "import_table": FILES}, flags=("--check", "--diff"))
    do = tables(proxy, {**NEW, "import_table": FILES})
    assert not do.failed, do.result
    assert do.result["steps"] == check.result["steps"]
    assert do.result["tables"] == check.result["tables"]
    again = tables(proxy, {**NEW, "import_table": FILES})
    assert (again.failed, again.changed) == (False, False)


def test_an_import_that_fails_is_told_with_its_log(proxies: ShapingProxy) -> None:
    bad = BadImport("ItemValidationError", "Some of the items failed validation checks.", errors=3)
    proxies.reset(Settings(speed=SPEED, bad_imports={"seed": bad}))
    failed = tables(proxies, {**NEW, "import_table": FILES})
    assert failed.failed
    assert "ItemValidationError" in failed.result["msg"]
    assert "3 errors, 97 of 100 items imported" in failed.result["msg"]
    assert "log-group:/aws-dynamodb/imports" in failed.result["msg"]
    again = tables(proxies, {**NEW, "import_table": FILES})
    assert again.failed
    assert "not done without 'allow: [keep_failed_import]'" in again.result["msg"]
    assert not tables(proxies, {**NEW, "import_table": FILES, "allow": ["keep_failed_import"]}).failed
    assert not tables(proxies, {**NEW, "import_table": FILES}).changed


def test_two_sources_are_refused_before_any_call(emulator: Emulator) -> None:
    entry = {**NEW, "import_table": FILES, "restore_backup_arn": "nightly"}
    refused = tables(emulator, entry)
    assert (refused.failed, refused.result["refused"], emulator.operations()) == (True, True, [])
    assert len(refused.result["problems"]) == 2


def test_a_source_means_nothing_where_the_table_is_and_a_warning_says_so(emulator: Emulator) -> None:
    assert not tables(emulator, {**NEW}).failed
    emulator.forget()
    run = tables(emulator, {**NEW, "import_table": FILES})
    assert (run.failed, run.changed) == (False, False)
    assert "import_table (s3://seed/t/) has no effect, since the table exists already" in run.output
    assert "ListImports" not in emulator.operations()
