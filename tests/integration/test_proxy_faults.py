# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The faults of the shaping proxy, as boto3 meets them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError

from tests.support.emulator import Emulator
from tests.support.lab import NAME, Json, attributes, key
from tests.support.refusals import refusal
from tests.support.shaping_proxy import Fault, ShapingProxy

BROKEN = (ConnectionClosedError, HTTPClientError)
TABLE: Json = {
    "TableName": NAME,
    "KeySchema": key("id"),
    "AttributeDefinitions": attributes("id"),
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.mark.parametrize(
    ("service", "operation", "code"),
    [
        ("dynamodb", "list_tables", "ThrottlingException"),
        ("iam", "list_users", "Throttling"),
        ("cloudwatch", "describe_alarms", "Throttling"),
    ],
)
def test_faults_that_answer(proxy: ShapingProxy, service: str, operation: str, code: str) -> None:
    """In the protocol of each service."""
    client = proxy.client(service)
    proxy.faults.replace(Fault("throttling", count=1), Fault("error", count=1), Fault("unavailable", count=1))
    found = [refusal(getattr(client, operation)) for _turn in range(3)]
    assert [(error[0], error[2]) for error in found] == [
        (code, 400),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
    ]
    getattr(client, operation)()
    assert [entry.fault for entry in proxy.journal.entries()] == ["throttling", "error", "unavailable", ""]
    assert proxy.journal.refused == []


def test_faults_of_the_network(proxy: ShapingProxy) -> None:
    """Whether the request was carried out is another question."""
    client = proxy.client("dynamodb")
    for fault, done in [
        (Fault("reset"), False),
        (Fault("reset", applied=True), True),
        (Fault("truncated"), True),
        (Fault("timeout", delay=0.1), False),
        (Fault("timeout", delay=0.1, applied=True), True),
    ]:
        proxy.reset()
        proxy.faults.add(Fault(fault.kind, operation="CreateTable", applied=fault.applied, delay=fault.delay))
        with suppress(*BROKEN):
            assert "TableDescription" not in client.create_table(**TABLE), "half of it, in which boto3 finds nothing"
            assert fault.kind == "truncated"
        assert (client.list_tables()["TableNames"] == [NAME]) is done, fault
        assert proxy.journal.entries(operation="CreateTable")[0].fault == fault.kind


def test_half_an_answer_is_asked_for_again(proxy: ShapingProxy) -> None:
    """As boto3 does with DynamoDB, whose answers carry a checksum."""
    proxy.faults.add(Fault("truncated", count=1))
    assert proxy.emulator.client("dynamodb").list_tables()["TableNames"] == []
    patient = Emulator.client(proxy, "dynamodb")
    assert patient.list_tables()["TableNames"] == []
    assert len(proxy.journal.entries("dynamodb", "ListTables")) == 2


def test_chance_is_the_same_in_every_run(proxy: ShapingProxy) -> None:
    client = proxy.client("dynamodb")

    def outcomes(seed: int) -> list[int]:
        proxy.forget()
        proxy.faults.replace(Fault("throttling", 0.3, service="dynamodb"), seed=seed)
        for _turn in range(40):
            try:
                client.list_tables()
            except ClientError:
                continue
        return [entry.status for entry in proxy.journal.entries()]

    first = outcomes(1)
    assert outcomes(1) == first != outcomes(2)
    assert 4 <= first.count(400) <= 20


def test_any_refusal_at_any_request(proxy: ShapingProxy) -> None:
    client = proxy.client("dynamodb")
    text = "Subscriber limit exceeded: Only 50 restore operations can be done simultaneously"
    proxy.faults.add(
        Fault("refusal", code="LimitExceededException", message=text, skip=1, when=lambda request: "Limit" in request)
    )
    client.list_tables()
    client.list_tables(Limit=1)
    assert refusal(client.list_tables, Limit=1) == ("LimitExceededException", text, 400)
