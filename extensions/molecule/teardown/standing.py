# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Nothing has changed since it was made, neither by a check nor by a wrong word."""

from __future__ import annotations

import json

from account import KEPT, everything

assert everything() == json.loads(KEPT.read_text(encoding="utf-8"))
