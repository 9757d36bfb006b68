# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The double's resource policies (rules 1.9, 2.1 to 2.3, 3.8 and 8)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.dynamodb_double import Settings
from tests.support.lab import ACCOUNT, ARN, ARU, NAME, OOM, STREAM_ON, Lab

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
NOT_FOUND = "Resource-based policy not found for the provided ResourceArn: "
PENDING = f"{ARU}Table is pending previous resource-based policy update: {NAME}"


def statement(action: Any = "dynamodb:GetItem", principal: Any = None, **members: Any) -> dict[str, Any]:
    return {
        "Sid": "Read",
        "Effect": "Allow",
        "Principal": principal or {"AWS": ROOT},
        "Action": action,
        "Resource": ARN,
        **members,
    }


def document(*statements: dict[str, Any], **members: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements) or [statement()], **members})


def put(lab: Lab, text: str, arn: str = ARN, **members: Any) -> str:
    revision: str = lab.call("PutResourcePolicy", ResourceArn=arn, Policy=text, **members)["RevisionId"]
    return revision


def get(lab: Lab, arn: str = ARN) -> Any:
    return lab.call("GetResourcePolicy", ResourceArn=arn)


def refused(lab: Lab, text: str, arn: str = ARN, **members: Any) -> tuple[str, str]:
    return lab.refusal("PutResourcePolicy", ResourceArn=arn, Policy=text, **members)[:2]


def test_reads_follow_writes_later_and_once() -> None:
    """T-244 to T-248 T-346."""
    lab = Lab().settled()
    assert lab.refusal("GetResourcePolicy", ResourceArn=ARN)[:2] == ("PolicyNotFoundException", f"{NOT_FOUND}{ARN}")
    revision = put(lab, document())
    assert lab.refusal("GetResourcePolicy", ResourceArn=ARN)[0] == "PolicyNotFoundException"
    lab.sleep(1.8)
    assert get(lab)["RevisionId"] == revision == str(int((lab.clock.now() - 1.8) * 1000))
    lab.sleep(20)
    put(lab, document(statement("dynamodb:Query")))
    assert get(lab)["RevisionId"] == revision
    lab.sleep(1.8)
    assert json.loads(get(lab)["Policy"])["Statement"][0]["Action"] == "dynamodb:Query"


def test_documents_are_read_back_in_their_canonical_form() -> None:
    """T-207 T-208 T-351 to T-355."""
    given = {
        "Statement": {
            "Resource": [ARN],
            "Action": ["dynamodb:GetItem"],
            "Principal": {"AWS": [ACCOUNT, ROOT]},
            "Effect": "allow",
            "Sid": "Read",
        },
        "Version": "2012-10-17",
    }
    lab = Lab().settled()
    revision = put(lab, json.dumps(given, indent=2))
    lab.sleep(1.8)
    assert get(lab)["Policy"] == document().replace(": ", ":").replace(", ", ",")
    assert put(lab, document()) == put(lab, get(lab)["Policy"]) == revision, "no change, even in the window"


def test_a_document_without_version_never_compares_equal() -> None:
    """T-354."""
    lab = Lab().settled()
    revision = put(lab, json.dumps({"Statement": [statement()]}))
    lab.sleep(20)
    read = get(lab)["Policy"]
    assert json.loads(read)["Version"] == "2008-10-17"
    assert put(lab, read) != revision


def test_one_change_in_fifteen_seconds() -> None:
    """T-206 T-347: first pending, then throttled, after a deletion as well."""
    lab = Lab().settled()
    put(lab, document())
    other = document(statement("dynamodb:Query"))
    assert refused(lab, other) == ("ResourceInUseException", PENDING)
    lab.sleep(2)
    code, message = refused(lab, other)
    assert code == "ThrottlingException"
    assert message.startswith(f"Resource-based policy for table {NAME} modified within the previous 15000 milliseconds")
    assert message.endswith("Please try again after 2026-11-02T09:33:35.001Z.")
    lab.sleep(13)
    put(lab, other)
    lab.sleep(15)
    lab.call("DeleteResourcePolicy", ResourceArn=ARN)
    lab.sleep(5)
    assert refused(lab, document())[0] == "ThrottlingException"
    free = Lab(Settings(budgets=False)).settled()
    put(free, document())
    free.sleep(2)
    put(free, other)


