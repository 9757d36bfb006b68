# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The outputs in the guides are what their commands print: python -m tests.support.guides writes them anew."""

from __future__ import annotations

import pytest

from tests.support.emulator import Emulator
from tests.support.guides import FROM_TERRAFORM, GETTING_STARTED
from tests.support.pages import Page


@pytest.mark.parametrize("page", [GETTING_STARTED, FROM_TERRAFORM], ids=lambda page: page.path.stem)
def test_a_guide_shows_what_its_commands_print(emulator: Emulator, page: Page) -> None:
    page.check(emulator)
