# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""What the drawing, the timeline and the plots make of a document, before any of it is markup."""

from __future__ import annotations

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._report.access import reached, trusted
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._report.drawing import drawing
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._report.picture import picture_of
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._report.plots import short, thinned, usage_section
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._report.timeline import timeline_section

from tests.support import report_samples as samples
from tests.support.vectors import VECTOR


def role(*resources: str, actions: tuple[str, ...] = ("dynamodb:GetItem",)) -> samples.Json:
    return {"may": [{"actions": list(actions), "resources": list(resources)}]}


ARN = "arn:aws:dynamodb:ap-northeast-2:137406935518:table/"


@pytest.mark.parametrize(
    ("grants", "expected"),
    [
        (role(f"{ARN}a"), {"a": "read"}),
        (role(f"{ARN}a/index/*"), {}),
        (role(f"{ARN}a*"), {"a": "read", "ab": "read"}),
        (role("*", actions=("dynamodb:*",)), {"a": "write", "ab": "write", "c": "write"}),
        (role(f"{ARN}c", actions=("dynamodb:Put*",)), {"c": "write"}),
        (role(f"{ARN}c", actions=("events:PutEvents",)), {}),
        ({"may": [*role(f"{ARN}a")["may"], *role(f"{ARN}a", actions=("dynamodb:DeleteItem",))["may"]]}, {"a": "write"}),
    ],
)
def test_the_tables_that_a_role_reaches(grants: samples.Json, expected: dict[str, str]) -> None:
    assert reached(grants, ["a", "ab", "c"]) == expected


def test_principals_are_called_as_people_call_them() -> None:
    provider = "arn:aws:iam::1:oidc-provider/oidc.eks.r.amazonaws.com/id/X"
    assert [trusted(each) for each in ("ec2.amazonaws.com", provider, "arn:aws:iam::1:root", "x.example")] == [
        "EC2",
        "EKS service account",
        "root",
        "x.example",
    ]


def test_tables_are_grouped_by_the_roles_that_reach_them() -> None:
    picture = picture_of(samples.document(kind="plan"))
    assert [[table.name for table in group.tables][:2] for group in picture.groups] == [
        ["tickets", "users"],
        ["reservation-reservations", "reservation-orders"],
    ]
    assert picture.groups[1].roles == ((0, "write"), (1, "read"), (2, "write"))
    assert picture.services == ("EC2", "ECS tasks", "EKS service account")
    assert picture.alarms == 24
    tickets = picture.groups[0].tables[0]
    assert tickets.keys == "ticket_id" and [index.name for index in tickets.indexes] == ["user-index", "status-index"]
    assert tickets.alarms == tickets.indexes[0].alarms == [("R", "add"), ("W", "add")]


def test_what_a_step_does_is_seen_at_the_table_and_the_index() -> None:
    change = {"reason": "", "risk": "none"}
    update = {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "email-index"}}]}
    steps = [
        {**change, "resource": "ticket-users", "action": "delete_index", "request": update},
        {**change, "resource": "ticket-old", "action": "delete_table", "request": {}},
        {**change, "resource": "ticket-tickets", "action": "update_tags", "request": {}},
    ]
    results = {"tables": samples.result_of(steps, undeclared=["ticket-lost"])}
    picture = picture_of(samples.document(results=results))
    tables = {table.name: table for group in picture.groups for table in group.tables}
    assert tables["users"].state == "change" and tables["users"].indexes[0].state == "remove"
    assert tables["tickets"].state == "change" and tables["tickets"].indexes[0].state == "keep"
    assert tables["old"].state == "remove" and tables["ticket-lost"].state == "undeclared"


def test_a_vector_index_is_drawn_with_its_vectors() -> None:
    request = {"VectorIndexUpdates": [{"Create": {"IndexName": "near"}}]}
    made = {
        "action": "create_vector_index",
        "resource": "ticket-users",
        "reason": "",
        "risk": "none",
        "request": request,
    }
    tables = [{"name": "users", "hash_key": "id", "vector_indexes": [VECTOR]}]
    given = samples.document(results={"tables": samples.result_of([made])}, tables=tables)
    (users,) = (table for group in picture_of(given).groups for table in group.tables if table.name == "users")
    assert [(each.name, each.keys, each.state) for each in users.indexes] == [("near", "embedding x 3", "add")]


@pytest.mark.parametrize("count", [1, 7, 100])
def test_every_table_and_index_is_drawn_twice(count: int) -> None:
    document = samples.document(count)
    drawn = drawing(document)
    indexes = sum(len(samples.indexes_of(table)) for table in document["tables"])
    assert drawn.count('class="table add"') == 2 * count
    assert drawn.count('class="index add"') == 2 * indexes
    assert drawn.count("<use ") == 2 * 2 * (count + indexes)


def test_many_services_are_drawn_without_lines_across_the_cards() -> None:
    roles = [{"name": f"role-{number}", "trusted_by": ["ec2.amazonaws.com"], "may": []} for number in range(12)]
    assert 'class="edge' not in drawing(samples.document(roles=roles))


def test_the_timeline_has_times_where_the_result_has_them_and_the_order_elsewhere() -> None:
    timed = timeline_section(samples.document(kind="site"))
    assert timed and "create table (2.5 s), then" in timed and "13.7 seconds" in timed
    ordered = timeline_section(samples.document(kind="plan"))
    assert ordered and "7 like ticket-tickets" in ordered and "24 like" in ordered and " s)" not in ordered
    assert "expected 14 to 31 seconds for the tables (slowest is ticket-tickets, 2 steps)" in ordered
    assert "1 of 2 class changes in 30 days of ticket-tickets" in ordered and "7 of 2500 tables" in ordered
    assert timeline_section(samples.empty()) is None


def test_a_plot_of_many_points_keeps_its_peaks() -> None:
    series = [(float(time), 1000.0 if time == 777 else 1.0) for time in range(5000)]
    few = thinned(series, 100)
    assert len(few) == 100 and (777.0, 1000.0) in few
    assert thinned(series[:100], 100) == series[:100]


def test_usage_that_is_missing_or_odd_is_no_error() -> None:
    assert usage_section({}) is None
    odd = {"t": {"series": {"consumed_read": [[1, None], ["x", 2], [3], [5, 6.0]]}, "indexes": None}}
    shown = usage_section(odd)
    assert shown and "peak 6" in shown and "nothing was measured" in shown


def test_numbers_are_short() -> None:
    assert [short(value) for value in (0, 1.25, 999, 1234, 5_600_000, 7.1e9)] == [
        "0",
        "1.25",
        "999",
        "1.23k",
        "5.6M",
        "7.1G",
    ]
