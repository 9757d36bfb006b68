# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What an entry may say about where its table comes from: all problems at once, each naming both sides."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.origins import Origin
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.source_model import Import, Restore
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse

from tests.support.tables import desired, params

BUCKET = {"bucket": "seed"}
FILES: dict[str, Any] = {"input_format": "CSV", "s3_bucket_source": BUCKET}
TABLE = "arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-old"
BACKUP = f"{TABLE}/backup/01489602797149-73d8d5bc"
TIME = "2026-11-02T08:00:00Z"


def csv(**options: Any) -> dict[str, Any]:
    return {"import_table": {**FILES, "input_format_options": {"csv": options}}}


PROBLEMS: list[tuple[dict[str, Any], str]] = [
    (
        {"import_table": FILES, "restore_backup_arn": BACKUP},
        "tables[0]: import_table and restore_backup_arn each say what the table is made from; only one can be",
    ),
    (
        {"restore_source_name": "ticket-old", "restore_source_table_arn": TABLE, "restore_to_latest_time": True},
        "tables[0]: restore_source_name and restore_source_table_arn each say what the table is made from; "
        "only one can be",
    ),
    ({"import_table": {"input_format": "CSV"}}, "tables[0].import_table.s3_bucket_source: is required"),
    ({"import_table": {"s3_bucket_source": BUCKET}}, "tables[0].import_table.input_format: is required"),
    (
        {"import_table": {**FILES, "s3_bucket_source": {}}},
        "tables[0].import_table.s3_bucket_source.bucket: is required",
    ),
    (
        {"import_table": {**FILES, "s3_bucket_source": {"bucket": "a b"}}},
        "tables[0].import_table.s3_bucket_source.bucket: 'a b' is not the name of a bucket",
    ),
    (
        {"import_table": {**FILES, "s3_bucket_source": {"bucket": "seed", "bucket_owner": "42"}}},
        "tables[0].import_table.s3_bucket_source.bucket_owner: '42' is not the id of an account, which has 12 digits",
    ),
    (
        {**csv(delimiter=";"), "import_table": {**csv(delimiter=";")["import_table"], "input_format": "ION"}},
        "tables[0].import_table.input_format_options.csv: contradicts input_format ION",
    ),
    (
        csv(delimiter="#"),
        "tables[0].import_table.input_format_options.csv.delimiter: must be one of , ; : | a tab and a space, not '#'",
    ),
    (
        csv(header_list=["city"]),
        "tables[0].import_table.input_format_options.csv.header_list: has no column id, which is the hash_key",
    ),
    (
        csv(header_list=["id", "id"]),
        "tables[0].import_table.input_format_options.csv.header_list[1]: 'id' is named twice",
    ),
    (
        {
            "import_table": FILES,
            "range_key": "sk",
            "local_secondary_indexes": [{"name": "by-date", "range_key": "date"}],
        },
        "tables[0].local_secondary_indexes: contradict import_table: AWS imports into a table without local indexes",
    ),
    (
        {"import_table": FILES, "replace_table_id": "x"},
        "tables[0].replace_table_id: contradicts import_table: it puts an empty table in another's place",
    ),
    ({"restore_backup_arn": "nightly"}, "tables[0].restore_backup_arn: 'nightly' is not the ARN of a DynamoDB backup"),
    (
        {"restore_backup_arn": BACKUP.replace("1374", "9999")},
        f"tables[0].restore_backup_arn: {BACKUP.replace('1374', '9999')} is not of account 137406935518; "
        "AWS restores within one",
    ),
    (
        {"restore_backup_arn": BACKUP, "restore_date_time": TIME},
        "tables[0].restore_date_time: contradicts restore_backup_arn, which is not read at a time",
    ),
    (
        {"restore_date_time": TIME},
        "tables[0].restore_date_time: means nothing without restore_source_name or restore_source_table_arn",
    ),
    (
        {"restore_source_name": "ticket-old"},
        "tables[0].restore_source_name: needs exactly one of restore_date_time and restore_to_latest_time, not none",
    ),
    (
        {"restore_source_name": "ticket-old", "restore_date_time": TIME, "restore_to_latest_time": True},
        "tables[0].restore_source_name: needs exactly one of restore_date_time and restore_to_latest_time, "
        "not restore_date_time and restore_to_latest_time",
    ),
    (
        {"restore_source_name": "ticket-old", "restore_date_time": "yesterday"},
        "tables[0].restore_date_time: 'yesterday' is not a time with its zone, such as 2026-11-02T08:00:00Z",
    ),
    (
        {"restore_source_name": "ticket-users", "restore_to_latest_time": True},
        "tables[0].restore_source_name: ticket-users is the table itself; AWS restores only into a new one",
    ),
    (
        {"restore_source_table_arn": "ticket-old", "restore_to_latest_time": True},
        "tables[0].restore_source_table_arn: 'ticket-old' is not the ARN of a DynamoDB table",
    ),
    (
        {"import_table": FILES, "tags": {f"t{number}": "" for number in range(46)}},
        "tables[0].tags: 49 tags with the common ones, and import_table needs 2; AWS allows 50",
    ),
    (
        {"restore_from_backup_arn": BACKUP},
        "tables[0].restore_from_backup_arn: unknown field; did you mean 'restore_backup_arn'?",
    ),
]


