// The messages of one conversation.

import { drawBlocks } from "./blocks.js";
import { h, menuButton } from "./dom.js";
import { emojiCharacter } from "./emoji.js";
import { dateInWords, mrkdwn } from "./mrkdwn.js";
import { drawReactions, reactionButton } from "./reactions.js";

const momentOf = (ts) => new Date(Number(ts) * 1000);

/** Coloured initials; the hue comes from the id. */
export function avatar(id, name, isApp = false) {
  if (isApp) return h("span", { class: "avatar hue0", "aria-hidden": "true" }, name[0]);
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 5;
  const initials = name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();
  return h("span", { class: `avatar hue${sum + 1}`, "aria-hidden": "true" }, initials);
}

function marks(message, page) {
  const author = page.people.get(message.user);
  const out = [];
  if (message.user === page.app.user || author?.is_bot) out.push(h("span", { class: "badge" }, "App"));
  if (author?.is_external) out.push(h("span", { class: "badge" }, "External"));
  if (author?.status_emoji || author?.status_text) {
    const face = emojiCharacter(author.status_emoji.replaceAll(":", "")) ?? "💬";
    out.push(h("span", { class: "status", title: author.status_text }, face, h("span", { class: "visually-hidden" }, ` Status: ${author.status_text}`)));
  }
  if (author?.is_guest) out.push(h("span", { class: "badge" }, "Guest"));
  return out;
}

function body(message, context) {
  // What a person typed came with blocks that hold it to the letter; the text shows it as it was meant.
  if (message.blocks.length && !message.client_msg_id) return drawBlocks(message.blocks, context);
  return [h("div", { class: "text block" }, mrkdwn(message.text, context))];
}

/** A file as a link to keep it; what it shows is said where the app told it. */
function drawFile(file) {
  const address = `/files/${encodeURIComponent(file.id)}/${encodeURIComponent(file.name)}`;
  const size = file.size < 1e6 ? `${Math.max(1, Math.round(file.size / 1000))} kB` : `${(file.size / 1e6).toFixed(1)} MB`;
  return h("li", {}, h("a", { href: address, download: file.name }, file.title === file.name ? file.name : `${file.title} (${file.name})`),
    h("small", {}, size),
    ["image/png", "image/jpeg", "image/gif"].includes(file.mimetype) ? h("img", { src: `/images/${encodeURIComponent(file.id)}`, alt: file.alt || file.title, loading: "lazy" }) : null,
    file.alt ? h("details", {}, h("summary", {}, "What is in it"), h("p", {}, file.alt)) : null);
}

/** What one sees of a message, to compare: that it was edited, but not when; nothing of what only the app reads. */
export function looksOf(message) {
  return JSON.stringify({ ...message, edited: Boolean(message.edited), metadata: null });
}

/** One message as an article; redrawn whole when it changes. */
export function drawMessage(message, page) {
  const name = page.nameOf(message.user) ?? message.user;
  const moment = momentOf(message.ts);
  const time = dateInWords("time", moment, page.now(), page.locale, page.zone);
  const context = page.contextFor({ channel: message.channel, ts: message.ts }, `message ${message.ts}`);
  const isReply = message.thread_ts && message.thread_ts !== message.ts;
  const failure = page.failures.get(`message ${message.ts}`);
  const entries = () => [
    ...page.shortcuts.filter((shortcut) => shortcut.type === "message").map((shortcut) => ({
      text: shortcut.name, description: shortcut.description,
      act: () => page.shortcut(shortcut, message),
    })),
    message.ephemeral_for ? null : { text: "Reply in a thread", act: () => page.replyTo(message.thread_ts ?? message.ts) },
  ];
  return h("article", {
    class: ["message", message.ephemeral_for ? "ephemeral" : "", isReply ? "reply" : ""].join(" ").trim(),
    "aria-label": `${name}, ${time}`, dataset: { ts: message.ts }, tabindex: "-1",
  },
  avatar(message.user, name, message.user === page.app.user),
  h("div", { class: "said" },
    message.ephemeral_for ? h("p", { class: "only-you" }, "Only visible to you") : null,
    h("header", {}, h("strong", {}, name), marks(message, page),
      h("time", { datetime: moment.toISOString(), title: dateInWords("date_long", moment, page.now(), page.locale, page.zone) }, time)),
    message.text || message.blocks.length ? h("div", { class: "blocks" }, body(message, context)) : null,
    message.files?.length ? h("ul", { class: "files", "aria-label": "Files" }, message.files.map(drawFile)) : null,
    message.edited ? h("small", { class: "edited" }, "(edited)") : null,
    drawReactions(message, page),
    failure ? h("p", { class: "failure", role: "alert" }, failure) : null),
  message.ephemeral_for ? null : h("span", { class: "tools" },
    reactionButton(message, page), menuButton("More actions for this message", "⋯", entries, "quiet more")));
}

/** In order: each thread stands beneath its first message. */
export function inThreads(messages) {
  const replies = new Map();
  const top = [];
  for (const message of messages) {
    const parent = message.thread_ts && message.thread_ts !== message.ts ? message.thread_ts : null;
    if (parent && messages.some((other) => other.ts === parent)) {
      if (!replies.has(parent)) replies.set(parent, []);
      replies.get(parent).push(message);
    } else top.push(message);
  }
  return top.flatMap((message) => [message, ...(replies.get(message.ts) ?? [])]);
}

/** The whole log of a conversation, with a line for each new day. */
export function drawMessages(conversation, page) {
  const nodes = [];
  let lastDay = null;
  for (const message of inThreads(conversation.messages)) {
    const moment = momentOf(message.ts);
    const day = dateInWords("date_num", moment, page.now(), page.locale, page.zone);
    const isReply = message.thread_ts && message.thread_ts !== message.ts;
    if (day !== lastDay && !isReply) {
      nodes.push(h("h2", { class: "day" }, dateInWords("day_divider_pretty", moment, page.now(), page.locale, page.zone)));
      lastDay = day;
    }
    nodes.push(drawMessage(message, page));
  }
  return nodes;
}
