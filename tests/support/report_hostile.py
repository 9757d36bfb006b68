# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""A report in which every text from outside is hostile: markup, templates, quotes, right-to-left, controls, length."""

from __future__ import annotations

from .report_samples import Json, document, place, result_of

HOSTILE = (
    "<script>window.broken=1</script>",
    "\"><img src=x onerror='window.broken=1'>",
    "{{ lookup('env', 'HOME') }} {% raw %} ${7*7}",
    "' onmouseover='window.broken=1",
    "שלום עולם مرحبا",
    "\u202egnp.exe\u202c",
    "</style></script><!-- ]]>",
    "&lt;b&gt; &amp;#39; \\u003c",
    "새 테이블 표 " * 9,
    "nul\x00 bell\x07 \x1b[31m",
    "a" * 300,
)


def same(text: str, *keys: str) -> Json:
    """All of the keys with the text as their value."""
    return dict.fromkeys(keys, text)


def table(text: str) -> Json:
    named = same(text, "name", "table_name", "hash_key", "ttl_attribute")
    return {
        **named,
        "ttl_enabled": True,
        "tags": {text: text},
        "global_secondary_indexes": [same(text, "name", "hash_key")],
    }


def step(text: str) -> Json:
    shown = same(text, "resource", "reason", "risk", "allow", "budget")
    return {**shown, "action": f"create_{text}", "fields": [text], "request": {text: text}}


def note(text: str) -> Json:
    return same(text, "resource", "reason", "message", "until", "action", "code", "hint", "declared", "found")


def alarm(text: str) -> Json:
    dimensions = same(text, "TableName", "GlobalSecondaryIndexName")
    return {**same(text, "name", "metric_name"), "alarm_actions": [text], "dimensions": dimensions}


def role(text: str) -> Json:
    grant = {"actions": ["dynamodb:GetItem", text], "resources": [f"arn:aws:dynamodb:::table/{text}", text]}
    return {**same(text, "name", "description"), "trusted_by": [text], "may": [grant]}


def used(text: str) -> Json:
    window = same(text, "start", "end", "period")
    return {**place(0, 20), "billing_mode": text, "window": window, "indexes": {text: place(1, 20)}}


def hostile() -> Json:
    """A report in which every text that comes from outside is hostile, in every place where one can stand."""
    steps, notes = [step(text) for text in HOSTILE], [note(text) for text in HOSTILE]
    left = dict.fromkeys(("deferred", "conflicts", "failures", "replanned", "recreated"), notes)
    results = {
        "tables": result_of(steps, **left, withheld=steps, undeclared=list(HOSTILE), problems=list(HOSTILE)),
        "iam": {"failed": True, "msg": HOSTILE[0]},
        "alarms": result_of([], alarms=[alarm(text) for text in HOSTILE]),
    }
    head = zip(("estate", "host", "environment", "account_id", "region", "made_at"), HOSTILE, strict=False)
    return document(
        0,
        results=results,
        tables=[table(text) for text in HOSTILE],
        roles=[role(text) for text in HOSTILE],
        findings=[same(text, "id", "severity", "resource", "found", "expected", "mend") for text in HOSTILE],
        usage={text: used(text) for text in HOSTILE},
        **dict(head),
    )
