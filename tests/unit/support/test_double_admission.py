# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the double admits while something else runs (rule 2.2), a case for every measured cell."""

from __future__ import annotations

import pytest

from tests.support.jobs import (
    JOBS,
    OTHER_INDEX,
    OTHER_INDEX_PROVISIONED,
    PT,
    UPDATE_INDEX,
    Change,
)
from tests.support.lab import (
    ARU,
    LIMITED,
    MANAGED_KEY,
    NAME,
    ON_DEMAND,
    OWNED_KEY,
    PROTECTED,
    RARE,
    SLE,
    STANDARD,
    STREAM_OFF,
    STREAM_ON,
    WARMER,
    Lab,
    create_index,
    delete_index,
    expiry,
    provisioned,
    units,
    update_index,
)

DELETE: Change = {"delete the table": True}
IN_PROCESS = f"{ARU}Table: {NAME} is in the process of being updated."
BUSY_INDEXES = f"{ARU}Cannot delete table while indexes are being created, updated, or deleted."
ONE_ONLINE = f"{SLE}Only 1 online index can be created or deleted simultaneously per table"
IOPS = f"{ARU}Table IOPS are currently being updated. Table: {NAME}"
IOPS_STREAM = f"{ARU}Can't enable or disable stream while table IOPS are being updated. Table: {NAME}"
IOPS_INDEX = f"{ARU}Can't create or delete indexes while table IOPS are being updated. Table: {NAME}"


