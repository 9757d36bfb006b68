# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filters of the usage domain say what the functions say, and refuse as filters do."""

from __future__ import annotations

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.traffic_tacos.dynamodb.plugins.filter import billing_modes, throttling_lines, usage_lines


def test_each_is_there_under_its_name() -> None:
    for plugin in (billing_modes, throttling_lines, usage_lines):
        assert list(plugin.FilterModule().filters()) == [plugin.__name__.rpartition(".")[2]]


def test_what_is_refused_is_a_filters_error() -> None:
    switch = billing_modes.FilterModule().filters()["billing_modes"]
    assert switch([{"name": "users"}]) == [{"name": "users"}]
    with pytest.raises(AnsibleFilterError, match=r"dynamodb_billing_modes\.nobody: no table is called so"):
        switch([{"name": "users"}], {"nobody": "PROVISIONED"})
