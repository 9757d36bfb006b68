# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The guides whose commands are run: python -m tests.support.guides writes what they show anew.

The files of the reader's own inventory are those on the page: YAML blocks that begin with their path.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from . import terraform_estate
from .emulator import Emulator
from .pages import Chapter, Command, File, Page, nothing
from .playbooks import ROOT

STARTED = ROOT / "docs/getting-started.md"
LAB = "inventories/lab"
NAMED_FILE = re.compile(r"^```yaml\n(# (inventories/\S+\.yml)\n.*?)^```$", re.M | re.S)
OUTPUTS = "outputs.json"
ADOPTED = "tables.yml"


def saved(title: str) -> Callable[[Emulator], None]:
    """Saves the files that the page has under this heading, as the reader does."""

    def save(emulator: Emulator) -> None:
        section = STARTED.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2].partition("\n## ")[0]
        found = NAMED_FILE.findall(section)
        assert found, title
        for text, name in found:
            path = emulator.directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    return save


def lab(playbook: str, *arguments: str, tasks: tuple[str, ...] = ("Summary",), fails: bool = False) -> Command:
    return Command(playbook, tasks, arguments, fails, LAB)


def chapter(title: str, *commands: Command | File) -> Chapter:
    return Chapter(title, saved(title), commands)


WORD = "dynamodb_teardown=ticket-lab@137406935518/ap-northeast-2"
FAILURE = "Fail with everything that failed"
GETTING_STARTED = Page(
    STARTED,
    (
        Chapter("The demo", nothing, (Command("demo", ("Summary",), typed="make demo"),)),
        chapter("An inventory of your own", lab("plan", tasks=("Summary", "How to deploy exactly this"))),
        Chapter("Deploy it", nothing, (lab("site"),)),
        chapter("Change something", lab("site")),
        chapter("Add an index", lab("site", "-e", f"dynamodb_outputs_path={OUTPUTS}")),
        Chapter("What the deployment tells", nothing, (File(OUTPUTS),)),
        chapter("What is not done without a word", lab("plan", tasks=("Summary", FAILURE), fails=True)),
        Chapter("Tear it down", nothing, (lab("teardown", "-e", WORD, tasks=("Say what is left",)),)),
    ),
)
ADOPT = Command(
    "adopt",
    ("Say how to go on",),
    (
        *("-e", f"dynamodb_adopt_path={ADOPTED}"),
        *("-e", "dynamodb_adopt_prefix=ticket-users"),
        *("-e", '{"dynamodb_adopt_include": ["autoscaling"]}'),
    ),
)
FROM_TERRAFORM = Page(
    ROOT / "docs/from-terraform.md",
    (Chapter("Take over what is there", terraform_estate.make, (ADOPT, File(ADOPTED))),),
)

if __name__ == "__main__":
    GETTING_STARTED.rewrite()
    FROM_TERRAFORM.rewrite()
