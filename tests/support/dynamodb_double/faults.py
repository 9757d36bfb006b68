# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of the double: AWS's codes and AWS's words, without a transport."""

from __future__ import annotations


class AwsFault(Exception):
    """A refusal, as AWS puts it; nearly every one is HTTP 400, none is 404 (T-070)."""

    def __init__(self, code: str, message: str, http_status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.http_status = http_status


def validation(message: str) -> AwsFault:
    return AwsFault("ValidationException", message)


def invalid(message: str) -> AwsFault:
    return validation(f"One or more parameter values were invalid: {message}")


def in_use(message: str) -> AwsFault:
    return AwsFault("ResourceInUseException", f"Attempt to change a resource which is still in use: {message}")


def limit(message: str) -> AwsFault:
    return AwsFault("LimitExceededException", message)


def subscriber_limit(message: str) -> AwsFault:
    return limit(f"Subscriber limit exceeded: {message}")


def not_found(what: str) -> AwsFault:
    return AwsFault("ResourceNotFoundException", f"Requested resource not found: {what}")


def no_table(name: str) -> AwsFault:
    return not_found(f"Table: {name} not found")


def no_table_for_backups(name: str) -> AwsFault:
    return AwsFault("TableNotFoundException", f"Table not found: {name}")


def throttled(message: str) -> AwsFault:
    return AwsFault("ThrottlingException", message)


def denied(message: str) -> AwsFault:
    return AwsFault("AccessDeniedException", message)


def internal_failure() -> AwsFault:
    """What AWS answers to some requests that it should have refused (rule 7.3)."""
    return AwsFault("InternalFailure", "", 500)


def internal_error(message: str) -> AwsFault:
    return AwsFault("InternalServerError", message, 500)
