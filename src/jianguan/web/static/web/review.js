// The review desk: keys, next record ahead of time, draft that survives a lost network. Works without it, only slower.

const desk = () => document.getElementById("review-item");
const form = () => desk()?.querySelector("[data-review-form]");
const player = () => desk()?.querySelector("[data-player]");
const checks = () => [...(form()?.querySelectorAll(".jg-check") ?? [])];
const current = () => form()?.querySelector(".jg-check[data-current]");
const SAVE_AFTER = 1500;
const RETRY_AFTER = 5000;
const ahead = new Map();
let marks = [];
let position = { atMs: 0, moment: null };
let timer = 0;
let leaving = false;

// --- state of one record

function begin() {
  const item = desk();
  if (!item) return;
  leaving = false;
  position = { atMs: 0, moment: null };
  marks = JSON.parse(item.querySelector("#review-marks")?.textContent || "[]");
  const kept = read();
  if (kept) restore(kept);
  drawMarks();
  const first = checks()[0];
  if (first) first.dataset.current = "";
  document.title = `${item.dataset.title} · 监管`;
  for (const url of [item.dataset.next, item.dataset.previous]) if (url) prefetch(url);
}

async function prefetch(url) {
  if (ahead.has(url)) return;
  ahead.set(url, null);
  try {
    const answer = await fetch(url, { headers: { "X-Part": "item" } });
    if (answer.ok && !answer.redirected) ahead.set(url, await answer.text());
    else ahead.delete(url);
  } catch {
    ahead.delete(url);
  }
}

async function go(url) {
  if (!url || leaving) return;
  leaving = true;
  await save(true);
  await leave();
  const text = ahead.get(url);
  ahead.clear();
  if (!text) {
    location.assign(url);
    return;
  }
  show(text);
  history.pushState({}, "", url);
  scrollTo(0, 0);
}

function show(text) {
  player()?.dispatchEvent(new CustomEvent("jianguan:pause"));
  window.htmx.swap("#review-item", text, { swapStyle: "outerHTML" });
  begin();
}

async function leave() {
  if (!player()) return;
  player().dispatchEvent(new CustomEvent("jianguan:pause"));
  const token = form().querySelector("[name=csrfmiddlewaretoken]").value;
  await fetch(desk().dataset.leave, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => {});
}

// --- draft: on this machine at once, at the server as soon as it can be reached

const key = () => `review-draft-${desk().dataset.item}`;

function fields() {
  form().querySelector("[data-marks-field]").value = JSON.stringify(marks);
  return new URLSearchParams(new FormData(form()));
}

function read() {
  if (!desk().dataset.draft) return null;
  const text = localStorage.getItem(key());
  return text === null ? null : new URLSearchParams(text);
}

function restore(kept) {
  for (const [name, value] of kept) {
    if (name === "csrfmiddlewaretoken") continue;
    if (name === "marks") {
      marks = JSON.parse(value);
      continue;
    }
    for (const field of form().querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
  }
}

function say(text, bad = false) {
  const place = desk()?.querySelector("[data-saved]");
  if (!place) return;
  place.textContent = text;
  place.dataset.tone = bad ? "bad" : "";
}

function changed() {
  if (!desk().dataset.draft) return;
  const body = fields();
  body.delete("csrfmiddlewaretoken");
  localStorage.setItem(key(), body.toString());
  clearTimeout(timer);
  timer = setTimeout(() => save(), SAVE_AFTER);
}

async function save(once = false) {
  clearTimeout(timer);
  const item = desk();
  if (!item?.dataset.draft || localStorage.getItem(key()) === null) return;
  const mine = key();
  const sent = localStorage.getItem(mine);
  try {
    const answer = await fetch(item.dataset.draft, { method: "POST", body: fields(), headers: { "X-Part": "draft" } });
    const told = await answer.json();
    if (answer.ok && localStorage.getItem(mine) === sent) localStorage.removeItem(mine);
    if (desk() === item) say(answer.ok ? `草稿已保存 ${told.at}` : told.reason, !answer.ok);
  } catch {
    if (desk() !== item) return;
    say("网络中断，草稿已存在本机，恢复后自动上传", true);
    if (!once) timer = setTimeout(() => save(), RETRY_AFTER);
  }
}
window.addEventListener("online", () => desk() && save());

// --- submitting: what was put down stays on the page until the server has it

async function submit() {
  const item = desk();
  if (item.dataset.sending) return;
  item.dataset.sending = "1";
  say("正在提交…");
  try {
    const answer = await fetch(form().action, { method: "POST", body: fields(), headers: { "X-Part": "submit" } });
    if (answer.ok && answer.headers.get("Content-Type").startsWith("application/json")) {
      const told = await answer.json();
      if (item.dataset.draft) localStorage.removeItem(key());
      arrive(told);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const told = page.getElementById("problems");
    item.querySelector("#problems")?.remove();
    say(told ? "没有提交" : "没有提交，请刷新后再试", true);
    if (told) {
      item.querySelector(".jg-review-head").after(document.importNode(told, true));
      item.querySelector("#problems").scrollIntoView({ block: "center" });
    }
  } catch {
    say("网络中断，没有提交；内容都在，恢复后再按 Ctrl+Enter", true);
  }
  delete item.dataset.sending;
}
function arrive({ next, message, counted }) {
  const text = ahead.get(next);
  ahead.clear();
  if (!text) {
    location.assign(next);
    return;
  }
  show(text);
  history.pushState({}, "", next);
  scrollTo(0, 0);
  say(message, !counted);
}
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-review-form]")) return;
  event.preventDefault();
  submit();
});

