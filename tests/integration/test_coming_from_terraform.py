# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The estate as Terraform made it: the first plan lists exactly the corrections, and nothing is replaced or lost."""

from __future__ import annotations

from collections import Counter

from tests.support import terraform_estate
from tests.support.emulator import Emulator
from tests.support.playbooks import Played, play, writes

INDEXES = 5


def kinds(run: Played) -> Counter[str]:
    """How often each action stands in the steps, of whatever resource."""
    return Counter(" ".join(step.split(" (")[0].split()[2:]) for step in run.steps)


def identities(emulator: Emulator) -> dict[str, object]:
    """What would differ, had a table or a role been replaced."""
    client = emulator.client("dynamodb")
    tables = {
        name: client.describe_table(TableName=name)["Table"]["CreationDateTime"]
        for name in client.list_tables()["TableNames"]
    }
    return {**tables, **{role["RoleName"]: role["RoleId"] for role in emulator.client("iam").list_roles()["Roles"]}}


def test_the_first_plan_lists_exactly_the_corrections(emulator: Emulator) -> None:
    terraform_estate.make(emulator)
    emulator.client("dynamodb").put_item(TableName="ticket-users", Item={"user_id": {"S": "kept"}})
    before = identities(emulator)
    emulator.forget()
    planned = play(emulator, "plan", dynamodb_instance_profile=False)
    assert (planned.returncode, writes(emulator)) == (0, []), planned.output
    assert kinds(planned) == {
        "tag table": 7,
        "update policy": 3,
        "update role": 3,
        "create alarm": 2 * INDEXES,
        "update alarm": 14,
        "tag alarm": 14,
    }
    assert not [step for step in planned.steps if "[" in step.split(" (")[0]]

    done = play(emulator, "site", dynamodb_instance_profile=False)
    assert (done.returncode, done.steps) == (0, planned.steps)
    assert identities(emulator) == before
    item = emulator.client("dynamodb").get_item(TableName="ticket-users", Key={"user_id": {"S": "kept"}})
    assert "Item" in item
    tags = emulator.client("dynamodb").list_tags_of_resource(
        ResourceArn="arn:aws:dynamodb:ap-northeast-2:137406935518:table/ticket-users"
    )["Tags"]
    assert {"Key": "Terraform", "Value": "true"} in tags

    emulator.forget()
    again = play(emulator, "plan", dynamodb_instance_profile=False)
    assert (again.steps, again.recap("changed")) == ([], 0)
    trust = emulator.client("iam").get_role(RoleName="ticket-reservation-api-service-role")["Role"]
    assert "oidc-provider" not in str(trust["AssumeRolePolicyDocument"])


def test_the_users_production_example(emulator: Emulator) -> None:
    """The override of the specification's section 1, with an entry full of nulls beside it."""
    key = emulator.client("kms").create_key()["KeyMetadata"]["Arn"]
    nothing = dict.fromkeys(("range_key", "stream_enabled", "stream_view_type", "attributes", "ttl_enabled"))
    tables = [
        {
            "name": "tickets",
            "hash_key": "ticket_id",
            "billing_mode": "PROVISIONED",
            "read_capacity": 10,
            "write_capacity": 10,
        },
        {"name": "plain", "hash_key": "id", **nothing, "global_secondary_indexes": None, "billing_mode": ""},
    ]
    settings = {
        "dynamodb_name": "production",
        "dynamodb_enable_deletion_protection": True,
        "dynamodb_kms_key_id": key,
        "dynamodb_tables": tables,
    }
    assert play(emulator, "site", **settings).returncode == 0
    table = emulator.client("dynamodb").describe_table(TableName="production-tickets")["Table"]
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 10
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 10
    assert table["DeletionProtectionEnabled"] is True
    assert table["SSEDescription"]["KMSMasterKeyArn"] == key
    plain = emulator.client("dynamodb").describe_table(TableName="production-plain")["Table"]
    assert plain["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    emulator.forget()
    again = play(emulator, "site", **settings)
    assert (again.returncode, again.recap("changed"), writes(emulator)) == (0, 0, [])
