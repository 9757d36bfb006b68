# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to AWS: one session for all services, one way to call, the right account before anything else."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import copy
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any

try:
    import boto3
    from botocore import xform_name
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError
except ImportError:
    pass  # AnsibleAWSModule reports the missing SDK before anything here is called

from ansible_collections.amazon.aws.plugins.module_utils.botocore import get_aws_connection_info

from .clock import SystemClock
from .errors import CREDENTIAL_CODES, AwsError, Refused
from .pace import Pace

if TYPE_CHECKING:
    from ansible_collections.amazon.aws.plugins.module_utils.modules import AnsibleAWSModule

READERS = 32
"""Reads under way at once; botocore gains nothing from more (its own work per call is the limit)."""
ATTEMPTS = 8
"""How often botocore sends a call that fails for a passing reason: of one in five, 3 in a million are left then."""
FIRST_ATTEMPTS = 3
"""The same for the first call of all, so that a wrong address is found out soon."""
CONNECT_SECONDS = 10
READ_SECONDS = 30
OWN_CONFIG: dict[str, dict[str, Any]] = {
    "sts": {"retries": {"mode": "standard", "total_max_attempts": FIRST_ATTEMPTS}},
    # Quotas are good to know, but a network may have no way to where they are told
    "service-quotas": {
        "retries": {"mode": "standard", "total_max_attempts": 1},
        "connect_timeout": 2,
        "read_timeout": 5,
    },
}
ACCOUNT = re.compile(r"^\d{12}$")
REGION = re.compile(r"^[a-z]{2}(-[a-z]+)+-\d$")
REGION_IN_URL = re.compile(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws\.com")


class Aws:
    """Clients of one session, made on first use, shared by all threads; a call is sent as often as attempts say."""

    def __init__(self, module: AnsibleAWSModule, attempts: int = ATTEMPTS) -> None:
        self._region, self._endpoint, options = get_aws_connection_info(module)
        own = Config(
            user_agent_extra="traffic_tacos.dynamodb",
            max_pool_connections=READERS,
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": attempts},
        )
        given = options.pop("aws_config", None)
        self._config = own.merge(given) if given else own
        self._options = options
        self._pace = Pace(SystemClock())
        self._profile = self._options.pop("profile_name", None)
        self._session: Any = None
        self._clients: dict[str, Any] = {}
        self._regions: dict[str, Aws] = {}
        self._making = Lock()

    def client(self, service: str) -> Any:
        """The service's client. Clients are safe in threads, making them is not."""
        with self._making:
            if service not in self._clients:
                self._clients[service] = self._make(service)
            return self._clients[service]

    def in_region(self, region: str) -> Aws:
        """The same session, account and settings in another region; this one where the region is empty or its own."""
        if region in ("", self._region):
            return self
        with self._making:
            if region not in self._regions:
                other = copy(self)
                other._region, other._endpoint = region, _endpoint_in(region, self._endpoint)
                other._pace, other._clients, other._regions = Pace(SystemClock()), {}, {}
                self._regions[region] = other
            return self._regions[region]

    def _make(self, service: str) -> Any:
        try:
            self._session = self._session or boto3.session.Session(profile_name=self._profile)
            where = {"region_name": self._region, "endpoint_url": self._endpoint}
            client = self._session.client(service, **where, config=self._config_for(service), **self._options)
            self._pace.attach(client, service)
            return client
        except (BotoCoreError, ValueError) as error:
            raise AwsError(type(error).__name__, str(error), f"{service}:*", "the session") from error

    def _config_for(self, service: str) -> Any:
        own = OWN_CONFIG.get(service)
        return self._config.merge(Config(**own)) if own else self._config

    def call(self, service: str, operation: str, subject: str, **request: Any) -> dict[str, Any]:
        """One call; operation is AWS's name (DescribeTable), subject what it is about. Raises AwsError."""
        client = self.client(service)
        send = partial(getattr(client, xform_name(operation)), **request)
        answer: dict[str, Any] = _answered(send, f"{_iam_prefix(service)}:{operation}", subject)
        return answer

    def pages(self, service: str, operation: str, subject: str, **request: Any) -> list[dict[str, Any]]:
        """The answers of a call that comes in pages. Raises AwsError."""
        paginator = self.client(service).get_paginator(xform_name(operation))
        pages: list[dict[str, Any]] = _answered(
            lambda: list(paginator.paginate(**request)), f"{_iam_prefix(service)}:{operation}", subject
        )
        return pages

    def verify(self, account_id: str, region: str) -> None:
        """Compares the caller's account and region with those the inventory means. Raises Refused."""
        problems = region_problems(region, self._region, self._endpoint)
        if not ACCOUNT.fullmatch(account_id):
            problems.append(f"account_id: {account_id!r} is not the id of an account, which has 12 digits")
        if problems:
            raise Refused(problems)
        try:
            identity = self.call("sts", "GetCallerIdentity", "the caller")
        except AwsError as error:
            raise Refused([error.advice]) from error
        if identity["Account"] != account_id:
            raise Refused(
                [
                    f"account_id: this host is meant for account {account_id}, but the credentials belong to "
                    f"{identity['Account']} ({identity['Arn']}); nothing was changed"
                ]
            )


def region_problems(wanted: str, used: str | None, endpoint: str | None) -> list[str]:
    """Why the region in use is not the one that is meant; empty when it is."""
    if not REGION.fullmatch(wanted or ""):
        return [f"region: {wanted!r} is not the name of a region"]
    if used != wanted:
        return [f"region: this host is meant for {wanted}, but the calls would go to {used}; nothing was changed"]
    named = REGION_IN_URL.search(endpoint or "")
    if named and named.group(1) != wanted:
        return [
            f"region: this host is meant for {wanted}, but endpoint_url goes to {named.group(1)}; nothing was changed"
        ]
    return []


def _endpoint_in(region: str, endpoint: str | None) -> str | None:
    """The endpoint of another region: where the given one names a region, that is replaced."""
    named = REGION_IN_URL.search(endpoint or "")
    return endpoint.replace(named.group(1), region) if endpoint and named else endpoint


def _answered(send: Callable[[], Any], permission: str, subject: str) -> Any:
    """What the call returns; it is made again where its answer is cut short, as botocore does not. Raises AwsError."""
    for left in reversed(range(ATTEMPTS)):
        try:
            return send()
        except ResponseParserError as error:
            if not left:
                raise _aws_error(error, permission, subject) from error
        except (BotoCoreError, ClientError) as error:
            raise _aws_error(error, permission, subject) from error
    return None


def _iam_prefix(service: str) -> str:
    return {"resourcegroupstaggingapi": "tag", "service-quotas": "servicequotas"}.get(service, service)


def _aws_error(error: Exception, permission: str, subject: str) -> AwsError:
    """A botocore exception, as the value that the rest of the collection knows."""
    response = getattr(error, "response", None)
    if response is None:
        message = str(error)
        if isinstance(error, ResponseParserError):  # What follows its first line is the answer itself
            message = message.partition("\n")[0]
        return AwsError(type(error).__name__, message, permission, subject)
    code = str(response.get("Error", {}).get("Code", "Unknown"))
    message = str(response.get("Error", {}).get("Message", "")) or str(error)
    if message.lstrip().startswith("<"):
        message = "the answer is a page, no error of AWS's; an emulator may not know this call"
    if code in CREDENTIAL_CODES:
        # What follows repeats the request with its headers, a session token among them
        message = " ".join(message.partition("The Canonical String")[0].split())
    found = AwsError(code, message, permission, subject)
    found.repeated = response.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0
    return found
