# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From options to a dashboard in an account: whatever is there, a run converges, and check mode says the truth."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._dashboard.gateway import DashboardGateway
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._dashboard.model import marker
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._dashboard.plan import plan
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._dashboard.project import after, diff, render
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._dashboard.spec import parse
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.apply import apply
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.errors import AwsError, Refused
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.run import Run
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.step import Outcome, predict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.wait import Deadline
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clock import FakeClock
from tests.support.operating_double import ACCOUNT, DASHBOARD, REGION, Services

NAME = "ticket-dynamodb-ap-northeast-2"
TABLES = [
    {"name": "users", "hash_key": "id", "global_secondary_indexes": [{"name": "email-index", "hash_key": "e"}]},
    {"name": "gone", "state": "absent"},
    {"name": "orders", "hash_key": "id", "billing_mode": "PROVISIONED"},
]
OURS = {"ManagedBy": "traffic_tacos.dynamodb", "Estate": "ticket"}
NEIGHBOURS = {**OURS, "Estate": "ticket-dev"}


def params(**options: Any) -> dict[str, Any]:
    plain = {"name": "ticket", "account_id": ACCOUNT, "state": "present", "dashboard_name": None, "tables": TABLES}
    return {**plain, "alarms": ["ticket-users-read-throttle"], "period": 300, "tags": None, "allow": [], **options}


def run(aws: Services, check: bool = False, **options: Any) -> tuple[dict[str, Any], Outcome, list[Any]]:
    """What the module does: the dashboard that it returns, what came of it, and the diff."""
    desired = parse(params(**options), REGION)
    gateway = DashboardGateway(aws)
    observed = gateway.read(desired.name)
    plans = [plan(desired, observed, "ticket")]
    (outcome,) = predict(plans) if check else apply(plans, gateway, Run(Deadline.after(FakeClock(), 60), resources=1))
    return render(after(observed, outcome)), outcome, diff(observed, outcome)


def account(body: dict[str, Any], tags: dict[str, str]) -> Services:
    aws = Services()
    aws.dashboards[NAME] = json.dumps(body, indent=1)
    aws.tags[DASHBOARD + NAME] = dict(tags)
    return aws


def text(markdown: str) -> dict[str, Any]:
    return {
        "widgets": [{"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": markdown}}]
    }


def actions(outcome: Outcome) -> list[str]:
    return [step.action for step in outcome.done]


def test_it_is_made_then_tagged_then_left_alone_however_it_is_spelled() -> None:
    aws = Services()
    shown, outcome, shown_diff = run(aws, tags={"Team": "core"})
    assert actions(outcome) == ["create_dashboard", "tag_dashboard"]
    assert aws.tags == {DASHBOARD + NAME: {**OURS, "Team": "core"}}
    assert (shown["arn"], shown["body"]) == (DASHBOARD + NAME, json.loads(aws.dashboards[NAME]))
    assert shown_diff[0]["after_header"] == f"dashboard {NAME}"
    titles = [each["properties"].get("title", "") for each in shown["body"]["widgets"]]
    assert not any("gone" in title for title in titles)
    aws.dashboards[NAME] = json.dumps(json.loads(aws.dashboards[NAME]), indent=2, sort_keys=True)
    again, outcome, shown_diff = run(aws, tags={"Team": "core"})
    assert (actions(outcome), again, shown_diff) == ([], shown, [])


def test_a_change_names_the_widgets() -> None:
    aws = Services()
    run(aws)
    _unused, outcome, _diff = run(aws, tables=TABLES[:1])
    (step,) = outcome.done
    assert (step.action, step.fields) == ("update_dashboard", ("body",))
    assert step.reason.startswith("differs in ticket-orders: throttled requests, ")
    assert step.reason.endswith(" and 2 more")


def test_a_strangers_dashboard_is_overwritten_only_with_the_word() -> None:
    aws = account(text("my own"), {"Owner": "somebody"})
    before = copy.deepcopy((aws.dashboards, aws.tags))
    _unused, outcome, _diff = run(aws)
    assert [(step.action, step.word) for step in outcome.plan.withheld] == [
        ("replace_dashboard", "replace_dashboard"),
        ("tag_dashboard", ""),
    ]
    assert (actions(outcome), (aws.dashboards, aws.tags)) == ([], before)
    _unused, outcome, _diff = run(aws, allow=["replace_dashboard"])
    assert actions(outcome) == ["replace_dashboard", "tag_dashboard"]
    assert aws.tags[DASHBOARD + NAME] == {**OURS, "Owner": "somebody"}


