// The page of one person: what they see, and what they do.

import { drawBar, tick } from "./bar.js";
import { drawBlocks } from "./blocks.js";
import { drawComposer } from "./composer.js";
import { h, freshId } from "./dom.js";
import { drawForms } from "./forms.js";
import { avatar, drawMessage, drawMessages, inThreads, looksOf } from "./messages.js";
import { act, actAs, read, upload } from "./server.js";

const HOME = "home";

class Page {
  constructor(me, at) {
    this.me = me;
    this.at = at;
    this.typedIn = new Map();
    this.failures = new Map();
    this.sending = new Set();
    this.closing = new Set();
    this.justRefused = new Set();
    this.drafts = new Map();
    this.attachments = new Map();
    this.unread = new Set();
    this.threadTs = null;
  }

  take(state) {
    this.app = { ...state.app, title: state.app.name.charAt(0).toUpperCase() + state.app.name.slice(1) };
    this.team = state.team;
    this.people = new Map(state.people.map((person) => [person.id, person]));
    this.conversations = state.conversations.map((conversation) => ({ ...conversation, title: this.titleOf(conversation) }));
    this.views = state.views;
    this.home = state.home;
    this.commands = state.commands;
    this.shortcuts = state.shortcuts;
    this.faults = state.faults;
    this.connections = state.connections;
    this.takeClock(state.clock);
    if (this.at !== HOME && !this.conversation(this.at)) this.at = this.appConversation()?.id ?? this.conversations[0]?.id ?? HOME;
  }

  takeClock(clock) {
    this.offset = clock.offset;
    this.skew = clock.timestamp * 1000 - Date.now();
  }

  get zone() { return this.people.get(this.me).tz; }
  get locale() { return this.people.get(this.me).locale ?? "en-US"; }
  now() { return new Date(Date.now() + this.skew); }
  nameOf(id) { return id === this.app.user ? this.app.title : this.people.get(id)?.real_name ?? null; }
  channelName(id) { return this.conversations.find((conversation) => conversation.id === id)?.name ?? null; }
  conversation(id) { return this.conversations.find((conversation) => conversation.id === id); }
  appConversation() { return this.conversations.find((conversation) => conversation.other === this.app.user); }
  titleOf(conversation) { return conversation.kind === "im" ? this.nameOf(conversation.other) ?? conversation.other : conversation.name; }
  thread() { return this.threadTs; }
  draft() { return this.drafts.get(`${this.at} ${this.threadTs ?? ""}`) ?? ""; }
  attached() { return this.attachments.get(`${this.at} ${this.threadTs ?? ""}`) ?? []; }
  attach(files) { this.attachments.set(`${this.at} ${this.threadTs ?? ""}`, files); }
  keepDraft(text) { this.drafts.set(`${this.at} ${this.threadTs ?? ""}`, text); }

  // -- what blocks need to be drawn and pressed ------------------------------------------------------------------------

  contextFor(where, key, view = null) {
    if (!this.typedIn.has(key)) this.typedIn.set(key, structuredClone(view?.typed ?? {}));
    const typed = this.typedIn.get(key);
    const redraw = () => this.redrawPlace(where);
    return {
      me: this.me, zone: this.zone, locale: this.locale, now: () => this.now(), nameOf: (id) => this.nameOf(id), channelName: (id) => this.channelName(id),
      people: [...this.people.values()].filter((person) => !person.is_bot), conversations: this.conversations,
      channel: where.channel ?? (this.at === HOME ? null : this.at), typed, errors: view?.errors ?? {}, redraw, headingLevel: where.home ? 2 : 3,
      press: async (block, element, value) => {
        if (this.failures.delete(key)) redraw();
        const asked = { ...where, block_id: block.block_id, action_id: element.action_id, value, values: typed };
        const failed = await this.attempt("press", asked);
        if (failed) { this.failures.set(key, failed); redraw(); }
      },
      upload: (file) => upload(this.me, file),
      suggest: async (block, element, value) => {
        const answer = await actAs(this.me, "options", { ...where, block_id: block.block_id, action_id: element.action_id, value });
        if (answer.error) throw new Error(answer.error);
        return answer;
      },
    };
  }

  redrawPlace(where) {
    if (where.view_id) drawForms(this);
    else if (where.home) this.drawMain();
    else this.redrawMessage(where.channel, where.ts);
  }

  /** Does something; null, or the sentence that says what went wrong. */
  async attempt(path, asked) {
    try {
      return (await actAs(this.me, path, asked)).error;
    } catch (error) {
      return error.message;
    }
  }

  // -- what the person does --------------------------------------------------------------------------------------------