// --- checklist and verdict

function answer(check, value) {
  const field = check?.querySelector(`input[type=radio][value=${value}]`);
  if (!field) return;
  field.checked = true;
  changed();
  if (value !== "pass") check.querySelector("textarea")?.focus();
}

function move(step) {
  const all = checks();
  const here = Math.max(all.indexOf(current()), 0);
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  if (!next) return;
  delete current()?.dataset.current;
  next.dataset.current = "";
  next.scrollIntoView({ block: "nearest" });
}

function decide(value) {
  const field = form().querySelector(`[name=verdict][value=${value}]`);
  field.checked = true;
  fill(value);
  changed();
}

function fill(value) {
  const told = form().querySelector("[data-filled]");
  told.textContent = "";
  if (value === "uncheckable") return;
  const open = checks().filter((check) => check.querySelector("input[type=radio]") && !check.querySelector("input[type=radio]:checked"));
  for (const check of open) check.querySelector("input[type=radio][value=pass]").checked = true;
  if (open.length) told.textContent = `尚未选择的 ${open.length} 项已填为正常，请核对${value === "normal" ? "" : "，把异常的改为异常并写明"}。`;
}

document.addEventListener("change", (event) => {
  if (!form()?.contains(event.target)) return;
  if (event.target.name === "verdict") fill(event.target.value);
  changed();
});
document.addEventListener("input", (event) => form()?.contains(event.target) && changed());
document.addEventListener("focusin", (event) => {
  const check = event.target.closest?.("[data-review-form] .jg-check");
  if (!check) return;
  delete current()?.dataset.current;
  check.dataset.current = "";
});

// --- marks and evidence

const stamp = (ms) => `${Math.floor(ms / 60000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, "0")}`;
const chosen = () => tracks()[player()?.querySelector("[data-track][data-chosen]")?.dataset.track ?? 0];

function tracks() {
  const config = player()?.dataset.player;
  return config ? (JSON.parse(config).tracks ?? []) : [];
}

function failing() {
  const check = current();
  return check?.querySelector("input[value=fail]:checked") ? check.id : (form().querySelector(".jg-check:has(input[value=fail]:checked)")?.id ?? "");
}

function addMark(mark) {
  marks.push({ note: "", clip: null, item: failing(), ...mark });
  drawMarks();
  changed();
  player()?.dispatchEvent(new CustomEvent("jianguan:mark", { detail: { atMs: mark.at_ms, label: mark.note || "标记" } }));
}

