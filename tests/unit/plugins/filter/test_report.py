# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The filters report_document and report_page, as Ansible calls them."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.traffic_tacos.dynamodb.plugins.filter.report_document import FilterModule as Documents
from ansible_collections.traffic_tacos.dynamodb.plugins.filter.report_page import FilterModule as Pages

PLACE = {"estate": "ticket", "host": "dev", "account_id": "1", "region": "r", "made_at": "2026-11-02T08:00:00Z"}
document_of = Documents().filters()["report_document"]
page_of = Pages().filters()["report_page"]


def test_a_document_becomes_a_page() -> None:
    page = page_of(document_of({}, **PLACE, kind="plan"))
    assert page.startswith("<!doctype html>\n") and "<title>Plan of ticket, r, 2026-11-02T08:00:00Z</title>" in page


@pytest.mark.parametrize("settings", [{"kind": "other"}, {}, {"kind": "plan", "colour": "red"}])
def test_wrong_settings_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(AnsibleFilterError, match=r"^report_document: "):
        document_of({}, **PLACE, **settings)


@pytest.mark.parametrize("document", ["text", {}, {"format": 2}])
def test_what_is_no_document_is_refused(document: object) -> None:
    with pytest.raises(AnsibleFilterError, match="must be a report document of format 1"):
        page_of(document)
