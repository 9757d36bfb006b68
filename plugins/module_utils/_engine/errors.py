# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong, as values: an input that is refused, and a call that AWS refused."""

from __future__ import annotations

import re
from typing import Literal

from .step import Failure

Kind = Literal["retry", "wait", "deferred", "settled", "absent", "permanent", "failed"]
"""retry: the same call works in a moment. wait: another change must end first. deferred: AWS accepts it only later.
settled: it is so already. absent: the resource is not there. permanent: the call can never work as it is written.
failed: what AWS had admitted has come to a bad end; only a later run begins anew."""

RETRY_CODES = frozenset(
    {
        "ConcurrentModificationException",
        "InternalFailure",
        "InternalServerError",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
ABSENT_CODES = frozenset({"NoSuchEntity", "NotFoundException", "ResourceNotFoundException", "TableNotFoundException"})
DENIED_CODES = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "403"})
CREDENTIAL_CODES = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)


class Refused(Exception):
    """The input, the account or the region is not acceptable; nothing was called, nothing was changed."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class AwsError(Exception):
    """One AWS call that did not work.

    code is AWS's error code or the botocore exception's name, permission the IAM action of the call, until the time
    from which AWS would accept it, where it is deferred and AWS says so.
    """

    repeated = False
    """Whether it answers a call that had been sent before, without an answer: that may have been carried out."""

    def __init__(
        self, code: str, message: str, permission: str, subject: str, kind: Kind | None = None, until: str = ""
    ) -> None:
        super().__init__(f"{permission} on {subject}: {code}: {message}")
        self.code = code
        self.message = message
        self.permission = permission
        self.subject = subject
        self.kind: Kind = kind or kind_of(code)
        self.until = until

    @property
    def advice(self) -> str:
        """The whole story in one line: the call, what AWS said, what to do."""
        return f"{str(self).rstrip('.')}. {self.hint}".rstrip()

    @property
    def hint(self) -> str:
        """What the user can do about it; empty when the message says it all."""
        if self.code in DENIED_CODES:
            named = re.search(r"\b(kms:[A-Z]\w+)", self.message)
            return f"The caller's policy must allow {named.group(1) if named else self.permission} on {self.subject}."
        if self.code in CREDENTIAL_CODES:
            return "The credentials are wrong or have expired; check the profile or the AWS_* environment variables."
        return HINTS.get(self.code, "")


HINTS = {
    "NoCredentialsError": "Give a profile (dynamodb_profile), AWS_* environment variables, or an attached role.",
    "ResponseParserError": "The answer is cut short, or no AWS service: check the network and endpoint_url.",
    "ParamValidationError": "The boto3 and botocore in use may be too old to know this; see the module's requirements.",
    "PartialCredentialsError": "Give both the access key and the secret key.",
    "ProfileNotFound": "Check dynamodb_profile and the AWS config file it is defined in.",
    "EndpointConnectionError": "Nothing answers there: check network, region, endpoint_url and AWS_ENDPOINT_URL.",
    "ConnectTimeoutError": "The address does not answer in time: check network, region and endpoint_url.",
    "ImportFailed": "Mend what AWS names; a rerun imports again, or says what can be done with the table that is left.",
    "LimitExceededException": "An AWS limit is reached: wait for other changes to end, or ask AWS for a higher quota.",
    "Stopped": "A rerun picks up where this run stopped.",
    "Timeout": "AWS is still working on it; a rerun picks up where this run stopped.",
}


def failure_of(error: AwsError, resource: str, action: str) -> Failure:
    """A failed call, as it is reported."""
    return Failure(resource, action, error.code, error.message, error.hint)


def kind_of(code: str) -> Kind:
    """What to do about an error whose message says no more than its code."""
    if code in RETRY_CODES:
        return "retry"
    return "absent" if code in ABSENT_CODES else "permanent"
