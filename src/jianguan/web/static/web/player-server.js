// What the player says to the server, and what it keeps while the network is away.

const PREFIX = "jianguan-beats:";

export class Closed extends Error {}
export class Offline extends Error {}
export class Refused extends Error {
  constructor(status, body) {
    super(body.reason ?? `服务器答复 ${status}`);
    this.status = status;
    this.body = body;
  }
}

export class Server {
  constructor(urls, csrf) {
    this.urls = urls;
    this.csrf = csrf;
  }

  async request(url, options) {
    let response;
    try {
      response = await fetch(url, { credentials: "same-origin", redirect: "manual", cache: "no-store", ...options });
    } catch {
      throw new Offline("网络中断");
    }
    if (response.type === "opaqueredirect") throw new Closed("登录已过期，请重新登录");
    if (response.status >= 502) throw new Offline("服务器暂时没有答复");
    return response;
  }

  async post(name, body) {
    const response = await this.request(this.urls[name], {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
      body: JSON.stringify(body),
    });
    const said = response.headers.get("content-type")?.includes("json") ? await response.json() : {};
    if (said.closed) throw new Closed(said.reason);
    if (!response.ok) throw new Refused(response.status, said);
    return said;
  }

  async segment(address, token) {
    const response = await this.request(this.urls.segment, {
      headers: { "X-Watch-Address": address, "X-Watch-Token": token },
    });
    if (!response.ok) throw new Refused(response.status, await response.json());
    try {
      return await response.arrayBuffer();
    } catch {
      throw new Offline("网络中断");
    }
  }
}

// Beats of all sessions of a screen: kept until the server has taken them, sent again when it has not answered. What a
// page still held when it went away lies in the tab's storage, and is sent before the matter is opened again.
export class Beats {
  static async sendLeft(server, ref) {
    const left = sessionStorage.getItem(PREFIX + ref);
    if (!left) return;
    try {
      await server.post("beats", { sessions: JSON.parse(left) });
    } catch (error) {
      if (error instanceof Offline) throw error; // once refused, it would be refused again
    }
    sessionStorage.removeItem(PREFIX + ref);
  }

  constructor(server, sessions, ref) {
    this.server = server;
    this.ref = ref;
    this.began = performance.now();
    this.logs = sessions.map((session) => ({ token: session.token, next: 1, kept: [], last: 0 }));
    this.sending = false;
  }

  clientMs() {
    return Math.floor(performance.now() - this.began);
  }

  add(index, positionMs, ratePercent, visible, playing, frames) {
    const log = this.logs[index];
    const at = Math.max(log.last, this.clientMs());
    log.last = at;
    log.kept.push([log.next, at, Math.max(0, Math.round(positionMs)), ratePercent, visible, playing, frames]);
    log.next += 1;
  }

  keptSeconds() {
    const first = Math.min(...this.logs.filter((log) => log.kept.length).map((log) => log.kept[0][1]));
    return Number.isFinite(first) ? Math.round((this.clientMs() - first) / 1000) : 0;
  }

  empty() {
    return this.logs.every((log) => !log.kept.length);
  }

  // Leave in the tab's storage what the server has not taken.
  leave() {
    const sessions = this.logs.filter((log) => log.kept.length).map((log) => ({ token: log.token, beats: log.kept.slice(0, 300) }));
    if (sessions.length) sessionStorage.setItem(PREFIX + this.ref, JSON.stringify(sessions));
    else sessionStorage.removeItem(PREFIX + this.ref);
  }

  // ``wants``: for each session the segment whose address should come with the answer, or null.
  async send(credit, late, wants) {
    this.sending = true;
    try {
      const sessions = this.logs.map((log, index) => ({ token: log.token, beats: log.kept.slice(0, 300), want: wants[index] }));
      const said = await this.server.post("beats", { sessions, credit, late });
      said.next.forEach((next, index) => {
        this.logs[index].kept = this.logs[index].kept.filter((beat) => beat[0] >= next);
      });
      return said;
    } finally {
      this.sending = false;
    }
  }
}