REFUSED: list[tuple[str, Change, str]] = [
    ("stream", DELETE, f"{ARU}Cannot delete table while stream is being enabled/disabled."),
    ("stream", STREAM_OFF, f"{ARU}A stream status change is currently in progress. Table: {NAME} Stream: "),
    (
        "stream provisioned",
        PT,
        f"{ARU}Can't change table IOPS when stream status is being updated. Table: {NAME} Stream: ",
    ),
    ("stream", LIMITED, f"{ARU}OnDemandThroughput cannot be updated while stream status update is in progress"),
    ("stream", RARE, f"{ARU}Can't update table class when stream status is being updated. Table: {NAME} Stream: "),
    ("stream", OTHER_INDEX, f"{ARU}Can't create or delete an index when stream status is being updated"),
    ("capacity", DELETE, IN_PROCESS),
    ("capacity", STREAM_ON, IOPS_STREAM),
    ("capacity", {"ProvisionedThroughput": units(9, 9)}, IOPS),
    ("capacity", ON_DEMAND, IOPS),
    ("capacity", LIMITED, "One or more parameter values were invalid: MaxReadRequestUnits for OnDemandThroughput "),
    ("capacity", OTHER_INDEX_PROVISIONED, IOPS_INDEX),
    ("to provisioned", DELETE, IN_PROCESS),
    ("to provisioned", STREAM_ON, IOPS_STREAM),
    ("to provisioned", PT, IOPS),
    ("to provisioned", LIMITED, f"{ARU}OnDemandThroughput cannot be updated while BillingMode update is in progress"),
    ("to provisioned", OTHER_INDEX_PROVISIONED, IOPS_INDEX),
    ("to on-demand", DELETE, IN_PROCESS),
    ("to on-demand", STREAM_ON, IOPS_STREAM),
    ("to on-demand", PT, IOPS),
    ("to on-demand", ON_DEMAND, IOPS),
    ("to on-demand", LIMITED, "One or more parameter values were invalid: MaxReadRequestUnits for OnDemandThroughput "),
    ("to on-demand", OTHER_INDEX, IOPS_INDEX),
    ("class", DELETE, IN_PROCESS),
    ("class", STREAM_ON, f"{ARU}Can't change stream status when a table class update is in progress. Table"),
    (
        "class",
        LIMITED,
        f"{ARU}OnDemandThroughput cannot be updated while TableClass update is in progress. "
        "TableClassUpdateInProgress: STANDARD_INFREQUENT_ACCESS",
    ),
    (
        "class",
        RARE,
        f"{ARU}Can't update table class when a table class update is in progress. Table: {NAME} "
        "TableClassUpdateInProgress: STANDARD_INFREQUENT_ACCESS",
    ),
    ("class", STANDARD, f"{ARU}Can't update table class when a table class update is in progress."),
    ("class", OTHER_INDEX, f"{ARU}Can't create or delete an index when a table class update is in progress."),
    ("encryption", DELETE, IN_PROCESS),
    ("encryption", OWNED_KEY, f"{ARU}Server-Side Encryption is still being updated"),
    ("warm", DELETE, IN_PROCESS),
    ("allocation", DELETE, BUSY_INDEXES),
    ("allocation", STREAM_ON, f"{ARU}Can't change stream status when an index is being created"),
    (
        "allocation provisioned",
        PT,
        f"{ARU}Can't change table IOPS when an index is being created. Table: {NAME} Indexes: [by_name]",
    ),
    (
        "allocation",
        LIMITED,
        f"{ARU}OnDemandThroughput cannot be updated while index creation is in progress for indexes: [by_name]",
    ),
    ("allocation", create_index("by_age", "age"), ONE_ONLINE),
    ("allocation", delete_index("by_city"), ONE_ONLINE),
    (
        "allocation",
        delete_index("by_name"),
        f"{ARU}Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the "
        f"index is active. Table: {NAME} Index: by_name",
    ),
    (
        "allocation",
        update_index("by_name", **LIMITED),
        f"{ARU}Index is being created but is not backfilling yet. Table: {NAME} Index: by_name",
    ),
    ("allocation", WARMER, "Table is under system maintenance, please try again later"),
    ("backfill", DELETE, BUSY_INDEXES),
    ("backfill", create_index("by_age", "age"), ONE_ONLINE),
    ("backfill", delete_index("by_city"), ONE_ONLINE),
    (
        "backfill",
        update_index("by_name", **LIMITED),
        f"{ARU}Index is being created. Table: {NAME} Index: by_name",
    ),
    ("index delete", DELETE, BUSY_INDEXES),
    ("index delete", delete_index(), f"{ARU}Index is being deleted. Table: {NAME} Index: by_city"),
    (
        "index delete provisioned",
        PT,
        f"{ARU}Can't change table IOPS when an index is being deleted. Table: {NAME} Indexes: [by_city]",
    ),
    (
        "index delete",
        LIMITED,
        f"{ARU}OnDemandThroughput cannot be updated while index deletion is in progress for indexes: [by_city]",
    ),
    ("index delete", OTHER_INDEX, ONE_ONLINE),
    ("index delete", create_index(), f"{ARU}Index is being deleted. Table: {NAME} Index: by_city"),
    ("index delete", UPDATE_INDEX, f"{ARU}Index is being deleted. Table: {NAME} Index: by_city"),
    ("index update", DELETE, BUSY_INDEXES),
    ("index update", UPDATE_INDEX, f"{ARU}Index is being updated. Table: {NAME} Index: by_city"),
    ("tags", DELETE, f"{ARU}Table tags are being updated: {NAME}"),
]

ADMITTED: list[tuple[str, Change]] = [
    ("stream", ON_DEMAND),
    ("stream", PROTECTED),
    ("stream", MANAGED_KEY),
    ("stream", WARMER),
    ("capacity", PROTECTED),
    ("capacity", MANAGED_KEY),
    ("to provisioned", ON_DEMAND),
    ("to provisioned", PROTECTED),
    ("to provisioned", MANAGED_KEY),
    ("to provisioned", WARMER),
    ("to on-demand", PROTECTED),
    ("to on-demand", MANAGED_KEY),
    ("to on-demand", WARMER),
    ("class", PROTECTED),
    ("class", MANAGED_KEY),
    ("class", WARMER),
    ("encryption", STREAM_ON),
    ("encryption provisioned", ON_DEMAND),
    ("encryption", RARE),
    ("encryption", OTHER_INDEX),
    ("encryption", delete_index()),
    ("encryption", PROTECTED),
    ("encryption", MANAGED_KEY),
    ("encryption", WARMER),
    ("warm", STREAM_ON),
    ("warm", LIMITED),
    ("warm", OTHER_INDEX),
    ("warm", PROTECTED),
    ("warm", MANAGED_KEY),
    ("warm", {"WarmThroughput": {"ReadUnitsPerSecond": 12500}}),
    ("allocation", UPDATE_INDEX),
    ("allocation", PROTECTED),
    ("allocation", MANAGED_KEY),
    ("backfill", UPDATE_INDEX),
    ("backfill provisioned", PT),
    ("backfill", delete_index("by_name")),
    ("backfill", PROTECTED),
    ("index delete", ON_DEMAND),
    ("index delete", PROTECTED),
    ("index delete", MANAGED_KEY),
    *(("tags", change) for change in (STREAM_ON, LIMITED, RARE, OTHER_INDEX, UPDATE_INDEX, PROTECTED, MANAGED_KEY)),
]

