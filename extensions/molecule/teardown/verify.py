# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""All of the one estate is gone; the neighbour's, and what belongs to nobody, is untouched."""

from __future__ import annotations

import json

from account import KEPT, PREFIX, everything

OTHERS = (f"{PREFIX}-neighbour", f"{PREFIX}-by-hand")

kept = json.loads(KEPT.read_text(encoding="utf-8"))
others = {kind: {name: kept[kind][name] for name in kept[kind] if name.startswith(OTHERS)} for kind in kept}

for kind in kept:
    assert kept[kind].keys() > others[kind].keys() > set(), f"There were no {kind} to remove or to leave alone"
assert everything() == others, everything()
