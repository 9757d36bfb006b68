# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares roles, policies and instance profiles with what is there; amazon.aws's modules write what differs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any, ClassVar

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._access.argspec import WRITING, access_info_options
from ..module_utils._access.writing import Write, failure_line, passes, stages
from .module_action import ModuleAction

COMPARISON = "traffic_tacos.dynamodb.access_info"

display = Display()


@dataclass(frozen=True)
class Manner:
    """How a module of amazon.aws is called."""

    way: Mapping[str, Any]
    """Options that lead to AWS, of every module."""
    retries: int
    delay: int
    """Seconds between two tries."""
    variables: dict[str, Any]


class WritingAction(ModuleAction):
    """What may pass is tried again; what fails is named, and stops what comes after it."""

    _supports_async = False
    modules: ClassVar[Mapping[str, ModuleType]]
    """By name: the comparison, and those that write."""

    def named(self, name: str | None) -> ModuleType:
        return self.modules[name or COMPARISON]

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = ActionBase.run(self, tmp, task_vars)
        given, manner = self._given(task_vars or {})
        result |= self._execute_module(COMPARISON, given, task_vars=manner.variables)
        if result.get("failed"):
            return result
        if self._task.check_mode:
            return {**result, "changed": bool(result["steps"])}
        for stage in stages(result["access"]):
            failures = list(self._failures(stage, manner, result))
            if failures:
                return {**result, "failed": True, "msg": "\n".join(failures)}
        return result

    def _given(self, variables: dict[str, Any]) -> tuple[dict[str, Any], Manner]:
        """The options of the comparison, and how to write. Raises AnsibleActionFail."""
        given = dict(self._task.args)
        own = ArgumentSpecValidator(WRITING).validate({name: given.pop(name) for name in WRITING if name in given})
        if own.error_messages:
            raise AnsibleActionFail("; ".join(own.error_messages))
        way = {name: value for name, value in given.items() if name not in access_info_options()}
        retries, delay = own.validated_parameters["write_retries"], own.validated_parameters["write_delay"]
        return given, Manner(way, retries, delay, variables)

    def _failures(self, stage: list[Write], manner: Manner, result: dict[str, Any]) -> Iterator[str]:
        """Writes all of a stage, notes in the result what came of it, and yields a line for each that failed."""
        for write in stage:
            done = self._written(write, manner)
            if done.get("warnings"):
                result["warnings"] = [*result.get("warnings", ()), *done["warnings"]]
            if done.get("failed"):
                yield failure_line(write.name, done)
            result["changed"] = result["changed"] or bool(done.get("changed"))

    def _written(self, write: Write, manner: Manner) -> dict[str, Any]:
        """What the module returned, in the end."""
        for left in range(manner.retries, -1, -1):
            done = self._execute_module(write.module, {**manner.way, **write.arguments}, task_vars=manner.variables)
            if not (left and passes(done)):
                break
            host = manner.variables.get("inventory_hostname", "")
            line = f"! {write.name} failed for a reason that passes: tried again in {manner.delay} s"
            display.display(f"[{host}] {line}", stderr=True)
            time.sleep(manner.delay)
        return done
