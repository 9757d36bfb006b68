# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What a deployment tells before its first write, through playbooks, with AWS's rules before the emulator."""

from __future__ import annotations

from typing import Any

from tests.support.dynamodb_double import Settings
from tests.support.playbooks import play, writes
from tests.support.shaping_proxy import ShapingProxy

UNITS: dict[str, Any] = {"hash_key": "id", "billing_mode": "PROVISIONED", "read_capacity": 40, "write_capacity": 5}
QUOTA_CALLS = {"DescribeLimits", "GetServiceQuota", "ListTables"}


def asked(proxy: ShapingProxy) -> set[str]:
    return QUOTA_CALLS & {entry.operation for entry in proxy.journal.entries()}


def test_what_does_not_fit_is_said_before_anything_is_written(proxy: ShapingProxy) -> None:
    proxy.reset(Settings(account_maximum=70, speed=100))
    tables = [{"name": "users", **UNITS}, {"name": "orders", **UNITS}]
    refused = play(proxy, "site", dynamodb_tables=tables, dynamodb_services=[])
    assert refused.returncode != 0
    said = " ".join(refused.output.split())
    assert "80 provisioned read units are wanted, and the account's quota is 70 (dynamodb L-34F6A552)" in said
    assert asked(proxy) == QUOTA_CALLS
    assert not {"CreateTable", "UpdateTable"} & set(writes(proxy)), "nothing of the tables"

    proxy.forget()
    fitting = [tables[0], {**tables[1], "read_capacity": 20}]
    done = play(proxy, "site", dynamodb_tables=fitting, dynamodb_services=[])
    assert done.returncode == 0, done.output
    lines = " ".join(done.summary)
    assert "took" in lines and "are expected on AWS" in lines
    assert "at least 60 of 70 provisioned read units, which is near (ap-northeast-2)" in lines

    proxy.forget()
    again = play(proxy, "site", dynamodb_tables=fitting, dynamodb_services=[])
    assert (again.returncode, again.steps, asked(proxy)) == (0, [], set())
