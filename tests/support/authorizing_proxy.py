# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A proxy that lets through what IAM would allow, by whole documents with their conditions, as no emulator does."""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import ClientError

from .dynamodb_double import Settings
from .emulator import Emulator
from .iam_checks import Role, checks
from .iam_policies import Check, Document, allowed
from .shaping_proxy.journal import Entry
from .shaping_proxy.protocol import Answer, Request, error
from .shaping_proxy.proxy import ShapingProxy


@dataclass(frozen=True)
class Asked:
    """A question that was put, and its answer."""

    check: Check
    granted: bool


class AuthorizingProxy(ShapingProxy):
    """Stands before an emulator. Callers without documents are the account's owner, and may do everything.

    by_rules says whether AWS's rules answer for DynamoDB, as the shaping proxy does, or the emulator.
    """

    def __init__(self, emulator: Emulator, by_rules: bool = False) -> None:
        super().__init__(emulator)
        self.by_rules = by_rules
        self.asked: list[Asked] = []
        self._documents: dict[str, list[Document]] = {}
        self._iam = emulator.client("iam")

    def grant(self, key: str, documents: list[Document]) -> None:
        """Says what the caller with this access key may do."""
        self._documents[key] = documents

    def forget(self) -> None:
        super().forget()
        self.asked = []

    def reset(self, settings: Settings | None = None) -> None:
        super().reset(settings)
        self.forget()
        self._documents = {}

    @property
    def denied(self) -> list[Check]:
        """The questions that were answered with no."""
        return [asked.check for asked in self.asked if not asked.granted]

    @property
    def actions(self) -> set[str]:
        """The actions that were asked about."""
        return {asked.check.action for asked in self.asked}

    def answer(self, request: Request, entry: Entry) -> Answer:
        documents = self._documents.get(request.key)
        try:
            questions = [] if documents is None else checks(request, self._role)
        except NotImplementedError as unknown:
            return error(request, 400, "UnknownAction", f"add it to iam_checks.py: {unknown}")
        for check in questions:
            granted = allowed(check, documents or [])
            self.asked.append(Asked(check, granted))
            if not granted:
                in_json = request.headers.get("X-Amz-Target")
                status, code = (400, "AccessDeniedException") if in_json else (403, "AccessDenied")
                return error(request, status, code, f"not authorized to perform: {check.action} on {check.resource}")
        return super().answer(request, entry) if self.by_rules else self.upstream.forward(request)

    def _role(self, name: str) -> Role:
        try:
            role = self._iam.get_role(RoleName=name)["Role"]
        except ClientError:
            return Role()
        return Role(role["Path"], role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn"))