  async send(conversation, text, files = []) {
    const command = files.length ? null : /^(\/\S+)\s*([\s\S]*)$/.exec(text);
    let failed;
    if (files.length) {
      const place = `${conversation.id} ${this.threadTs ?? ""}`;
      failed = await this.drop(conversation, text, files, this.threadTs);
      if (failed) {
        // What was to be sent is there again, unless something else was begun meanwhile.
        if (!this.drafts.get(place)) this.drafts.set(place, text);
        this.attachments.set(place, [...files, ...(this.attachments.get(place) ?? [])]);
        if (this.at === conversation.id) this.drawMain();
        this.whisper(conversation, failed);
      }
      return;
    }
    if (command && this.threadTs) failed = `${command[1]} cannot be used in a thread.`;
    else if (command) failed = await this.attempt("command", { command: command[1], text: command[2], channel: conversation.id });
    else failed = await this.attempt("say", { channel: conversation.id, text, thread_ts: this.threadTs });
    if (failed) this.whisper(conversation, failed);
  }

  /** Uploads files and puts them into a conversation; null, or the sentence that says what went wrong. */
  async drop(conversation, text, files, threadTs) {
    try {
      const ids = [];
      for (const file of files) ids.push({ id: await upload(this.me, file) });
      return await this.attempt("drop", { channel: conversation.id, text, thread_ts: threadTs, files: ids });
    } catch (error) {
      return error.message;
    }
  }

  /** A sentence of Slack's own, which only this page shows. */
  whisper(conversation, text) {
    const log = document.getElementById("log");
    if (this.at !== conversation.id || !log) { this.notice(text); return; }
    log.append(h("article", { class: "message ephemeral own" }, avatar("S", "S"), h("div", { class: "said" },
      h("p", { class: "only-you" }, "Only visible to you"), h("p", { class: "failure", role: "alert" }, text))));
    log.scrollTop = log.scrollHeight;
  }

  async shortcut(shortcut, message) {
    const where = message ? { channel: message.channel, ts: message.ts } : {};
    const failed = await this.attempt("shortcut", { callback_id: shortcut.callback_id, ...where });
    if (failed) this.notice(failed);
  }

  async react(message, name, remove) {
    const failed = await this.attempt("react", { channel: message.channel, ts: message.ts, name, remove });
    if (failed) this.notice(failed);
  }

  async submit(view) {
    const key = `view ${view.id}`;
    if (this.sending.has(key)) return;
    this.failures.delete(key);
    this.sending.add(key);
    view.errors = {};
    drawForms(this);
    const failed = await this.attempt("submit", { view_id: view.id, values: this.typedIn.get(key) ?? {} });
    this.sending.delete(key);
    this.justRefused.add(view.id);
    if (failed) this.failures.set(key, failed);
    drawForms(this);
  }

  async close(view) {
    if (this.closing.has(view.id)) return; // Escape in a date field is told twice
    this.closing.add(view.id);
    const failed = await this.attempt("close", { view_id: view.id });
    if (failed) { this.closing.delete(view.id); this.notice(failed); }
  }

  replyTo(ts) {
    this.threadTs = ts;
    this.drawMain();
    document.getElementById("composer")?.focus();
  }

  async goTo(at) {
    this.at = at;
    this.threadTs = null;
    this.unread.delete(at);
    document.getElementById("side").classList.remove("open");
    this.keepAddress();
    this.drawSide();
    this.drawMain();
    document.getElementById("main").focus({ preventScroll: true });
    document.getElementById("composer")?.focus();
    await this.tellTab();
  }

  async tellTab() {
    if (this.at !== HOME && this.at !== this.appConversation()?.id) return;
    const failed = await this.attempt("home", { tab: this.at === HOME ? "home" : "messages" });
    if (failed) this.notice(failed);
  }

  async talkTo(person) {
    const { channel } = await act("direct", { as: this.me, with: person });
    await this.refresh();
    await this.goTo(channel);
  }

  actAs(person) {
    location.assign(`/?${new URLSearchParams({ as: person })}`);
  }

  keepAddress() {
    history.replaceState(null, "", `/?${new URLSearchParams({ as: this.me, at: this.at })}`);
  }

  async refresh() {
    this.take(await read("state", { as: this.me }));
    this.drawAll();
  }

  // -- drawing ---------------------------------------------------------------------------------------------------------

  drawAll() {
    drawBar(this);
    this.drawSide();
    this.drawMain();
    drawForms(this);
  }

