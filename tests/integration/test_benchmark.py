# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the benchmark measures with works: its servers start, answer, count and end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.tests.benchmark import servers

TABLE: dict[str, Any] = {
    "TableName": "ticket-users",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
}


@pytest.mark.parametrize("start", [servers.direct, servers.quick_states], ids=["direct", "shaped"])
def test_a_server_counts_what_it_is_asked(start: Any, tmp_path: Path) -> None:
    with start(tmp_path) as server:
        servers.warm_up(server)
        server.start_counting()
        made = server.client("dynamodb").create_table(**TABLE)["TableDescription"]
        assert made["TableId"], "which others' modules need"
        used = server.used()
        assert (used.calls, used.most_at_once) == (1, 1)
        assert used.server_cpu > 0
        assert servers.inventory(server) == {"tables": 1, "alarms": 0, "roles": 0, "policies": 0}
