# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What entries mean, and everything that is refused in them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.estate import TABLES
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import (
    Encryption,
    Index,
    Recovery,
    TableSpec,
    Throughput,
)
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import keys_named, parse, with_keys

from tests.support.tables import desired, params

KEY = "arn:aws:kms:ap-northeast-2:137406935518:key/1234abcd"
USERS: dict[str, Any] = {"name": "users", "hash_key": "id"}


def problems(*entries: Any, **options: Any) -> list[str]:
    with pytest.raises(Refused) as refusal:
        parse(params(*entries, **options))
    return refusal.value.problems


def test_everything_left_out_has_its_default() -> None:
    table = desired()
    assert table.spec == TableSpec(
        name="users",
        table_name="ticket-users",
        hash_key="id",
        range_key=None,
        attributes={"id": "S"},
        billing_mode="PAY_PER_REQUEST",
        recovery=Recovery(True),
        encryption=Encryption(True),
        tags={"Name": "ticket-users", "ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"},
    )
    assert (table.allow, table.purge_tags) == (frozenset(), False)


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_entry_full_of_nothing_is_an_entry_without_it(nothing: Any) -> None:
    full = dict.fromkeys(
        (
            "table_name",
            "state",
            "range_key",
            "attributes",
            "billing_mode",
            "read_capacity",
            "write_capacity",
            "global_secondary_indexes",
            "local_secondary_indexes",
            "stream_enabled",
            "stream_view_type",
            "ttl_enabled",
            "ttl_attribute",
            "point_in_time_recovery",
            "server_side_encryption",
            "deletion_protection_enabled",
            "tags",
            "purge_tags",
            "allow",
        ),
        nothing,
    )
    assert desired(full) == desired()


def test_what_has_no_effect_is_accepted_without_effect() -> None:
    entry = {"read_capacity": 10, "write_capacity": 10, "stream_enabled": False, "stream_view_type": "NEW_IMAGE"}
    assert desired({**entry, "ttl_enabled": False, "ttl_attribute": "ttl"}) == desired()


def test_the_users_own_example_moves_over_as_it_is() -> None:
    entry = {
        "name": "tickets",
        "hash_key": "ticket_id",
        "range_key": None,
        "billing_mode": "PROVISIONED",
        "read_capacity": 10,
        "write_capacity": 10,
        "attributes": [{"name": "ticket_id", "type": "S"}],
    }
    options = {"name": "production", "enable_deletion_protection": True, "kms_key_id": KEY}
    spec = parse(params(entry, **options))[0].spec
    assert spec is not None
    assert (spec.table_name, spec.throughput, spec.deletion_protection, spec.encryption.kms_key) == (
        "production-tickets",
        Throughput(10, 10),
        True,
        KEY,
    )


def test_provisioned_capacity_is_five_by_default_for_the_table_and_its_indexes() -> None:
    index = {"name": "by-mail", "hash_key": "mail", "write_capacity": 7}
    spec = desired({"billing_mode": "PROVISIONED", "global_secondary_indexes": [index]}).spec
    assert spec is not None
    assert (spec.throughput, spec.global_indexes[0].throughput) == (Throughput(5, 5), Throughput(5, 7))


def test_attributes_are_strings_unless_they_are_typed() -> None:
    index = {"name": "by-age", "hash_key": "city", "range_key": "age"}
    spec = desired({"attributes": [{"name": "age", "type": "N"}], "global_secondary_indexes": [index]}).spec
    assert spec is not None
    assert spec.attributes == {"age": "N", "city": "S", "id": "S"}


def test_indexes_and_tables_are_sorted_so_that_their_order_never_matters() -> None:
    indexes = [{"name": name, "hash_key": "id"} for name in ("zzz", "aaa")]
    spec = desired({"global_secondary_indexes": indexes}).spec
    assert spec is not None
    assert [index.name for index in spec.global_indexes] == ["aaa", "zzz"]
    assert [table.name for table in parse(params({**USERS, "name": "zzz"}, USERS))] == ["users", "zzz"]


