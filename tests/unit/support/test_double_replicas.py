# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The double refuses in global tables what AWS refuses, and takes its time as AWS does (rules 1.13 and 3.12)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.lab import (
    NAME,
    OOM,
    PROTECTED,
    QUIET,
    STREAM_OFF,
    UNPROTECTED,
    Lab,
    create_index,
    expiry,
    provisioned,
)

THERE, FAR = "eu-west-1", "us-east-1"
NEAR = ("ap-northeast-1", "ap-northeast-3")
IN_USE = ("ResourceInUseException", "The resource which you are attempting to change is in use.")
KEY = "11111111-2222-3333-4444-555555555555"


def change(kind: str, region: str, **more: Any) -> dict[str, Any]:
    return {"ReplicaUpdates": [{kind: {"RegionName": region, **more}}]}


def both(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"ReplicaUpdates": [update for each in changes for update in each["ReplicaUpdates"]]}


STRONG = {**both(*(change("Create", region) for region in NEAR)), "MultiRegionConsistency": "STRONG"}
WITNESS = {"GlobalTableWitnessUpdates": [{"Create": {"RegionName": NEAR[1]}}]}


def grouped(**members: Any) -> Lab:
    """A settled table with one replica."""
    lab = Lab().settled(**members)
    lab.update(change("Create", THERE))
    lab.sleep(QUIET)
    return lab


def elsewhere(lab: Lab, operation: str, region: str = THERE, **request: Any) -> dict[str, Any]:
    answer: dict[str, Any] = lab.aws.in_region(region).handle(operation, {"TableName": NAME, **request})
    return answer


def test_a_replica_appears_after_some_seconds_and_the_source_is_busy_meanwhile() -> None:
    lab = Lab().settled()
    assert "Replicas" not in lab.update(change("Create", THERE))
    assert lab.status() == "UPDATING"
    lab.sleep(7)
    assert lab.table()["Replicas"][0]["ReplicaStatus"] == "CREATING"
    assert lab.refused(PROTECTED) == IN_USE
    lab.sleep(24)
    assert lab.table()["Replicas"][0]["ReplicaStatus"] == "ACTIVE"
    assert lab.status() == "UPDATING"
    lab.sleep(8)
    assert lab.status() == "ACTIVE"
    found = lab.table()
    assert found["GlobalTableVersion"] == "2019.11.21"
    assert found["GlobalTableSettingsReplicationMode"] == "ENABLED_WITH_OVERRIDES"
    assert found["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    (other,) = elsewhere(lab, "DescribeTable")["Table"]["Replicas"]
    assert other["RegionName"] == "ap-northeast-2"


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"ReplicaUpdates": []}, "There are no actions specified in the Replica Update Action of the request."),
    (both(change("Create", FAR), change("Create", "us-west-2")), "Update table operation with more than one create or"),
    (both(change("Create", FAR), change("Delete", THERE)), "Update table operation with more than one type of replica"),
    (change("Create", "ap-northeast-2"), "Cannot add or delete the local region through ReplicaUpdates."),
    (change("Create", "mars-east-1"), "Region mars-east-1 is not supported."),
    (change("Create", THERE), "Failed to create a the new replica of table with name"),
    (change("Delete", FAR), "Update global table operation failed because one or more replicas were not part of"),
    ({**change("Create", FAR), **PROTECTED}, f"{OOM}Replica modification must be the only operation in the request"),
    ({**STRONG, **PROTECTED}, f"{OOM}Requests that modify replicas or witnesses must not also modify other fields"),
    (WITNESS, f"{OOM}MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates"),
    (STRONG, "MultiRegionConsistency parameter is unsupported on existing global table"),
    (STREAM_OFF, f"{OOM}Disabling Stream is not allowed for a Global Table replica."),
    (change("Create", FAR, KMSMasterKeyId=KEY), f"{OOM}All replica keys must either be Customer Managed CMK or AWS"),
    (change("Update", THERE, KMSMasterKeyId=KEY), "KMSMasterKeyId cannot be updated"),
    (
        {"SSESpecification": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}},
        f"{OOM}KMSMasterKeyId must be specified for each replica.",
    ),
    (change("Disassociate", THERE, DisassociationMode="WAIT_FOR_REPLICATION"), "Only the local replica"),
    ({"GlobalTableSettingsReplicationMode": "ENABLED"}, "GlobalTableSettingsReplicationMode ENABLED is not supported"),
]


@pytest.mark.parametrize(("request_", "text"), REFUSED)
def test_what_is_refused_of_a_member(request_: dict[str, Any], text: str) -> None:
    code, message = grouped().refused(request_)
    assert code == "ValidationException"
    assert message.startswith(text)


REFUSED_STRONG: list[tuple[dict[str, Any], str]] = [
    ({**change("Create", NEAR[0]), "MultiRegionConsistency": "STRONG"}, "Unsupported replica count for global tables"),
    (
        {**both(change("Create", NEAR[0]), change("Create", THERE)), "MultiRegionConsistency": "STRONG"},
        "Unsupported Region(s) specified",
    ),
    ({**change("Delete", NEAR[0]), "MultiRegionConsistency": "STRONG"}, f"{OOM}Only Replica Create actions are"),
]


@pytest.mark.parametrize(("request_", "text"), REFUSED_STRONG)
def test_what_is_refused_of_strong_consistency(request_: dict[str, Any], text: str) -> None:
    code, message = Lab().settled().refused(request_)
    assert code == "ValidationException"
    assert message.startswith(text)


