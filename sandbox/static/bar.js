// The strip along the top: whose eyes one sees with, the clock, and trouble on demand.

import { freshId, h } from "./dom.js";
import { act } from "./server.js";
import { dateInWords } from "./mrkdwn.js";

const COUNTED = [
  ["rate_limit", "Posts answered 429 (too many requests)"],
  ["drop_after_accept", "Posts accepted, then the line is cut"],
  ["fatal_after_accept", "Posts accepted, then answered with an error"],
  ["error_before_accept", "Posts refused with an error"],
  ["duplicate_events", "Events delivered twice"],
  ["retry_after", "Seconds to wait after a 429"],
  ["history_lag", "Seconds until a post can be read back"],
  ["file_processing", "Seconds until a new file can be shown in blocks"],
];
const SWITCHES = [
  ["refuse_charts", "Charts are refused"],
  ["unreachable", "Slack cannot be reached"],
  ["refuse_tokens", "Tokens are refused"],
  ["silent_socket", "The socket is silent"],
  ["deaf_socket", "The socket answers pings only"],
];

function clockWords(page) {
  const now = page.now();
  const say = (token) => dateInWords(token, now, now, "en-GB", page.zone);
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: page.zone }).format(now);
  return `${day}, ${say("time_secs")}`;
}

function troublePanel(page) {
  const numbers = COUNTED.map(([name, text]) => {
    const id = freshId();
    return h("div", { class: "field" }, h("label", { class: "label", for: id }, text),
      h("input", { id, type: "number", min: 0, step: 1, name, value: page.faults[name] }));
  });
  const switches = SWITCHES.map(([name, text]) => {
    const id = freshId();
    return h("div", { class: "tick" }, h("input", { type: "checkbox", id, name, checked: page.faults[name] }), h("label", { for: id }, text));
  });
  const zoneId = freshId();
  const zones = h("datalist", { id: freshId("zones") }, Intl.supportedValuesOf("timeZone").map((zone) => h("option", { value: zone })));
  const title = freshId();
  const dialog = h("dialog", { class: "form", "aria-labelledby": title, onclose: () => dialog.remove() });
  const attempt = async (work, words) => {
    try {
      await work();
      page.notice(words);
    } catch (error) {
      page.notice(error.message);
    }
  };
  const form = h("form", {
    onsubmit: (event) => {
      event.preventDefault();
      const wanted = {};
      for (const [name] of COUNTED) wanted[name] = Number(form.elements[name].value);
      for (const [name] of SWITCHES) wanted[name] = form.elements[name].checked;
      attempt(() => act("faults", wanted), "The weather was changed.");
      dialog.close();
    },
  },
  h("header", {}, h("h2", { id: title }, "Trouble on demand"), h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => dialog.close() }, "×")),
  h("div", { class: "body" },
    h("p", { class: "hint" }, "What Slack does on bad days. Numbers count down with each use."),
    h("div", { class: "two" }, numbers), h("div", { class: "ticks" }, switches),
    h("h3", {}, "The app's sockets"),
    h("div", { class: "actions" },
      h("button", { type: "button", onclick: () => attempt(() => act("socket", { do: "drop" }), "The sockets were cut.") }, "Cut them"),
      h("button", { type: "button", onclick: () => attempt(() => act("socket", { do: "refresh" }), "The app was asked to connect anew.") }, "Ask for new ones")),
    h("h3", {}, `${page.nameOf(page.me)}'s time zone`),
    h("div", { class: "actions" }, h("div", { class: "field" }, h("label", { class: "label", for: zoneId }, "Time zone"),
      h("input", { id: zoneId, name: "zone", list: zones.id, value: page.zone }), zones),
    h("button", { type: "button", onclick: () => attempt(() => act("person", { id: page.me, tz: form.elements.zone.value }), "The zone was changed.") }, "Move there"))),
  h("footer", {}, h("button", { type: "button", onclick: () => { attempt(() => act("faults", {}, "DELETE"), "Good weather again."); dialog.close(); } }, "Good weather"),
    h("button", { type: "submit", class: "primary" }, "Apply")));
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
}

/** Draws the strip; the clock ticks by itself. */
export function drawBar(page) {
  const id = freshId();
  const move = (body) => act("clock", body).catch((error) => page.notice(error.message));
  const person = page.people.get(page.me);
  const connected = page.connections !== 0;
  const trouble = Object.entries(page.faults).some(([name, value]) => value && !["retry_after", "methods"].includes(name));
  const clock = h("span", { class: "clock", dataset: { clock: "" } }, clockWords(page));
  const bar = document.getElementById("bar");
  const focused = bar.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const button = (key, text, work, className = "") => h("button", { type: "button", class: className, dataset: { key }, onclick: work }, text);
  const side = document.getElementById("side");
  bar.replaceChildren(
    h("button", {
      type: "button", class: "quiet burger", "aria-label": "Conversations", "aria-controls": "side", "aria-expanded": String(side.classList.contains("open")),
      dataset: { key: "burger" }, onclick: (event) => { event.currentTarget.setAttribute("aria-expanded", String(side.classList.toggle("open"))); },
    }, "☰"),
    h("div", { class: "who" }, h("label", { for: id }, "Acting as"),
      h("select", { id, dataset: { key: "who" }, onchange: (event) => page.actAs(event.target.value) },
        [...page.people.values()].map((one) => h("option", { value: one.id, selected: one.id === page.me }, `${one.real_name} — ${one.title}`)))),
    h("div", { class: "when" },
      h("span", { class: "visually-hidden" }, "Time"), clock, h("span", { class: "zone" }, person.tz.split("/").at(-1).replaceAll("_", " ")),
      page.offset ? h("span", { class: "visually-hidden" }, "(moved)") : null),
    h("div", { class: "moves", role: "group", "aria-label": "Move the clock" },
      button("morning", "It is tomorrow morning", () => move({ tomorrow_morning: page.me }), "sun"),
      button("hour", "+1 hour", () => move({ advance: 3600 })),
      button("day", "+1 day", () => move({ advance: 86_400 })),
      page.offset ? button("now", "Back to now", () => move({ offset: 0 })) : null),
    h("div", { class: "state" },
      h("span", { class: connected ? "connected" : "connected not", role: "status" }, page.connections < 0 ? "App spoken to over HTTP" : connected ? "App connected" : "App not connected"),
      button("trouble", trouble ? "Trouble: on" : "Trouble…", () => troublePanel(page), trouble ? "danger" : "")));
  if (focused) bar.querySelector(`[data-key="${focused}"]`)?.focus();
}

/** Once a second: only the time. */
export function tick(page) {
  const clock = document.querySelector("[data-clock]");
  if (clock) clock.textContent = clockWords(page);
}
