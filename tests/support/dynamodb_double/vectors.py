# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vector indexes: made with a table, and made and deleted on one that is there.

None of the findings (T-143 and so on) is about them. Rules, texts and times are those of the developer guide, and of
projects that say they have asked AWS; what nobody says is refused here, and marked with a question mark.
"""

from __future__ import annotations

from typing import Any

from .combination import ONE_ONLINE, Change, IndexAction
from .faults import invalid, not_found, subscriber_limit, validation
from .model import Job, Json, Table, Vector, copied
from .schema import check_projection, names_of
from .state import State
from .wire import PROJECTIONS, Wire

VECTOR_LIMIT = 5
DIMENSIONS = 4096
ELEMENTS = {"HASH": 1, "INLINE_FILTER": 18}
DISTANCES = ("COSINE", "DOT_PRODUCT", "EUCLIDEAN")
ON_DEMAND_ONLY = "Vector indexes are only supported for PAY_PER_REQUEST tables"
TAKEN = "Attempting to create an index which already exists"


def check_shape(request: Json) -> None:
    """The shape of what CreateTable and UpdateTable take of them."""
    wire = Wire()
    for number, body in enumerate(request.get("VectorIndexes") or [], 1):
        _shape(wire, body, f"vectorIndexes.{number}.member")
    for number, update in enumerate(request.get("VectorIndexUpdates") or [], 1):
        path = f"vectorIndexUpdates.{number}.member"
        if "Create" in update:
            _shape(wire, update["Create"], f"{path}.create")
        if "Delete" in update:
            wire.name(update["Delete"].get("IndexName"), f"{path}.delete.indexName")
    wire.finish()


def _shape(wire: Wire, body: Json, path: str) -> None:
    wire.name(body.get("IndexName"), f"{path}.indexName")
    wire.length((body.get("VectorAttribute") or {}).get("AttributeName"), f"{path}.vectorAttribute", 1, 255)
    wire.between(body.get("Dimensions"), f"{path}.dimensions", 1)
    if wire.required(body.get("DistanceFunction"), f"{path}.distanceFunction"):
        wire.one_of(body["DistanceFunction"], f"{path}.distanceFunction", DISTANCES)
    if "SearchSchema" in body:
        wire.length(body["SearchSchema"], f"{path}.searchSchema", 1, 1 + sum(ELEMENTS.values()))
    for element in body.get("SearchSchema") or []:
        wire.one_of(element.get("SearchSchemaElementType"), f"{path}.searchSchema", tuple(ELEMENTS))
    if wire.required(body.get("Projection"), f"{path}.projection"):
        wire.one_of(body["Projection"].get("ProjectionType"), f"{path}.projection.projectionType", PROJECTIONS)
        if "NonKeyAttributes" in body["Projection"]:
            wire.length(body["Projection"]["NonKeyAttributes"], f"{path}.projection.nonKeyAttributes", 1, 20)


def check_new(request: Json) -> None:
    """The vector indexes of a table that is to be made."""
    bodies = request.get("VectorIndexes") or []
    if request.get("VectorIndexes") == []:
        raise invalid("List of VectorIndexes is empty")  # ?
    if bodies and request.get("BillingMode") != "PAY_PER_REQUEST":
        raise invalid(ON_DEMAND_ONLY)
    if len(bodies) > VECTOR_LIMIT:
        raise invalid(f"VectorIndex count exceeds the per-table limit of {VECTOR_LIMIT}")
    definitions = {item["AttributeName"]: item["AttributeType"] for item in request["AttributeDefinitions"]}
    taken = {
        index["IndexName"]
        for member in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
        for index in request.get(member) or []
    }
    known: dict[str, int] = {}
    for body in bodies:
        if body["IndexName"] in taken:
            raise invalid(f"Duplicate index name: {body['IndexName']}")
        taken.add(body["IndexName"])
        _check_body(body, definitions, known)


def _check_body(body: Json, definitions: dict[str, str], dimensions: dict[str, int]) -> None:
    """dimensions are those of the attributes that hold vectors already; that of the body is added."""
    kinds = [element["SearchSchemaElementType"] for element in body.get("SearchSchema") or []]
    for kind, most in ELEMENTS.items():
        if kinds.count(kind) > most:
            raise invalid(
                f"Value '{kinds.count(kind)}' at 'SearchSchema' failed to satisfy constraint: Member must have {kind} "
                f"count less than or equal to {most}"
            )
    if not 1 <= body["Dimensions"] <= DIMENSIONS:
        raise invalid(f"Number of dimensions must be between 1 and {DIMENSIONS} inclusive.")
    attribute = body["VectorAttribute"]["AttributeName"]
    if attribute in definitions:
        raise invalid(
            f"Conflicting attribute definition for '{attribute}'. An attribute cannot be defined in "
            "AttributeDefinitions when used as a VectorAttribute."
        )
    schema = names_of(body.get("SearchSchema") or [])
    if set(schema) - set(definitions):
        raise invalid("One element in SearchSchema is not defined in attribute definitions")
    if len(set(schema)) < len(schema):
        raise invalid("The SearchSchema contains an attribute twice")  # ?
    if dimensions.setdefault(attribute, body["Dimensions"]) != body["Dimensions"]:
        raise invalid(
            f"Conflicting attribute definition for '{attribute}'. All VectorIndexes on the same vector attribute must "
            "use the same dimensions."
        )
    check_projection(body["Projection"])


def made_with(request: Json) -> dict[str, Vector]:
    """Those of a new table; without Backfilling, and ACTIVE in the same moment as the table."""
    return {body["IndexName"]: Vector(body, "CREATING") for body in request.get("VectorIndexes") or []}


def restored(source: Table, request: Json) -> dict[str, Vector]:
    """Those of a restored table: all of its source, or those that the request names, which must be like some there."""
    if "VectorIndexOverride" not in request:
        return {name: Vector(vector.body, "CREATING") for name, vector in source.vectors.items()}
    shapes = [_shape_of(vector.body) for vector in source.vectors.values()]
    for body in request["VectorIndexOverride"]:
        if _shape_of(body) not in shapes:
            raise validation(
                f"Index {body['IndexName']} does not match a vector index that existed in the source table and "
                "cannot be created during the restore operation"
            )
    return {body["IndexName"]: Vector(body, "CREATING") for body in request["VectorIndexOverride"]}


def _shape_of(body: Json) -> Json:
    """What makes an index the one of another name; the order of filters and of projected attributes means nothing."""
    projection = body["Projection"]
    schema = {each["AttributeName"]: each["SearchSchemaElementType"] for each in body.get("SearchSchema") or []}
    attributes = sorted(projection.get("NonKeyAttributes") or [])
    return {**body, "IndexName": "", "SearchSchema": schema, "Projection": [projection["ProjectionType"], attributes]}


def ready(table: Table) -> None:
    for vector in table.vectors.values():
        vector.status = "ACTIVE"


def describe_vectors(table: Table) -> Json:
    """What DescribeTable shows; the attribute with the vectors is no attribute definition."""
    if not table.vectors:
        return {}
    return {"VectorIndexes": [_described(table, vector) for vector in table.vectors.values()]}


def _described(table: Table, vector: Vector) -> Json:
    backfilling: dict[str, Any] = {} if vector.backfilling is None else {"Backfilling": vector.backfilling}
    return {
        **copied(vector.body),
        "IndexStatus": vector.status,
        **backfilling,
        "IndexSizeBytes": 0,
        "ItemCount": 0,
        "IndexArn": f"{table.arn}/index/{vector.name}",
    }


def check(table: Table, change: Change) -> None:
    """Whether the request makes sense for the table as it is, as far as vector indexes are concerned."""
    mode = change.fields.get("BillingMode", table.mode)
    staying = [vector for vector in table.vectors.values() if vector.status != "DELETING"]
    if table.vectors and mode != "PAY_PER_REQUEST":
        raise invalid(ON_DEMAND_ONLY)
    for action in change.actions:
        if action.action == "Create":
            _check_beside(action, staying, change.definitions)
    for action in change.vectors:
        if action.action == "Create":
            _check_create(table, action, change, mode)
        elif action.name not in table.vectors:
            raise not_found(f"Index {action.name} for table {table.name}")


def _check_beside(action: IndexAction, staying: list[Vector], definitions: dict[str, str]) -> None:
    """A global index that is to be made beside vector indexes."""
    if action.name in [vector.name for vector in staying]:
        raise validation(TAKEN)
    for key in action.body["KeySchema"]:
        name = key["AttributeName"]
        for vector in staying:
            if name == vector.attribute:
                raise _redefined(
                    f"VectorIndexSchema:[VectorAttribute: key{{{name}:L:{vector.body['Dimensions']}}}]",
                    f"Schema:[SchemaElement: key{{{name}:{definitions.get(name, 'S')}:{key['KeyType']}}}]",
                )


def _redefined(old: str, new: str) -> Exception:
    return invalid(
        "Attributes cannot be redefined. Please check that your attribute has the same type as previously defined. "
        f"Existing schema: {old} New schema: {new}"
    )


def _check_create(table: Table, action: IndexAction, change: Change, mode: str) -> None:
    if mode != "PAY_PER_REQUEST":
        raise invalid(ON_DEMAND_ONLY)
    others = {name: index.status for name, index in table.indexes.items()}
    others |= {index.name: "ACTIVE" for index in table.local_indexes}
    others |= {name: vector.status for name, vector in table.vectors.items()}
    if others.get(action.name, "DELETING") != "DELETING":  # then its own job refuses it
        raise validation(TAKEN)
    if len(table.vectors) >= VECTOR_LIMIT and action.name not in table.vectors:
        raise subscriber_limit(f"Number of vector secondary indexes exceeds per-table limit of {VECTOR_LIMIT}")
    attribute = action.body["VectorAttribute"]["AttributeName"]
    dimensions = {vector.attribute: int(vector.body["Dimensions"]) for vector in table.vectors.values()}
    _check_body(action.body, change.definitions, dimensions)
    if attribute in table.attributes:
        raise _redefined(
            f"Schema:[SchemaElement: key{{{attribute}:{table.attributes[attribute]}}}]",
            f"VectorIndexSchema:[VectorAttribute: key{{{attribute}:L:{action.body['Dimensions']}}}]",
        )
    for name in names_of(action.body.get("SearchSchema") or []):
        if table.attributes.get(name, change.definitions[name]) != change.definitions[name]:
            raise _redefined(f"{name}:{table.attributes[name]}", f"{name}:{change.definitions[name]}")  # ?
        if name in dimensions:
            raise _redefined(f"{name}:L", f"{name}:{change.definitions[name]}")  # ?


def apply(state: State, table: Table, change: Change) -> None:
    """Begins the action; a new index walks through allocation and backfill like a global one, and as slowly."""
    for action in change.vectors:
        if action.action == "Create":
            _create(state, table, action.body, change.definitions)
        else:
            _delete(state, table, table.vectors[action.name])


def _create(state: State, table: Table, body: Json, definitions: dict[str, str]) -> None:
    vector = table.vectors[body["IndexName"]] = Vector(body, "CREATING", backfilling=False)
    for name in names_of(body.get("SearchSchema") or []):
        table.attributes.setdefault(name, definitions[name])

    def allocated() -> None:
        vector.backfilling = True
        state.start(table, Job("INDEX_BACKFILL", vector.name), "index_backfill", built)

    def built() -> None:
        vector.status, vector.backfilling = "ACTIVE", None

    state.start(table, Job("INDEX_ALLOCATION", vector.name), "index_allocation", allocated)


def _delete(state: State, table: Table, vector: Vector) -> None:
    for job in [job for job in table.jobs if job.index == vector.name]:
        table.jobs.remove(job)
    vector.status, vector.backfilling = "DELETING", None

    def gone() -> None:
        del table.vectors[vector.name]
        table.forget_attributes()

    state.start(table, Job("INDEX_DELETE", vector.name), "index_delete", gone)


def check_alone(change: Change) -> None:
    """One action a call, and (since nobody says what may be with it) nothing else."""
    online = [*change.online, *change.vectors]
    if change.vectors and len(online) > 1:
        raise subscriber_limit(ONE_ONLINE)
    if change.vectors and change.parts:
        raise invalid("VectorIndexUpdates must be the only operation in the request")  # ?
