# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page: well-formed, self-contained, complete, accessible, of bounded size, and text stays text."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._report.markup import CLEAN, el, join, raw
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._report.page import report_page, verdict
from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._report.style import STYLE

from tests.support import report_samples as samples
from tests.support.report_hostile import HOSTILE, hostile

PAGES = {
    "plan": samples.document(kind="plan"),
    "site": samples.with_attention(samples.document(kind="site")),
    "audit": samples.document(20),
    "hostile": hostile(),
    "empty": samples.empty(),
}
OURS = {"html", "head", "meta", "title", "style", "body", "script"}


class Page(HTMLParser):
    """Elements, attributes and texts of a page; fails where an end does not fit its begin."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "input", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed_and_needs_nothing_from_elsewhere(name: str) -> None:
    page = Page(report_page(PAGES[name]))
    links = [str(of.get(key)) for _tag, of in page.elements for key in ("href", "src", "action") if key in of]
    assert all(link.startswith("#") for link in links)
    ids = [of["id"] for _tag, of in page.elements if "id" in of]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links} <= set(ids)
    assert not [key for _tag, of in page.elements for key in of if key.startswith("on") or key == "style"]
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert "@import" not in STYLE and "url(" not in STYLE


@pytest.mark.parametrize("name", PAGES)
def test_headings_are_in_order_and_landmarks_are_there(name: str) -> None:
    page = Page(report_page(PAGES[name]))
    levels = [int(tag[1]) for tag, _of in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert [len(page.all(tag)) for tag in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]
    assert all(of.get("aria-label") for of in page.all("section"))


def test_the_policy_allows_exactly_the_own_style_and_script() -> None:
    page = Page(report_page(samples.empty()))
    (policy,) = [of["content"] for of in page.all("meta") if of.get("http-equiv") == "Content-Security-Policy"]
    for tag in ("style", "script"):
        digest = b64encode(sha256("".join(page.texts[tag]).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in str(policy)
    assert str(policy).startswith("default-src 'none'; ")


def test_every_finding_step_and_note_is_shown() -> None:
    document = samples.with_attention(samples.document(40))
    text = report_page(document)
    assert text.count('class="item finding"') == len(document["findings"]) == 12
    steps = sum(len(result["steps"]) for result in document["results"].values())
    assert text.count('<li><details class="request">') == steps
    for said in ("needs <code>allow: [change_stream]</code>", "LimitExceededException", "ticket-forgotten", "id-2"):
        assert said in text


def test_hostile_text_is_text_in_every_place() -> None:
    page = Page(report_page(hostile()))
    own = Page(report_page(samples.with_attention(samples.document(kind="audit"))))
    assert {tag for tag, _of in page.elements} <= {tag for tag, _of in own.elements}
    assert {key for _tag, of in page.elements for key in of} <= {key for _tag, of in own.elements for key in of}
    told = "".join(text for tag, texts in page.texts.items() if tag not in ("style", "script") for text in texts)
    for text in HOSTILE:
        assert text.translate(CLEAN) in told
    assert "[U+202E]gnp.exe" in told and "nul[U+0000]" in told
    assert not set(told) & set("\x00\x07\x1b\u200e\u200f\u202a\u202e\u2066\u2069")


def test_a_half_pair_can_be_written_to_a_file() -> None:
    assert el("p", "a\ud800b").encode() == b"<p>a[U+D800]b</p>"


def test_only_our_own_elements_are_not_escaped() -> None:
    assert join(el("b", "<&>\"'"), "<i>", None, ["&"]) == "<b>&lt;&amp;&gt;\"'</b>&lt;i>&amp;".replace("i>", "i&gt;")
    assert (
        el("a", title="\"'<", hidden=True, open=False, class_="x") == '<a title="&quot;&#39;&lt;" hidden class="x"></a>'
    )
    with pytest.raises(ValueError, match="closing tag"):
        raw("script", "</script>")


def test_five_hundred_tables_stay_below_five_megabytes_and_say_what_is_left_out() -> None:
    tables = samples.tables_of(500)
    big = samples.document(
        500, kind="site", findings=samples.findings_of(tables, 900), usage=samples.usage_of(tables, 100)
    )
    text = report_page(big)
    assert len(text.encode()) < 5_000_000
    assert "are in the JSON file only" in text
    assert text.count('class="item finding"') == 900


def test_what_was_not_done_and_what_failed_is_said() -> None:
    failed = samples.document(results={"tables": {"failed": True, "msg": "no credentials"}}, findings=[])
    text = report_page(failed)
    assert "no credentials" in text and "1 thing failed." in verdict(failed)
    assert verdict(samples.empty()) == "Nothing to change: the estate is as declared."


def luminance(colour: str) -> float:
    full = colour if len(colour) == 7 else "#" + "".join(digit * 2 for digit in colour[1:])
    parts = [int(full[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("place", [0, 1, 2], ids=["light", "dark", "print"])
def test_text_has_the_contrast_that_wcag_asks_for(place: int) -> None:
    block = re.findall(r":root\{([^}]*)\}", STYLE)[place]
    colours = dict(re.findall(r"--(\w+):(#\w+)", block))
    inks = (
        "ink",
        "soft",
        "link",
        "add",
        "change",
        "remove",
        "data",
        "availability",
        "critical",
        "high",
        "medium",
        "low",
        "info",
    )
    for ink in inks:
        for paper in ("bg", "card", "faint"):
            light, dark = sorted((luminance(colours[ink]), luminance(colours[paper])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{ink} on {paper}"