def test_local_indexes_take_the_tables_hash_key() -> None:
    local = {"name": "by-date", "range_key": "date", "projection_type": "INCLUDE", "non_key_attributes": ["b", "a"]}
    spec = desired({"range_key": "sk", "local_secondary_indexes": [local]}).spec
    assert spec is not None
    assert spec.local_indexes == (Index("by-date", ("id",), ("date",), "INCLUDE", ("a", "b")),)


def test_the_tags_of_the_entry_win_over_the_common_ones() -> None:
    spec = desired({"tags": {"Team": "own"}}, tags={"Team": "common", "Cost": 7}).spec
    assert spec is not None
    assert (spec.tags["Team"], spec.tags["Cost"], spec.tags["Name"]) == ("own", "7", "ticket-users")


def test_words_for_numbers_and_switches_are_understood() -> None:
    entry = {"billing_mode": "PROVISIONED", "read_capacity": "10", "deletion_protection_enabled": "yes"}
    spec = desired(entry).spec
    assert spec is not None
    assert (spec.throughput, spec.deletion_protection) == (Throughput(10, 5), True)


def test_keys_by_alias_are_named_and_resolved() -> None:
    tables = parse(params(USERS, {**USERS, "name": "own", "server_side_encryption": {"kms_key_arn": KEY}}))
    assert keys_named(tables) == {KEY}
    tables = parse(params(USERS, kms_key_id="alias/mine"))
    assert keys_named(tables) == {"alias/mine"}
    resolved = with_keys(tables, {"alias/mine": KEY})[0].spec
    assert resolved is not None
    assert resolved.encryption == Encryption(True, KEY)
    managed = with_keys(tables, {"alias/mine": None})[0].spec
    assert managed is not None
    assert managed.encryption == Encryption(True, None)


def test_an_absent_table_needs_no_key() -> None:
    assert parse(params({"name": "old", "state": "absent", "allow": ["delete_table"]}))[0].spec is None


def test_the_platforms_own_tables_are_accepted() -> None:
    assert len(parse(params(*TABLES))) == 7


INDEX = {"name": "idx", "hash_key": "h"}

