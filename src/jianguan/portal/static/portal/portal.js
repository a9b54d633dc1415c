// Three steps instead of one long form, small pictures of what was chosen, and the work that stands in for a puzzle.

document.documentElement.classList.add("scripted");

// --- SHA-256 (FIPS 180-4): the browser's own is only there over HTTPS, and this must also run on an office network
const K = [];
const START = [];
(() => {
  const fraction = (x) => ((x - Math.floor(x)) * 4294967296) | 0;
  for (let n = 2; K.length < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (START.length < 8) START.push(fraction(Math.sqrt(n)));
    K.push(fraction(Math.cbrt(n)));
  }
})();
const turn = (x, n) => (x >>> n) | (x << (32 - n));

function firstWord(text) {
  const data = new TextEncoder().encode(text);
  const words = new Int32Array(((data.length + 8) >> 6 << 4) + 16);
  data.forEach((byte, i) => { words[i >> 2] |= byte << (24 - (i % 4) * 8); });
  words[data.length >> 2] |= 0x80 << (24 - (data.length % 4) * 8);
  words[words.length - 1] = data.length * 8;
  const h = [...START];
  const w = new Int32Array(64);
  for (let block = 0; block < words.length; block += 16) {
    let [a, b, c, d, e, f, g, k] = h;
    for (let i = 0; i < 64; i++) {
      if (i < 16) w[i] = words[block + i];
      else {
        const x = w[i - 15];
        const y = w[i - 2];
        w[i] = (w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
      }
      const one = (k + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    [a, b, c, d, e, f, g, k].forEach((value, i) => { h[i] = (h[i] + value) | 0; });
  }
  return h[0] >>> 0;
}

// --- proof of work: a number whose digest with the token starts with so many zero bits, looked for in small portions
function prove(form) {
  const { challenge, bits } = form.dataset;
  const below = 2 ** (32 - Number(bits));
  return new Promise((resolve) => {
    let n = 0;
    const portion = () => {
      for (const end = n + 400; n < end; n++) {
        if (firstWord(`${challenge}:${n}`) < below) return resolve(String(n));
      }
      return setTimeout(portion);
    };
    portion();
  });
}

for (const form of document.querySelectorAll("form[data-steps]")) {
  const steps = [...form.querySelectorAll("[data-step]")];
  const dots = [...form.querySelectorAll("[data-dot]")];
  const show = (wanted, focus = true) => {
    steps.forEach((step, i) => step.classList.toggle("shown", i === wanted));
    dots.forEach((dot, i) => { dot.classList.toggle("here", i === wanted); dot.classList.toggle("done", i < wanted); });
    if (focus) { steps[wanted].querySelector("legend").focus(); scrollTo(0, 0); }
  };
  const sound = (step) => [...step.querySelectorAll("input, textarea, select")].every((one) => one.reportValidity());
  show(0, false);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-next], [data-back]");
    if (!button) return;
    const here = steps.findIndex((step) => step.contains(button));
    if ("back" in button.dataset) show(here - 1);
    else if (sound(steps[here])) show(here + 1);
  });
  form.addEventListener("keydown", (event) => {
    const here = steps.findIndex((step) => step.contains(event.target));
    if (event.key !== "Enter" || !event.target.matches("input") || here === steps.length - 1) return;
    event.preventDefault();
    if (sound(steps[here])) show(here + 1);
  });

  const proof = prove(form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const missing = steps.findIndex((step) => [...step.querySelectorAll("input, textarea, select")].some((one) => !one.checkValidity()));
    if (missing >= 0) { show(missing); sound(steps[missing]); return; }
    form.querySelector("[data-send]").disabled = true;
    form.querySelector("[data-working]").hidden = false;
    form.elements.proof.value = await proof;
    form.submit();
  });

  const files = form.querySelector("input[type=file]");
  const thumbs = form.querySelector("[data-thumbs]");
  files.addEventListener("change", () => {
    const tooMany = files.files.length > Number(files.dataset.most);
    files.setCustomValidity(tooMany ? `照片最多 ${files.dataset.most} 张` : "");
    files.reportValidity();
    thumbs.replaceChildren(...[...files.files].slice(0, Number(files.dataset.most)).map((file, i) => {
      const image = document.createElement("img");
      image.src = URL.createObjectURL(file);
      image.alt = `已选照片 ${i + 1}`;
      const item = document.createElement("li");
      item.append(image);
      return item;
    }));
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = "已复制";
  });
}
