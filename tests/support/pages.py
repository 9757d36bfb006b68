# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages whose console blocks show what their commands print: run on an emulator, compared, or written anew."""

from __future__ import annotations

import re
import shlex
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .emulator import Emulator
from .playbooks import ROOT, play

BLOCK = re.compile(r"^```console\n(.*?)\n```$", re.M | re.S)
CALENDAR = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")
CHANGING = re.compile(rf"{CALENDAR.pattern}|\b[0-9a-f]{{64}}\b|\d+(\.\d+)? s\b|\d+\.\d+")
FILE = re.compile(r"[\w-]+\.(?:json|yml)\b")
"""A file that a command reads or writes, beside the emulator's own."""


@dataclass(frozen=True)
class Command:
    """A playbook with its arguments, and the tasks whose output is shown; what was asked for may fail."""

    playbook: str
    tasks: tuple[str, ...]
    arguments: tuple[str, ...] = ()
    fails: bool = False
    inventory: str = "inventories/local"
    typed: str = ""
    """What the reader types where that is not ansible-playbook itself."""

    @property
    def line(self) -> str:
        playbook = f"traffic_tacos.dynamodb.{self.playbook}"
        return self.typed or shlex.join(["ansible-playbook", "-i", self.inventory, playbook, *self.arguments])

    def shown(self, emulator: Emulator) -> str:
        """Itself and what its tasks said, as a terminal shows it. Raises AssertionError where it ended otherwise."""
        folder = emulator.directory
        arguments = [FILE.sub(lambda file: str(folder / file[0]), argument) for argument in self.arguments]
        own = folder / self.inventory
        inventory = str(own if own.exists() else ROOT / self.inventory)
        played = play(emulator, self.playbook, *arguments, inventory=inventory)
        assert (played.returncode != 0) is self.fails, played.output
        text = "\n\n".join([f"$ {self.line}", *(said(played.output, task) for task in self.tasks)])
        return text.replace(f"{folder}/", "")


@dataclass(frozen=True)
class File:
    """A file that an earlier command wrote, as cat shows it."""

    name: str

    def shown(self, emulator: Emulator) -> str:
        return f"$ cat {self.name}\n{(emulator.directory / self.name).read_text(encoding='utf-8').rstrip()}"


@dataclass(frozen=True)
class Chapter:
    """A heading of a page: what happens first, and what is run then."""

    title: str
    happens: Callable[[Emulator], object]
    commands: tuple[Command | File, ...]


@dataclass(frozen=True)
class Page:
    """A page, and the chapters whose commands are run one after the other on one account."""

    path: Path
    chapters: tuple[Chapter, ...]

    def written(self) -> dict[str, list[str]]:
        """The blocks that the page has under each heading that has any."""
        sections = (section.partition("\n") for section in self.path.read_text(encoding="utf-8").split("\n## ")[1:])
        found = {title: BLOCK.findall(below) for title, _line, below in sections}
        return {title: blocks for title, blocks in found.items() if blocks}

    def shown(self, emulator: Emulator) -> dict[str, list[str]]:
        """The blocks as they should be."""
        blocks = {}
        for chapter in self.chapters:
            chapter.happens(emulator)
            blocks[chapter.title] = [command.shown(emulator) for command in chapter.commands]
        return blocks

    def check(self, emulator: Emulator) -> None:
        """Raises AssertionError where the page shows something else than its commands print."""
        written, shown = self.written(), self.shown(emulator)
        assert list(written) == list(shown)
        for title, blocks in shown.items():
            assert [*map(unchanging, blocks)] == [*map(unchanging, written[title])], title

    def rewrite(self) -> None:
        """Writes the blocks anew."""
        text = self.path.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder, Emulator(Path(folder)) as emulator:
            shown = self.shown(emulator)
        for title, blocks in self.written().items():
            for old, new in zip(blocks, shown[title], strict=True):
                text = text.replace(f"```console\n{old}\n```", f"```console\n{new}\n```", 1)
        self.path.write_text(text, encoding="utf-8")


def nothing(_emulator: Emulator) -> None:
    """Where a chapter begins with what the one before has left."""


def said(output: str, task: str) -> str:
    """What the last task of that name said, or why it failed; without the place in the file that Ansible names."""
    _before, heading, after = output.rpartition(f"TASK [{task}] ")
    if not heading:
        _before, heading, after = output.rpartition(f" : {task}] ")
    stars, _line, text = after.partition("\n")
    start = text.index("fatal: ") if text.startswith("[ERROR]") else 0
    end = text.index("\n\n", start)
    return f"TASK [{task}] {stars}\n{text[start:end]}"


def unchanging(text: str) -> str:
    """The text without what differs from run to run: times, money, and where Ansible breaks lines."""
    return " ".join(CHANGING.sub("~", text).split())
