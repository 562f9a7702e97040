// Slack's own markup, as nodes: emphasis, code, quotes, links, mentions, dates, entities, emoji.

import { h, link } from "./dom.js";
import { withEmoji } from "./emoji.js";

/** The three entities of Slack's text as characters. */
export function unescapeEntities(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

const INLINE = new RegExp([
  "```([\\s\\S]+?)```",
  "`([^`\\n]+)`",
  "<([^<>\\s][^<>\\n]*)>",
  "(?<![\\w*])\\*(\\S|\\S[^*\\n]*?\\S)\\*(?![\\w*])",
  "(?<![\\w_])_(\\S|\\S[^_\\n]*?\\S)_(?![\\w_])",
  "(?<![\\w~])~(\\S|\\S[^~\\n]*?\\S)~(?![\\w~])",
  "(https?:\\/\\/[^\\s<>|]*[^\\s<>|.,;:!?)\\]'\"])",
  "(\\n)",
].join("|"), "g");

function plainPiece(text) {
  return withEmoji(unescapeEntities(text));
}

function inline(text, context) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, fence, code, angle, bold, italic, strike, url, newline] = match;
    if (url !== undefined && context.verbatim) continue;
    if (match.index > at) nodes.push(plainPiece(text.slice(at, match.index)));
    at = match.index + whole.length;
    if (fence !== undefined) nodes.push(h("pre", {}, unescapeEntities(fence.replace(/^\n/, ""))));
    else if (code !== undefined) nodes.push(h("code", {}, unescapeEntities(code)));
    else if (angle !== undefined) nodes.push(angled(angle, context));
    else if (bold !== undefined) nodes.push(h("strong", {}, inline(bold, context)));
    else if (italic !== undefined) nodes.push(h("em", {}, inline(italic, context)));
    else if (strike !== undefined) nodes.push(h("s", {}, inline(strike, context)));
    else if (url !== undefined) nodes.push(link(unescapeEntities(url)));
    else if (newline !== undefined) nodes.push(h("br"));
  }
  if (at < text.length) nodes.push(plainPiece(text.slice(at)));
  return nodes;
}

function angled(inside, context) {
  const bar = inside.indexOf("|");
  const target = bar < 0 ? inside : inside.slice(0, bar);
  const label = bar < 0 ? null : inside.slice(bar + 1);
  if (target.startsWith("@")) return mention(context.nameOf(target.slice(1)) ?? label ?? target.slice(1), "@", target.slice(1) === context.me);
  if (target.startsWith("#")) return mention(context.channelName(target.slice(1)) ?? label ?? target.slice(1), "#");
  if (target.startsWith("!date^")) return dateToken(target, label, context);
  if (target.startsWith("!subteam^")) return mention(label ?? "group", label?.startsWith("@") ? "" : "@");
  if (target.startsWith("!")) return mention(target.slice(1), "@", true);
  return link(unescapeEntities(target), ...(label === null ? [] : inline(label, { ...context, verbatim: true })));
}

function mention(name, sign, forMe = false) {
  return h("span", { class: forMe ? "mention me" : "mention" }, `${sign}${unescapeEntities(name)}`);
}

function sameDay(one, other, zone) {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone });
  return day.format(one) === day.format(other);
}

/** A moment in the words of one of Slack's date tokens, for a reader's language and zone; `now` decides on "today". */
export function dateInWords(token, moment, now, locale, zone) {
  const say = (options) => new Intl.DateTimeFormat(locale, { timeZone: zone, ...options }).format(moment);
  const pretty = (otherwise) => {
    const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
    const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
    for (const days of [-1, 0, 1]) {
      if (sameDay(moment, new Date(now.getTime() + days * 86_400_000), zone)) return capital(words.format(days, "day"));
    }
    return otherwise;
  };
  const date = () => say({ dateStyle: "long" });
  const short = () => say({ month: "short", day: "numeric", year: "numeric" });
  const long = () => say({ dateStyle: "full" });
  switch (token) {
    case "date_num": return new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(moment);
    case "date": return date();
    case "date_short": return short();
    case "date_long": return long();
    case "date_pretty": return pretty(date());
    case "date_short_pretty": return pretty(short());
    case "date_long_pretty": return pretty(long());
    case "day_divider_pretty": return pretty(say({ weekday: "long", day: "numeric", month: "long" }));
    case "time": return say({ timeStyle: "short" });
    case "time_secs": return say({ timeStyle: "medium" });
    case "ago": {
      const minutes = Math.round((moment - now) / 60_000);
      const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
      if (Math.abs(minutes) < 60) return words.format(minutes, "minute");
      if (Math.abs(minutes) < 1440) return words.format(Math.round(minutes / 60), "hour");
      return words.format(Math.round(minutes / 1440), "day");
    }
    default: return `{${token}}`;
  }
}

/** The words of a whole date format such as "{date_short} at {time}". */
export function formatDate(format, seconds, context) {
  const moment = new Date(seconds * 1000);
  return format.replace(/\{(\w+)\}/g, (_, token) => dateInWords(token, moment, context.now(), context.locale, context.zone));
}

function dateToken(target, fallback, context) {
  const [, stamp, format, url] = target.split("^");
  const seconds = Number(stamp);
  if (!Number.isFinite(seconds) || !format) return fallback ?? target;
  const words = unescapeEntities(formatDate(format, seconds, context));
  const time = h("time", { datetime: new Date(seconds * 1000).toISOString(), title: fallback ?? "" }, words);
  return url ? link(url, time) : time;
}

/** Nodes for a piece of mrkdwn. Lines that begin with ">" become quotes. */
export function mrkdwn(text, context) {
  const nodes = [];
  let quote = [];
  const flush = () => {
    if (quote.length) nodes.push(h("blockquote", {}, inline(quote.join("\n"), context)));
    quote = [];
  };
  const plainLines = [];
  const flushPlain = () => {
    if (plainLines.length) nodes.push(...inline(plainLines.join("\n"), context));
    plainLines.length = 0;
  };
  let fenced = false;
  for (const line of text.split("\n")) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted && !fenced) {
      flushPlain();
      quote.push(quoted[1]);
    } else {
      flush();
      plainLines.push(line);
    }
    if ((line.split("```").length - 1) % 2 === 1) fenced = !fenced;
  }
  flush();
  flushPlain();
  return nodes;
}

/** Nodes for a text object of Block Kit. */
export function textObject(object, context) {
  if (object.type === "mrkdwn") return mrkdwn(object.text, { ...context, verbatim: object.verbatim === true });
  return plainText(object).split("\n").flatMap((line, nth) => (nth ? [h("br"), line] : [line]));
}

/** The characters of a plain text object. */
export function plainText(object) {
  return object.emoji === false ? object.text : withEmoji(object.text);
}
