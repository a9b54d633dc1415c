// One recording of the player: fetches released segments into Media Source Extensions and follows the common clock.

import { Closed, Offline, Refused } from "./player-server.js";

const AHEAD_MS = 9000; // played at normal speed; the server gives no more than twice real time anyway
const SOON_MS = 15000; // further than that by the time between two batches: addresses come with the answer to beats
const OFFER_MS = 100000; // an address is good for 120 seconds
const BEHIND_MS = 60000;
const READY_MS = 250;
const END_MS = 400;
const RETRY_MS = 1000;

export class Track {
  constructor(view, facts, server, player) {
    this.view = view;
    this.video = view.querySelector("video");
    this.cover = view.querySelector("[data-cover]");
    this.facts = facts;
    this.server = server;
    this.player = player;
    this.fromMs = facts.fromMs;
    this.durationMs = facts.durationMs;
    this.frames = 0;
    this.have = new Map();
    this.busy = false;
    this.offer = null;
    this.waitUntil = 0;
  }

  open(session) {
    this.session = session;
    this.offer = null;
    this.durationMs = session.durationMs;
    this.have.clear();
    this.media = new MediaSource();
    this.video.src = URL.createObjectURL(this.media);
    this.opened = new Promise((resolve) => {
      this.media.addEventListener("sourceopen", () => {
        URL.revokeObjectURL(this.video.src);
        this.buffer = this.media.addSourceBuffer(session.mime);
        this.media.duration = session.durationMs / 1000;
        resolve();
      }, { once: true });
    });
    const count = (_now, metadata) => {
      this.frames = metadata.presentedFrames;
      this.video.requestVideoFrameCallback(count);
    };
    this.video.requestVideoFrameCallback(count);
    return this.opened;
  }

  local(atMs) {
    return atMs - this.fromMs;
  }

  covers(atMs) {
    const local = this.local(atMs);
    return local >= 0 && local < this.durationMs - 1;
  }

  positionMs() {
    return this.video.currentTime * 1000;
  }

  index(localMs) {
    const segments = this.session.segments;
    let low = 0;
    let high = segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (segments[middle][0] <= localMs) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  bufferedTo(localMs) {
    const at = localMs / 1000;
    for (let i = 0; i < this.video.buffered.length; i += 1) {
      if (this.video.buffered.start(i) <= at + 0.15 && this.video.buffered.end(i) > at) return this.video.buffered.end(i) * 1000;
    }
    return 0;
  }

  // Whether there is something to show here that counts at this speed.
  ready(localMs, skim) {
    if (this.atEnd(localMs)) return true;
    const has = this.have.get(this.index(localMs));
    if (!has || (!skim && has === "skim")) return false;
    return this.bufferedTo(localMs) >= Math.min(localMs + READY_MS, this.durationMs - END_MS) && this.video.readyState >= 2;
  }

  atEnd(localMs) {
    return localMs >= this.durationMs - END_MS && (this.video.ended || this.video.readyState < 3);
  }

  // The next segment wanted from here on, null when enough is here.
  wanted(localMs, rate, skim, aheadMs = AHEAD_MS) {
    const until = localMs + aheadMs * Math.max(1, rate);
    for (let n = this.index(Math.max(0, localMs)); n < this.session.segments.length; n += 1) {
      if (this.session.segments[n][0] > until) return null;
      const has = this.have.get(n);
      if (!has || (!skim && has === "skim")) return n;
    }
    return null;
  }

  // The segment whose address should come with the answer to the next beats.
  soon(localMs, rate) {
    if (this.busy || this.offer) return null;
    return this.wanted(localMs, rate, false, SOON_MS);
  }

  offered(n, address) {
    if (n !== null && address) this.offer = { n, address, until: performance.now() + OFFER_MS };
  }

  async address(n, skim) {
    const offer = this.offer;
    this.offer = null;
    if (offer?.n === n && !skim && performance.now() < offer.until) return offer.address;
    const given = await this.server.post("release", { token: this.session.token, n, skim });
    if (given.waitMs > 0) this.waitUntil = performance.now() + Math.min(given.waitMs, 2000);
    return given.address;
  }

  async fill(localMs, rate, skim) {
    if (this.busy || !this.buffer || performance.now() < this.waitUntil) return;
    const n = this.wanted(localMs, rate, skim);
    if (n === null) return;
    this.busy = true;
    try {
      const address = await this.address(n, skim);
      if (!address) return;
      const bytes = await this.server.segment(address, this.session.token);
      await this.append(bytes, localMs);
      this.have.set(n, skim ? "skim" : "counts");
      this.player.online();
    } catch (error) {
      this.waitUntil = performance.now() + RETRY_MS;
      if (error instanceof Offline) this.player.offline();
      else if (error instanceof Closed) this.player.close(error.message);
      else if (error instanceof Refused) this.player.say(error.message, "bad");
      else throw error;
    } finally {
      this.busy = false;
    }
  }

  async append(bytes, localMs) {
    await this.drop(localMs - BEHIND_MS);
    for (;;) {
      try {
        this.buffer.appendBuffer(bytes);
        break;
      } catch (error) {
        if (error.name !== "QuotaExceededError") throw error;
        await this.drop(localMs - 5000, true);
      }
    }
    await this.settled();
  }

  // Forget what was played long ago; memory is bounded however long the recording is.
  async drop(beforeMs, now = false) {
    const first = this.video.buffered.length ? this.video.buffered.start(0) * 1000 : Infinity;
    if (first >= beforeMs - (now ? 0 : BEHIND_MS)) {
      if (now) throw new Refused(0, { reason: "浏览器内存不足，请关闭其他页面后重试" });
      return;
    }
    const keepFrom = this.session.segments[this.index(beforeMs)][0];
    if (keepFrom <= first) return;
    this.buffer.remove(0, keepFrom / 1000);
    await this.settled();
    for (const n of [...this.have.keys()]) if (this.session.segments[n][0] < keepFrom) this.have.delete(n);
  }

  settled() {
    return new Promise((resolve) => {
      if (!this.buffer.updating) resolve();
      else this.buffer.addEventListener("updateend", resolve, { once: true });
    });
  }

  seek(localMs) {
    const wanted = Math.min(Math.max(localMs, 0), this.durationMs) / 1000;
    if (Math.abs(this.video.currentTime - wanted) > 0.02) this.video.currentTime = wanted;
  }

  say(text) {
    this.cover.hidden = !text;
    this.cover.textContent = text;
  }
}
