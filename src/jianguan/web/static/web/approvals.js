// Rows of values before and after: Enter in the last cell of the last row adds one, so that nobody leaves the keyboard.
const table = document.querySelector("table[data-changes]");

function addRow() {
  const row = document.getElementById("change-row").content.firstElementChild.cloneNode(true);
  table.tBodies[0].append(row);
  row.querySelector("input").focus();
}

if (table) {
  document.querySelector("[data-add-change]").addEventListener("click", addRow);
  table.addEventListener("click", (event) => {
    const drop = event.target.closest("[data-drop-change]");
    if (!drop) return;
    const row = drop.closest("tr");
    if (table.tBodies[0].rows.length > 1) row.remove();
    else for (const input of row.querySelectorAll("input")) input.value = "";
    table.querySelector("tr:last-child input")?.focus();
  });
  table.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    const inputs = [...table.querySelectorAll("tbody input")];
    const next = inputs[inputs.indexOf(event.target) + 1];
    if (next) next.focus();
    else addRow();
  });
}
