// Behaviour of the components; pages work without it, only slower. Everything is found by data attributes.

document.documentElement.classList.add("jg-scripted");

const fromTemplate = (id) => document.getElementById(id).content.cloneNode(true);
const plainClick = (event) => event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;

// --- proof drawer: a[data-drawer] shows its page in the dialog; the dialog itself holds the focus and closes on Esc
function openDrawer(url) {
  const drawer = document.getElementById("jg-drawer");
  const body = document.getElementById("jg-drawer-body");
  body.replaceChildren(fromTemplate("jg-drawer-loading"));
  if (!drawer.open) drawer.showModal();
  window.htmx.ajax("GET", url, { target: body, swap: "innerHTML" });
}

// --- a form that was refused opens again
document.querySelector("dialog[data-open]")?.showModal();

// --- toasts
function dismissLater(root) {
  for (const toast of root.querySelectorAll(".jg-toast-success, .jg-toast-info")) setTimeout(() => toast.remove(), 8000);
}
dismissLater(document);

document.addEventListener("click", (event) => {
  const target = event.target.closest("a[data-drawer], [data-dialog], [data-dialog-close], [data-dismiss], [data-print]");
  if (!target) {
    if (event.target.matches("dialog.jg-drawer")) event.target.close();
    return;
  }
  if (target.matches("a[data-drawer]")) {
    if (!plainClick(event) || !document.getElementById("jg-drawer")) return;
    event.preventDefault();
    openDrawer(target.href);
  } else if (target.dataset.dialog) document.getElementById(target.dataset.dialog).showModal();
  else if ("dialogClose" in target.dataset) target.closest("dialog").close();
  else if ("dismiss" in target.dataset) target.closest(".jg-toast").remove();
  else window.print();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "jg-drawer-body") document.querySelector("#jg-drawer [data-dialog-close]")?.focus();
});
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.target?.id === "jg-drawer-body") event.detail.target.replaceChildren(fromTemplate("jg-drawer-failed"));
    else document.getElementById("jg-toasts").append(fromTemplate("jg-offline"));
  });
}

// --- filters: a change in form[data-autosubmit] sends it; the text search waits for Enter
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-autosubmit]");
  if (form && event.target.type !== "search") form.requestSubmit();
});

// --- heat grid: one stop for Tab, arrows inside
function heatLinks(grid) {
  return [...grid.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.querySelector("a[data-drawer]")));
}
function enterHeat(grid) {
  const first = grid.querySelector("td a");
  if (first) first.tabIndex = 0;
}
document.querySelectorAll("table[data-heat]").forEach(enterHeat);
document.addEventListener("htmx:load", (event) => event.detail.elt.querySelectorAll?.("table[data-heat]").forEach(enterHeat));

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("table[data-heat] td a");
  if (!link || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = heatLinks(link.closest("table"));
  let row = link.closest("tr").sectionRowIndex;
  let column = link.closest("td").cellIndex;
  let next;
  if (event.key === "Home") next = rows[row].find(Boolean);
  else if (event.key === "End") next = rows[row].findLast(Boolean);
  else if (STEPS[event.key]) {
    const [down, right] = STEPS[event.key];
    const width = link.closest("tr").cells.length;
    do {
      row += down;
      column += right;
    } while (rows[row] && column >= 0 && column < width && !rows[row][column]);
    next = rows[row]?.[column];
  } else return;
  event.preventDefault();
  if (!next) return;
  link.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

// --- lists: j and k go to the next and previous row
document.addEventListener("keydown", (event) => {
  if (!["j", "k"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select") || document.querySelector("dialog[open]")) return;
  const table = event.target.closest("table[data-rows]") ?? document.querySelector("table[data-rows]");
  const links = table ? [...table.tBodies[0].rows].map((row) => row.querySelector("a, button")).filter(Boolean) : [];
  const here = links.findIndex((link) => link.closest("tr").contains(document.activeElement));
  links[event.key === "j" ? here + 1 : Math.max(here - 1, 0)]?.focus();
});

// --- logging out takes what the on-site inspections left on the device with it; what was not handed in stays, unseen
document.addEventListener("submit", async (event) => {
  if (!event.target.matches('form[action$="/logout"]')) return;
  event.preventDefault();
  const { leave } = await import("../onsite/depot.js");
  await leave().catch(() => {});
  event.target.submit();
});
