# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The objects of the double: made, changed, listed and associated as AWX does it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from itertools import count
from typing import Any

from . import rules
from .kinds import KINDS, OUTCOMES, UNIFIED
from .refusal import Refused

Object = dict[str, Any]
ROOT = "/api/v2"


class Store:
    """All objects of a controller, which after its first boot has a few of its own."""

    def __init__(self, playbooks: Collection[str]) -> None:
        self.playbooks = playbooks
        """The playbooks in the repository, whatever its address is."""
        self.objects: dict[str, dict[int, Object]] = {place: {} for place in KINDS}
        self.lists: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        self.surveys: dict[int, Object] = {}
        self.syncs: dict[int, int] = {}
        """By project the number of its sync, while that goes on."""
        self._numbers = count(1)
        galaxy = self.create("credential_types", {"name": "Galaxy token", "kind": "galaxy"})
        self.create("credentials", {"name": "Ansible Galaxy", "credential_type": galaxy["id"]})

    def get(self, place: str, number: int) -> Object:
        for kind in UNIFIED if place == "unified_job_templates" else (place,):
            if number in self.objects[kind]:
                return self.objects[kind][number]
        raise Refused(404, {"detail": "Not found."})

    def everything(self, place: str) -> Iterator[tuple[str, Object]]:
        """The objects of a place, each with the place of its own."""
        for kind in UNIFIED if place == "unified_job_templates" else (place,):
            yield from ((kind, item) for item in self.objects[kind].values())

    def listing(self, place: str, query: Mapping[str, str]) -> Object:
        """The objects that a query finds; a field that no object of the place has is refused."""
        fields = (
            {"id", "type", "organization", "name"} if place == "unified_job_templates" else {"id", *KINDS[place].fields}
        )
        if place == "job_templates":
            fields.add("organization")
        query = {name: value for name, value in query.items() if name != "page_size"}
        unknown = [name for name in query if name.removeprefix("or__") not in fields]
        if unknown:
            raise Refused(400, {"detail": f"{place} has no field {unknown[0]}"})
        typed = [(kind, {**item, "type": KINDS[kind].type}) for kind, item in self.everything(place)]
        found = [self.shown(kind, item) for kind, item in typed if _matches(item, query)]
        return {"count": len(found), "next": None, "previous": None, "results": found}

    def create(self, place: str, body: Mapping[str, Any]) -> Object:
        kind = KINDS[place]
        item = {name: deepcopy(body.get(name, default)) for name, default in kind.fields.items()}
        missing = [name for name in kind.needed if item[name] in (None, "")]
        if missing:
            raise Refused(400, {name: ["This field is required."] for name in missing})
        item["id"] = next(self._numbers)
        return self._keep(place, item, None)

    def change(self, place: str, number: int, body: Mapping[str, Any]) -> Object:
        before = self.get(place, number)
        written = {name: deepcopy(value) for name, value in body.items() if name in KINDS[place].fields}
        return self._keep(place, {**before, **written}, before)

    def _keep(self, place: str, item: Object, before: Object | None) -> Object:
        for name, other in KINDS[place].links.items():
            if item[name] is not None and not self._is_there(other, item[name], before and before[name]):
                raise Refused(400, {name: [f"there is no object {item[name]}"]})
        rules.check(self, place, item, before)
        unique = KINDS[place].unique
        for other in self.objects[place].values():
            if unique and other["id"] != item["id"] and all(other.get(name) == item.get(name) for name in unique):
                raise Refused(400, {"__all__": [f"there is one with the same {' and '.join(unique)}"]})
        self.objects[place][item["id"]] = item
        if place == "projects" and (before is None or before["scm_url"] != item["scm_url"]):
            self.syncs[item["id"]] = next(self._numbers)
        return self.shown(place, item)

    def _is_there(self, place: str, number: int, before: int | None) -> bool:
        # An approval, say, stays in its node, though it is nothing that could be chosen
        return number == before or any(item["id"] == number for _kind, item in self.everything(place))

    def delete(self, place: str, number: int) -> None:
        self.get(place, number)
        del self.objects[place][number]

    def shown(self, place: str, item: Object) -> Object:
        """An object as the API gives it."""
        kind = KINDS[place]
        url = f"{ROOT}/{place}/{item['id']}/"
        related = {name: f"{url}{name}/" for name in (*kind.lists, *(["survey_spec"] if kind.survey else []))}
        told = {**deepcopy(item), "type": kind.type, "url": url, "related": related, "summary_fields": {}}
        if place == "workflow_job_template_nodes" and item["unified_job_template"]:
            related["unified_job_template"] = self._launched_url(item["unified_job_template"])
        if place == "projects":
            sync = self.syncs.get(item["id"])
            told["scm_revision"] = "" if sync else "0123456789abcdef0123456789abcdef01234567"
            told["summary_fields"] = {"current_update": {"id": sync}} if sync else {}
        if place == "credential_types":
            told["managed"] = False
        if place == "credentials":
            secret = rules.secrets(self, item)
            told["inputs"] = {name: rules.HIDDEN if name in secret else value for name, value in item["inputs"].items()}
        return told

    def _launched_url(self, number: int) -> str:
        place = next(kind for kind in (*UNIFIED, "workflow_approval_templates") if number in self.objects[kind])
        return f"{ROOT}/{place}/{number}/"

    def sync(self, number: int) -> Object:
        """A sync of a project, which is over as soon as somebody looks."""
        project = next((project for project, sync in self.syncs.items() if sync == number), None)
        if project is None:
            raise Refused(404, {"detail": "Not found."})
        del self.syncs[project]
        return {"id": number, "status": "successful", "finished": "2026-01-01T00:00:00Z", "failed": False}

    def approval(self, number: int, body: Mapping[str, Any]) -> Object:
        """What a node asks for instead of launching something."""
        node = self.get("workflow_job_template_nodes", number)
        template = self.create("workflow_approval_templates", body)
        node["unified_job_template"] = template["id"]
        return template

    def members(self, place: str, number: int, name: str) -> Object:
        self.get(place, number)
        other = self._list(place, name)
        found = [self.shown(other, self.get(other, member)) for member in self.lists[number, name]]
        return {"count": len(found), "next": None, "previous": None, "results": found}

    def associate(self, place: str, number: int, name: str, body: Mapping[str, Any]) -> None:
        owner, members = self.get(place, number), self.lists[number, name]
        member = self.get(self._list(place, name), body["id"])
        if body.get("disassociate"):
            members.remove(member["id"])
            return
        rules.check_association(self, name, owner, member)
        members.append(member["id"])

    def followers(self, number: int) -> list[int]:
        """The nodes after a node, whatever its outcome."""
        return [follower for outcome in OUTCOMES for follower in self.lists[number, outcome]]

    @staticmethod
    def _list(place: str, name: str) -> str:
        if name not in KINDS[place].lists:
            raise Refused(404, {"detail": "Not found."})
        return KINDS[place].lists[name]


def _matches(item: Object, query: Mapping[str, str]) -> bool:
    either = [str(item.get(name.removeprefix("or__"))) == value for name, value in query.items() if "or__" in name]
    all_of = [str(item.get(name)) == value for name, value in query.items() if "or__" not in name]
    return all(all_of) and (any(either) or not either)
