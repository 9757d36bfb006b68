# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A deployer with exactly the printed policies, before an emulator that enforces as much of them as it can."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .authorizing_proxy import AuthorizingProxy
from .emulator import ACCOUNT, Emulator
from .iam_policies import Document
from .least_privilege import Clients, session
from .playbooks import Played, play

BY_ARN = {
    f"dynamodb:{name}"
    for name in (
        "DeleteResourcePolicy",
        "GetResourcePolicy",
        "ListTagsOfResource",
        "PutResourcePolicy",
        "TagResource",
        "UntagResource",
    )
}
NO_RESOURCE = {
    "iam:CreatePolicy",
    "iam:CreateInstanceProfile",
    "iam:DeleteInstanceProfile",
    "iam:GetInstanceProfile",
    "iam:TagInstanceProfile",
}
"""MiniStack asks about these actions, and those BY_ARN and on alarms, as if they were about everything."""
ROLE_INSTEAD = {"iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile"}
"""MiniStack asks about the role where AWS asks about the instance profile."""


def as_ministack_sees(document: Document) -> Document:
    """What MiniStack can enforce of a document.

    It knows no condition key of IAM's, KMS's or Application Auto Scaling's and takes a condition on one as not
    fulfilled, so conditions are left out; it names roles without their path; many resources it does not know.
    What is left out here, the proxy enforces alone.
    """
    statements = []
    for statement in document["Statement"]:
        for action in statement["Action"]:
            known = _resources(action, statement["Resource"])
            statements.append({"Effect": statement["Effect"], "Action": action, "Resource": known})
    return {"Version": document["Version"], "Statement": statements}


def _resources(action: str, resources: list[str]) -> list[str]:
    if action.startswith(("cloudwatch:", "kms:")) or action in BY_ARN | NO_RESOURCE | ROLE_INSTEAD:
        return ["*"]
    return [_without_path(arn) if ":role/" in arn else arn for arn in resources]


def _without_path(arn: str) -> str:
    return f"{arn.partition(':role/')[0]}:role/{arn.rpartition('/')[2]}"


@dataclass
class Deployer:
    """Somebody who holds some of the printed policies, and runs playbooks."""

    proxy: AuthorizingProxy
    name: str
    documents: list[Document]
    whole: bool = False
    """Whether the emulator gets the documents as they are, which it cannot enforce."""
    credentials: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """A role of its own with the documents as far as the emulator enforces them; the proxy has them whole."""
        admin = self.proxy.emulator.client
        trust = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"}
        statements = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        arn = admin("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument=statements)["Role"]["Arn"]
        for number, document in enumerate(self.documents):
            seen = json.dumps(document if self.whole else as_ministack_sees(document))
            admin("iam").put_role_policy(RoleName=self.name, PolicyName=f"p{number}", PolicyDocument=seen)
        self.credentials = admin("sts").assume_role(RoleArn=arn, RoleSessionName=self.name)["Credentials"]
        self.proxy.grant(self.credentials["AccessKeyId"], self.documents)

    def clients(self, emulator: Emulator | None = None) -> Clients:
        """Clients with these rights: through the proxy, or at the emulator itself."""
        return session(emulator or self.proxy, self.credentials)

    def play(self, playbook: str, *arguments: str, **variables: Any) -> Played:
        """Runs a playbook with these rights."""
        keys = {
            "AWS_ACCESS_KEY_ID": self.credentials["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": self.credentials["SecretAccessKey"],
            "AWS_SESSION_TOKEN": self.credentials["SessionToken"],
        }
        return play(self.proxy, playbook, *arguments, dynamodb_profile="", dynamodb_environment=keys, **variables)
