# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reads of IAM, side by side. Nothing here writes: that is left to amazon.aws's modules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from .._engine.apply import gather
from .._engine.client import READERS, Aws
from .._engine.errors import failure_of
from .._engine.step import Failure
from .._tables.names import is_owned
from .model import Access, Observed, Policy, Profile, Role
from .observe import policy_of, profile_of, role_of, users_of

Read = Callable[[], None]


class Gateway:
    """Reads into itself, each thread its own entries; what is not there has no entry, failed reads are gathered."""

    def __init__(self, aws: Aws, estate: str) -> None:
        self._failures: list[Failure] = []
        self._aws = aws
        self._estate = estate
        self._policies: dict[str, Policy] = {}
        self._roles: dict[str, Role] = {}
        self._profiles: dict[str, Profile] = {}
        self._arns: dict[str, str] = {}
        self._users: dict[str, tuple[str, ...]] = {}
        aws.client("iam")

    @property
    def failures(self) -> list[Failure]:
        return sorted(self._failures, key=lambda failure: (failure.resource, failure.action))

    def keys(self, aliases: list[str]) -> dict[str, str]:
        """The ARNs of the keys that the aliases mean."""
        found: dict[str, str] = {}

        def resolve(alias: str) -> None:
            answer = self._aws.call("kms", "DescribeKey", alias, KeyId=alias)
            found[alias] = answer["KeyMetadata"]["Arn"]

        if aliases:
            self._aws.client("kms")
        self._read((partial(resolve, alias) for alias in aliases), absent_fails=True)
        return found

    def observe(self, desired: Access) -> Observed:
        """The declared things as they are, and the estate's policies that are not declared."""
        self._read(
            [
                self._list_policies,
                *(partial(self._role, name) for name in desired.roles),
                *(partial(self._policy, arn) for arn in desired.policies),
                *(partial(self._profile, name) for name in desired.profiles),
            ]
        )
        return self._with_strays(desired)

    def observe_all(self) -> Observed:
        """All that may be the estate's: what its names could be, with the tags that decide."""
        roles: list[str] = []
        profiles: list[str] = []
        self._read(
            [
                self._list_policies,
                lambda: roles.extend(entry["RoleName"] for entry in self._list("Roles")),
                lambda: profiles.extend(entry["InstanceProfileName"] for entry in self._list("InstanceProfiles")),
            ]
        )
        self._read(
            [
                *(partial(self._role, name, attached=False) for name in self._candidates(roles)),
                *(partial(self._profile, name) for name in self._candidates(profiles)),
            ]
        )
        return self._with_strays(Access())

    def _with_strays(self, desired: Access) -> Observed:
        """Looks into undeclared policies with the estate's tags, and at the roles that use them."""
        arns = [self._arns[name] for name in self._candidates(self._arns)]
        self._read(partial(self._stray, arn) for arn in arns if arn not in desired.policies)
        users = {user.removeprefix("role/") for found in self._users.values() for user in found if user[:5] == "role/"}
        self._read(partial(self._role, name, attached=False) for name in sorted(users - self._roles.keys()))
        return Observed(Access(self._policies, self._roles, self._profiles), self._arns, self._users)

    def _candidates(self, names: Iterable[str]) -> list[str]:
        """Names that could be the estate's; whether they are is said by tags only, which listings leave out."""
        return [name for name in names if name.startswith(f"{self._estate}-")]

    def _list(self, what: str, **request: Any) -> Iterator[dict[str, Any]]:
        """The entries of a listing: C(Roles) of ListRoles, and so on."""
        pages = self._aws.pages("iam", f"List{what}", "*", PaginationConfig={"PageSize": 1000}, **request)
        for page in pages:
            yield from page[what]

    def _list_policies(self) -> None:
        self._arns.update((entry["PolicyName"], entry["Arn"]) for entry in self._list("Policies", Scope="Local"))

    def _role(self, name: str, attached: bool = True) -> None:
        answer = self._aws.call("iam", "GetRole", f"role {name}", RoleName=name)["Role"]
        policies: list[dict[str, Any]] = []
        if attached:
            for page in self._aws.pages("iam", "ListAttachedRolePolicies", f"role {name}", RoleName=name):
                policies += page["AttachedPolicies"]
        self._roles[name] = role_of(answer, policies)

    def _policy(self, arn: str) -> None:
        answer = self._aws.call("iam", "GetPolicy", arn, PolicyArn=arn)["Policy"]
        version = self._aws.call("iam", "GetPolicyVersion", arn, PolicyArn=arn, VersionId=answer["DefaultVersionId"])
        self._policies[arn] = policy_of(answer, version["PolicyVersion"])

    def _profile(self, name: str) -> None:
        answer = self._aws.call("iam", "GetInstanceProfile", f"instance profile {name}", InstanceProfileName=name)
        self._profiles[name] = profile_of(answer["InstanceProfile"])

    def _stray(self, arn: str) -> None:
        policy = policy_of(self._aws.call("iam", "GetPolicy", arn, PolicyArn=arn)["Policy"], {})
        if is_owned(policy.tags, self._estate):
            pages = self._aws.pages("iam", "ListEntitiesForPolicy", arn, PolicyArn=arn)
            self._users[arn] = tuple(user for page in pages for user in users_of(page))
            self._policies[arn] = policy

    def _read(self, reads: Iterable[Read], absent_fails: bool = False) -> None:
        _unused, errors = gather(lambda read: read(), reads, READERS)
        failed = [error for error in errors if error.kind != "absent" or absent_fails]
        self._failures += [failure_of(error, error.subject, error.permission) for error in failed]