REFUSED = [
    ("hello", "tables[0]: must be a mapping, not text"),
    ({**USERS, "hashkey": "x"}, "tables[0].hashkey: unknown field; did you mean 'hash_key'?"),
    ({"hash_key": "id"}, "tables[0].name: is required"),
    ({"name": "users"}, "tables[0].hash_key: is required"),
    ({**USERS, "name": "a b"}, "tables[0].name: 'ticket-a b' may only have"),
    ({**USERS, "name": "n" * 255}, "tables[0].name: 'ticket-nn"),
    ({**USERS, "table_name": "ab"}, "tables[0].table_name: 'ab' has 2 characters"),
    ({**USERS, "range_key": "id"}, "tables[0].range_key: is the same attribute as hash_key"),
    ({**USERS, "hash_key": "k" * 256}, "tables[0].hash_key: has 256 bytes"),
    ({**USERS, "attributes": [{"name": "x"}]}, "tables[0].attributes[0].name: 'x' is not a key"),
    ({**USERS, "attributes": [{"name": "id"}, {"name": "id"}]}, "tables[0].attributes[1].name: 'id' is declared twice"),
    ({**USERS, "attributes": [{"name": "id", "type": "X"}]}, "tables[0].attributes[0].type: 'X' is not possible"),
    ({**USERS, "billing_mode": "ON_DEMAND"}, "tables[0].billing_mode: 'ON_DEMAND' is not possible"),
    ({**USERS, "billing_mode": "PROVISIONED", "read_capacity": 0}, "tables[0].read_capacity: must be at least 1"),
    ({**USERS, "read_capacity": "many"}, "tables[0].read_capacity: must be a whole number, not 'many'"),
    ({**USERS, "stream_enabled": "perhaps"}, "tables[0].stream_enabled: must be true or false"),
    ({**USERS, "global_secondary_indexes": INDEX}, "tables[0].global_secondary_indexes: must be a list"),
    (
        {**USERS, "global_secondary_indexes": [{"name": "idx"}]},
        "global_secondary_indexes[0]: needs either hash_key or key_schema, and not both",
    ),
    ({**USERS, "global_secondary_indexes": [INDEX, INDEX]}, "tables[0]: 2 indexes are named 'idx'"),
    (
        {**USERS, "global_secondary_indexes": [{**INDEX, "name": f"i{n:02}x"} for n in range(21)]},
        "tables[0].global_secondary_indexes: 21 indexes, AWS allows 20",
    ),
    (
        {
            **USERS,
            "range_key": "r",
            "local_secondary_indexes": [{"name": f"l{n}x", "range_key": "s"} for n in range(6)],
        },
        "tables[0].local_secondary_indexes: 6 indexes, AWS allows 5",
    ),
    (
        {**USERS, "local_secondary_indexes": [{"name": "loc", "range_key": "s"}]},
        "tables[0].range_key: is required, since the table has local_secondary_indexes",
    ),
    (
        {**USERS, "range_key": "r", "local_secondary_indexes": [{"name": "loc"}]},
        "tables[0].local_secondary_indexes[0].range_key: is required",
    ),
    (
        {**USERS, "global_secondary_indexes": [{**INDEX, "projection_type": "INCLUDE"}]},
        "global_secondary_indexes[0].non_key_attributes: are required when projection_type is INCLUDE",
    ),
    (
        {**USERS, "global_secondary_indexes": [{**INDEX, "non_key_attributes": ["x"]}]},
        "global_secondary_indexes[0].non_key_attributes: contradict projection_type ALL",
    ),
    ({**USERS, "ttl_enabled": True}, "tables[0].ttl_attribute: is required when ttl_enabled is true"),
    (
        {**USERS, "point_in_time_recovery": {"recovery_period_in_days": 36}},
        "recovery_period_in_days: must be 1 to 35, not 36",
    ),
    (
        {**USERS, "point_in_time_recovery": {"enabled": False, "recovery_period_in_days": 7}},
        "recovery_period_in_days: contradicts point-in-time recovery being off",
    ),
    (
        {**USERS, "server_side_encryption": {"enabled": False, "kms_key_arn": KEY}},
        "tables[0].server_side_encryption.kms_key_arn: a key is given, but enabled is false",
    ),
    (
        {**USERS, "allow": ["delete_tabel"]},
        "tables[0].allow[0]: 'delete_tabel' is not possible; did you mean 'delete_t",
    ),
    ({**USERS, "state": "gone"}, "tables[0].state: 'gone' is not possible"),
    ({**USERS, "tags": {"aws:x": "y"}}, "tables[0].tags.aws:x: the prefix aws: belongs to AWS"),
    ({**USERS, "tags": {"Estate": "other"}}, "tables[0].tags.Estate: this tag says what belongs to the collection"),
    ({**USERS, "tags": {f"t{n}": "" for n in range(48)}}, "tables[0].tags: 51 tags with the common ones"),
]


@pytest.mark.parametrize(("entry", "expected"), REFUSED, ids=[text for _entry, text in REFUSED])
def test_refused(entry: Any, expected: str) -> None:
    found = problems(entry)
    assert len(found) == 1, found
    assert expected in found[0]


def test_names_that_stand_twice() -> None:
    assert problems(USERS, USERS) == ["tables[1].name: 'users' is the name of tables[0] already"]
    twin = {"name": "people", "table_name": "ticket-users", "hash_key": "id"}
    assert problems(USERS, twin) == ["tables[1]: is the table ticket-users, which tables[0] is already"]


def test_the_modules_own_options_are_checked_as_well() -> None:
    assert problems(USERS, server_side_encryption=False, kms_key_id=KEY) == [
        "kms_key_id: a key is given, but server_side_encryption is false"
    ]
    assert problems(USERS, name="a b")[0].startswith("name: must be")


def test_all_problems_of_all_tables_come_at_once() -> None:
    entries = [{**USERS, "billing_mode": "X", "state": "y"}, {"name": "users"}, {"name": "t", "hash_key": "t"}]
    assert len(problems(*entries)) == 4


@pytest.mark.parametrize("entry", [{"name": ["x"]}, {"name": {"a": 1}}, {"name": True}, 7, None, ["x"]])
def test_nonsense_is_refused_and_never_a_traceback(entry: Any) -> None:
    assert problems(entry)
