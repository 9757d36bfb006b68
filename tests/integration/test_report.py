# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report as the playbooks write it: in check mode too, by host or under a name, and text of others stays text."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.support.emulator import Emulator
from tests.support.playbooks import ROOT, another_host, play, writes

HOST = "local-ap-northeast-2"
HOSTILE = "{{ 7 * 191 }}<b title='x'>שלום"
SCHEMA = Draft202012Validator(json.loads((ROOT / "docs/report.schema.json").read_text()))
TABLES = f"""
dynamodb_tables:
  - name: users
    hash_key: !unsafe "{HOSTILE}"
    global_secondary_indexes:
      - name: email-index
        hash_key: email
"""


def read(page: Path) -> dict[str, Any]:
    """The document beside a page, which keeps the schema."""
    document: dict[str, Any] = json.loads(page.with_suffix(".json").read_text())
    assert list(SCHEMA.iter_errors(document)) == []
    return document


@pytest.fixture
def tables(tmp_path: Path) -> str:
    path = tmp_path / "tables.yml"
    path.write_text(TABLES, encoding="utf-8")
    return f"--extra-vars=@{path}"


def test_a_deployment_is_reported(emulator: Emulator, tmp_path: Path, tables: str) -> None:
    site = tmp_path / "done.html"
    done = play(emulator, "site", tables, dynamodb_report_path=str(site))
    assert done.returncode == 0, done.output
    document = read(site)
    assert [document[key] for key in ("kind", "host", "environment", "estate")] == ["site", HOST, "local", "ticket"]
    assert document["tables"][0]["hash_key"] == HOSTILE
    assert all(len(result["steps"]) > 0 for result in document["results"].values())
    assert document["roles"][0]["name"] == "ticket-dynamodb-application-role"
    page = site.read_text(encoding="utf-8")
    assert HOSTILE in unescape(page) and HOSTILE not in page and "1337" not in page
    assert "emulator-secret" not in page + json.dumps(document)
    again = play(emulator, "site", tables, dynamodb_report_path=str(site))
    assert again.recap("changed") == 0
    assert "Nothing changed: the estate is as declared." in site.read_text(encoding="utf-8")


def test_a_plan_that_fails_is_reported_without_a_write(emulator: Emulator, tmp_path: Path, tables: str) -> None:
    emulator.client("dynamodb").create_table(
        TableName="ticket-users",
        AttributeDefinitions=[{"AttributeName": "other", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "other", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    emulator.forget()
    folder = tmp_path / "new" / "plans"
    failed = play(emulator, "plan", tables, dynamodb_report_path=str(folder))
    assert failed.returncode != 0
    assert writes(emulator) == []
    assert sorted(path.name for path in folder.iterdir()) == [f"{HOST}.html", f"{HOST}.json"]
    document = read(folder / f"{HOST}.html")
    assert document["kind"] == "plan"
    assert [entry["resource"] for entry in document["results"]["tables"]["conflicts"]] == ["ticket-users"]
    assert "Needs attention" in (folder / f"{HOST}.html").read_text(encoding="utf-8")


def measured(emulator: Emulator) -> None:
    now = datetime.now(UTC)
    point = {
        "MetricName": "ConsumedReadCapacityUnits",
        "Dimensions": [{"Name": "TableName", "Value": "ticket-users"}],
        "Timestamp": now - timedelta(minutes=30),
        "Value": 600.0,
    }
    emulator.client("cloudwatch").put_metric_data(Namespace="AWS/DynamoDB", MetricData=[point])


def test_a_report_shows_the_usage_and_every_domain(emulator: Emulator, tmp_path: Path, tables: str) -> None:
    site, usage = tmp_path / "site.html", tmp_path / "usage.html"
    more = {"dynamodb_dashboard": True, "dynamodb_alarm_topic": {"name": "ticket-on-call"}}
    assert play(emulator, "site", tables).returncode == 0
    measured(emulator)
    done = play(emulator, "site", tables, dynamodb_report_path=str(site), dynamodb_report_usage_hours=6, **more)
    assert done.returncode == 0, done.output
    document = read(site)
    assert list(document["results"]) == ["tables", "iam", "topic", "alarms", "dashboard"]
    assert document["results"]["dashboard"]["steps"][0]["action"] == "create_dashboard"
    assert document["usage"]["users"]["series"]["consumed_read"][0][1] == 600.0
    assert "peak 10" in site.read_text(encoding="utf-8")
    assert play(emulator, "usage", tables, dynamodb_report_path=str(usage), dynamodb_usage_hours=6).returncode == 0
    assert read(usage)["usage"]["users"]["series"] == document["usage"]["users"]["series"]
    assert "1 table looked at." in usage.read_text(encoding="utf-8")


def test_usage_that_cannot_be_read_is_a_finding(emulator: Emulator, tmp_path: Path, tables: str) -> None:
    """Of two hosts each has a file of its own, whatever the name that is given."""
    second = another_host(tmp_path, "us-east-1")
    given = {"dynamodb_report_path": str(tmp_path / "plan.html"), "dynamodb_report_usage_hours": 1_000_000}
    done = play(emulator, "plan", tables, *second, **given)
    assert done.returncode == 0, done.output
    pages = sorted(tmp_path.glob("*.html"))
    assert [page.name for page in pages] == [f"plan-{HOST}.html", "plan-local-us-east-1.html"]
    assert [read(page)["region"] for page in pages] == ["ap-northeast-2", "us-east-1"]
    (finding,) = read(pages[0])["findings"]
    assert (finding["id"], finding["severity"]) == ("unseen.usage", "info")
    assert "hours" in finding["found"]


def test_a_report_is_written_where_the_roles_cannot_be_known(emulator: Emulator, tmp_path: Path, tables: str) -> None:
    page = tmp_path / "plan.html"
    wrong = [{"name": "api", "tables": ["nobody"]}]
    done = play(emulator, "plan", tables, dynamodb_report_path=str(page), dynamodb_services=wrong)
    assert done.returncode != 0
    assert "nobody" in done.output
    assert read(page)["roles"] == []
    assert "as declared" not in page.read_text(encoding="utf-8")
