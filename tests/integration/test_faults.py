# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Whole playbooks while a share of all calls fails: a sample of what docs/faults.md measures."""

from __future__ import annotations

import pytest

from tests.support.fault_trials import SERVICES, SMALL, attempt, faults, messages, undisturbed
from tests.support.shaping_proxy import Fault, ShapingProxy


@pytest.mark.parametrize(
    ("services", "percent", "seed"),
    [(("dynamodb", "monitoring"), 20, 1), (("iam",), 10, 2), (SERVICES, 5, 3)],
    ids=["tables and alarms 20 %", "roles 10 %", "everything 5 %"],
)
def test_a_share_of_all_calls_fails(proxy: ShapingProxy, services: tuple[str, ...], percent: int, seed: int) -> None:
    expected = undisturbed(proxy, **SMALL)
    trial = attempt(proxy, expected, faults("mixed", percent, services), seed, **SMALL)
    assert trial.problems == [], trial.played.output
    assert trial.met


def test_what_cannot_be_written_is_named_and_a_rerun_completes(proxy: ShapingProxy) -> None:
    """Each creation of a policy ends in a traceback of amazon.aws's own; the next attempt finds the policy there."""
    expected = undisturbed(proxy, **SMALL)
    cut = Fault("truncated", service="iam", operation="CreatePolicy")
    refused = Fault(
        "refusal", service="iam", operation="CreateRole", code="LimitExceeded", message="Cannot exceed quota"
    )
    trial = attempt(proxy, expected, [cut, refused], seed=0, **SMALL)
    assert trial.problems == [], trial.played.output
    assert not trial.converged
    said = messages(trial.played)
    assert "ticket-dynamodb-application-role" in said[0]
    assert "Cannot exceed quota" in said[0]
    assert "a rerun goes on from here" in said[0]


def test_the_account_s_limiter_slows_a_run_and_does_not_fail_it(proxy: ShapingProxy) -> None:
    """T-434: of ten changes at once, about four pass."""
    many = {"dynamodb_services": [], "dynamodb_tables": [{"name": f"t{n}", "hash_key": "id"} for n in range(8)]}
    trial = attempt(proxy, undisturbed(proxy, **many), [], seed=0, limiter=True, **many)
    assert trial.problems == [], trial.played.output
    assert trial.converged
    assert trial.met
