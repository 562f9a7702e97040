// rich_text blocks and standard markdown, as nodes.

import { h, link } from "./dom.js";
import { emojiCharacter, withEmoji } from "./emoji.js";
import { formatDate } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

function styled(style, ...children) {
  return Object.entries(STYLES).reduce((inside, [name, tag]) => (style?.[name] ? h(tag, {}, inside) : inside), h("span", {}, ...children));
}

function lines(text) {
  return text.split("\n").flatMap((line, index) => (index ? [h("br"), line] : [line]));
}

function leaf(element, context) {
  switch (element.type) {
    case "text": return styled(element.style, ...lines(element.text));
    case "link": return styled(element.style, link(element.url, element.text || element.url));
    case "emoji": return emojiCharacter(element.name) ?? `:${element.name}:`;
    case "user": return h("span", { class: element.user_id === context.me ? "mention me" : "mention" }, `@${context.nameOf(element.user_id) ?? element.user_id}`);
    case "channel": return h("span", { class: "mention" }, `#${context.channelName(element.channel_id) ?? element.channel_id}`);
    case "usergroup": return h("span", { class: "mention" }, `@${element.usergroup_id}`);
    case "broadcast": return h("span", { class: "mention me" }, `@${element.range}`);
    case "date": return h("time", {}, formatDate(element.format ?? "{date} {time}", element.timestamp, context));
    case "color": return h("code", {}, element.value);
    default: return element.fallback ?? element.text ?? "";
  }
}

function part(element, context) {
  const inside = () => (element.elements ?? []).map((child) => leaf(child, context));
  switch (element.type) {
    case "rich_text_section": return h("p", {}, inside());
    case "rich_text_quote": return h("blockquote", {}, inside());
    case "rich_text_preformatted": return h("pre", {}, inside());
    case "rich_text_list": return h(element.style === "ordered" ? "ol" : "ul", {
      class: element.indent ? `indent${Math.min(element.indent, 4)}` : null, start: element.offset ? element.offset + 1 : null,
    }, element.elements.map((item) => h("li", {}, (item.elements ?? []).map((child) => leaf(child, context)))));
    default: return null;
  }
}

/** Nodes of a rich_text block. */
export function richText(block, context) {
  return h("div", { class: "rich" }, block.elements.map((element) => part(element, context)));
}

const SPANS = /\[([^\]\n]+)\]\(([^)\s]+)\)|`([^`\n]+)`|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|(?<![\w*])\*([^*\n]+)\*(?!\w)|(?<!\w)_([^_\n]+)_(?!\w)|(https?:\/\/[^\s<>]*[^\s<>.,;:!?)\]'"])/g;

function spans(text) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(SPANS)) {
    if (match.index > at) nodes.push(withEmoji(text.slice(at, match.index)));
    at = match.index + match[0].length;
    const [whole, label, target, code, bold, boldToo, strike, italic, italicToo] = match;
    if (target !== undefined) nodes.push(link(target, ...spans(label)));
    else if (code !== undefined) nodes.push(h("code", {}, code));
    else if (bold ?? boldToo) nodes.push(h("strong", {}, spans(bold ?? boldToo)));
    else if (strike !== undefined) nodes.push(h("s", {}, spans(strike)));
    else if (italic ?? italicToo) nodes.push(h("em", {}, spans(italic ?? italicToo)));
    else nodes.push(link(whole));
  }
  if (at < text.length) nodes.push(withEmoji(text.slice(at)));
  return nodes;
}

function cellsOf(line) {
  return line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
}

/** Nodes of standard markdown: headings, lists, tasks, quotes, code, tables, rules, paragraphs. */
export function markdown(text) {
  const out = h("div", { class: "rich" });
  const source = text.split("\n");
  let index = 0;
  const gather = (pattern) => {
    const found = [];
    while (index < source.length && pattern.test(source[index])) found.push(source[index++]);
    return found;
  };
  while (index < source.length) {
    const line = source[index];
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (!line.trim()) index += 1;
    else if (heading) { out.append(h(`h${Math.min(heading[1].length + 2, 6)}`, {}, spans(heading[2]))); index += 1; }
    else if (/^\s*(-{3,}|\*{3,})\s*$/.test(line)) { out.append(h("hr")); index += 1; }
    else if (line.startsWith("```")) {
      index += 1;
      const code = gather(/^(?!```)/);
      index += 1;
      out.append(h("pre", {}, code.join("\n")));
    } else if (/^>/.test(line)) out.append(h("blockquote", {}, spans(gather(/^>/).map((l) => l.replace(/^> ?/, "")).join("\n"))));
    else if (/^\s*[-*+]\s+/.test(line)) {
      out.append(h("ul", {}, gather(/^\s*[-*+]\s+/).map((item) => {
        const task = /^\s*[-*+]\s+\[([ xX])\]\s+(.*)$/.exec(item);
        return task ? h("li", { class: "task" }, task[1] === " " ? "☐ " : "☑ ", spans(task[2])) : h("li", {}, spans(item.replace(/^\s*[-*+]\s+/, "")));
      })));
    } else if (/^\s*\d+[.)]\s+/.test(line)) out.append(h("ol", {}, gather(/^\s*\d+[.)]\s+/).map((item) => h("li", {}, spans(item.replace(/^\s*\d+[.)]\s+/, ""))))));
    else if (line.includes("|") && /^\s*\|?[\s:|-]+\|?\s*$/.test(source[index + 1] ?? "")) {
      const rows = gather(/\|/);
      out.append(h("div", { class: "scroll" }, h("table", {},
        h("thead", {}, h("tr", {}, cellsOf(rows[0]).map((cell) => h("th", { scope: "col" }, spans(cell))))),
        h("tbody", {}, rows.slice(2).map((row) => h("tr", {}, cellsOf(row).map((cell) => h("td", {}, spans(cell)))))))));
    } else {
      const paragraph = [source[index++]];
      while (index < source.length && source[index].trim() && !/^(#{1,6}\s|```|>|\s*[-*+]\s|\s*\d+[.)]\s)/.test(source[index])) paragraph.push(source[index++]);
      out.append(h("p", {}, paragraph.flatMap((piece, nth) => (nth ? [h("br"), ...spans(piece)] : spans(piece)))));
    }
  }
  return out;
}
