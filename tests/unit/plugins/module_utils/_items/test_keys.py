# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What items may have in the attributes that are keys."""

from __future__ import annotations

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._items.keys import key_problems
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._items.model import Load, Wanted
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._items.observe import table_of


def test_what_indexes_take_is_known_by_what_an_attribute_is_to_them() -> None:
    keys = [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "by", "KeyType": "RANGE"}]
    description = {
        "TableName": "ticket-users",
        "TableStatus": "ACTIVE",
        "KeySchema": keys[:1],
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "by", "kind")],
        "GlobalSecondaryIndexes": [{"KeySchema": keys}],
        "VectorIndexes": [{"SearchSchema": [{"AttributeName": "kind", "SearchSchemaElementType": "HASH"}]}],
    }
    wanted = [
        Wanted("a", {"id": {"S": "a"}, "by": {"S": "x" * 1025}, "kind": {"S": "x" * 3000}}),
        Wanted("b", {"id": {"S": "b"}, "kind": {"N": "1"}}),
        Wanted("c", {"id": {"S": "c"}, "by": {"S": "x" * 1024}, "kind": {"S": ""}}),
    ]
    assert key_problems(Load("users", "ticket-users", tuple(wanted)), table_of(description, {})) == [
        "a.by: has 1025 bytes, AWS allows 1 to 1024 in a key of an index",
        "b.kind: is N, but the search schema of a vector index of ticket-users is S",
    ]
