# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Steps, errors and a gateway for the tests of the engine, without any AWS."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Step


@dataclass
class FakeGateway:
    """Fails where it is told to, and settles after some questions."""

    errors: dict[str, list[AwsError]] = field(default_factory=dict)
    questions: int = 0
    sent: list[tuple[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, step: Step) -> None:
        with self.lock:
            self.sent.append((step.resource, step.action))
            pending = self.errors.get(step.action)
            if pending:
                raise pending.pop(0)

    def holds(self, step: Step) -> bool:
        assert step.until
        with self.lock:
            self.questions -= 1
            return self.questions < 0

    def state(self, _step: Step) -> str:
        return "being made"


def step(resource: str, action: str, **more: str) -> Step:
    return Step(resource, action, "because", {"Name": resource}, **more)  # type: ignore[arg-type]


def error(code: str, kind: str) -> AwsError:
    return AwsError(code, "no", "service:Call", "it", kind)  # type: ignore[arg-type]
