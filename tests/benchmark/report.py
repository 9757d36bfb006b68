# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The result as a table for people and as a file for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

GROUPS = ("this collection", "looped tasks")
COLUMNS = f"{'wall s':>9}{'CPU s':>9}{'calls':>8}{'server s':>10}"
WIDTH = len(COLUMNS)

NOTES = """\
"looped tasks" is tests/benchmark/peer.yml: one looped task each of community.aws.dynamodb_table and dynamodb_ttl,
amazon.aws.iam_managed_policy, iam_role and cloudwatch_metric_alarm, with the same tables, roles and alarms.
It does less: those modules know no point-in-time recovery, encryption, deletion protection, streams, or tags of alarms;
its policies name tables by prefix instead of by ARN; its trusts have no guards; its alarms have no metric math.
CPU: user and system time of ansible-playbook with all its children. Server: CPU time of the emulator, on top.
Calls: requests that the emulator got. Ratio: looped tasks / this collection. Medians of the repeats."""


def ratios(ours: dict[str, Any], peer: dict[str, Any]) -> dict[str, float]:
    """How many times as much the peer needs."""
    return {name: round(peer[name] / ours[name], 2) for name in ("wall", "cpu", "calls") if ours[name]}


def text(result: dict[str, Any]) -> str:
    """The whole result, to be printed."""
    heads = "".join(f"{name:^{WIDTH}}" for name in GROUPS)
    start = result["empty_play"]
    versions = ", ".join(f"{name} {value}" for name, value in result["releases"].items())
    lines = [
        versions,
        "",
        f"{'':<30}{heads}{'ratio':^16}",
        f"{'tables':>6}  {'run':<14}{'repeats':>8}{COLUMNS}{COLUMNS}{'wall':>8}{'CPU':>8}",
        *(row(case) for case in result["cases"]),
        "",
        f"ansible-playbook by itself (an empty play): {start['wall']:.2f} s wall, {start['cpu']:.2f} s CPU",
        *unsettled(result["cases"]),
        "",
        NOTES,
    ]
    return "\n".join(lines)


def row(case: dict[str, Any]) -> str:
    ours, peer, ratio = case["ours"], case["peer"], case["ratio"]
    begin = f"{case['tables']:>6}  {case['run']:<14}{len(ours['samples']):>8}"
    return f"{begin}{cells(ours)}{cells(peer)}{ratio['wall']:>7.1f}x{ratio['cpu']:>7.1f}x"


def cells(side: dict[str, Any]) -> str:
    return f"{side['wall']:>9.2f}{side['cpu']:>9.2f}{side['calls']:>8.0f}{side['emulator_cpu']:>10.2f}"


def unsettled(cases: list[dict[str, Any]]) -> list[str]:
    """A warning for every second run that still changed something."""
    return [
        f"NOT CONVERGED: at {case['tables']} tables the second run of {name} changed {case[side]['changed']:.0f} tasks"
        for case in cases
        if case["run"] == "converged"
        for side, name in zip(("ours", "peer"), GROUPS, strict=True)
        if case[side]["changed"]
    ]


def save(result: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
