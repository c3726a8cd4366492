/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A click on a column's head sorts its table, largest first; once more, smallest first. Texts come
 * after numbers. Without scripts the page lacks nothing else. */
const numberIn = text => parseFloat(
  text.replace(/,/g, "").replace("\u2212", "-").replace("\u221e", "Infinity").replace(/^[^-.0-9I]+/, ""));
for (const table of document.querySelectorAll("table")) {
  const heads = table.tHead ? table.tHead.rows[table.tHead.rows.length - 1].cells : [];
  for (const head of heads) head.onclick = () => {
    const sign = head.getAttribute("aria-sort") === "descending" ? 1 : -1;
    const textOf = row => (row.cells[head.cellIndex] || head).textContent;
    const rows = [...table.tBodies[0].rows].sort((a, b) => {
      const x = numberIn(textOf(a)), y = numberIn(textOf(b));
      return isNaN(x) !== isNaN(y) ? isNaN(x) - isNaN(y)
        : isNaN(x) ? textOf(a).localeCompare(textOf(b)) : x === y ? 0 : sign * (x < y ? -1 : 1);
    });
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    table.tBodies[0].append(...rows);
  };
}
