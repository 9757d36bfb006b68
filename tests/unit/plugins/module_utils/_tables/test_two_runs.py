# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two runs whose calls alternate: both end, and what is declared is there, once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.account import COOL_DOWN
from tests.support.interleaving import deploy_at_once
from tests.support.interruptions import Entry, fresh, state, undisturbed

from .test_interruptions import FAR, FULL, GONE, OTHER, OTHER_VECTORS, PROVISIONED, TABLE, VECTORS

# Without protection, which both may turn on in turn: it is the same afterwards, and AWS takes it
REPLICATED: Entry = {**TABLE, "replicas": [{"region_name": "eu-west-1", "tags": {"Team": "a"}}, FAR]}

TOGETHER: dict[str, tuple[list[Entry], list[Entry], list[Entry]]] = {
    "two deployments": ([], [FULL], [FULL]),
    "two provisioned deployments": ([], [PROVISIONED], [PROVISIONED]),
    "two changes of the same indexes": ([FULL], [OTHER], [OTHER]),
    "two changes of the same vector indexes": ([VECTORS], [OTHER_VECTORS], [OTHER_VECTORS]),
    "a change and the state before it": ([FULL], [OTHER], [FULL]),
    "two switches of billing": ([TABLE], [PROVISIONED], [PROVISIONED]),
    "two global tables": ([TABLE], [REPLICATED], [REPLICATED]),
    "two teardowns": ([FULL], [GONE], [GONE]),
    "two teardowns of a global table": ([REPLICATED], [GONE], [GONE]),
}


@pytest.mark.parametrize("job", TOGETHER)
def test_calls_that_alternate(job: str) -> None:
    before, first, second = TOGETHER[job]
    end = undisturbed(before, first)[0]
    for seed in range(15):
        account = fresh(before)
        aws: Any = account.aws
        outcomes = deploy_at_once(account, first, second, seed=seed)
        assert [outcome.failure for run in outcomes for outcome in run if outcome.failure] == [], seed
        if first == second:
            assert aws.twice() == [], seed
        aws.clock.sleep(24 * COOL_DOWN)
        account.converge(*first)
        assert state(account, first) == end, seed
