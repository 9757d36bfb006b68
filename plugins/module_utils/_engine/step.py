# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vocabulary of a plan: steps, conflicts, deferrals, and what came of them. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Risk = Literal["none", "availability", "data"]
Verb = Literal["add", "change", "remove", "keep"]
Wait = Literal["none", "admitted", "active"]
"""How far a run waits. none: not at all. admitted: until AWS has accepted all. active: until all is in effect."""


@dataclass(frozen=True)
class Step:
    """One AWS call that a plan wants, or (without a request) one wait for a change that is already running."""

    resource: str
    """Physical name of the resource, for example C(ticket-users)."""
    action: str
    """What is done, from the closed set of the resource's domain, for example C(create_index)."""
    reason: str
    """Why, in one sentence for people."""
    request: Mapping[str, Any] = field(default_factory=dict)
    """The exact keyword arguments of the call; empty for a wait."""
    fields: tuple[str, ...] = ()
    """The fields of the definition that the step changes."""
    until: str = ""
    """The condition that must hold before the next step of this resource, known to the domain's gateway."""
    subject: str = ""
    """The part of the resource that the step is about, for example an index's name."""
    risk: Risk = "none"
    word: str = ""
    """What the user's C(allow) list must name before a risky step is done."""
    budget: str = ""
    """How often AWS accepts such a change; once that is used up, the step is deferred."""
    region: str = ""
    """Where the call is made; empty is the region of the run."""
    concern: str = ""
    """Steps of one resource that make sense only together: when one is deferred, so are the later ones."""
    expected: Mapping[str, Any] = field(default_factory=dict)
    """What comes of it, in the domain's own terms, where the request does not say it all."""

    @property
    def writes(self) -> bool:
        """Whether the step changes anything, or only waits."""
        return bool(self.request)


@dataclass(frozen=True)
class Conflict:
    """A wish that cannot be fulfilled on the resource that is there."""

    resource: str
    fields: tuple[str, ...]
    message: str


@dataclass(frozen=True)
class Deferred:
    """A change that AWS will accept only later; the next run plans it again."""

    resource: str
    fields: tuple[str, ...]
    reason: str
    until: str = ""
    """When AWS will accept it, as far as it says so."""


@dataclass(frozen=True)
class ResourcePlan:
    """What shall happen to one resource, in order."""

    resource: str
    verb: Verb = "keep"
    steps: tuple[Step, ...] = ()
    withheld: tuple[Step, ...] = ()
    """Risky steps without the user's word, and the steps that make no sense without them."""
    deferred: tuple[Deferred, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True)
class Failure:
    """A step, or a read, that AWS refused."""

    resource: str
    action: str
    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of one resource's plan."""

    plan: ResourcePlan
    done: tuple[Step, ...] = ()
    failure: Failure | None = None
    deferred: tuple[Deferred, ...] = ()
    """What AWS put off when it was asked."""
    interference: tuple[str, ...] = ()
    """What somebody else did to the resource meanwhile, in sentences; it was then read and planned again."""
    times: tuple[tuple[float, float], ...] = field(default=(), compare=False)
    """Of each done step, when it was begun and when it had settled, on the run's clock; empty in a prediction."""

    @property
    def changed(self) -> bool:
        return any(step.writes for step in self.done)


def impossible(plans: list[ResourcePlan]) -> bool:
    """Whether a conflict forbids the whole run: nothing is written then, in any of its resources."""
    return any(plan.conflicts for plan in plans)


def predict(plans: list[ResourcePlan], wait: Wait = "active") -> list[Outcome]:
    """The outcome of plans in which everything works: what check mode reports."""
    stopped = impossible(plans)
    return [Outcome(plan, () if stopped else plan.steps) for plan in (share(plan, wait) for plan in plans)]


def share(plan: ResourcePlan, wait: Wait) -> ResourcePlan:
    """What a run does of a plan. One that waits for nothing ends with the first step that has to settle."""
    place = next((place for place, step in enumerate(plan.steps) if step.until), None)
    if wait != "none" or place is None:
        return plan
    first = plan.steps[place]
    now = plan.steps[: place + first.writes]
    why = f"it waits for: {first.action.replace('_', ' ')}; this run waits for nothing"
    later = [step for step in plan.steps[len(now) :] if step.writes]
    deferred = [Deferred(step.resource, step.fields, f"{step.reason} ({why})") for step in later]
    return replace(plan, steps=now, deferred=(*plan.deferred, *deferred))
