// Building the page. Text only ever becomes text nodes: nothing that a person or the app wrote is parsed as markup.

let counter = 0;

/** A fresh id for tying labels to fields. */
export function freshId(prefix = "f") {
  counter += 1;
  return `${prefix}${counter}`;
}

/** An element. `attributes` may hold `on…` listeners, `class`, `dataset`, and plain attributes; false and null are left out. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(node.dataset, value);
    else if (name === "value") node.value = value;
    else if (name === "checked" || name === "selected" || name === "disabled") node[name] = Boolean(value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** The same for a drawing (SVG), whose attributes are plain ones. */
export function s(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined) node.setAttribute(name, String(value));
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** Web and mail addresses may be links; anything else (javascript:, data:) may not. */
export function safeLink(url) {
  return /^(https?:\/\/|mailto:)/i.test(url) ? url : null;
}

/** A link that opens elsewhere, or its text if the address may not be followed. */
export function link(url, ...children) {
  const address = safeLink(url);
  const inside = children.length ? children : [url];
  if (address === null) return h("span", {}, ...inside);
  return h("a", { href: address, target: "_blank", rel: "noreferrer noopener" }, ...inside);
}

/** A button with a menu of commands beneath it. `entries` are `{text, description, act}` or null. */
export function menuButton(label, face, entries, className = "quiet") {
  const id = freshId("menu");
  const wrap = h("span", { class: "menu-wrap" });
  const button = h("button", {
    type: "button", class: className, "aria-label": label, "aria-haspopup": "menu", "aria-expanded": "false", title: label,
  }, face);
  const close = (refocus) => {
    wrap.querySelector("[role=menu]")?.remove();
    button.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    if (refocus) button.focus();
  };
  const outside = (event) => { if (!wrap.contains(event.target)) close(false); };
  const open = () => {
    const items = entries().filter(Boolean).map((entry) => h("button", {
      type: "button", role: "menuitem", class: entry.danger ? "danger" : "", tabindex: "-1",
      onclick: () => { close(true); entry.act(); },
    }, h("span", {}, entry.text), entry.description ? h("small", {}, entry.description) : null));
    if (!items.length) return;
    const menu = h("div", {
      role: "menu", id, "aria-label": label, class: "menu",
      onkeydown: (event) => {
        const at = items.indexOf(document.activeElement);
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) { event.preventDefault(); items[(at + step + items.length) % items.length].focus(); }
        else if (event.key === "Home") { event.preventDefault(); items[0].focus(); }
        else if (event.key === "End") { event.preventDefault(); items.at(-1).focus(); }
        else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(true); }
        else if (event.key === "Tab") close(false);
      },
    }, items);
    wrap.append(menu);
    const box = menu.getBoundingClientRect();
    if (box.bottom > window.innerHeight) menu.classList.add("above");
    if (box.right > window.innerWidth) menu.classList.add("leftward");
    button.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside);
    items[0].focus();
  };
  button.addEventListener("click", () => (button.getAttribute("aria-expanded") === "true" ? close(true) : open()));
  wrap.append(button);
  return wrap;
}

/** Asks before a press; resolves to whether it was confirmed. `confirm` is a confirmation object of Block Kit, `words` draws its texts. */
export function confirmed(confirm, words) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const title = freshId("confirm");
    const end = (answer) => { dialog.close(); dialog.remove(); resolve(answer); };
    const dialog = h("dialog", {
      class: "confirm", "aria-labelledby": title, oncancel: (event) => { event.preventDefault(); end(false); },
    },
    h("h2", { id: title }, confirm.title ? words(confirm.title) : "Are you sure?"),
    h("div", { class: "text" }, confirm.text ? words(confirm.text) : ""),
    h("footer", {},
      h("button", { type: "button", onclick: () => end(false) }, confirm.deny ? words(confirm.deny) : "Cancel"),
      h("button", {
        type: "button", class: confirm.style === "danger" ? "danger" : "primary", onclick: () => end(true),
      }, confirm.confirm ? words(confirm.confirm) : "Yes")));
    document.body.append(dialog);
    dialog.showModal();
  });
}