function drawMarks() {
  const list = desk()?.querySelector("[data-review-marks]");
  if (!list) return;
  list.replaceChildren(
    ...marks.map((mark, place) => {
      const line = document.createElement("li");
      const seek = document.createElement("button");
      seek.type = "button";
      seek.className = "btn jg-code";
      seek.textContent = stamp(mark.at_ms);
      seek.onclick = () => player()?.dispatchEvent(new CustomEvent("jianguan:seek", { detail: { atMs: mark.at_ms } }));
      const note = document.createElement("input");
      note.className = "form-control";
      note.value = mark.note;
      note.maxLength = 200;
      note.placeholder = mark.clip ? `证据 ${mark.clip} 号，说明` : "说明";
      note.setAttribute("aria-label", `标记 ${place + 1} 的说明`);
      note.oninput = () => {
        mark.note = note.value;
        changed();
      };
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "btn";
      drop.textContent = "删";
      drop.hidden = Boolean(mark.clip);
      drop.onclick = () => {
        marks.splice(place, 1);
        drawMarks();
        changed();
      };
      line.append(seek, " ", note, " ", drop);
      return line;
    }),
  );
}

document.addEventListener("jianguan:position", (event) => {
  position = event.detail;
});
document.addEventListener("jianguan:clip", (event) => {
  const { clip, recording, fromMs, still } = event.detail;
  const start = tracks().find((track) => track.recording === recording)?.fromMs ?? 0;
  addMark({ recording, at_ms: start + fromMs, clip, note: still ? "截图" : "片段" });
});
document.addEventListener("jianguan:credit", (event) => {
  const told = desk()?.querySelector("[data-enough]");
  const needed = Number(desk()?.dataset.percent);
  if (!told) return;
  const { percent } = event.detail;
  told.textContent = percent >= needed ? `已认可 ${percent}%，达到应看的 ${needed}%，可以提交。` : `已认可 ${percent}%，应看 ${needed}%；不足的保留、不计入比例。`;
});

// --- pictures

function openPicture(button) {
  const dialog = document.getElementById("review-picture");
  dialog.querySelector("img").src = button.dataset.picture;
  dialog.querySelector("p").textContent = button.dataset.caption;
  if (!dialog.open) dialog.showModal();
  const token = form().querySelector("[name=csrfmiddlewaretoken]").value;
  fetch(button.dataset.seenUrl, { method: "POST", headers: { "X-CSRFToken": token } })
    .then((answer) => answer.json())
    .then((told) => {
      if (told.seen === undefined) return;
      button.dataset.done = "";
      desk().querySelector("[data-seen]").textContent = told.seen;
    })
    .catch(() => say("网络中断，这张照片没有记为已看，恢复后请再打开", true));
}

function nextPicture() {
  const all = [...desk().querySelectorAll("[data-picture]")];
  const shown = document.getElementById("review-picture");
  const here = shown.open ? all.findIndex((one) => one.dataset.picture === shown.querySelector("img").getAttribute("src")) : -1;
  const next = shown.open ? all[here + 1] : (all.find((one) => !("done" in one.dataset)) ?? all[0]);
  if (next) openPicture(next);
  else shown.close();
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-picture]");
  if (button) openPicture(button);
  const link = event.target.closest("[data-go]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(link.href);
});
document.addEventListener("contextmenu", (event) => event.target.closest(".jg-review-strip, .jg-review-picture") && event.preventDefault());

// --- keys

const asked = () => Boolean(player()?.querySelector("[data-ask]:not([hidden])"));
const VERDICTS = { 1: "normal", 2: "general", 3: "serious", 4: "uncheckable" };

function act(name) {
  const item = desk();
  const keys = {
    j: () => go(item.dataset.next),
    k: () => go(item.dataset.previous),
    x: () => answer(current(), "fail"),
    v: () => answer(current(), "pass"),
    n: () => answer(current(), "na"),
    r: () => form().querySelector("[name=remark]").focus(),
    m: () => addMark({ recording: chosen().recording, at_ms: Math.round(position.atMs) }),
    p: () => nextPicture(),
    "?": () => document.getElementById("review-keys").showModal(),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
  };
  if (VERDICTS[name] && !asked()) return () => decide(VERDICTS[name]);
  return name === "m" && !player() ? undefined : keys[name];
}

document.addEventListener("keydown", (event) => {
  if (!desk() || event.defaultPrevented) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    submit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target.matches("input, textarea")) event.target.blur();
  const open = document.querySelector("dialog[open]");
  if (open && !(open.id === "review-picture" && event.key === "p")) return;
  if (event.target.closest("input:not([type=radio]), textarea, select, [contenteditable]")) return;
  const run = act(event.key);
  if (!run) return;
  event.preventDefault();
  run();
});

window.addEventListener("popstate", () => location.reload());
window.addEventListener("pagehide", () => leave());
begin();
