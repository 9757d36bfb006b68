# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of one account and region, the time, and what every rule needs of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from .faults import denied, no_table, throttled, validation
from .keyring import KeyRing
from .model import Backup, Job, Table
from .scaling_model import Scaling
from .schedule import Schedule
from .settings import MUTATIONS_PER_SECOND, Settings


@dataclass
class State:
    """Everything that the rules read and change."""

    account_id: str
    region: str
    settings: Settings
    schedule: Schedule
    keys: KeyRing
    tables: dict[str, Table] = field(default_factory=dict)
    created: int = 0
    backups: dict[str, Backup] = field(default_factory=dict)
    """By what follows table/ in the ARN: AWS does not look at the region (B-012)."""
    exports: dict[str, Any] = field(default_factory=dict)
    """By ARN, in the order in which they were begun."""
    bulk_puts: dict[str, Any] = field(default_factory=dict)
    objects: dict[str, list[Any]] = field(default_factory=dict)
    """The items that lie in each bucket."""
    imports: dict[str, Any] = field(default_factory=dict)
    """By ARN."""
    scaling: Scaling = field(default_factory=Scaling)
    watchers: list[Callable[[Table, Job], None]] = field(default_factory=list)
    """Told about every job that has ended."""
    mutations: list[float] = field(default_factory=list)
    makers: Sequence[Callable[[State], Callable[[Table, Job], None]]] = ()
    """What makes the watchers of each region."""
    world: dict[str, State] = field(default_factory=dict)
    """By region, the states of the account; all share one."""

    def __post_init__(self) -> None:
        self.world[self.region] = self
        self.watchers += [make(self) for make in self.makers]

    def in_region(self, region: str) -> State:
        """The same account in another region."""
        if region not in self.world:
            keys = KeyRing(self.account_id, region)
            State(self.account_id, region, self.settings, self.schedule, keys, makers=self.makers, world=self.world)
        return self.world[region]

    @property
    def now(self) -> float:
        return self.schedule.time

    def moment(self, time: float | None = None) -> datetime:
        """A time as AWS's clients show it."""
        return datetime.fromtimestamp(self.now if time is None else time, UTC)

    def text(self, time: float | None = None) -> str:
        """A time as AWS writes it into messages and stream labels."""
        return self.moment(time).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]

    def time_of(self, given: datetime | float) -> float:
        """A time in a request, which is a number on the wire and a datetime from boto3."""
        return given.timestamp() if isinstance(given, datetime) else float(given)

    def arn(self, name: str) -> str:
        return f"arn:aws:dynamodb:{self.region}:{self.account_id}:table/{name}"

    def seconds(self, what: str) -> float:
        return self.settings.seconds(what)

    def passed(self, since: float, what: str) -> bool:
        """Whether something that takes its time is over; times are only exact to the microsecond."""
        return self.now + 1e-6 >= since + self.seconds(what)

    def last_phase(self, table: Table) -> bool:
        """Whether a new table is about to become ACTIVE."""
        return self.now + self.seconds("create_last_phase") + 1e-6 >= table.active_at

    def start(self, table: Table, job: Job, what: str, finish: Callable[[], None]) -> None:
        """Begins a job; finish happens when it ends, unless it was cancelled."""
        table.jobs.append(job)

        def end() -> None:
            if job in table.jobs:
                table.jobs.remove(job)
                finish()
                for watcher in self.watchers:
                    watcher(table, job)

        self.schedule.after(self.seconds(what), end)

    def name_of(self, given: str) -> str:
        """The bare name of a table that is named or given by its ARN (T-011)."""
        if not given.startswith("arn:"):
            return given
        parts = given.split(":", 5)
        if len(parts) < 6 or parts[2] != "dynamodb" or not parts[5].startswith("table/"):
            raise validation(f"Invalid TableArn: Invalid ResourceArn provided as input {given}")
        if parts[3] != self.region:
            raise validation(f"Invalid TableArn: the ARN is of another region: {given}")
        if parts[4] != self.account_id:
            raise denied(f"User is not authorized to perform this operation on resource: {given}")
        return parts[5].removeprefix("table/").split("/")[0]

    def table(self, given: str) -> Table:
        """A table; one that a restore is still building is not there for most calls (T-217)."""
        table = self.visible_table(given)
        if table.restoring:
            raise no_table(table.name)
        return table

    def visible_table(self, given: str) -> Table:
        """A table, as DescribeTable and DeleteTable see it."""
        name = self.name_of(given)
        if name not in self.tables:
            raise no_table(name)
        return self.tables[name]

    def charge(self) -> None:
        """Counts a mutation against the account's limiter, and refuses it when there were too many (T-434)."""
        if not self.settings.mutation_limiter:
            return
        self.mutations = [time for time in self.mutations if time > self.now - 1.0]
        if len(self.mutations) >= MUTATIONS_PER_SECOND:
            raise throttled("The rate of control plane requests made by this account is too high")
        self.mutations.append(self.now)
