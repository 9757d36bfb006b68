# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The outputs in docs/operate.md are what the commands print: python -m tests.support.on_call writes them anew."""

from __future__ import annotations

from tests.support.emulator import Emulator
from tests.support.on_call import PAGE


def test_the_page_shows_what_its_commands_print(emulator: Emulator) -> None:
    PAGE.check(emulator)
