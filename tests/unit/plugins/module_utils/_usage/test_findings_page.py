# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/findings.md lists every finding of usage and alarms, with its severity."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._usage.advice import CAUSES

ROOT = Path(__file__).parents[5]
HEADING = "## What usage and throttling say"
WORDS = {
    "{access}": ("read", "write"),
    "{event.access}": ("read", "write"),
    "{word}": tuple(word for word, _severity in CAUSES.values()),
    "{kind}": ("muted", "unheard"),
}
"""What stands in the ids that are put together."""
WHERE = (*(ROOT / "plugins/module_utils/_usage").glob("*.py"), ROOT / "playbooks/tasks/write_report.yml")


def expanded(template: str) -> Iterator[str]:
    hole = re.search(r"\{[^}]+\}", template)
    if hole is None:
        yield template
        return
    for word in WORDS[hole.group()]:
        yield from expanded(template.replace(hole.group(), word, 1))


def test_every_finding_is_on_the_page_and_nothing_else() -> None:
    said = {
        each
        for path in WHERE
        for template in re.findall(r"""["']id["']: f?["']([^"']+)["']""", path.read_text(encoding="utf-8"))
        for each in expanded(template)
    }
    section = (ROOT / "docs/findings.md").read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]
    listed = [each for row in rows for each in re.findall(r"`([^`]+)`", row[0])]
    assert sorted(listed) == sorted(said)
    severities = {f"throttling.{access}.{word}": how for access in WORDS["{access}"] for word, how in CAUSES.values()}
    page = {each: row[1] for row in rows for each in re.findall(r"`([^`]+)`", row[0])}
    assert severities.items() <= page.items()
