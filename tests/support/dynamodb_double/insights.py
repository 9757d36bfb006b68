# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Contributor insights of tables and indexes: rules 1.10 and 3.9."""

from __future__ import annotations

from .faults import AwsFault, no_table, not_found, validation
from .model import Index, Insight, Json, Table
from .state import State
from .wire import Wire, checker, table_name

EVERY_KEY = "ACCESSED_AND_THROTTLED_KEYS"
THROTTLED_KEY = "THROTTLED_KEYS"
QUOTA = (
    "Amazon CloudWatch Contributor Insights rule limit reached. Please disable Contributor Insights for other "
    "tables/indexes OR disable other CloudWatch Contributor Insights rules before retrying."
)
NOT_READY = "Table or Index is not in a valid state to update Key Access Insights: "
RULES = {EVERY_KEY: ("PKC", "PKT", "SKC", "SKT"), THROTTLED_KEY: ("PKT", "SKT")}


def _index_name(wire: Wire, request: Json) -> None:
    if "IndexName" in request:
        wire.name(request["IndexName"], "indexName")


def _action(wire: Wire, request: Json) -> None:
    if wire.required(request.get("ContributorInsightsAction"), "contributorInsightsAction"):
        wire.one_of(request["ContributorInsightsAction"], "contributorInsightsAction", ("ENABLE", "DISABLE"))
    wire.one_of(request.get("ContributorInsightsMode"), "contributorInsightsMode", tuple(RULES))


def _page(wire: Wire, request: Json) -> None:
    if "MaxResults" in request:
        wire.between(request["MaxResults"], "maxResults", 0, 100)


_check_names = checker(table_name, _index_name)
_check_update = checker(table_name, _index_name, _action)
_check_page = checker(_page)


def update_insights(state: State, request: Json) -> Json:
    """Begins a change, of which the answer shows only the beginning (T-090 to T-092)."""
    _check_update(request)
    table, name = state.table(request["TableName"]), request.get("IndexName", "")
    _check_table(state, table)
    _check_index(state, table, name)
    insight = table.insights.setdefault(name, Insight())
    if request["ContributorInsightsAction"] == "ENABLE":
        _enable(state, table, name, request.get("ContributorInsightsMode") or EVERY_KEY)
    else:
        _disable(state, insight)
    answer = {**_names(table, name), "ContributorInsightsStatus": insight.status}
    return {**answer, "ContributorInsightsMode": insight.mode} if insight.mode else answer


def describe_insights(state: State, request: Json) -> Json:
    """One that was never enabled shows only that it is not (T-089)."""
    _check_names(request)
    table, name = state.table(request["TableName"]), request.get("IndexName", "")
    if table.job("CREATE") and not state.last_phase(table):
        raise no_table(table.name)
    _index(table, name)
    insight = table.insights.get(name, Insight())
    answer: Json = {**_names(table, name), "ContributorInsightsStatus": insight.status}
    if insight.changed is not None:
        answer["LastUpdateDateTime"] = state.moment(insight.changed)
        answer["ContributorInsightsMode"] = insight.mode
    if insight.status == "FAILED":
        answer["FailureException"] = {"ExceptionName": "LimitExceededException", "ExceptionDescription": QUOTA}
    elif insight.status in ("ENABLING", "ENABLED"):
        answer["ContributorInsightsRuleList"] = _rules(table, name, insight)
    return answer


def list_insights(state: State, request: Json) -> Json:
    """What is not enabled is left out after the page was cut, so that pages may be empty (T-343 T-344)."""
    _check_page(request)
    if "TableName" in request:
        tables = [state.table(request["TableName"])]
    else:
        tables = [table for _name, table in sorted(state.tables.items())]
    places = [(table, name) for table in tables for name in ("", *sorted(table.indexes))]
    first, size = int(request.get("NextToken") or 0), request.get("MaxResults") or 100
    answer: Json = {"ContributorInsightsSummaries": []}
    for table, name in places[first : first + size]:
        insight = table.insights.get(name, Insight())
        if insight.status != "DISABLED":
            summary = {"ContributorInsightsStatus": insight.status, "ContributorInsightsMode": insight.mode}
            answer["ContributorInsightsSummaries"].append({**_names(table, name), **summary})
    if first + size < len(places):
        answer["NextToken"] = str(first + size)
    return answer


