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


TABLES = [
    {
        "name": text,
        "table_name": text,
        "hash_key": text,
        "ttl_enabled": True,
        "ttl_attribute": text,
        "tags": {text: text},
        "global_secondary_indexes": [{"name": text, "hash_key": text}],
    }
    for text in HOSTILE
]
STEPS = [
    {
        "resource": text,
        "action": f"create_{text}",
        "reason": text,
        "risk": text,
        "allow": text,
        "budget": text,
        "fields": [text],
        "request": {text: text},
    }
    for text in HOSTILE
]
NOTES = [
    {
        "resource": text,
        "reason": text,
        "message": text,
        "until": text,
        "action": text,
        "code": text,
        "hint": text,
        "declared": text,
        "found": text,
        "fields": [],
    }
    for text in HOSTILE
]
AHEAD = {"expected_seconds": {"low": 0, "high": 1, "slowest": HOSTILE[0], "steps": 1}}
BUDGETS = [{"resource": text, "spent": 1, "of": 2, "what": text, "window": text} for text in HOSTILE]
ALARMS = [
    {
        "name": text,
        "metric_name": text,
        "alarm_actions": [text],
        "dimensions": {"TableName": text, "GlobalSecondaryIndexName": text},
    }
    for text in HOSTILE
]
ROLES = [
    {
        "name": text,
        "description": text,
        "trusted_by": [text],
        "may": [{"actions": ["dynamodb:GetItem", text], "resources": [f"arn:aws:dynamodb:::table/{text}", text]}],
    }
    for text in HOSTILE
]


def hostile() -> Json:
    """A report in which every text that comes from outside is hostile, in every place where one can stand."""
    left = dict.fromkeys(("deferred", "conflicts", "failures", "replanned", "recreated"), NOTES)
    findings = [dict.fromkeys(("id", "severity", "resource", "found", "expected", "mend"), text) for text in HOSTILE]
    results = {
        "tables": result_of(
            STEPS, **left, withheld=STEPS, undeclared=list(HOSTILE), problems=list(HOSTILE), budgets=BUDGETS, **AHEAD
        ),
        "iam": {"failed": True, "msg": HOSTILE[0]},
        "alarms": result_of([], alarms=ALARMS),
    }
    usage = {
        text: {
            **place(0, 20),
            "billing_mode": text,
            "window": {"start": text, "end": text, "period": text},
            "indexes": {text: place(1, 20)},
        }
        for text in HOSTILE
    }
    return document(
        0,
        results=results,
        tables=TABLES,
        roles=ROLES,
        findings=findings,
        usage=usage,
        estate=HOSTILE[0],
        host=HOSTILE[1],
        environment=HOSTILE[2],
        account_id=HOSTILE[3],
        region=HOSTILE[4],
        made_at=HOSTILE[5],
    )