def test_revisions() -> None:
    """T-209: the check knows the last write, even before reads do, and comes before the window."""
    lab = Lab().settled()
    assert "has no associated policy" in refused(lab, document(), ExpectedRevisionId="1")[1]
    revision = put(lab, document(), ExpectedRevisionId="NO_POLICY")
    other = document(statement("dynamodb:Query"))
    assert refused(lab, other, ExpectedRevisionId=revision) == ("ResourceInUseException", PENDING)
    code, message = refused(lab, other, ExpectedRevisionId="1")
    assert (code, message.endswith("did not match.")) == ("PolicyNotFoundException", True)
    assert "expecting none" in refused(lab, other, ExpectedRevisionId="NO_POLICY")[1]
    assert lab.refusal("DeleteResourcePolicy", ResourceArn=ARN, ExpectedRevisionId="1")[0] == "PolicyNotFoundException"


def test_deleting_nothing_is_no_error() -> None:
    """T-205."""
    lab = Lab().settled()
    assert lab.call("DeleteResourcePolicy", ResourceArn=ARN) == {}
    revision = put(lab, document())
    lab.sleep(16)
    assert lab.call("DeleteResourcePolicy", ResourceArn=ARN) == {"RevisionId": revision}
    assert get(lab)["RevisionId"] == revision, "reads lag"
    lab.sleep(2)
    assert lab.refusal("GetResourcePolicy", ResourceArn=ARN)[0] == "PolicyNotFoundException"
    assert lab.call("DeleteResourcePolicy", ResourceArn=ARN) == {"RevisionId": revision}


def test_the_lock_keeps_the_table() -> None:
    """T-348: about 1 s after a Put, 2 s after a deletion; a repeated document locks nothing."""
    lab = Lab().settled()
    put(lab, document())
    refusal = lab.refusal("DeleteTable", TableName=NAME)[:2]
    assert refusal == ("ResourceInUseException", f"{ARU}Table: {NAME} has a pending resource-based policy update.")
    assert lab.status() == "ACTIVE"
    lab.update(DeletionProtectionEnabled=False)
    lab.sleep(16)
    put(lab, document())
    lab.call("DeleteResourcePolicy", ResourceArn=ARN)
    lab.sleep(1.5)
    assert lab.refusal("DeleteTable", TableName=NAME)[0] == "ResourceInUseException"
    lab.sleep(0.6)
    lab.call("DeleteTable", TableName=NAME)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (document(statement(Sid="x" * 20480)), f"{OOM}Maximum policy size of 20480 bytes exceeded"),
        ("{", f"{OOM}Invalid policy document: Syntax errors in policy."),
        ('{"Version": "2012-10-17"}', f"{OOM}Invalid policy document: Missing required field Statement"),
        (document(Version="2013-01-01"), f"{OOM}Invalid policy document: Unsupported Version"),
        (document(statement(), statement()), f"{OOM}Invalid policy document: Statement IDs (SID)"),
        (document(statement(Effect="Maybe")), f"{OOM}Invalid policy document: Invalid effect"),
        (document(statement(NotAction="dynamodb:*")), f"{OOM}Invalid policy document: Missing required field Action"),
        (document(statement(principal=ACCOUNT)), f"{OOM}Invalid principal in policy document."),
        (document(statement(principal={"AWS": "somebody"})), f"{OOM}Invalid principal in policy document."),
        (document(statement(principal={"AWS": "arn:aws:iam::1:root"})), f"{OOM}Invalid principal"),
        (document(statement(principal={"Service": "x"})), f"{OOM}Invalid principal in policy document."),
        (document(statement(principal="*")), "Resource-based policy grants unbounded access in one or more elements."),
        (document(statement(principal={"AWS": "*"})), "Resource-based policy grants unbounded access"),
    ],
)
def test_refused_documents(text: str, message: str) -> None:
    """T-211 T-356."""
    code, found = refused(Lab().settled(), text)
    assert code == "ValidationException"
    assert found.startswith(message)