UNMEASURED: list[tuple[str, Change]] = [
    ("stream", UPDATE_INDEX),
    ("capacity", RARE),
    ("capacity", WARMER),
    ("capacity", update_index("by_city", ProvisionedThroughput=units(1, 1))),
    ("class provisioned", PT),
    ("class", ON_DEMAND),
    ("warm provisioned", PT),
    ("warm", UPDATE_INDEX),
    ("warm index", UPDATE_INDEX),
    ("allocation", ON_DEMAND),
    ("backfill provisioned", ON_DEMAND),
    ("backfill", WARMER),
    ("index delete", WARMER),
    ("index update", delete_index()),
    ("class", provisioned()),
    ("class", UPDATE_INDEX),
    ("encryption", LIMITED),
    ("encryption", UPDATE_INDEX),
    ("warm", RARE),
    ("allocation", RARE),
    ("backfill", STREAM_ON),
    ("backfill", LIMITED),
    ("backfill", RARE),
    ("backfill", MANAGED_KEY),
    ("index delete", STREAM_ON),
    ("index delete", RARE),
    ("index update", STREAM_ON),
    ("index update", LIMITED),
    ("index update", RARE),
    ("index update", OTHER_INDEX),
    ("index update", MANAGED_KEY),
]


def _refusal(lab: Lab, change: Change) -> tuple[str, str]:
    if change is DELETE:
        return lab.refusal("DeleteTable", TableName=NAME)[:2]
    if change == provisioned() and lab.index():
        return lab.refused(change, update_index(ProvisionedThroughput=units(1, 1)))
    return lab.refused(change)


@pytest.mark.parametrize(("job", "change", "message"), REFUSED, ids=[f"{a}-{list(b)[-1]}" for a, b, _unused in REFUSED])
def test_refused_while_running(job: str, change: Change, message: str) -> None:
    """T-002 T-063 T-065 T-119 T-149 T-150 T-163 T-284 T-369 T-370 T-375 T-376 T-381 T-450 T-458."""
    lab = JOBS[job]()
    before = lab.table()
    code, found = _refusal(lab, change)
    assert found.startswith(message)
    expected = {ARU: "ResourceInUseException", SLE: "LimitExceededException", "Table": "InternalServerError"}
    prefix = next((prefix for prefix in expected if message.startswith(prefix)), "")
    assert code == expected.get(prefix, "ValidationException")
    assert lab.table() == before


@pytest.mark.parametrize(("job", "change"), ADMITTED, ids=[f"{a}-{list(b)[-1]}" for a, b in ADMITTED])
def test_admitted_while_running(job: str, change: Change) -> None:
    """T-069 T-148 T-163 T-172 T-381 T-459 T-462."""
    JOBS[job]().update(change)


@pytest.mark.parametrize(("job", "change"), UNMEASURED, ids=[f"{a}-{list(b)[-1]}" for a, b in UNMEASURED])
def test_what_nobody_measured_is_refused_so_that_planners_wait(job: str, change: Change) -> None:
    assert _refusal(JOBS[job](), change)[0] == "ResourceInUseException"


@pytest.mark.parametrize("job", [job for job in JOBS if job != "tags"])
def test_parts_outside_update_table_are_admitted(job: str) -> None:
    """T-119 T-435."""
    lab = JOBS[job]()
    lab.call("UpdateTimeToLive", **expiry(True))
    lab.recover(True)
    lab.tag(a="b")


@pytest.mark.parametrize("job", JOBS)
def test_every_refusal_ends_with_its_job(job: str) -> None:
    lab = JOBS[job]()
    assert lab.refusal("DeleteTable", TableName=NAME)[0] == "ResourceInUseException"
    lab.sleep(1000)
    lab.call("DeleteTable", TableName=NAME)
