# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading files of items, on the machine that the module runs on."""

from __future__ import annotations

import gzip
import json
import os
import zlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Read = tuple[list[Any], str]
"""The items of a file, or why it has none."""


def read_files(entries: Any) -> dict[str, Read]:
    """By path, the files that entries name; entries whose shape is wrong are spec.py's to complain about."""
    paths = {entry["file"] for entry in entries or () if isinstance(entry, Mapping) and _is_path(entry.get("file"))}
    return {path: _read(path) for path in sorted(paths)}


def items_in(text: str) -> Read:
    """A list of items in JSON, one item, or a line for each as in what AWS exports to S3."""
    try:
        found = _parsed(text)
    except ValueError:
        return _lines(text)
    return (found if isinstance(found, list) else [found]), ""


def _lines(text: str) -> Read:
    items = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            items += [_parsed(line)] if line.strip() else []
        except ValueError as error:
            return [], f"is neither a list of items in JSON, nor one in each line; line {number}: {error}"
    return items, ""


def _parsed(text: str) -> Any:
    """Numbers stay as they are written."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=Decimal)
    except RecursionError as error:
        raise ValueError("is nested too deep") from error


def _is_path(given: Any) -> bool:
    return isinstance(given, str) and bool(given)


def _read(path: str) -> Read:
    try:
        with open(os.path.abspath(path), "rb") as file:  # so that the error says where a relative path begins
            content = file.read()
        if content.startswith(b"\x1f\x8b"):
            content = gzip.decompress(content)
        return items_in(content.decode("utf-8-sig"))
    except (OSError, EOFError, ValueError, zlib.error) as error:
        return [], f"cannot be read: {error}"
