// A field in which one types to find a choice, for long lists, for several choices, and for choices that the app supplies.

import { freshId, h } from "./dom.js";

/**
 * A combobox. `find(typed)` gives (a promise of) `[{text, key, raw, group}]`; `selected` are such choices.
 * `changed(choices)` is called after each change; a single field holds at most one.
 */
export function chooser({ id, label, describedBy, invalid, placeholder, autofocus, multiple, limit, selected, find, changed }) {
  let chosen = [...selected];
  let shown = [];
  let active = -1;
  let asked = 0;
  const listId = freshId("list");
  const chips = h("span", { class: "chips" });
  const status = h("span", { class: "visually-hidden", role: "status" });
  const input = h("input", {
    type: "text", id, role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": listId, "aria-autocomplete": "list",
    "aria-label": label, "aria-describedby": describedBy, "aria-invalid": invalid ? "true" : null, placeholder, autofocus,
  });
  const list = h("div", { id: listId, role: "listbox", class: "listbox", "aria-label": "Choices", hidden: true });
  const root = h("div", { class: multiple ? "chooser many" : "chooser" }, chips, input, list, status);

  const drawChips = () => {
    delete input.dataset.typed;
    if (!multiple) { input.value = chosen[0]?.text ?? ""; return; }
    chips.replaceChildren(...chosen.map((choice) => h("span", { class: "chip" }, choice.text, h("button", {
      type: "button", "aria-label": `Remove ${choice.text}`,
      onclick: () => { chosen = chosen.filter((other) => other.key !== choice.key); drawChips(); changed(chosen); input.focus(); },
    }, "×"))));
  };
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const pick = (choice) => {
    if (multiple) {
      if (!chosen.some((other) => other.key === choice.key) && chosen.length < (limit ?? Infinity)) chosen = [...chosen, choice];
      input.value = "";
    } else chosen = [choice];
    drawChips();
    close();
    changed(chosen);
  };
  const mark = (index) => {
    const options = [...list.querySelectorAll("[role=option]")];
    active = options.length ? (index + options.length) % options.length : -1;
    options.forEach((option, nth) => option.setAttribute("aria-selected", String(nth === active)));
    if (active >= 0) {
      input.setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    }
  };
  const open = async () => {
    const mine = (asked += 1);
    const typed = !multiple && chosen.length && input.value === chosen[0].text ? "" : input.value;
    let found;
    try {
      found = await find(typed);
    } catch (error) {
      found = [];
      status.textContent = error.message;
    }
    if (mine !== asked || document.activeElement !== input) return;
    shown = found.filter((choice) => !multiple || !chosen.some((other) => other.key === choice.key));
    let group = null;
    const rows = [];
    shown.forEach((choice) => {
      if (choice.group && choice.group !== group) rows.push(h("div", { class: "group", role: "presentation" }, choice.group));
      group = choice.group;
      rows.push(h("div", {
        role: "option", id: freshId("option"), "aria-selected": "false",
        onpointerdown: (event) => { event.preventDefault(); pick(choice); },
      }, choice.text, choice.description ? h("small", {}, choice.description) : null));
    });
    if (!rows.length) rows.push(h("div", { class: "empty" }, status.textContent || "Nothing found"));
    list.replaceChildren(...rows);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    status.textContent = shown.length === 1 ? "1 choice" : `${shown.length} choices`;
    active = -1;
  };
  input.addEventListener("input", () => {
    input.dataset.typed = input.value;
    if (!multiple && chosen.length && input.value === "") { chosen = []; changed(chosen); }
    open();
  });
  input.addEventListener("click", open);
  input.addEventListener("blur", () => { close(); if (!multiple) drawChips(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) open().then(() => mark(0));
      else mark(active + (event.key === "ArrowDown" ? 1 : active < 0 ? 0 : -1));
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (shown[Math.max(active, 0)]) pick(shown[Math.max(active, 0)]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === "Backspace" && multiple && input.value === "" && chosen.length) {
      chosen = chosen.slice(0, -1);
      drawChips();
      changed(chosen);
    }
  });
  drawChips();
  return root;
}