@pytest.mark.parametrize(("body", "tags"), [(text("x"), NEIGHBOURS), (text(marker("ticket-dev")), {})])
def test_another_estates_is_a_conflict_even_with_the_word(body: dict[str, Any], tags: dict[str, str]) -> None:
    aws = account(body, tags)
    _unused, outcome, _diff = run(aws, allow=["replace_dashboard"])
    assert [entry.message for entry in outcome.plan.conflicts] == [
        "a dashboard of this name belongs to the estate 'ticket-dev'"
    ]
    assert aws.calls.keys() == {"GetDashboard", "ListTagsForResource"}


def test_a_run_that_ended_before_the_tags_leaves_no_orphan() -> None:
    aws = Services()
    aws.refuses["TagResource"] = "AccessDenied"
    _unused, outcome, _diff = run(aws)
    assert outcome.failure and outcome.failure.hint.startswith("The caller's policy must allow cloudwatch:TagResource")
    aws.refuses.clear()
    _unused, outcome, _diff = run(aws, tables=TABLES[:1])
    assert actions(outcome) == ["update_dashboard", "tag_dashboard"]


@pytest.mark.parametrize(
    ("tags", "gone"), [(OURS, True), ({}, False), (NEIGHBOURS, False), ({"ManagedBy": OURS["ManagedBy"]}, False)]
)
def test_only_the_estates_own_is_deleted(tags: dict[str, str], gone: bool) -> None:
    aws = account(text("x"), tags)
    _unused, outcome, _diff = run(aws, state="absent")
    assert (NAME not in aws.dashboards, actions(outcome) == ["delete_dashboard"]) == (gone, gone)
    assert actions(run(aws, state="absent")[1]) == []


def test_one_that_somebody_deleted_meanwhile_is_gone_as_wished() -> None:
    aws = account(text("x"), OURS)
    gateway = DashboardGateway(aws)
    plans = [plan(parse(params(state="absent"), REGION), gateway.read(NAME), "ticket")]
    aws.dashboards.clear()
    (outcome,) = apply(plans, gateway, Run(Deadline.after(FakeClock(), 60), resources=1))
    assert (outcome.failure, outcome.changed) == (None, False)


def test_what_cloudwatch_finds_odd_is_kept_for_the_report() -> None:
    aws = Services()
    aws.messages = [{"DataPath": "/widgets/0", "Message": "odd"}]
    gateway = DashboardGateway(aws)
    plans = [plan(parse(params(), REGION), None, "ticket")]
    apply(plans, gateway, Run(Deadline.after(FakeClock(), 60), resources=1))
    assert gateway.messages == [{"path": "/widgets/0", "message": "odd"}]


def test_a_read_that_is_denied_is_no_absent_dashboard() -> None:
    aws = Services()
    aws.refuses["GetDashboard"] = "AccessDenied"
    with pytest.raises(AwsError, match="cloudwatch:GetDashboard"):
        DashboardGateway(aws).read(NAME)


def test_all_problems_are_named_at_once() -> None:
    wrong = [{"name": "a", "hashkey": "x"}, {"hash_key": "y"}]
    with pytest.raises(Refused) as refusal:
        parse(params(name="a b", dashboard_name="a.b", period=90, tables=wrong, tags={"Estate": "x"}), REGION)
    assert [problem.partition(":")[0] for problem in refusal.value.problems] == [
        "name",
        "dashboard_name",
        "period",
        "tables[0].hashkey",
        "tables[1].name",
        "tags.Estate",
    ]


def test_the_default_name_is_one_that_cloudwatch_takes() -> None:
    assert parse(params(name="ticket.v2"), REGION).name == "ticket-v2-dynamodb-ap-northeast-2"


STARTS = st.sampled_from(
    [None, ({}, {}), (text("x"), OURS), (text(marker("ticket")), {"Theirs": "x"}), (text("x"), {})]
)
OPTIONS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["present", "absent"]),
        "tables": st.lists(st.sampled_from(TABLES), unique_by=lambda entry: entry["name"]),
        "tags": st.sampled_from([None, {"Team": "x"}]),
        "allow": st.sampled_from([[], ["replace_dashboard"]]),
    }
)


@settings(deadline=None)
@given(STARTS, OPTIONS)
def test_check_mode_predicts_the_run_and_a_second_one_does_nothing(start: Any, options: dict[str, Any]) -> None:
    aws = account(*start) if start else Services()
    before = copy.deepcopy((aws.dashboards, aws.tags))
    predicted, expected, _diff = run(aws, check=True, **options)
    assert (aws.dashboards, aws.tags) == before
    shown, outcome, _diff = run(aws, **options)
    assert (shown, outcome.done) == (predicted, expected.done)
    again, outcome, _diff = run(aws, **options)
    assert (again, outcome.done) == (shown, ())
    assert run(aws, check=True, **{**options, "tables": options["tables"][::-1]})[1].done == ()
