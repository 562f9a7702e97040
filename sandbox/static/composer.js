// Where one writes: messages, slash commands with suggestions, people after "@", and global shortcuts.

import { freshId, h, menuButton, s } from "./dom.js";

const clip = () => s("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, s("path", { d: "M15.5 9.5l-6 6a3.6 3.6 0 0 1-5-5l7-7a2.4 2.4 0 0 1 3.4 3.4l-6.8 6.8a1.1 1.1 0 0 1-1.6-1.6l5.6-5.6" }));

/** The composer of one conversation. `page` does the sending. */
export function drawComposer(conversation, page) {
  const listId = freshId("list");
  const hintId = freshId("hint");
  let choices = [];
  let active = 0;
  const status = h("span", { class: "visually-hidden", role: "status" });
  const list = h("div", { id: listId, role: "listbox", class: "listbox suggestions", "aria-label": "Suggestions", hidden: true });
  const title = conversation.kind === "im" ? conversation.title : `#${conversation.name}`;
  const thread = page.thread();
  const input = h("textarea", {
    rows: 1, id: "composer", "aria-label": thread ? `Reply in a thread of ${title}` : `Message ${title}`, "aria-autocomplete": "list", "aria-controls": listId,
    "aria-describedby": hintId, placeholder: thread ? "Reply in the thread" : `Message ${title}, or type / for commands`, value: page.draft(), spellcheck: "true",
  });

  const close = () => {
    choices = [];
    list.hidden = true;
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    active = (index + choices.length) % choices.length;
    [...list.children].forEach((row, nth) => row.setAttribute("aria-selected", String(nth === active)));
    input.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active].scrollIntoView({ block: "nearest" });
  };
  const take = (choice) => {
    const before = input.value.slice(0, choice.from);
    const after = input.value.slice(input.selectionStart);
    input.value = `${before}${choice.insert} ${after.trimStart()}`;
    input.selectionStart = input.selectionEnd = before.length + choice.insert.length + 1;
    page.keepDraft(input.value);
    close();
    grow();
    input.focus();
  };
  const suggest = () => {
    const typed = input.value.slice(0, input.selectionStart);
    const command = /^\/[\w-]*$/.exec(typed);
    const name = /(?:^|\s)@([\w.-]*)$/.exec(typed);
    if (command) {
      choices = page.commands.filter((entry) => entry.command.startsWith(typed) && entry.command !== typed)
        .map((entry) => ({ from: 0, insert: entry.command, text: entry.command, hint: entry.usage_hint, description: entry.description }));
    } else if (name) {
      choices = [...page.people.values()].filter((person) => person.name.startsWith(name[1].toLowerCase()))
        .map((person) => ({ from: typed.length - name[1].length - 1, insert: `@${person.name}`, text: `@${person.name}`, description: person.real_name }));
    } else choices = [];
    if (!choices.length) { close(); return; }
    list.replaceChildren(...choices.map((choice) => h("div", {
      role: "option", id: freshId("option"), "aria-selected": "false", onpointerdown: (event) => { event.preventDefault(); take(choice); },
    }, h("span", {}, h("strong", {}, choice.text), choice.hint ? h("span", { class: "usage" }, ` ${choice.hint}`) : null),
    choice.description ? h("small", {}, choice.description) : null)));
    list.hidden = false;
    status.textContent = `${choices.length} suggestions`;
    mark(0);
  };
  const grow = () => {
    input.style.height = "auto";
    input.style.height = `${Math.min(input.scrollHeight + 2, 200)}px`;
  };
  const chips = h("ul", { class: "attached", "aria-label": "Files to send" });
  const showFiles = () => {
    chips.hidden = !page.attached().length;
    chips.replaceChildren(...page.attached().map((file) => h("li", { class: "chip" }, file.name, h("button", {
      type: "button", "aria-label": `Remove ${file.name}`,
      onclick: () => { page.attach(page.attached().filter((other) => other !== file)); showFiles(); input.focus(); },
    }, "×"))));
  };
  const attach = (files) => {
    if (!files.length) return;
    page.attach([...page.attached(), ...files]);
    showFiles();
    input.focus();
  };
  const picker = h("input", {
    type: "file", multiple: true, hidden: true, onchange: () => { attach([...picker.files]); picker.value = ""; },
  });
  const send = () => {
    const text = input.value;
    const files = page.attached();
    if (!text.trim() && !files.length) return;
    page.attach([]);
    showFiles();
    input.value = "";
    page.keepDraft("");
    close();
    grow();
    page.send(conversation, text, files);
  };
  input.addEventListener("input", () => { page.keepDraft(input.value); grow(); suggest(); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (choices.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      mark(active + (event.key === "ArrowDown" ? 1 : -1));
    } else if (choices.length && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
      event.preventDefault();
      take(choices[active]);
    } else if (event.key === "Escape") {
      if (choices.length) { event.preventDefault(); close(); } else if (thread) page.replyTo(null);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  });
  const shortcuts = () => page.shortcuts.filter((shortcut) => shortcut.type === "global").map((shortcut) => ({
    text: shortcut.name, description: shortcut.description, act: () => page.shortcut(shortcut, null),
  }));
  showFiles();
  const form = h("form", {
    class: "composer", "aria-label": "Write", onsubmit: (event) => { event.preventDefault(); send(); },
    ondragover: (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      form.classList.add("dropping");
    },
    ondragleave: () => form.classList.remove("dropping"),
    ondrop: (event) => {
      form.classList.remove("dropping");
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      attach([...event.dataTransfer.files]);
    },
  },
    thread ? h("p", { class: "threading" }, "Replying in a thread ", h("button", { type: "button", class: "link", onclick: () => page.replyTo(null) }, "Stop")) : null,
    list, chips,
    h("div", { class: "row" },
      shortcuts().length ? menuButton("Shortcuts", "+", shortcuts, "quiet plus") : null,
      h("button", { type: "button", class: "quiet clip", "aria-label": "Attach a file", title: "Attach a file", onclick: () => picker.click() }, clip()), picker,
      input,
      h("button", { type: "submit", class: "primary" }, "Send")),
    h("p", { class: "hint", id: hintId }, "Enter sends, Shift + Enter begins a new line. Files can be dropped here."), status);
  return form;
}
