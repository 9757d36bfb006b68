# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How every module of the collection ends: with its result, or with one clear message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .apply import apply
from .clock import Stop, SystemClock
from .errors import AwsError, Refused
from .progress import Progress, open_channel
from .report import Report
from .run import Run
from .step import Failure, Outcome, ResourcePlan, predict
from .wait import Deadline
from .work import Gateway, PlanAgain

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule


def warn(module: AnsibleAWSModule, text: str) -> None:
    """A warning by Ansible's own means: amazon.aws's would also hand it to exit_json, which ansible-core deprecates."""
    module._module.warn(text)


@contextmanager
def reporting(module: AnsibleAWSModule) -> Iterator[None]:
    """Ends the module with a message where its body raises Refused or AwsError; main thread only."""
    try:
        yield
    except Refused as refusal:
        module.fail_json(msg=str(refusal), refused=True, problems=refusal.problems)
    except AwsError as error:
        failure = {"resource": error.subject, "action": error.permission, "code": error.code}
        module.fail_json(msg=error.advice, failures=[{**failure, "message": error.message, "hint": error.hint}])


def begin(module: AnsibleAWSModule, seconds: float) -> Run:
    """A run of a writing module, which may wait so long; how far, and whether it says what it does, the user says."""
    stop = Stop()
    clock = SystemClock(stop)
    real = not module.check_mode
    progress = Progress(open_channel(real and module.params.get("progress", True)), clock)
    return Run(Deadline.after(clock, seconds), module.params.get("wait", "active"), real, progress, stop)


def carry_out(plans: list[ResourcePlan], gateway: Gateway, run: Run, again: PlanAgain | None = None) -> list[Outcome]:
    """The outcomes of the plans: in check mode as they would be. SIGTERM and SIGINT end it between two calls."""
    if not run.real:
        return predict(plans, run.wait)
    with run.stop.on_signals():
        return apply(plans, gateway, run, again)


def finish(module: AnsibleAWSModule, report: Report, **extra: Any) -> None:
    """Ends a writing module; extra is what the domain returns besides the common result.

    A diff goes out only where somebody looks at it, as it can be as long as the estate.
    """
    if not module._diff:
        extra.pop("diff", None)
    message = report.message()
    if message:
        module.fail_json(msg=message, **report.result(), **extra)
    module.exit_json(**report.result(), **extra)


def finish_info(module: AnsibleAWSModule, noun: str, failures: list[Failure], **found: Any) -> None:
    """Ends a module that only reads; found is what it read."""
    message = Report(noun, [], failures).message()
    if message:
        module.fail_json(msg=message, failures=[vars(entry) for entry in failures], **found)
    module.exit_json(changed=False, **found)
