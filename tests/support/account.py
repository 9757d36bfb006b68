# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""An account in the strict double, with the collection's own gateway, planner and applier on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome, ResourcePlan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.again import planner
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.extras import wanted_extras
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.gateway import TablesGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.model import Desired, Observed
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.render import definition
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._tables.spec import parse
from botocore.exceptions import ClientError

from tests.support.definitions import KEY_ID
from tests.support.dynamodb_double import WRITES, FakeAws, Settings
from tests.support.tables import ESTATE, params

COOL_DOWN = 3600.0


class CountingAws(FakeAws):
    """The double, counting the changes that it refuses."""

    def __init__(self, settings: Settings = Settings()) -> None:  # noqa: B008 (it is immutable)
        super().__init__(settings=settings)
        self.refusals: list[str] = []
        self.dynamodb.keys.add(KEY_ID)

    def answer(self, service: str, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            return super().answer(service, operation, request)
        except ClientError as error:
            if operation in WRITES:
                self.refusals.append(f"{operation} {request}: {error}")
            raise


@dataclass
class Account:
    """An account with our gateway on it."""

    aws: CountingAws = field(default_factory=CountingAws)

    def __post_init__(self) -> None:
        self.gateway = TablesGateway(self.aws, ESTATE)

    @property
    def refusals(self) -> list[str]:
        return self.aws.refusals

    def read(self, desired: list[Desired]) -> dict[str, Observed]:
        observed, failures = self.gateway.read({table.table_name: wanted_extras(table) for table in desired})
        assert failures == []
        return observed

    def plan(self, *entries: dict[str, Any]) -> list[ResourcePlan]:
        self.desired = parse(params(*entries))
        return self.planned(self.desired)

    def planned(self, desired: list[Desired]) -> list[ResourcePlan]:
        """The plans, from what is there by now."""
        observed = self.read(desired)
        told, failures = self.gateway.with_sources(desired, observed)
        assert failures == []
        return plan(ESTATE, told, observed)

    def apply(self, plans: list[ResourcePlan]) -> list[Outcome]:
        """Carries out the plans that were made last."""
        run = Run(Deadline.after(self.aws.clock, 86400.0), resources=4)
        return apply(plans, self.gateway, run, planner(ESTATE, self.desired, self.gateway, run))

    def converge(self, *entries: dict[str, Any]) -> None:
        """Deploys until nothing is deferred any more, an hour between two runs."""
        for _run in range(3):
            plans = self.plan(*entries)
            outcomes = self.apply(plans)
            assert [outcome.failure for outcome in outcomes if outcome.failure] == []
            if not any(each.deferred for each in plans):
                return
            self.aws.clock.sleep(COOL_DOWN)
        raise AssertionError("it does not converge")


def comparable(observed: dict[str, Observed]) -> dict[str, Any]:
    """What is the same in a prediction and in AWS: definitions and all tags, but the numbers that auto scaling owns."""
    found = {}
    for name, table in observed.items():
        assert table.spec is not None
        entry = definition(ESTATE, table.spec)
        for holder in (entry, *entry["global_secondary_indexes"]):
            for kind in holder.get("autoscaling", {}):
                holder.pop(f"{kind}_capacity")
        found[name] = (entry, dict(table.spec.tags))
    return found
