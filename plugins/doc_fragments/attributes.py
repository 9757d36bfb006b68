# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The same three questions, answered in the same words by every module."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Runs the same program up to the first write and reports the steps that a real run then does.
  diff_mode:
    description: Shows the fields that differ, before and after, for each resource.
  idempotent:
    description: A second run with the same input changes nothing and calls nothing that writes.
"""
