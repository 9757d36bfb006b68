# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The outputs in docs/operate.md are what the commands print: python -m tests.support.on_call writes them anew."""

from __future__ import annotations

from tests.support import on_call
from tests.support.emulator import Emulator


def test_the_pages_show_what_their_commands_print(emulator: Emulator) -> None:
    emulator.reset()
    written = on_call.written_pages(on_call.PAGES.read_text(encoding="utf-8"))
    shown = on_call.shown_pages(emulator)
    assert list(written) == list(shown)
    for question, blocks in shown.items():
        assert [*map(on_call.unchanging, blocks)] == [*map(on_call.unchanging, written[question])], question
