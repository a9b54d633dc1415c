// The secret of a share is made here, in the browser; only its digest leaves (承诺), the rest is downloaded and kept.
const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");

const random = () => hex(crypto.getRandomValues(new Uint8Array(32)));

// FIPS 180-4, for closed networks without TLS, where browsers offer no crypto.subtle.
function sha256(bytes) {
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((p) => n % p)) primes.push(n);
  const part = (x) => Math.floor((x - Math.floor(x)) * 4294967296);
  const k = primes.map((p) => part(Math.cbrt(p)));
  const h = primes.slice(0, 8).map((p) => part(Math.sqrt(p)));
  const size = bytes.length;
  const padded = new Uint8Array(((size + 8) >> 6 << 6) + 64);
  padded.set(bytes);
  padded[size] = 128;
  new DataView(padded.buffer).setUint32(padded.length - 4, size * 8);
  const view = new DataView(padded.buffer);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < padded.length; at += 64) {
    const w = [];
    for (let i = 0; i < 64; i += 1) {
      if (i < 16) w.push(view.getUint32(at + 4 * i));
      else {
        const a = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
        const b = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
        w.push((w[i - 16] + a + w[i - 7] + b) | 0);
      }
    }
    const v = [...h];
    for (let i = 0; i < 64; i += 1) {
      const s = turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25);
      const one = (v[7] + s + ((v[4] & v[5]) ^ (~v[4] & v[6])) + k[i] + w[i]) | 0;
      const t = turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22);
      const two = (t + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]))) | 0;
      v.pop();
      v.unshift((one + two) | 0);
      v[4] = (v[4] + one) | 0;
    }
    for (let i = 0; i < 8; i += 1) h[i] = (h[i] + v[i]) | 0;
  }
  const out = new DataView(new ArrayBuffer(32));
  h.forEach((one, i) => out.setUint32(4 * i, one >>> 0));
  return new Uint8Array(out.buffer);
}

async function digest(text) {
  const bytes = new TextEncoder().encode(text);
  return hex(crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : sha256(bytes));
}

function keep(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

for (const form of document.querySelectorAll("form[data-commit]")) {
  const make = form.querySelector("[data-make]");
  make.addEventListener("click", async () => {
    const { party, day } = form.dataset;
    const number = random();
    const nonce = random();
    form.elements.digest.value = await digest(`jianguan-commitment/1\t${party}\t${day}\t${number}\t${nonce}`);
    const text = `抽取种子密件（${day}，${form.dataset.label}）\n随机数 ${number}\n附加数 ${nonce}\n承诺摘要 ${form.elements.digest.value}\n揭示前不得示人。\n`;
    form.querySelector("[data-secret]").textContent = text;
    form.querySelector("[data-shown]").hidden = false;
    make.hidden = true;
    keep(`种子密件-${day}-${party}.txt`, text);
  });
}

for (const form of document.querySelectorAll("form[data-reveal]")) {
  form.querySelector("input[type=file]").addEventListener("change", async (event) => {
    const text = await event.target.files[0].text();
    for (const [name, word] of [["number", "随机数"], ["nonce", "附加数"]]) {
      const found = text.match(new RegExp(`${word} ([0-9a-f]{64})`));
      if (found) form.elements[name].value = found[1];
    }
  });
}
