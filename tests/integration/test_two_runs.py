# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Two people, or two jobs, deploy the same estate at the same time."""

from __future__ import annotations

from tests.support.dynamodb_double import Settings
from tests.support.estate_state import end_state
from tests.support.fault_trials import SMALL, done_twice, unclear, undisturbed
from tests.support.playbooks import ended, play, start, writes
from tests.support.shaping_proxy import Meeting, ShapingProxy

POLICY = "ticket-dynamodb-access-policy"


def test_two_deployments_at_once_make_one_estate(proxy: ShapingProxy) -> None:
    expected = undisturbed(proxy, **SMALL)
    proxy.reset(Settings(speed=10))
    # Each has read, and found nothing, when the other one begins to write
    proxy.meetings = [Meeting("CreateTable", TableName="ticket-users"), Meeting("CreatePolicy", PolicyName=POLICY)]
    both = [start(proxy, "site", dynamodb_write_delay=1, **SMALL) for _run in range(2)]
    played = [ended(each) for each in both]
    assert all(meeting.held for meeting in proxy.meetings)
    assert [each.returncode for each in played] == [0, 0], [each.output for each in played]
    assert [unclear(each) for each in played] == [[], []]
    assert end_state(proxy) == expected
    assert done_twice(proxy) == []
    assert "read and planned again" in "".join(each.output for each in played), "one has met the other, and says so"

    proxy.forget()
    again = play(proxy, "site", **SMALL)
    assert (again.returncode, again.steps, writes(proxy)) == (0, [], [])
