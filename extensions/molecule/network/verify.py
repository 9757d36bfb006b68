# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The default VPC reaches the seven tables of the estate, and no others, by one gateway endpoint."""

from __future__ import annotations

import json

import boto3

found = boto3.client("ec2").describe_vpc_endpoints(
    Filters=[
        {"Name": "tag:Estate", "Values": ["molecule-network"]},
        {"Name": "vpc-endpoint-type", "Values": ["Gateway"]},
    ]
)
(endpoint,) = found["VpcEndpoints"]
(statement,) = json.loads(endpoint["PolicyDocument"])["Statement"]
tables = sorted(resource for resource in statement["Resource"] if not resource.endswith("/*"))

assert endpoint["ServiceName"] == "com.amazonaws.ap-northeast-2.dynamodb", endpoint
assert len(endpoint["RouteTableIds"]) == 1, endpoint
assert len(tables) == 7, tables
assert len(statement["Resource"]) == 14, statement
assert all(":table/molecule-network-" in table for table in tables), tables
