# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is made of botocore's exceptions."""

from __future__ import annotations

from ansible_collections.traffic_tacos.dynamodb.plugins.module_utils._engine.client import _aws_error
from botocore.exceptions import ClientError


def test_a_page_instead_of_an_error_is_told_in_a_sentence() -> None:
    page = "<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n"
    error = ClientError({"Error": {"Code": "500", "Message": page}}, "ListBulkOperations")
    found = _aws_error(error, "dynamodb:ListBulkOperations", "the bulk puts")
    said = "the answer is a page, no error of AWS's; an emulator may not know this call."
    assert found.advice == f"dynamodb:ListBulkOperations on the bulk puts: 500: {said}"