def _names(table: Table, name: str) -> Json:
    return {"TableName": table.name, "IndexName": name} if name else {"TableName": table.name}


def _check_table(state: State, table: Table) -> None:
    if table.job("CREATE"):
        if not state.last_phase(table):
            raise no_table(table.name)
        raise validation(f"{NOT_READY}TableStatus must be ACTIVE to enable ContributorInsights.")
    if table.deleted_at is not None and state.passed(table.deleted_at, "delete_insights"):
        raise validation(f"{NOT_READY}TableStatus must be ACTIVE to enable ContributorInsights.")


def _check_index(state: State, table: Table, name: str) -> None:
    """An index that is being built is unknown at first, then not ready (T-116)."""
    index = _index(table, name)
    if index is None:
        return
    if index.status == "CREATING" and not state.passed(index.created, "insights_index_hidden"):
        raise _unknown(table, name)
    if index.status != "ACTIVE":
        raise validation(f"{NOT_READY}IndexStatus must be ACTIVE to enable ContributorInsights.")


def _index(table: Table, name: str) -> Index | None:
    """The named index; None for the table itself. Local ones have no insights (T-094)."""
    if not name:
        return None
    if name not in table.indexes:
        raise _unknown(table, name)
    return table.indexes[name]


def _unknown(table: Table, name: str) -> AwsFault:
    return not_found(f"Index: {name} not found for table: {table.name}")


def _needed(table: Table, name: str, mode: str | None) -> int:
    """The CloudWatch rules of one place: two, four with a sort key, half of that in the smaller mode (T-337)."""
    keys = table.indexes[name].keys if name else table.keys
    sorts = any(key["KeyType"] == "RANGE" for key in keys)
    return len(RULES[mode or EVERY_KEY]) // (1 if sorts else 2)


def _rules(table: Table, name: str, insight: Insight) -> list[str]:
    kinds = RULES[insight.mode or EVERY_KEY][: _needed(table, name, insight.mode)]
    place = f"{table.name}-{name}" if name else table.name
    return [f"DynamoDBContributorInsights-{kind}-{place}-{int((insight.changed or 0) * 1000)}" for kind in kinds]


def _used(state: State) -> int:
    return sum(
        _needed(table, name, insight.mode)
        for table in state.tables.values()
        for name, insight in table.insights.items()
        if insight.status in ("ENABLING", "ENABLED")
    )


def _enable(state: State, table: Table, name: str, mode: str) -> None:
    """Fails later, and for good, when CloudWatch's rules are used up (T-337 to T-339)."""
    insight = table.insights[name]
    if insight.status in ("ENABLING", "ENABLED") and insight.mode == mode:
        return
    _check_settled(insight)
    own = _needed(table, name, insight.mode) if insight.status == "ENABLED" else 0
    fits = _used(state) - own + _needed(table, name, mode) <= state.settings.insight_rules
    insight.mode = mode
    _change(state, insight, "ENABLING", "ENABLED" if fits else "FAILED", "insights_enable" if fits else "insights_fail")


def _disable(state: State, insight: Insight) -> None:
    if insight.status in ("DISABLING", "DISABLED"):
        return
    _check_settled(insight)
    _change(state, insight, "DISABLING", "DISABLED", "insights_disable")


def _check_settled(insight: Insight) -> None:
    if insight.status in ("ENABLING", "DISABLING"):  # ?
        raise validation(f"{NOT_READY}ContributorInsightsStatus must not be {insight.status}.")


def _change(state: State, insight: Insight, meanwhile: str, finally_: str, what: str) -> None:
    insight.status, insight.changed = meanwhile, state.now

    def finish() -> None:
        insight.status = finally_

    state.schedule.after(state.seconds(what), finish)
