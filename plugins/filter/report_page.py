# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: report_page
short_description: A report document as one HTML page
version_added: 0.1.0
description:
  - Makes one self-contained page. It loads nothing from anywhere, is readable without its script, in light and dark, on
    a phone and on paper.
  - Whatever names, tags and messages say is shown as text.
author:
  - Traffic Tacos (@traffic-tacos)
positional: _input
options:
  _input:
    description: A document of P(traffic_tacos.dynamodb.report_document#filter).
    type: dict
    required: true
seealso:
  - plugin: traffic_tacos.dynamodb.report_document
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write a page from a document that was kept
  ansible.builtin.copy:
    content: "{{ lookup('ansible.builtin.file', 'reports/dev.json') | from_json | traffic_tacos.dynamodb.report_page }}"
    dest: reports/dev.html
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The page.
  type: str
"""

from ansible.errors import AnsibleFilterError

from ..module_utils._report.document import FORMAT


def page_of(document):
    # Ansible imports all filters of a collection in each task that uses one; the page's code would be half of that
    from ..module_utils._report.page import report_page  # noqa: PLC0415

    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise AnsibleFilterError(f"report_page: the input must be a report document of format {FORMAT}")
    return report_page(document)


class FilterModule:
    """The filter report_page."""

    def filters(self):
        return {"report_page": page_of}
