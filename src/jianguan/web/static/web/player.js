// The player: recordings side by side on one time axis, with proof of watching. See docs/engineering/watching.md.

import { Beats, Closed, Offline, Refused, Server } from "./player-server.js";
import { Track } from "./player-track.js";

const TICK_MS = 100;
const BEAT_MS = 1000;
const BATCH_MS = 5000;
const DRIFT_MS = 80;
const FAR_MS = 600;
const SPOTS = 6;
const SPOT_MS = 6000;
const COUNTS_UP_TO = 2;
const FRAME_MS = 40;
const RUN_MS = 2600; // shorter runs of play do not count, so play taken up again near the end goes back this far

function clock(ms) {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  return `${hours ? `${hours}:` : ""}${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
}

class Player {
  constructor(frame) {
    this.frame = frame;
    const facts = JSON.parse(frame.dataset.player);
    this.facts = facts;
    this.server = new Server(facts.urls, frame.querySelector("[name=csrfmiddlewaretoken]").value);
    this.views = [...frame.querySelectorAll("[data-track]")];
    this.tracks = facts.tracks
      .map((one, index) => (one.copy ? new Track(this.views[index], one, this.server, this) : null))
      .filter(Boolean);
    this.lengthMs = Math.max(...this.tracks.map((track) => track.fromMs + track.durationMs));
    this.atMs = Math.min(...this.tracks.map((track) => track.fromMs));
    this.rate = 1;
    this.state = "closed"; // closed, opening, open, over
    this.wantsPlay = false;
    this.flowing = false;
    this.chosen = this.tracks[0];
    this.question = null;
    this.clipFrom = null;
    this.sends = 0;
    this.bind();
    this.lines();
    this.draw();
    this.spot = 0;
    setInterval(() => this.moveMarks(), SPOT_MS);
    this.moveMarks();
    this.open();
  }

  find(name) {
    return this.frame.querySelector(`[data-${name}]`);
  }

  get skim() {
    return this.rate > COUNTS_UP_TO;
  }

  // --- opening and closing

  async open(takeover = false) {
    if (this.state === "opening") return;
    this.state = "opening";
    this.say("正在打开录像…");
    try {
      await Beats.sendLeft(this.server, this.facts.ref);
      const opened = await this.server.post("open", { ticket: this.facts.ticket, takeover });
      this.beats = new Beats(this.server, opened.sessions, this.facts.ref);
      for (const session of opened.sessions) {
        const track = this.tracks.find((one) => one.facts.copy === session.copy);
        track.open(session);
        track.beatIndex = opened.sessions.indexOf(session);
      }
      await Promise.all(this.tracks.map((track) => track.opened));
      this.state = "open";
      this.showCredit(opened.credit);
      this.atMs = this.facts.startMs ?? this.firstUnwatched(opened.credit);
      this.place();
      this.say("");
      clearInterval(this.ticking);
      this.ticking = setInterval(() => this.tick(), TICK_MS);
      this.lastTick = this.lastBeat = this.lastSend = performance.now();
    } catch (error) {
      this.state = "closed";
      if (error instanceof Refused && error.body.elsewhere) this.offerTakeover(error.message);
      else if (error instanceof Offline || error instanceof Refused || error instanceof Closed) this.say(error.message, "bad");
      else throw error;
    }
  }

  offerTakeover(message) {
    this.say(message, "warn");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.dataset.takeover = "";
    button.textContent = "在这里观看";
    button.addEventListener("click", () => this.open(true));
    this.find("say").append(" ", button);
  }

  close(reason) {
    if (this.state === "over") return;
    this.state = "over";
    this.wantsPlay = false;
    clearInterval(this.ticking);
    for (const track of this.tracks) track.video.pause();
    this.showPlaying();
    this.say(`${reason}。`, "bad");
    this.tell("closed", { reason });
  }

  // The place where the credit ends for the first time; a page loaded again goes on there.
  firstUnwatched(credit) {
    let first = Infinity;
    for (const track of this.tracks) {
      const ranges = credit.ranges[track.facts.copy] ?? [];
      const local = ranges.length && ranges[0][0] < 1500 ? ranges[0][1] : 0;
      if (local < track.durationMs - 1500) first = Math.min(first, track.fromMs + local);
    }
    return Number.isFinite(first) ? first : this.atMs;
  }

  // --- the clock

  tick() {
    const now = performance.now();
    const passed = now - this.lastTick;
    this.lastTick = now;
    const active = this.tracks.filter((track) => track.covers(this.atMs));
    for (const track of this.tracks) {
      const local = track.local(this.atMs);
      if (track.covers(this.atMs)) track.say("");
      else track.say(local < 0 ? `尚未开始，${clock(-local)} 后有画面` : "本路录像已结束");
      if (local > -8000 && local < track.durationMs) track.fill(Math.max(0, local), this.rate, this.skim);
    }
    if (this.wantsPlay) this.advance(active, passed);
    if (this.flowing && now - this.lastBeat >= BEAT_MS) this.beat();
    if (now - this.lastSend >= BATCH_MS) this.send();
    this.showTime();
  }

  advance(active, passed) {
    const stalled = active.filter((track) => !track.ready(track.local(this.atMs), this.skim));
    if (stalled.length) {
      stalled.forEach((track) => track.say(this.away ? "网络中断，等待恢复…" : "缓冲中…"));
      for (const track of stalled) track.seek(track.local(this.atMs));
      this.flow(active, false);
      return;
    }
    if (!this.flowing) {
      const last = Math.max(this.lengthMs - RUN_MS, 0);
      if (this.atMs > last) {
        this.atMs = last;
        this.place();
        return;
      }
      active.forEach((track) => track.seek(track.local(this.atMs)));
      this.flow(active, true);
      return;
    }
    const leader = active.find((track) => !track.atEnd(track.positionMs()));
    const before = this.atMs;
    if (leader) this.atMs = Math.max(leader.fromMs + leader.positionMs(), leader.video.seeking ? before : 0);
    else this.atMs = active.length ? Math.max(...active.map((track) => track.fromMs + track.durationMs)) : before + passed * this.rate;
    for (const track of active) {
      if (track.video.paused && !track.atEnd(track.positionMs())) this.start(track);
      if (track !== leader) this.follow(track);
    }
    if (this.atMs >= this.lengthMs - 1) this.finish();
    this.tell("position", this.where(), 250);
  }

  follow(track) {
    const drift = track.positionMs() - track.local(this.atMs);
    const most = Math.min(this.rate * 1.06, Math.max(this.rate, COUNTS_UP_TO));
    if (Math.abs(drift) > FAR_MS) track.seek(track.local(this.atMs));
    else track.video.playbackRate = Math.abs(drift) < DRIFT_MS ? this.rate : drift > 0 ? this.rate * 0.94 : most;
  }

  start(track) {
    track.video.playbackRate = this.rate;
    track.video.play().catch((error) => {
      if (error.name === "NotAllowedError") this.pause();
    });
  }

  // Let the pictures run or stand still, and say so to the server.
  flow(active, on) {
    if (this.flowing === on) return;
    this.flowing = on;
    if (on) active.forEach((track) => this.start(track));
    else this.tracks.forEach((track) => track.video.pause());
    this.beat();
  }

  finish() {
    this.finished = true;
    this.pause();
    this.say("已播放到末尾。");
  }

  play() {
    if (this.question) return;
    if (this.state === "closed") {
      this.open().then(() => this.state === "open" && this.play());
      return;
    }
    if (this.state !== "open" || document.hidden) return;
    if (this.finished) this.seek(Math.min(...this.tracks.map((track) => track.fromMs)));
    this.wantsPlay = true;
    this.lastTick = performance.now();
    this.showPlaying();
    this.say(this.skim ? "快速浏览：不计入观看。" : "", this.skim ? "warn" : "");
  }

  pause() {
    if (!this.wantsPlay) return;
    this.wantsPlay = false;
    this.flow([], false);
    this.showPlaying();
    this.send(true);
  }

  seek(atMs) {
    if (this.state !== "open") return;
    if (this.flowing) this.flow([], false);
    this.finished = false;
    this.atMs = Math.min(Math.max(atMs, 0), this.lengthMs);
    this.place();
    this.beat();
    this.showTime();
    this.tell("position", this.where());
  }

  place() {
    for (const track of this.tracks) if (track.covers(this.atMs)) track.seek(track.local(this.atMs));
  }

  step(frames) {
    this.pause();
    this.seek(this.atMs + frames * FRAME_MS);
  }

  setRate(rate) {
    const skimmed = this.skim;
    this.rate = rate;
    for (const track of this.tracks) track.video.playbackRate = rate;
    this.frame.toggleAttribute("data-skim", this.skim);
    this.find("speed").value = String(Math.round(rate * 100));
    if (this.skim !== skimmed && this.wantsPlay) this.say(this.skim ? "快速浏览：不计入观看。" : "", this.skim ? "warn" : "");
    if (this.state === "open") this.beat();
  }

  // --- beats

  beat() {
    if (this.state !== "open") return;
    this.lastBeat = performance.now();
    for (const track of this.tracks) {
      if (!track.covers(track.fromMs + track.positionMs()) && !track.covers(this.atMs)) continue;
      this.beats.add(
        track.beatIndex,
        Math.min(track.positionMs(), track.durationMs),
        Math.round(this.rate * 100),
        !document.hidden,
        this.flowing && !track.video.paused,
        track.frames,
      );
    }
  }

  async send(credit = false) {
    if (this.state !== "open") return;
    if (this.beats.sending) {
      this.sendAgain = true;
      return;
    }
    this.lastSend = performance.now();
    this.sends += 1;
    try {
      const wants = this.wants();
      const said = await this.beats.send(credit, this.sends % 2 === 0, wants);
      this.online();
      for (const track of this.tracks) track.offered(wants[track.beatIndex], said.addresses[track.beatIndex]);
      if (said.credit) this.showCredit(said.credit);
      if (said.late) this.addCredit(said.late);
      this.ask(said.questions);
      if (this.beats.keptSeconds() > 2 * (BATCH_MS / 1000)) this.send();
    } catch (error) {
      if (error instanceof Offline) this.offline();
      else if (error instanceof Closed) this.close(error.message);
      else if (error instanceof Refused) this.close(`观看记录被拒收：${error.message}`);
      else throw error;
    }
    if (this.sendAgain) {
      this.sendAgain = false;
      this.send(true);
    }
  }

  // For each session the segment that will be played next, null where none is wanted.
  wants() {
    const wants = this.beats.logs.map(() => null);
    for (const track of this.flowing && !this.skim ? this.tracks : []) {
      if (track.covers(this.atMs)) wants[track.beatIndex] = track.soon(track.local(this.atMs), this.rate);
    }
    return wants;
  }

  // closed, opening, paused, waiting (for media), playing, ended (and every beat taken), over
  condition() {
    if (this.state !== "open") return this.state;
    if (this.flowing) return "playing";
    if (this.wantsPlay) return "waiting";
    return this.finished && !this.question && this.beats.empty() ? "ended" : "paused";
  }

  offline() {
    this.away = true;
    this.say(`网络中断。已缓存 ${this.beats?.keptSeconds() ?? 0} 秒观看记录，恢复后自动补报。`, "warn");
  }

  online() {
    if (!this.away) return;
    this.away = false;
    this.say("网络已恢复，观看记录已补报。");
  }

  // --- checks

  ask(questions) {
    const due = questions[0];
    if (!due || this.question?.number === due.number) return;
    this.resume = this.wantsPlay;
    this.pause();
    this.question = due;
    this.find("ask-code").value = "";
    this.find("ask").hidden = false;
    const until = performance.now() + due.leftMs;
    const count = () => {
      const left = Math.ceil((until - performance.now()) / 1000);
      this.find("ask-left").textContent = `剩余 ${Math.max(0, left)} 秒`;
      if (left <= 0) this.asked("已超过回答时限，记为未答。", "warn");
    };
    count();
    this.counting = setInterval(count, 500);
  }

  // What is typed of the digits; with the fourth they are sent.
  typed(text) {
    const field = this.find("ask-code");
    field.value = text.replace(/\D/g, "").slice(0, field.maxLength);
    if (field.value.length === field.maxLength) this.reply(field.value);
  }

  async reply(code) {
    if (!this.question || this.replying) return;
    const { token, number } = this.question;
    this.replying = true;
    try {
      const said = await this.server.post("answer", { token, number, text: code });
      this.asked(said.right ? "核对正确。" : "核对不正确，已记录。", said.right ? "" : "warn");
    } catch (error) {
      if (error instanceof Offline) this.say("网络中断，请稍后再答一次。", "warn");
      else if (error instanceof Closed) this.close(error.message);
      else this.asked(error.message, "bad");
    } finally {
      this.replying = false;
      this.find("ask-code").value = "";
    }
  }

  asked(text, tone) {
    clearInterval(this.counting);
    this.question = null;
    this.find("ask").hidden = true;
    if (this.resume) this.play();
    this.say(text, tone);
    this.send(true);
  }

  // --- evidence

  async keep(fromMs, toMs, reason) {
    const track = this.chosen;
    const recording = track.facts.recording;
    try {
      const said = await this.server.post("clip", { recording, from_ms: fromMs, to_ms: toMs, reason });
      this.say(said.still ? `已截图 ${clock(said.fromMs)}，证据 ${said.clip} 号。` : `已截取 ${clock(said.fromMs)}–${clock(said.toMs)}，证据 ${said.clip} 号。`);
      this.mark(track.fromMs + said.fromMs, said.still ? "截图" : "截取");
      this.tell("clip", said);
    } catch (error) {
      if (error instanceof Closed) this.close(error.message);
      else if (error instanceof Offline || error instanceof Refused) this.say(`没有保存：${error.message}`, "bad");
      else throw error;
    }
  }

  still() {
    const local = this.chosen.local(this.atMs);
    if (!this.chosen.covers(this.atMs)) this.say("所选一路在这个时间没有画面。", "warn");
    else this.keep(Math.round(local), Math.round(local), `观看截图：${this.chosen.facts.role}`);
  }

  clip() {
    const local = Math.min(Math.max(this.chosen.local(this.atMs), 0), this.chosen.durationMs);
    if (this.clipFrom === null) {
      this.clipFrom = local;
      this.find("clip-word").textContent = "截取终点";
      this.say(`截取起点 ${clock(local)}（${this.chosen.facts.role}），到终点时再按一次 c，最长 60 秒。`);
      this.drawRange();
      return;
    }
    const [from, to] = [Math.min(this.clipFrom, local), Math.max(this.clipFrom, local)];
    this.pause();
    const dialog = this.find("clip-dialog");
    this.find("clip-facts").textContent = `${this.chosen.facts.role}，${clock(from)} 至 ${clock(to)}，共 ${((to - from) / 1000).toFixed(1)} 秒`;
    dialog.querySelector("form").onsubmit = () => this.keep(Math.round(from), Math.round(to), dialog.querySelector("textarea").value);
    dialog.onclose = () => {
      this.clipFrom = null;
      this.find("clip-word").textContent = "截取起点";
      dialog.querySelector("textarea").value = "";
      this.drawRange();
    };
    dialog.showModal();
  }

  // --- what is seen

  lines() {
    const line = this.find("line");
    if (!line) return;
    line.setAttribute("aria-valuemax", String(Math.round(this.lengthMs / 1000)));
    for (const track of this.tracks) this.bar(track, "has", track.fromMs, track.fromMs + track.durationMs);
  }

  row(track) {
    return this.frame.querySelector(`[data-row="${track.view.dataset.track}"]`);
  }

  bar(track, kind, fromMs, toMs) {
    const bar = document.createElement("i");
    bar.className = `jg-player-${kind}`;
    bar.style.left = `${(fromMs / this.lengthMs) * 100}%`;
    bar.style.width = `${((toMs - fromMs) / this.lengthMs) * 100}%`;
    this.row(track).append(bar);
  }

  drawRange() {
    this.frame.querySelectorAll(".jg-player-row .jg-player-range").forEach((bar) => bar.remove());
    if (this.clipFrom === null) return;
    const here = this.chosen.local(this.atMs);
    const [from, to] = [Math.min(this.clipFrom, here), Math.max(this.clipFrom, here)];
    this.bar(this.chosen, "range", this.chosen.fromMs + from, this.chosen.fromMs + Math.max(to, from + this.lengthMs / 200));
  }

  // What the last beats earned, united with what is shown; the whole comes again at every pause.
  addCredit(late) {
    const ranges = { ...this.credit.ranges };
    for (const [copy, more] of Object.entries(late)) {
      const joined = [];
      for (const [from, to] of [...(ranges[copy] ?? []), ...more].sort((one, other) => one[0] - other[0])) {
        const last = joined.at(-1);
        if (last && from <= last[1]) last[1] = Math.max(last[1], to);
        else joined.push([from, to]);
      }
      ranges[copy] = joined;
    }
    const creditedMs = Object.values(ranges).flat().reduce((sum, [from, to]) => sum + to - from, 0);
    this.showCredit({ ...this.credit, ranges, creditedMs, percent: Math.floor((creditedMs * 100) / this.credit.totalMs) });
  }

  showCredit(credit) {
    this.credit = credit;
    this.find("share").textContent = `${credit.percent}%`;
    this.find("amount").textContent = `${clock(credit.creditedMs)} / ${clock(credit.totalMs)}`;
    this.find("left").textContent = credit.totalMs - credit.creditedMs >= 1000 ? `未看 ${clock(credit.totalMs - credit.creditedMs + 999)}` : "已全部观看";
    const again = this.finished && credit.asked && (!credit.right || credit.right * 2 < credit.asked) ? "，还须答对一次：按 F5 重新打开后再核对" : "";
    this.find("checks").textContent = credit.asked ? `随机核对 ${credit.right} / ${credit.asked} 正确${again}` : "";
    for (const track of this.tracks) {
      this.row(track).querySelectorAll(".jg-player-credited").forEach((bar) => bar.remove());
      for (const [from, to] of credit.ranges[track.facts.copy] ?? []) this.bar(track, "credited", track.fromMs + from, track.fromMs + to);
    }
    this.frame.dataset.percent = String(credit.percent);
    this.tell("credit", { ref: credit.ref, creditedMs: credit.creditedMs, totalMs: credit.totalMs, percent: credit.percent, asked: credit.asked, right: credit.right });
  }

  showTime() {
    this.find("time").textContent = `${this.facts.zeroMs ? `${new Date(this.facts.zeroMs + this.atMs).toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" })} · ` : ""}${clock(this.atMs)} / ${clock(this.lengthMs)}`;
    this.find("head").style.left = `${(this.atMs / this.lengthMs) * 100}%`;
    const line = this.find("line");
    line.setAttribute("aria-valuenow", String(Math.round(this.atMs / 1000)));
    line.setAttribute("aria-valuetext", clock(this.atMs));
    if (this.clipFrom !== null) this.drawRange();
    this.frame.dataset.at = String(Math.round(this.atMs));
    this.frame.dataset.state = this.condition();
  }

  showPlaying() {
    this.find("play-word").textContent = this.wantsPlay ? "暂停" : "播放";
    if (this.find("time")) this.showTime();
  }

  say(text, tone = "") {
    const line = this.find("say");
    if (line.textContent !== text) line.textContent = text;
    line.dataset.tone = tone;
  }

  draw() {
    this.choose(this.chosen);
    this.showTime();
  }

  choose(track) {
    if (this.clipFrom !== null) return;
    this.chosen = track;
    for (const one of this.tracks) one.view.toggleAttribute("data-chosen", this.tracks.length > 1 && one === track);
  }

  mark(atMs, label) {
    const mark = document.createElement("i");
    mark.style.left = `${(atMs / this.lengthMs) * 100}%`;
    mark.title = `${label} ${clock(atMs)}`;
    this.find("marks").append(mark);
  }

  moveMarks() {
    this.spot = (this.spot + 1) % SPOTS;
    const now = new Date().toLocaleString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
    this.frame.querySelectorAll("[data-mark]").forEach((mark, index) => {
      mark.dataset.spot = String((this.spot + index * 2) % SPOTS);
      mark.textContent = `${this.facts.watermark} ${now}`;
    });
  }

  where() {
    return { atMs: Math.round(this.atMs), moment: this.facts.zeroMs ? new Date(this.facts.zeroMs + this.atMs).toISOString() : null, playing: this.flowing };
  }

  tell(name, detail, everyMs = 0) {
    const now = performance.now();
    this.told ??= {};
    if (everyMs && now - (this.told[name] ?? 0) < everyMs) return;
    this.told[name] = now;
    this.frame.dispatchEvent(new CustomEvent(`jianguan:${name}`, { bubbles: true, detail }));
  }

  // --- hands

  do(name) {
    const does = {
      toggle: () => (this.wantsPlay ? this.pause() : this.play()),
      back: () => this.seek(this.atMs - 5000),
      forward: () => this.seek(this.atMs + 5000),
      "step-back": () => this.step(-1),
      step: () => this.step(1),
      slower: () => this.faster(-1),
      faster: () => this.faster(1),
      still: () => this.still(),
      clip: () => this.clip(),
      sound: () => this.sound(),
    };
    does[name]?.();
  }

  faster(by) {
    const speeds = [...this.find("speed").options].map((option) => Number(option.value)).filter((speed) => speed <= COUNTS_UP_TO * 100);
    const here = speeds.indexOf(Math.min(Math.round(this.rate * 100), speeds.at(-1)));
    this.setRate(speeds[Math.min(Math.max(here + by, 0), speeds.length - 1)] / 100);
  }

  sound() {
    const on = this.chosen.video.muted;
    for (const track of this.tracks) track.video.muted = !(on && track === this.chosen);
    const button = this.frame.querySelector('[data-do="sound"]');
    button.textContent = on ? "声音：开" : "声音：关";
    button.setAttribute("aria-pressed", String(on));
  }

  bind() {
    this.frame.addEventListener("click", (event) => {
      const button = event.target.closest("[data-do]");
      if (button) this.do(button.dataset.do);
      const track = this.tracks.find((one) => one.view.contains(event.target));
      if (track) this.choose(track);
      if (event.target.closest("[data-clip-cancel]")) this.find("clip-dialog").close();
    });
    this.frame.addEventListener("contextmenu", (event) => event.target.closest("[data-track], .jg-player-photos") && event.preventDefault());
    this.frame.addEventListener("dragstart", (event) => event.preventDefault());
    this.find("speed").addEventListener("change", (event) => {
      this.setRate(Number(event.target.value) / 100);
      event.target.blur();
    });
    this.find("ask-code").addEventListener("input", (event) => this.typed(event.target.value));
    const line = this.find("line");
    line.addEventListener("pointerdown", (event) => {
      const box = line.getBoundingClientRect();
      this.seek(((event.clientX - box.left) / box.width) * this.lengthMs);
    });
    document.addEventListener("visibilitychange", () => document.hidden && this.pause());
    window.addEventListener("pagehide", () => {
      this.pause();
      if (this.state === "open") this.beats.leave();
    });
    window.addEventListener("online", () => this.send(true));
    document.addEventListener("keydown", (event) => this.key(event));
    this.frame.addEventListener("jianguan:seek", (event) => this.seek(event.detail.atMs));
    this.frame.addEventListener("jianguan:pause", () => this.pause());
    this.frame.addEventListener("jianguan:mark", (event) => this.mark(event.detail.atMs, event.detail.label));
  }

  key(event) {
    if (!this.frame.isConnected) return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === " " && event.target.closest("button, a, summary")) return;
    if (this.question && /^(\d|Backspace)$/.test(event.key)) {
      event.preventDefault();
      const { value } = this.find("ask-code");
      this.typed(event.key === "Backspace" ? value.slice(0, -1) : value + event.key);
      return;
    }
    const keys = { " ": "toggle", ArrowLeft: "back", ArrowRight: "forward", ",": "step-back", ".": "step", "[": "slower", "]": "faster" };
    if (this.facts.mayClip) Object.assign(keys, { s: "still", c: "clip" });
    const name = keys[event.key];
    if (!name) return;
    event.preventDefault();
    this.do(name);
  }
}

function start(root) {
  for (const frame of root.querySelectorAll("[data-player]:not([data-started])")) {
    frame.dataset.started = "";
    if (frame.querySelector("[data-line]")) new Player(frame);
  }
}

start(document);
document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement ?? document));
