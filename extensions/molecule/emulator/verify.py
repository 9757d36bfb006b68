# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The emulator plays the reference account and keeps its log."""

from __future__ import annotations

import json
import os
import time
import urllib.request

import boto3

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]


def get(path: str) -> object:
    with urllib.request.urlopen(ENDPOINT + path, timeout=10) as answer:
        return json.load(answer)


started = time.time()
assert boto3.client("sts").get_caller_identity()["Account"] == "137406935518"
assert get("/_emulator/identity")["port"] == int(ENDPOINT.rpartition(":")[2])
# Others may be using it just now
ours = [entry["operation"] for entry in get("/_emulator/requests") if entry["time"] >= started]
assert "GetCallerIdentity" in ours, ours
