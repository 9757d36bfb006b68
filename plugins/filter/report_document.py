# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: report_document
short_description: What was planned, done or found, as one document
version_added: 0.1.0
description:
  - Puts the modules' results and what is known of the estate into one document, which is what C(report.json) holds and
    what P(traffic_tacos.dynamodb.report_page#filter) shows. Its schema is C(docs/report.schema.json).
  - Arguments of modules, in which credentials may stand, are not taken over. Everything is plain text.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: >-
      The registered results by domain, which are C(tables), C(iam), C(topic), C(alarms), C(dashboard) and C(endpoints);
      any may be missing.
    type: dict
    required: true
  estate:
    description: The estate's name.
    type: str
    required: true
  host:
    description: The inventory's host.
    type: str
    required: true
  account_id:
    description: The account.
    type: str
    required: true
  region:
    description: The region.
    type: str
    required: true
  kind:
    description: What the results are.
    type: str
    choices: [plan, site, audit, usage]
    required: true
  made_at:
    description: When, in UTC, for example V(2026-11-02T08:00:00Z).
    type: str
    required: true
  environment:
    description: The environment's name.
    type: str
    default: ""
  tables:
    description: The tables as they are, or would be, in the form of O(traffic_tacos.dynamodb.tables#module:tables).
    type: list
    elements: dict
    default: []
  status:
    description: RV(traffic_tacos.dynamodb.tables#module:status).
    type: dict
  roles:
    description: The roles, as P(traffic_tacos.dynamodb.access_roles#filter) makes them.
    type: list
    elements: dict
    default: []
  findings:
    description: Findings, each with C(id), C(severity), C(resource), C(found), C(expected) and C(mend).
    type: list
    elements: dict
    default: []
  usage:
    description: Usage of tables and indexes by logical name. Its advice is put among the findings.
    type: dict
seealso:
  - plugin: traffic_tacos.dynamodb.report_page
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Keep what a task did
  ansible.builtin.copy:
    content: "{{ document | to_nice_json }}"
    dest: reports/dev.json
    mode: "0644"
  vars:
    document: "{{ {'tables': tables_result} | traffic_tacos.dynamodb.report_document(estate='ticket', host='dev',
      account_id='137406935518', region='ap-northeast-2', kind='site', made_at='2026-11-02T08:00:00Z',
      tables=tables_result.tables, status=tables_result.status) }}"
"""

RETURN = r"""
_value:
  description: The document.
  type: dict
"""

from ansible.errors import AnsibleFilterError

from ..module_utils._report.document import report_document


def document_of(results, **settings):
    try:
        return report_document(results, **settings)
    except (TypeError, ValueError) as wrong:
        raise AnsibleFilterError(f"report_document: {wrong}") from wrong


class FilterModule:
    """The filter report_document."""

    def filters(self):
        return {"report_document": document_of}
