// Emoji at a message: who reacted, and the control with which one reacts.

import { freshId, h, menuButton } from "./dom.js";
import { emojiCharacter } from "./emoji.js";

const COMMON = [
  "+1", "white_check_mark", "eyes", "heart", "tada", "pray", "raised_hands", "handshake", "memo", "telephone_receiver", "calendar", "question",
];

const face = (name) => emojiCharacter(name.split("::")[0]) ?? `:${name}:`;

/** The reactions of a message as buttons that add one's own or take it away; null without any. */
export function drawReactions(message, page) {
  if (!message.reactions.length) return null;
  return h("ul", { class: "reactions", "aria-label": "Reactions" }, message.reactions.map((reaction) => {
    const mine = reaction.users.includes(page.me);
    const who = reaction.users.map((id) => page.nameOf(id) ?? id).join(", ");
    return h("li", {}, h("button", {
      type: "button", "aria-pressed": String(mine), "aria-label": `${reaction.name}, ${reaction.count}: ${who}`, title: `${who} reacted with :${reaction.name}:`,
      dataset: { action: `reaction ${reaction.name}` }, onclick: () => page.react(message, reaction.name, mine),
    }, `${face(reaction.name)} ${reaction.count}`));
  }));
}

function askForName(react) {
  const id = freshId();
  const title = freshId("title");
  const dialog = h("dialog", { class: "confirm", "aria-labelledby": title, onclose: () => dialog.remove() });
  const field = h("input", { id, type: "text", autocomplete: "off", spellcheck: "false", pattern: ":?[a-z0-9_+'\\-]+(::skin-tone-[2-6])?:?", required: true });
  dialog.append(h("form", {
    onsubmit: (event) => { event.preventDefault(); dialog.close(); react(field.value.replace(/^:|:$/g, "")); },
  },
  h("h2", { id: title }, "Add a reaction"),
  h("div", { class: "text" }, h("label", { class: "label", for: id }, "Name of the emoji"), field, h("p", { class: "hint" }, "Without colons, as in raised_hands.")),
  h("footer", {}, h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"), h("button", { type: "submit", class: "primary" }, "Add"))));
  document.body.append(dialog);
  dialog.showModal();
}

/** The button with which one reacts to a message. */
export function reactionButton(message, page) {
  const react = (name) => page.react(message, name, message.reactions.some((one) => one.name === name && one.users.includes(page.me)));
  const entries = () => [
    ...COMMON.map((name) => ({ text: `${face(name)} ${name}`, act: () => react(name) })),
    { text: "Another…", act: () => askForName(react) },
  ];
  return menuButton("Add a reaction", "☺", entries, "quiet more");
}
