# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A third opinion on our requests: DynamoDB Local accepts all that we send, and mostly refuses what we never send.

What it does not have is in LEFT_OUT (tests/support/third_opinion.py), what it lets pass in the cases below.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import ResourcePlan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables import requests
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.argspec import ALLOW, VIEW_TYPES
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.estate import TABLES
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.gateway import TablesGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import Index
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.definitions import KEY_ID, pairs
from tests.support.dynamodb_local import DynamoDBLocal, Missing, install
from tests.support.lab import attributes, index, key, units
from tests.support.tables import ESTATE, desired, params
from tests.support.third_opinion import LEFT_OUT, UNKNOWN, ThirdOpinion

Entry = dict[str, Any]

BUDGET = 45.0
"""Seconds for the arbitrary definitions; on a slow machine fewer of them are tried."""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DynamoDBLocal]:
    try:
        jars = install()
    except Missing as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    with DynamoDBLocal(jars, tmp_path_factory.mktemp("dynamodb-local")) as running:
        yield running


def planned(aws: ThirdOpinion, entries: list[Entry]) -> list[ResourcePlan]:
    wanted = parse(params(*entries))
    observed, failures = TablesGateway(aws, ESTATE).read(table.table_name for table in wanted)
    assert failures == []
    return plan(ESTATE, wanted, observed)


def converge(aws: ThirdOpinion, entries: list[Entry]) -> None:
    """Deploys until nothing is left to do; the double and the engine then have the same tables."""
    for _run in range(4):
        plans = planned(aws, entries)
        assert [(each.withheld, each.conflicts) for each in plans if each.withheld or each.conflicts] == []
        if not any(each.steps for each in plans):
            break
        outcomes = apply(plans, TablesGateway(aws, ESTATE), Deadline.after(aws.clock, 60.0), workers=10)
        assert not aws.refused, "\n".join(aws.refused)
        assert [outcome.failure for outcome in outcomes if outcome.failure] == []
    else:
        raise AssertionError("it does not converge")
    for each in plans:
        ours, theirs = aws.definitions(each.resource) if each.resource in aws.names() else (None, None)
        assert theirs == ours


@pytest.fixture
def aws(engine: DynamoDBLocal) -> ThirdOpinion:
    return ThirdOpinion(engine)


several = st.lists(pairs(), min_size=8, max_size=8)
"""Pairs of definitions that are tried side by side: the engine takes a second for every change of an index."""


def test_no_request_for_arbitrary_definitions_is_refused(engine: DynamoDBLocal) -> None:
    end = time.monotonic() + BUDGET

    @settings(
        max_examples=4,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a smaller example is not worth its minutes
        suppress_health_check=list(HealthCheck),
    )
    @given(several)
    def try_all(drawn: list[tuple[Entry, Entry]]) -> None:
        if time.monotonic() > end:
            return
        aws = ThirdOpinion(engine)
        aws.dynamodb.keys.add(KEY_ID)
        for side in (0, 1):
            converge(aws, [{**pair[side], "name": f"table{number}"} for number, pair in enumerate(drawn)])

    try_all()