@pytest.mark.parametrize(("entry", "problem"), PROBLEMS, ids=[problem for _entry, problem in PROBLEMS])
def test_what_is_wrong_is_named_with_its_path(entry: dict[str, Any], problem: str) -> None:
    with pytest.raises(Refused) as refusal:
        desired(entry)
    assert refusal.value.problems == [problem]


def test_all_problems_at_once() -> None:
    entry = {
        "name": "users",
        "hash_key": "id",
        **csv(delimiter="#"),
        "restore_backup_arn": "x",
        "restore_date_time": "",
    }
    other = {"name": "other", "hash_key": "id", "restore_date_time": TIME}
    with pytest.raises(Refused) as refusal:
        parse(params(entry, other))
    assert len(refusal.value.problems) == 4


def test_an_import_in_awss_words() -> None:
    given = {
        "input_format": "CSV",
        "input_compression_type": "ZSTD",
        "s3_bucket_source": {"bucket": "seed", "bucket_owner": "111122223333", "key_prefix": "a/b!c"},
        "input_format_options": {"csv": {"delimiter": "\t", "header_list": ["id", "city"]}},
    }
    source = desired({"import_table": given}).source
    assert isinstance(source, Import)
    assert source.members == {
        "S3BucketSource": {"S3Bucket": "seed", "S3KeyPrefix": "a/b!c", "S3BucketOwner": "111122223333"},
        "InputFormat": "CSV",
        "InputCompressionType": "ZSTD",
        "InputFormatOptions": {"Csv": {"Delimiter": "\t", "HeaderList": ["id", "city"]}},
    }
    assert (source.text, source.tags) == ("s3://seed/a/b!c", {"ImportedFrom": "s3://seed/a/b_c"})


def test_what_is_restored_is_known_with_its_region() -> None:
    far = BACKUP.replace("ap-northeast-2", "us-east-1")
    assert desired({"restore_backup_arn": far}).source == Restore(
        "restore_backup_arn", Origin(far.partition("/backup/")[0], far), "us-east-1", "ticket-old"
    )
    latest = desired({"restore_source_name": "ticket-old", "restore_to_latest_time": True}).source
    assert latest == Restore("restore_source_name", Origin(TABLE), "ap-northeast-2", "ticket-old")


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_is_no_source(nothing: Any) -> None:
    fields = ("restore_backup_arn", "restore_source_name", "restore_date_time")
    entry = dict.fromkeys(fields, nothing)
    assert desired({**entry, "import_table": None, "restore_to_latest_time": False}).source is None
    assert desired({"state": "absent", "import_table": FILES}).source is None
