# Copyright: Contributors to the traffic_tacos.dynamodb collection
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The script of the page: it only filters and sorts what is there already, and unfolds everything for the printer."""

SCRIPT = r"""
"use strict";
for (const form of document.querySelectorAll("form.filter")) {
  const section = document.getElementById(form.dataset.for);
  const items = [...section.querySelectorAll(".item")];
  const texts = items.map((item) => item.textContent.toLowerCase());
  const output = form.querySelector("output");
  const update = () => {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const level = form.elements.level;
    const boxes = level.tagName ? [] : [...level];
    const one = level.type === "checkbox" ? [level] : boxes;
    const levels = one.filter((box) => box.checked).map((box) => box.value);
    let shown = 0;
    items.forEach((item, place) => {
      const own = item.dataset.level.split(" ");
      const fits = one.length ? levels.includes(item.dataset.level) : !level.value || own.includes(level.value);
      item.hidden = !(fits && words.every((word) => texts[place].includes(word)));
      shown += item.hidden ? 0 : 1;
    });
    const all = shown === items.length;
    for (const domain of section.querySelectorAll("details.domain")) {
      const left = domain.querySelector(".item:not([hidden])");
      domain.hidden = !left;
      if (left && !all) domain.open = true;
    }
    output.textContent = all ? "all " + items.length + " shown" : shown + " of " + items.length + " shown";
  };
  const sort = () => {
    const key = form.elements.order && form.elements.order.value;
    const list = [...items];
    if (key) list.sort((a, b) => a.dataset[key].localeCompare(b.dataset[key]));
    if (form.elements.order) items[0].parentNode.append(...list);
  };
  form.addEventListener("input", update);
  form.addEventListener("change", sort);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { form.reset(); update(); sort(); }
  });
  form.hidden = false;
  update();
}
let folded = [];
addEventListener("beforeprint", () => {
  folded = [...document.querySelectorAll("details:not([open]):not(.request)")];
  for (const part of folded) part.open = true;
});
addEventListener("afterprint", () => { for (const part of folded) part.open = false; });
"""
