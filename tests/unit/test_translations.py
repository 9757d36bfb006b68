# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A page in Korean says what the English one says now: the same headings, commands, rows, names and links."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KOREAN = sorted(path for path in [*ROOT.glob("*.ko.md"), *ROOT.glob("docs/**/*.ko.md")])
BLOCK = re.compile(r"^(?P<indent> *)```.*?^(?P=indent)```$", re.MULTILINE | re.DOTALL)
LETTERS = re.compile("[가-힣]")


def english(path: Path) -> Path:
    return path.with_name(path.name.replace(".ko.md", ".md"))


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def prose(path: Path) -> str:
    return BLOCK.sub("", text(path))


def test_there_are_some() -> None:
    assert ROOT / "README.ko.md" in KOREAN


@pytest.mark.parametrize("path", KOREAN, ids=lambda path: path.name)
def test_the_headings_are_as_many_and_as_deep(path: Path) -> None:
    levels = [re.findall(r"^(#+) ", prose(each), re.MULTILINE) for each in (path, english(path))]
    assert levels[0] == levels[1]


@pytest.mark.parametrize("path", KOREAN, ids=lambda path: path.name)
def test_the_code_blocks_are_the_same(path: Path) -> None:
    """But for comments, which are for people."""
    blocks = [
        [re.sub(r"\s+#.*", "", block.group()) for block in BLOCK.finditer(text(each))] for each in (path, english(path))
    ]
    assert blocks[0] == blocks[1]


@pytest.mark.parametrize("path", KOREAN, ids=lambda path: path.name)
def test_names_and_links_are_the_same(path: Path) -> None:
    """Paragraph by paragraph, in any order, as sentences are built otherwise."""

    def of(each: Path) -> list[Counter[str]]:
        paragraphs = [part for part in re.split(r"\n\s*\n", prose(each)) if part.strip()]
        names = [Counter(re.findall(r"`[^`]+`|\]\((?![^)]*\.md\))[^)]+\)", part)) for part in paragraphs]
        return [found for found in names if found]

    assert of(path) == of(english(path))


@pytest.mark.parametrize("path", KOREAN, ids=lambda path: path.name)
def test_tables_have_the_same_rows(path: Path) -> None:
    rows = [
        [len(line.split("|")) for line in prose(each).splitlines() if line.startswith("|")]
        for each in (path, english(path))
    ]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("path", KOREAN, ids=lambda path: path.name)
def test_it_is_in_korean(path: Path) -> None:
    """Every paragraph has words in Korean, but for a last line with a licence's name."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", prose(path)) if part.strip()]
    plain = [part for part in paragraphs if not LETTERS.search(part)]
    assert [part for part in plain if not part.startswith(("#", "|", "[English]", "GPL-"))] == []
