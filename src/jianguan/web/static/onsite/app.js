// The on-site inspections of a post: filled in with or without a network, handed in when there is one.

import * as depot from "./depot.js";
import { photo, signable } from "./pictures.js";

const WORDS = { draft: "填写中", ready: "已填完，待同步", sent: "已提交" };
const LOGIN = `${document.documentElement.dataset.login}?next=${location.pathname}`;
const find = (name, root = document) => root.querySelector(`[data-${name}]`);
const made = (name, props = {}, ...parts) => {
  const element = Object.assign(document.createElement(name), props);
  element.append(...parts);
  return element;
};
let token = "";
let current;

// --- the server
async function ask(url, fields) {
  const body = fields && new FormData();
  for (const [name, value] of Object.entries(fields ?? {})) if (value !== undefined) body.append(name, value);
  body?.append("csrfmiddlewaretoken", token);
  const answer = await fetch(url, { method: fields ? "POST" : "GET", body, redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.status === 403) throw Object.assign(new Error("expired"), { expired: true });
  if (answer.status >= 500 || answer.status === 404) throw new Error(`HTTP ${answer.status}`);
  return { ok: answer.ok, ...(await answer.json()) };
}

async function refresh() {
  const told = await ask("/onsite/assigned.json");
  token = told.token;
  const owner = await depot.get("kept", "owner");
  if (owner && owner !== told.owner) {
    if ((await depot.unsent()).length) {
      say("本机有另一个岗位尚未同步的检查，须由其本人登录同步以后，本机才能改用。", true);
      return false;
    }
    await depot.wipe();
  }
  await depot.put("kept", "owner", told.owner);
  await depot.put("kept", "inspections", told.inspections);
  await depot.put("kept", "unavailable", told.unavailable);
  return true;
}

async function handIn(form) {
  for (const one of await depot.picturesOf(form.form)) {
    if (one.arrived) continue;
    const { blob, ...fields } = one;
    delete fields.arrived;
    const told = await ask("/onsite/pictures/", { ...fields, inspection: form.inspection, file: blob });
    if (!told.ok) return told;
    await depot.put("pictures", keyOf(one), { ...one, arrived: true });
  }
  const pictures = (await depot.picturesOf(form.form)).map((one) => one.sha256);
  const { state, problem, items, ...kept } = form;
  return ask("/onsite/forms/", { form: JSON.stringify({ ...kept, pictures, started_ago_ms: Date.now() - form.started }) });
}

let syncing = false;
async function sync() {
  if (syncing) return;
  syncing = true;
  try {
    const mine = await refresh();
    net(true);
    if (!mine) return;
    let handed = false;
    for (const form of (await depot.all("forms")).filter((one) => one.state === "ready")) {
      const told = await handIn(form);
      if (told.ok) {
        await depot.forget(form);
        handed = true;
        if (told.counts) say("已提交，服务器已收到。");
        else say(told.problem, true);
      } else {
        const state = told.again ? "ready" : "draft";
        await depot.put("forms", form.inspection, { ...form, state, problem: told.problem, items: told.items });
        say(`没有提交：${told.problem}`, true);
      }
    }
    if (handed) await refresh();
  } catch (problem) {
    if (problem.expired) {
      net(true);
      say("登录已过期。请重新登录后再同步，填写的内容都在本机。", true, LOGIN);
    } else net(false);
  } finally {
    syncing = false;
    if (!current) await list();
  }
}

// --- what is said
function say(text, bad = false, href = "") {
  const box = find("say");
  box.hidden = false;
  box.classList.toggle("on-say-bad", bad);
  box.replaceChildren(text, ...(href ? [" ", made("a", { href, textContent: "重新登录" })] : []));
}
function net(there) {
  find("net").textContent = there ? "已联网" : "未联网，可照常填写";
}

// --- the list
async function list() {
  current = undefined;
  find("form").hidden = true;
  find("foot").hidden = true;
  find("list").hidden = false;
  const inspections = (await depot.get("kept", "inspections")) ?? [];
  const forms = new Map((await depot.all("forms")).map((one) => [one.inspection, one]));
  find("count").textContent = `待检查 ${inspections.length} 项，未同步 ${(await depot.unsent()).length} 份`;
  find("items").replaceChildren(
    ...inspections.map((one) => {
      const form = forms.get(one.id);
      const open = made(
        "button",
        { type: "button", onclick: () => show(one) },
        made("b", { textContent: one.target }),
        made("span", { className: "on-note", textContent: `${one.unit} · ${one.title} · 截止 ${one.due}` }),
        made("span", { textContent: form ? WORDS[form.state] : "未开始" }),
      );
      return made("li", {}, open);
    }),
  );
  find("none").hidden = inspections.length > 0;
}

// --- one form
async function show(inspection) {
  const form = (await depot.get("forms", inspection.id)) ?? {
    form: crypto.randomUUID(),
    inspection: inspection.id,
    started: Date.now(),
    state: "draft",
    outcome: "done",
    answers: {},
    remark: "",
    present: "",
    unsigned_reason: "",
    position: null,
  };
  current = { inspection, form };
  find("list").hidden = true;
  find("form").hidden = false;
  find("foot").hidden = false;
  find("title").textContent = inspection.target;
  find("about").textContent = [inspection.checklist.title, inspection.address].filter(Boolean).join(" · ");
  const unavailable = (await depot.get("kept", "unavailable")) ?? {};
  find("outcome").replaceChildren(
    new Option("已到现场检查", "done"),
    ...Object.entries(unavailable).map(([value, text]) => new Option(`${text}（按最不利结果记录，不替换）`, value)),
  );
  find("outcome").value = form.outcome;
  find("remark").value = form.remark;
  find("present").value = form.present;
  find("reason").value = form.unsigned_reason;
  find("other").hidden = inspection.covert;
  find("checklist").replaceChildren(...groups(inspection, form));
  placeSaid();
  react();
  await pictures();
  for (const role of ["inspector", "checked"]) find(`sign-${role}`).getContext("2d").clearRect(0, 0, 9999, 9999);
  if (form.problem) say(`没有提交：${form.problem}`, true);
  scrollTo(0, 0);
}

function groups({ checklist }, form) {
  const parts = new Map();
  for (const item of checklist.items) {
    if (!parts.has(item.group)) parts.set(item.group, made("section", { className: "on-part" }, made("h2", { textContent: item.group })));
    parts.get(item.group).append(line(item, form.answers[item.id] ?? { value: "", note: "" }, form.items?.[item.id]));
  }
  return [...parts.values()];
}

function line(item, answer, problem) {
  const box = made("fieldset", { className: `on-item${problem ? " on-wrong" : ""}`, id: `item-${item.id}` }, made("legend", { textContent: item.text }));
  if (item.hint) box.append(made("p", { className: "on-note", textContent: item.hint }));
  if (item.answer === "pass_fail") {
    const choice = made("div", { className: "on-choice" });
    for (const [value, word] of [["pass", "正常"], ["fail", "异常"], ["na", "不适用"]]) {
      const input = made("input", { type: "radio", name: item.id, value, checked: answer.value === value });
      choice.append(made("label", { className: value === "fail" ? "on-fail" : "" }, input, word));
    }
    const note = made("textarea", { className: "form-control", name: `${item.id}-note`, value: answer.note, placeholder: "写明情况", maxLength: 200 });
    note.setAttribute("aria-label", `${item.text}：情况`);
    box.append(choice, made("div", { className: "on-seen" }, note));
  } else {
    const input = made("input", { type: "text", className: "form-control", name: item.id, value: answer.value, inputMode: item.answer === "number" ? "decimal" : "text" });
    input.setAttribute("aria-label", item.text);
    box.append(input);
  }
  if (problem) box.append(made("p", { className: "jg-field-error", textContent: problem }));
  return box;
}

async function save() {
  const { form, inspection } = current;
  const fields = find("form").elements;
  for (const item of inspection.checklist.items) {
    const value = fields[item.id]?.value ?? "";
    const note = fields[`${item.id}-note`]?.value ?? "";
    if (value || note) form.answers[item.id] = { value, note: value === "pass" ? "" : note };
  }
  form.outcome = find("outcome").value;
  form.remark = find("remark").value;
  form.present = find("present").value;
  form.unsigned_reason = find("reason").value;
  form.state = "draft";
  await depot.put("forms", inspection.id, form);
}

function react() {
  find("checklist").hidden = find("outcome").value !== "done";
  find("other").hidden = current.inspection.covert || find("outcome").value !== "done";
}

const keyOf = (one) => `${one.form}/${one.role}/${one.sha256}`;

async function add(role, { blob, ...said }) {
  const { form } = current;
  await depot.put("pictures", `${form.form}/${role}/${said.sha256}`, {
    form: form.form,
    role,
    taken_at: new Date().toISOString(),
    blob,
    ...said,
  });
  await save();
  await pictures();
}

async function pictures() {
  const kept = await depot.picturesOf(current.form.form);
  find("photos").replaceChildren(
    ...kept
      .filter((one) => one.role === "photo")
      .map((one) =>
        made(
          "figure",
          {},
          made("img", { src: URL.createObjectURL(one.blob), alt: "现场照片" }),
          made("span", { textContent: one.shrunk_from ? "已缩小" : "原图" }),
          made("button", { type: "button", className: "btn btn-sm", textContent: "去掉", onclick: () => depot.remove("pictures", keyOf(one)).then(pictures) }),
        ),
      ),
  );
  for (const role of ["inspector", "checked"])
    find(`signed-${role}`).textContent = kept.some((one) => one.role === role) ? "已签名，摘要已计算" : "未签名";
}

async function resign(role) {
  for (const one of await depot.picturesOf(current.form.form)) if (one.role === role) await depot.remove("pictures", keyOf(one));
  const canvas = find(`sign-${role}`);
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  await pictures();
}

function placeSaid() {
  const at = current.form.position;
  find("place").textContent = at ? `已记录位置，误差约 ${Math.round(at.accuracy)} 米` : "未取得位置（不影响提交）";
}

// --- missing before it goes
async function missing() {
  const { form, inspection } = current;
  const found = [];
  const kept = await depot.picturesOf(form.form);
  if (form.outcome === "done") {
    for (const item of inspection.checklist.items) {
      const { value = "", note = "" } = form.answers[item.id] ?? {};
      if (item.required && !value) found.push(`“${item.text}”尚未填写`);
      else if (["fail", "na"].includes(value) && item.answer === "pass_fail" && !note.trim()) found.push(`“${item.text}”须写明情况`);
    }
    if (!inspection.covert && !kept.some((one) => one.role === "checked") && !form.unsigned_reason.trim())
      found.push("被检查单位须签名，没有签名的写明原因");
  }
  if (!kept.some((one) => one.role === "inspector")) found.push("检查人须签名");
  return found;
}

// --- the buttons
document.addEventListener("click", async (event) => {
  const verb = event.target.closest("[data-do]")?.dataset.do;
  if (verb === "sync") await sync();
  else if (verb === "back") {
    await save();
    await list();
  } else if (verb === "normal") {
    for (const input of document.querySelectorAll('.on-choice input[value="pass"]'))
      if (!find("form").elements[input.name].value) input.checked = true;
    await save();
  } else if (verb?.startsWith("resign-")) await resign(verb.slice(7));
  else if (verb === "place")
    navigator.geolocation.getCurrentPosition(
      async ({ coords: { latitude, longitude, accuracy } }) => {
        current.form.position = { latitude, longitude, accuracy };
        await save();
        placeSaid();
      },
      () => (find("place").textContent = "没有允许定位，或取不到位置（不影响提交）"),
      { timeout: 10_000 },
    );
  else if (verb === "finish") {
    await save();
    const found = await missing();
    if (found.length) {
      say(`还差 ${found.length} 处：${found.slice(0, 3).join("；")}`, true);
      scrollTo(0, 0);
      return;
    }
    delete current.form.problem;
    delete current.form.items;
    await depot.put("forms", current.inspection.id, { ...current.form, state: "ready" });
    say("已填完，存在本机。有网络时自动提交。");
    await list();
    await sync();
  } else if (verb === "leave") {
    const left = (await depot.unsent()).length;
    if (left) say(`还有 ${left} 份没有同步。请先同步再退出，以免丢失。`, true);
    else {
      await refresh().catch(() => {});
      await depot.leave();
      find("leave-token").value = token;
      find("leave").submit();
    }
  }
});
find("form").addEventListener("input", async () => {
  react();
  await save();
});
find("camera").addEventListener("change", async (event) => {
  for (const file of event.target.files) {
    try {
      await add("photo", await photo(file));
    } catch {
      say(`“${file.name}”不是能打开的照片，没有存下。`, true);
    }
  }
  event.target.value = "";
});
for (const role of ["inspector", "checked"])
  signable(find(`sign-${role}`), async (drawn) => {
    for (const one of await depot.picturesOf(current.form.form)) if (one.role === role) await depot.remove("pictures", keyOf(one));
    await add(role, drawn);
  });
addEventListener("online", sync);
addEventListener("offline", () => net(false));

if (!("serviceWorker" in navigator) || !crypto.subtle) say("本页须通过 https 打开，才能离线填写和计算摘要。", true);
else navigator.serviceWorker.register("/onsite/worker.js", { scope: "/onsite/" }).catch(() => say("没能存下离线页面，断网后打不开本页。", true));
await list();
await sync();
document.documentElement.dataset.ready = "1";