def test_principals_that_do_not_exist() -> None:
    """T-211."""
    ghost = f"arn:aws:iam::{ACCOUNT}:role/ghost"
    lab = Lab(Settings(unknown_principals=frozenset({ghost}))).settled()
    assert (
        refused(lab, document(statement(principal={"AWS": ghost})))[1] == f"{OOM}Invalid principal in policy document."
    )
    put(
        lab,
        document(
            statement(principal={"AWS": ghost + "s"}), statement(principal={"Service": "x.amazonaws.com"}, Sid="S")
        ),
    )
    guarded = statement(principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})
    lab.sleep(16)
    put(lab, document(guarded))


def test_nobody_locks_himself_out_by_accident() -> None:
    """T-210."""
    lab = Lab().settled()
    text = document(statement("dynamodb:PutResourcePolicy", Effect="Deny", principal="*"))
    assert refused(lab, text)[0] == "AccessDeniedException"
    put(lab, text, ConfirmRemoveSelfResourceAccess=True)


def test_a_stream_has_a_policy_of_its_own() -> None:
    """T-211 T-213: and actions of its own."""
    lab = Lab().settled(**STREAM_ON)
    stream = lab.table()["LatestStreamArn"]
    put(lab, document(statement("dynamodb:GetRecords", Resource=stream)), stream)
    put(lab, document())
    lab.sleep(2)
    assert get(lab)["Policy"] != get(lab, stream)["Policy"]
    invalid = f"{OOM}Invalid policy document: The following action names are invalid: "
    for action, arn in (("GetItem", stream), ("ListStreams", stream), ("GetRecords", ARN)):
        text = document(statement(f"dynamodb:{action}"))
        assert refused(lab, text, arn) == ("ValidationException", f'{invalid}"dynamodb:{action}"')
    assert lab.refusal("GetResourcePolicy", ResourceArn=f"{ARN}/stream/other")[0] == "PolicyNotFoundException"


@pytest.mark.parametrize("arn", [NAME, ARN.replace(ACCOUNT, "1" * 12), f"{ARN}/index/x", ARN.replace(":aws:", ":x:")])
def test_arns_that_are_none(arn: str) -> None:
    """T-212."""
    assert Lab().settled().refusal("GetResourcePolicy", ResourceArn=arn)[0] == "ValidationException"


def test_the_policy_of_a_new_table() -> None:
    """T-233 T-234: it can be read while the table is CREATING; of a refused one nothing is made."""
    lab = Lab()
    with pytest.raises(Exception, match="Invalid principal"):
        lab.create(ResourcePolicy=document(statement(principal="x")))
    lab.create(ResourcePolicy=document())
    assert lab.refusal("GetResourcePolicy", ResourceArn=ARN)[0] == "ResourceNotFoundException"
    lab.sleep(1.6)
    assert lab.refusal("GetResourcePolicy", ResourceArn=ARN)[0] == "PolicyNotFoundException"
    lab.sleep(0.6)
    assert json.loads(get(lab)["Policy"])["Statement"] == [statement()]
    assert lab.status() == "CREATING"
    lab.sleep(60)
    assert lab.call("DeleteTable", TableName=NAME)


def test_policies_while_deleting() -> None:
    """T-236 T-455; a new table of the name has none (T-271)."""
    lab = Lab().settled(ResourcePolicy=document())
    lab.call("DeleteTable", TableName=NAME)
    put(lab, document())
    assert refused(lab, document(statement("dynamodb:Query"))) == (
        "ResourceInUseException",
        f"{ARU}Table is being deleted: {NAME}",
    )
    lab.sleep(1.7)
    assert refused(lab, document())[0] == "ResourceNotFoundException"
    assert get(lab)
    lab.sleep(5)
    assert lab.refusal("GetResourcePolicy", ResourceArn=ARN)[0] == "ResourceNotFoundException"
    lab.settled()
    assert lab.refusal("GetResourcePolicy", ResourceArn=ARN)[0] == "PolicyNotFoundException"