  drawSide() {
    const entry = (at, face, text, extra = null) => h("li", {}, h("a", {
      href: `/?${new URLSearchParams({ as: this.me, at })}`, "aria-current": this.at === at ? "page" : null,
      onclick: (event) => { event.preventDefault(); this.goTo(at); },
    }, h("span", { class: "face", "aria-hidden": "true" }, face), h("span", { class: "grow" }, text), extra,
    this.unread.has(at) ? h("span", { class: "unread" }, h("span", { class: "visually-hidden" }, "unread")) : null));
    const app = this.appConversation();
    const channels = this.conversations.filter((conversation) => conversation.kind === "channel");
    const others = [...this.people.values()].filter((person) => person.id !== this.me && !person.is_bot);
    document.getElementById("side").replaceChildren(
      h("p", { class: "team" }, this.team.name),
      h("h2", {}, "App"),
      h("ul", {}, app ? [entry(HOME, "⌂", `${this.app.title} Home`), entry(app.id, "✉", `${this.app.title} messages`)] : []),
      h("h2", {}, "Channels"),
      h("ul", {}, channels.map((conversation) => entry(conversation.id, "#", conversation.name, conversation.is_ext_shared ? h("span", { class: "badge" }, "shared") : null))),
      h("h2", {}, "People"),
      h("ul", {}, others.map((person) => {
        const known = this.conversations.find((conversation) => conversation.kind === "im" && conversation.other === person.id);
        if (known) return entry(known.id, avatar(person.id, person.real_name), person.real_name);
        return h("li", {}, h("button", { type: "button", class: "entry", onclick: () => this.talkTo(person.id) },
          h("span", { class: "face" }, avatar(person.id, person.real_name)), h("span", { class: "grow" }, person.real_name)));
      })));
  }

  drawMain() {
    const main = document.getElementById("main");
    if (this.at === HOME) {
      main.replaceChildren(this.heading(this.app.title), h("div", { id: "log", class: "home", "aria-label": "Home" }, this.drawHome()));
      document.title = `${this.app.title} · Sandbox`;
      return;
    }
    const conversation = this.conversation(this.at);
    const log = h("div", { id: "log", role: "log", "aria-label": `Messages in ${conversation.title}`, tabindex: "0" }, drawMessages(conversation, this));
    if (!conversation.messages.length) log.append(h("p", { class: "empty" }, "Nothing here yet. Type / to see the commands."));
    main.replaceChildren(this.heading(conversation.kind === "im" ? conversation.title : `#${conversation.name}`, conversation.topic), log, drawComposer(conversation, this));
    log.scrollTop = log.scrollHeight;
    document.title = `${conversation.title} · Sandbox`;
  }

  heading(title, topic = "") {
    const app = this.appConversation();
    const isApp = app && (this.at === HOME || this.at === app.id);
    const tab = (at, text) => h("a", {
      href: `/?${new URLSearchParams({ as: this.me, at })}`, "aria-current": this.at === at ? "page" : null, onclick: (event) => { event.preventDefault(); this.goTo(at); },
    }, text);
    return h("header", { class: "title" }, h("h1", {}, title), topic ? h("p", {}, topic) : null, this.membership(),
      isApp ? h("nav", { class: "tabs", "aria-label": this.app.title }, tab(HOME, "Home"), tab(app.id, "Messages")) : null);
  }

  /** In a channel: whether the app is in it, and the button that changes it. */
  membership() {
    const conversation = this.at === HOME ? null : this.conversation(this.at);
    if (conversation?.kind !== "channel") return null;
    const isIn = conversation.members.includes(this.app.user);
    const change = async () => {
      const failed = await this.attempt(isIn ? "remove" : "invite", { channel: conversation.id });
      if (failed) this.notice(failed);
    };
    return h("button", { type: "button", class: "membership", onclick: change }, isIn ? `Remove ${this.app.title}` : `Add ${this.app.title}`);
  }

  drawHome() {
    if (!this.home) return h("p", { class: "empty" }, "The app has not published a Home tab for you.");
    const key = `view ${this.home.id}`;
    const failure = this.failures.get(key);
    return h("div", { class: "sheet" }, drawBlocks(this.home.blocks, this.contextFor({ home: true }, key, this.home)),
      failure ? h("p", { class: "failure", role: "alert" }, failure) : null);
  }

  redrawMessage(channel, ts) {
    const message = this.conversation(channel)?.messages.find((one) => one.ts === ts);
    const node = document.querySelector(`article[data-ts="${CSS.escape(ts)}"]`);
    if (!message || !node) return;
    const log = document.getElementById("log");
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    const focused = node.contains(document.activeElement) ? document.activeElement.dataset.action ?? "" : null;
    const fresh = drawMessage(message, this);
    node.replaceWith(fresh);
    // The same button again, or else the message: never another button, which one more press of Enter would press.
    if (focused !== null) (fresh.querySelector(`[data-action="${CSS.escape(focused)}"]`) ?? fresh).focus({ preventScroll: true });
    if (atEnd) log.scrollTop = log.scrollHeight;
  }