def test_a_strong_group_is_frozen_and_goes_as_a_whole() -> None:
    lab = Lab().settled()
    lab.update(STRONG)
    lab.sleep(QUIET)
    assert lab.table()["MultiRegionConsistency"] == "STRONG"
    assert lab.refused(change("Create", FAR))[1].startswith("Cannot add replicas to a global table with strong")
    assert lab.refused(change("Delete", NEAR[0]))[1].startswith("Deletion of only one table replica is not supported")
    lab.update(both(*(change("Delete", region) for region in NEAR)))
    lab.sleep(QUIET)
    assert "Replicas" not in lab.table()


def test_a_witness_goes_with_its_replica() -> None:
    lab = Lab().settled()
    lab.update({**change("Create", NEAR[0]), **WITNESS, "MultiRegionConsistency": "STRONG"})
    lab.sleep(20)
    assert lab.table()["GlobalTableWitnesses"][0]["WitnessStatus"] == "CREATING"
    lab.sleep(QUIET)
    assert lab.refused(change("Delete", NEAR[0]))[1] == "Update table delete operation does not include all witnesses."
    lab.update({**change("Delete", NEAR[0]), "GlobalTableWitnessUpdates": [{"Delete": {"RegionName": NEAR[1]}}]})
    lab.sleep(QUIET)
    assert "GlobalTableWitnesses" not in lab.table()


def test_a_region_that_others_were_made_from_stays_until_they_go() -> None:
    lab = grouped()
    elsewhere(lab, "UpdateTable", **change("Create", FAR))
    lab.sleep(QUIET)
    assert "acted as a source region" in lab.refused(change("Delete", THERE))[1]
    assert "acted as a source region" in lab.refusal("DeleteTable", TableName=NAME)[1]
    lab.update(change("Delete", FAR))
    lab.sleep(QUIET)
    lab.update(change("Delete", THERE))
    lab.sleep(QUIET)
    assert "Replicas" not in lab.table()


def test_a_deleted_replica_keeps_its_name_for_a_while() -> None:
    lab = grouped()
    lab.update(change("Delete", THERE))
    assert lab.table()["Replicas"][0]["ReplicaStatus"] == "DELETING"
    lab.sleep(125)
    assert "Replicas" not in lab.table()
    assert lab.refused(change("Create", THERE))[1].startswith("Failed to create a the new replica")
    lab.sleep(20)
    lab.update(change("Create", THERE))


def test_a_protected_replica_stays() -> None:
    lab = grouped()
    elsewhere(lab, "UpdateTable", **PROTECTED)
    assert elsewhere(lab, "DescribeTable")["Table"]["TableStatus"] == "UPDATING"
    assert lab.refused(UNPROTECTED) == IN_USE
    lab.sleep(40)
    assert lab.refused(change("Delete", THERE))[1].startswith(f"Cannot delete table {NAME} in region {THERE} because")
    assert not lab.table()["DeletionProtectionEnabled"]


def test_provisioned_writes_must_scale() -> None:
    lab = Lab().settled(**provisioned())
    assert lab.refused(change("Create", THERE))[1].startswith("Table write capacity should either be Pay-Per-Request")


def test_time_to_live_holds_everywhere_and_an_index_comes_later() -> None:
    lab = grouped()
    lab.call("UpdateTimeToLive", **expiry(True))
    assert elsewhere(lab, "DescribeTimeToLive")["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
    lab.update(create_index())
    lab.sleep(QUIET)
    (index,) = elsewhere(lab, "DescribeTable")["Table"]["GlobalSecondaryIndexes"]
    assert index["IndexStatus"] == "ACTIVE"


def test_an_override_is_shown_and_taken_back_by_the_tables_own_value() -> None:
    lab = grouped()
    lab.update(change("Update", THERE, TableClassOverride="STANDARD_INFREQUENT_ACCESS"))
    assert lab.table()["Replicas"][0]["ReplicaStatus"] == "UPDATING"
    lab.sleep(QUIET)
    assert "ReplicaTableClassSummary" in lab.table()["Replicas"][0]
    lab.update(change("Update", THERE, TableClassOverride="STANDARD"))
    lab.sleep(QUIET)
    assert "ReplicaTableClassSummary" not in lab.table()["Replicas"][0]


def test_a_disassociated_replica_is_a_table_of_its_own() -> None:
    lab = grouped()
    apart = change("Disassociate", THERE, DisassociationMode="WAIT_FOR_REPLICATION")
    with pytest.raises(Exception, match="protected against disassociation"):
        elsewhere(lab, "UpdateTable", **apart)
    elsewhere(lab, "UpdateTable", DisassociationProtectionEnabled=False)
    elsewhere(lab, "UpdateTable", **apart)
    lab.sleep(QUIET)
    assert "Replicas" not in lab.table()
    assert elsewhere(lab, "DescribeTable")["Table"]["TableStatus"] == "ACTIVE"


def test_a_disabled_key_of_a_region_reads_as_a_state() -> None:
    lab = Lab()
    lab.aws.keys.add(KEY)
    lab.aws.in_region(THERE).keys.add(KEY).condition = "Disabled"
    lab.settled(SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY})
    assert lab.refused(change("Create", THERE))[1].endswith("KMSMasterKeyId must be specified for each replica.")
    assert "server-side encryption status is in UPDATING" in lab.refused(change("Create", THERE, KMSMasterKeyId=KEY))[1]
    assert "KMS validation error for region us-east-1" in lab.refused(change("Create", FAR, KMSMasterKeyId=KEY))[1]
