# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The pace of calls, as botocore's own attempts meet it."""

from __future__ import annotations

from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.pace import LIMITS, Pace

from tests.support.clock import FakeClock
from tests.support.emulator import Emulator
from tests.support.shaping_proxy import Fault, ShapingProxy


def test_each_attempt_is_seen_and_only_what_is_throttled_is_paced(proxy: ShapingProxy) -> None:
    clock = FakeClock()
    pace = Pace(clock)
    client: Any = Emulator.client(proxy, "dynamodb")
    pace.attach(client, "dynamodb")
    proxy.faults.add(Fault("throttling", operation="DescribeContinuousBackups", count=1))
    begun = clock.now()
    for _turn in range(3):
        client.list_tables()
    assert clock.now() == begun, "nothing throttles these"
    for _turn in range(21):
        try:
            client.describe_continuous_backups(TableName="ticket-users")
        except client.exceptions.TableNotFoundException:
            continue
    assert pace.lane("dynamodb", "DescribeContinuousBackups").rate == LIMITS["DescribeContinuousBackups"]
    # botocore's second attempt goes at once, and each of the twenty calls after it a tenth of a second later
    assert round(clock.now() - begun, 1) == 2.0
    assert pace.lane("dynamodb", "ListTables").rate is None
