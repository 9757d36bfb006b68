# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The report in a real browser: no error, no request, everything shown, the filter, widths, schemes, paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._report.page import report_page

from tests.support import report_samples as samples
from tests.support.report_hostile import HOSTILE, hostile

DOCUMENTS = {
    "plan": lambda: samples.document(kind="plan"),
    "site": lambda: samples.with_attention(samples.document(kind="site")),
    "audit": samples.document,
    "many": lambda: samples.document(100),
    "hostile": hostile,
    "empty": samples.empty,
}
Opener = Callable[..., Any]


@cache
def written(name: str) -> str:
    return report_page(DOCUMENTS[name]())


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Opener]:
    """Opens a document's page; afterwards nothing may have gone wrong in it, and nothing been asked for."""
    troubles: list[str] = []
    contexts = []

    def opener(name: str, width: int = 1200, **options: Any) -> Any:
        path = tmp_path / f"{name}.html"
        path.write_text(written(name), encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda request: troubles.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield opener
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1200)])
def test_a_page_opens_without_errors_and_never_wider_than_the_screen(
    opened: Opener, name: str, scheme: str, width: int, tmp_path: Path
) -> None:
    page = opened(name, width, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details:not(.request)').forEach((part) => { part.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("window.broken") is None
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == {"light": "rgb(246, 247, 249)", "dark": "rgb(18, 22, 28)"}[scheme]
    shown = [page.locator(f"svg.{kind}").is_visible() for kind in ("wide", "narrow")] if name != "empty" else []
    assert shown == ([] if name == "empty" else [width > 760, width <= 760])
    shot = page.screenshot(path=tmp_path / "page.png", full_page=name != "many")
    assert shot.startswith(b"\x89PNG")


def visible(page: Any, section: str) -> int:
    return int(page.locator(f"#{section} .item:visible").count())


def test_findings_are_filtered_by_severity_and_text_and_sorted(opened: Opener) -> None:
    page = opened("audit")
    form = page.locator("#findings form")
    assert visible(page, "findings") == 12 and form.locator("output").inner_text() == "all 12 shown"
    form.get_by_label("critical 3").uncheck()
    assert visible(page, "findings") == 9
    form.get_by_label("Text").fill("RECOVERY users")
    assert visible(page, "findings") == 2
    assert form.locator("output").inner_text() == "2 of 12 shown"
    form.get_by_label("Text").press("Escape")
    assert visible(page, "findings") == 12
    names = page.locator("#findings .item strong")
    assert names.all_inner_texts() != sorted(names.all_inner_texts())
    form.get_by_label("Sorted by").select_option("resource")
    assert names.all_inner_texts() == sorted(names.all_inner_texts())


def test_the_filter_works_with_the_keyboard_alone(opened: Opener) -> None:
    page = opened("audit")
    boxes = page.locator("#findings input[type=checkbox]")
    for _press in range(40):
        page.keyboard.press("Tab")
        if boxes.first.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.press("Space")
    assert visible(page, "findings") == 9
    outline = boxes.first.evaluate("box => getComputedStyle(box).outlineStyle")
    assert outline == "solid"


def test_steps_are_filtered_by_risk_and_text_and_unfold_their_requests(opened: Opener) -> None:
    page = opened("plan")
    form = page.locator("#steps form")
    assert visible(page, "steps") == 34
    form.get_by_label("Risk").select_option("data")
    assert visible(page, "steps") == 1
    assert not page.locator("#steps").get_by_text("Roles and policies").is_visible()
    form.get_by_label("Risk").select_option("")
    form.get_by_label("Resource").fill("throttle")
    assert visible(page, "steps") == 24
    request = page.locator("#steps .item:visible pre").first
    assert not request.is_visible()
    page.locator("#steps .item:visible summary").first.click()
    assert request.is_visible() and '"AlarmName"' in request.inner_text()


def test_without_its_script_everything_is_shown_and_no_filter_pretends_to_work(opened: Opener) -> None:
    page = opened("audit", java_script_enabled=False)
    assert visible(page, "findings") == 12 and visible(page, "steps") == 34
    assert page.locator("form:visible").count() == 0


def test_on_paper_everything_is_unfolded_but_the_requests(opened: Opener) -> None:
    page = opened("site", color_scheme="dark")
    role = page.locator("#estate .resources .item").first
    assert not role.is_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert role.is_visible() and visible(page, "steps") == 34
    assert page.locator("nav:visible, form:visible, .request pre:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf().startswith(b"%PDF")


def test_hostile_findings_are_read_as_they_are_written(opened: Opener) -> None:
    page = opened("hostile")
    shown = page.locator("#findings .item strong").all_text_contents()
    assert set(HOSTILE[:5]) <= set(shown)
    assert page.locator("img, iframe, object, link").count() == 0
    left = page.locator("#findings .item strong bdi").evaluate_all(
        "names => names.map(n => getComputedStyle(n).unicodeBidi)"
    )
    assert set(left) == {"isolate"}


def test_what_a_reader_with_a_screen_reader_needs_is_there(opened: Opener) -> None:
    page = opened("audit")
    assert page.locator("input:not([type=checkbox]), select").evaluate_all(
        "all => all.every(e => e.labels.length === 1)"
    )
    assert page.get_by_role("region").count() == 6
    assert page.get_by_role("img").first.get_attribute("aria-label").startswith("The estate ticket: 3 services")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the content"
