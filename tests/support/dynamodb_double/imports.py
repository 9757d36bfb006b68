# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ImportTable, DescribeImport and ListImports: rules 1.12 and 3.11 (I-001 to I-020)."""

from __future__ import annotations

from dataclasses import dataclass, field

from .capacity_rules import check_new_table
from .faults import AwsFault, subscriber_limit
from .model import Json, copied
from .schema import check_schema
from .settings import IMPORT_TOKEN_KEPT, IMPORTS, BadImport
from .sse import check_specification, described
from .state import State
from .tables import begin_table, exists
from .vectors import check_new, check_shape
from .wire import Wire, check_create

FORMATS = ("DYNAMODB_JSON", "ION", "CSV")
COMPRESSIONS = ("GZIP", "ZSTD", "NONE")
MISSING = BadImport("", "")


@dataclass(eq=False)
class Import:
    """One import, from the accepted call on."""

    arn: str
    token: str
    request: Json
    started: float
    encryption: Json | None = None
    status: str = "IN_PROGRESS"
    table_id: str = ""
    ended: float | None = None
    problem: BadImport = MISSING
    numbers: Json = field(default_factory=dict)

    @property
    def table_name(self) -> str:
        name: str = self.request["TableCreationParameters"]["TableName"]
        return name


def import_table(state: State, request: Json) -> Json:
    """Accepted whatever the files are; a token answers with its first import, even one that failed (I-008)."""
    _check(state, request)
    name = request["TableCreationParameters"]["TableName"]
    token = request["ClientToken"]
    known = [each for each in _all(state) if each.token == token and not _forgotten(state, each)]
    if known and known[-1].table_name != name:
        text = "Import conflict: Duplicate request detected with conflicting parameters"
        raise AwsFault("ImportConflictException", text)
    if known:
        return {"ImportTableDescription": _describe(state, known[-1])}
    if name in state.tables:
        raise exists(state.tables[name])
    if sum(each.status == "IN_PROGRESS" for each in _all(state)) >= IMPORTS:
        raise subscriber_limit(f"Only {IMPORTS} import operations can be done simultaneously")
    encryption = described(state, request["TableCreationParameters"].get("SSESpecification") or {})
    state.charge()
    arn = f"{state.arn(name)}/import/{int(state.now * 1000):014d}-{len(state.imports):08x}"
    made = state.imports[arn] = Import(arn, token, request, state.now, encryption)
    state.schedule.after(state.seconds("import_hidden"), lambda: _begin(state, made))
    return {"ImportTableDescription": _describe(state, made)}


def describe_import(state: State, request: Json) -> Json:
    if request["ImportArn"] not in state.imports:
        raise AwsFault("ImportNotFoundException", f"Import not found: {request['ImportArn']}")
    return {"ImportTableDescription": _describe(state, state.imports[request["ImportArn"]])}


def list_imports(state: State, request: Json) -> Json:
    """The newest first, in pages."""
    size = request.get("PageSize", 25)
    wire = Wire()
    wire.between(size, "pageSize", 1, 25)
    wire.finish()
    found = [each for each in reversed(_all(state)) if request.get("TableArn") in (None, state.arn(each.table_name))]
    first = int(request.get("NextToken") or 0)
    page = [_summary(state, each) for each in found[first : first + size]]
    more = {"NextToken": str(first + size)} if first + size < len(found) else {}
    return {"ImportSummaryList": page, **more}


def _check(state: State, request: Json) -> None:
    wire = Wire()
    wire.one_of(request["InputFormat"], "inputFormat", FORMATS)
    wire.one_of(request.get("InputCompressionType"), "inputCompressionType", COMPRESSIONS)
    wire.length(request["S3BucketSource"]["S3Bucket"], "s3BucketSource.s3Bucket", 1, 255)
    wire.finish()
    parameters = request["TableCreationParameters"]
    check_create(parameters)
    check_shape(parameters)
    check_new(parameters)
    check_schema(parameters)
    check_new_table(parameters, state.region)
    check_specification(parameters.get("SSESpecification") or {})


def _all(state: State) -> list[Import]:
    return list(state.imports.values())


def _forgotten(state: State, made: Import) -> bool:
    """A token is kept for 8 hours after the end of the request that used it first (documented)."""
    return made.ended is not None and state.now >= made.ended + IMPORT_TOKEN_KEPT


def _begin(state: State, made: Import) -> None:
    """Only now does the table appear; who comes second has lost (I-005)."""
    bucket = made.request["S3BucketSource"]["S3Bucket"]
    made.problem = state.settings.bad_imports.get(bucket, MISSING)
    if made.table_name in state.tables:
        made.problem = BadImport("TableAlreadyExists", f"Table already exists: {made.table_name}")
    if made.problem.code and not made.problem.errors:
        made.status, made.ended = "FAILED", state.now
        return
    table = begin_table(state, made.request["TableCreationParameters"], made.encryption, "import_load")
    made.table_id = table.table_id
    state.schedule.after(state.seconds("import_load") + state.seconds("import_end"), lambda: _end(state, made))


def _end(state: State, made: Import) -> None:
    """The table is ACTIVE some seconds before; one bad line fails the import, and the others stay (I-001 to I-012)."""
    made.ended = state.now
    made.status = "FAILED" if made.problem.code else "COMPLETED"
    made.numbers = {"ProcessedItemCount": 100, "ImportedItemCount": 100 - made.problem.errors}


def _describe(state: State, made: Import) -> Json:
    answer: Json = {
        **_summary(state, made),
        "ClientToken": made.token,
        "TableCreationParameters": copied(made.request["TableCreationParameters"]),
        "ErrorCount": made.problem.errors if made.ended is not None else 0,
        **made.numbers,
    }
    if made.table_id:
        answer["TableId"] = made.table_id
    if made.status == "FAILED":
        answer.update(FailureCode=made.problem.code, FailureMessage=made.problem.message)
    return answer


def _summary(state: State, made: Import) -> Json:
    answer: Json = {
        "ImportArn": made.arn,
        "ImportStatus": made.status,
        "TableArn": state.arn(made.table_name),
        "S3BucketSource": dict(made.request["S3BucketSource"]),
        "CloudWatchLogGroupArn": f"arn:aws:logs:{state.region}:{state.account_id}:log-group:/aws-dynamodb/imports:*",
        "InputFormat": made.request["InputFormat"],
        "StartTime": state.moment(made.started),
    }
    return answer if made.ended is None else {**answer, "EndTime": state.moment(made.ended)}