  notice(text) {
    const id = freshId("notice");
    const node = h("div", { class: "notice", id }, h("span", {}, text), h("button", { type: "button", class: "quiet", "aria-label": "Dismiss", onclick: () => node.remove() }, "×"));
    document.getElementById("notices").append(node);
    setTimeout(() => node.remove(), 12_000);
  }

  // -- what happens elsewhere ------------------------------------------------------------------------------------------

  heard = {
    message: (message) => {
      const conversation = this.conversation(message.channel);
      if (!conversation) { this.refresh(); return; }
      const place = conversation.messages.findIndex((one) => one.ts === message.ts);
      if (place >= 0) {
        const before = conversation.messages[place];
        conversation.messages[place] = message;
        // What is told again as it stands is left alone: somebody may be about to press it.
        if (this.at === conversation.id && looksOf(before) !== looksOf(message)) this.redrawMessage(message.channel, message.ts);
        return;
      }
      conversation.messages.push(message);
      if (this.at !== conversation.id) {
        if (message.user !== this.me) { this.unread.add(conversation.id); this.drawSide(); }
        return;
      }
      const log = document.getElementById("log");
      const order = inThreads(conversation.messages);
      const next = order[order.findIndex((one) => one.ts === message.ts) + 1];
      if (next || conversation.messages.length === 1) { log.replaceChildren(...drawMessages(conversation, this)); return; }
      const days = drawMessages({ messages: conversation.messages.slice(-2) }, this);
      const fresh = days.slice(days.findIndex((node) => node.dataset.ts === conversation.messages.at(-2).ts) + 1);
      log.append(...(conversation.messages.length > 1 ? fresh : days));
      log.scrollTop = log.scrollHeight;
    },
    message_deleted: (message) => {
      const conversation = this.conversation(message.channel);
      if (!conversation) return;
      conversation.messages = conversation.messages.filter((one) => one.ts !== message.ts);
      document.querySelector(`article[data-ts="${CSS.escape(message.ts)}"]`)?.remove();
    },
    views: ({ views }) => {
      for (const view of views) {
        const key = `view ${view.id}`;
        const typed = this.typedIn.get(key);
        const fields = new Set(view.blocks.flatMap((block) => [block.element, block.accessory, ...(block.elements ?? [])]
          .filter(Boolean).map((element) => `${block.block_id} ${element.action_id}`)));
        for (const [block, actions] of Object.entries(typed ?? {})) {
          for (const action of Object.keys(actions)) if (!fields.has(`${block} ${action}`)) delete actions[action];
        }
      }
      const before = this.views.map((view) => view.id).join();
      this.views = views;
      if (before !== views.map((view) => view.id).join()) {
        for (const key of this.typedIn.keys()) {
          const id = key.split(" ")[1];
          if (key.startsWith("view ") && id !== this.home?.id && !views.some((view) => view.id === id)) this.typedIn.delete(key);
        }
      }
      drawForms(this);
    },
    home: ({ view }) => {
      this.home = view;
      if (this.at === HOME) {
        const log = document.getElementById("log");
        const scroll = log.scrollTop;
        log.replaceChildren(this.drawHome());
        log.scrollTop = scroll;
      }
    },
    clock: (clock) => { this.takeClock(clock); drawBar(this); },
    faults: (faults) => { this.faults = faults; drawBar(this); },
    connections: ({ connections }) => { if (connections !== this.connections) { this.connections = connections; drawBar(this); } },
    person: (person) => { this.people.set(person.id, person); this.drawAll(); },
    members: () => { this.refresh(); },
    complaint: ({ where, faults }) => this.notice(`Slack would have refused what the app sent (${where}): ${faults.join("; ")}`),
  };

  /** Begins to listen; what is heard before the first state was read waits for it. Resolves once both are there. */
  listen() {
    const source = new EventSource(`/sandbox/live?${new URLSearchParams({ as: this.me })}`);
    const waiting = [];
    let ready = false;
    for (const [kind, hear] of Object.entries(this.heard)) {
      source.addEventListener(kind, (event) => {
        const content = JSON.parse(event.data);
        if (ready) hear(content);
        else waiting.push(() => hear(content));
      });
    }
    source.onerror = () => {
      if (!ready) return;
      ready = false;
      this.connections = 0;
      drawBar(this);
    };
    return new Promise((resolve) => {
      source.onopen = async () => {
        await this.refresh();
        ready = true;
        waiting.splice(0).forEach((hear) => hear());
        resolve();
      };
    });
  }
}

async function start() {
  const query = new URLSearchParams(location.search);
  const { people } = await read("people");
  const me = people.some((person) => person.id === query.get("as")) ? query.get("as") : people[0].id;
  const page = new Page(me, query.get("at") ?? query.get("channel") ?? "");
  await page.listen();
  page.keepAddress();
  setInterval(() => tick(page), 1000);
  await page.tellTab();
}

start();
