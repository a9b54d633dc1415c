// Says every two seconds that the page is looked at; the server counts. Keeps snapshots.

const EVERY = 2000;
const box = document.querySelector("[data-beat]");
const form = box.closest("form");
const token = form.elements.csrfmiddlewaretoken.value;
const says = box.querySelector("[data-says]");
const sign = form.querySelector("[data-sign]");
const began = performance.now();
let seq = Number(sessionStorage.getItem(box.dataset.beat) ?? 0);
let before = Number(sessionStorage.getItem(`${box.dataset.beat}elapsed`) ?? 0);
let timer;

async function post(url, fields) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: token, ...fields });
  const answer = await fetch(url, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json" } });
  if (answer.type === "opaqueredirect") throw new Error("登录已过期，请重新登录后再巡察");
  const told = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(told.problem), { final: answer.status === 409 });
  return told;
}

function show(told) {
  box.querySelector("[data-watched]").textContent = told.watched;
  box.querySelector("progress").value = told.watched;
  const done = told.watched >= told.required;
  sign.disabled = !done;
  says.textContent = done ? "已看满，可以签字" : "页面可见时计时";
}

async function beat() {
  seq += 1;
  const elapsed = Math.round(before + performance.now() - began);
  sessionStorage.setItem(box.dataset.beat, seq);
  sessionStorage.setItem(`${box.dataset.beat}elapsed`, elapsed);
  try {
    show(await post(box.dataset.beat, { seq, elapsed, visible: document.visibilityState === "visible" ? "1" : "0" }));
  } catch (problem) {
    says.textContent = problem.final ? problem.message : problem.message || "没有连上服务器，暂未计时";
    if (problem.final) clearInterval(timer);
  }
}

if (box.dataset.mine === "1") {
  sign.disabled = Number(box.querySelector("[data-watched]").textContent) < Number(box.dataset.required);
  timer = setInterval(beat, EVERY);
  document.addEventListener("visibilitychange", beat);
  beat();
} else sign.disabled = true;

// --- snapshots
const dialog = document.getElementById("shoot");
const problem = dialog.querySelector("[data-shoot-problem]");
let channel = "";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-shoot]");
  if (!button) return;
  channel = button.dataset.shoot;
  dialog.querySelector("[data-shoot-name]").textContent = button.dataset.name;
  problem.hidden = true;
  dialog.showModal();
});

dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = event.target.elements;
  try {
    const kept = await post(document.querySelector("[data-wall]").dataset.snapshot, {
      channel,
      item: fields.about.value,
      text: fields.text.value,
    });
    addShot(kept);
    markAbnormal(kept);
    fields.text.value = "";
    dialog.close();
  } catch (refusal) {
    problem.textContent = refusal.message || "没有连上服务器，截图没有留存";
    problem.hidden = false;
  }
});

function addShot(kept) {
  const line = document.createElement("li");
  const link = Object.assign(document.createElement("a"), { href: kept.url });
  link.append(Object.assign(document.createElement("img"), { src: kept.url, alt: `截图：${kept.note}` }));
  line.append(link, Object.assign(document.createElement("span"), { textContent: kept.note }));
  document.querySelector("[data-shots]").append(line);
}

function markAbnormal(kept) {
  const answer = kept.item && form.querySelector(`input[name="${kept.item}"][value="fail"]`);
  if (!answer) return;
  answer.checked = true;
  const note = form.elements[`${kept.item}-note`];
  note.value = note.value ? `${note.value}；${kept.note}` : kept.note;
}
