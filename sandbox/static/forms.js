// Forms: the stack of a person's open views, of which the one on top shows.

import { drawBlocks } from "./blocks.js";
import { freshId, h } from "./dom.js";
import { plainText } from "./mrkdwn.js";

function focusOf(dialog) {
  const at = document.activeElement;
  const holder = dialog.contains(at) ? at.closest("[data-action]") : null;
  if (!holder) return null;
  const { block, action } = holder.dataset;
  return {
    block, action, id: at.value, start: at.selectionStart ?? null, end: at.selectionEnd ?? null,
    looked: at.getAttribute("role") === "combobox" ? at.getAttribute("data-typed") : null,
  };
}

function focusAgain(dialog, focus) {
  const holder = dialog.querySelector(`[data-block="${CSS.escape(focus.block)}"][data-action="${CSS.escape(focus.action)}"]`);
  if (!holder) return false;
  const fields = holder.matches("input, textarea, select, button") ? [holder] : [...holder.querySelectorAll("input, textarea, select, button")];
  const field = focus.looked === null
    ? fields.find((candidate) => candidate.value === focus.id) ?? fields[0]
    : holder.querySelector("[role=combobox]") ?? fields[0];
  field?.focus();
  if (focus.looked && field) {
    // What is typed to look something up is no value yet: it would be lost, with the choices it has led to.
    field.value = focus.looked;
    field.dispatchEvent(new Event("input"));
  }
  if (field && focus.start !== null && ["text", "textarea"].includes(field.type)) field.setSelectionRange(focus.start, focus.end);
  return Boolean(field);
}

let opener = null;

/** Where the focus stood when the first form opened: a message may have been drawn anew by the time the last one closes. */
function rememberOpener() {
  const at = document.activeElement;
  opener = at?.dataset.action ? { action: at.dataset.action, ts: at.closest("article")?.dataset.ts ?? null } : null;
}

function backToOpener() {
  if (opener && document.activeElement === document.body) {
    const place = opener.ts ? document.querySelector(`article[data-ts="${CSS.escape(opener.ts)}"]`) : document.getElementById("log");
    const at = place?.querySelector(`[data-action="${CSS.escape(opener.action)}"]`) ?? place ?? document.getElementById("composer");
    at?.focus({ preventScroll: true });
  }
  opener = null;
}

/** Shows what `page.views` says, keeping typed text and focus where a field stays. */
export function drawForms(page) {
  const dialog = document.getElementById("form");
  const view = page.views.at(-1);
  if (!view) {
    if (dialog.open) { dialog.close(); backToOpener(); }
    dialog.replaceChildren();
    delete dialog.dataset.view;
    return;
  }
  const same = dialog.dataset.view === view.id;
  const focus = same ? focusOf(dialog) : null;
  const scroll = same ? dialog.querySelector(".body")?.scrollTop ?? 0 : 0;
  const key = `view ${view.id}`;
  const titleId = freshId("title");
  const context = page.contextFor({ view_id: view.id }, key, view);
  const failure = page.failures.get(key);
  const submit = view.submit
    ? h("button", { type: "submit", class: "primary", "aria-busy": page.sending.has(key) ? "true" : null, disabled: page.sending.has(key) || view.submit_disabled === true },
      page.sending.has(key) ? "Sending…" : plainText(view.submit)) : null;
  const form = h("form", { novalidate: true, onsubmit: (event) => { event.preventDefault(); page.submit(view); } },
    h("header", {},
      page.views.length > 1 ? h("span", { class: "depth" }, `Step ${page.views.length} `) : null,
      h("h2", { id: titleId }, plainText(view.title)),
      h("button", { type: "button", class: "quiet", "aria-label": page.views.length > 1 ? "Back" : "Close", onclick: () => page.close(view) }, page.views.length > 1 ? "‹" : "×")),
    h("div", { class: "body" }, drawBlocks(view.blocks, context), failure ? h("p", { class: "failure", role: "alert" }, failure) : null),
    h("footer", {},
      h("span", { class: "grow" }, page.app.title),
      h("button", { type: "button", onclick: () => page.close(view) }, view.close ? plainText(view.close) : "Cancel"), submit));
  dialog.setAttribute("aria-labelledby", titleId);
  dialog.dataset.view = view.id;
  dialog.replaceChildren(form);
  if (!dialog.open) {
    rememberOpener();
    dialog.oncancel = (event) => { event.preventDefault(); page.close(page.views.at(-1)); };
    dialog.showModal();
  }
  dialog.querySelector(".body").scrollTop = scroll;
  const wrong = Object.keys(view.errors).length && page.justRefused.delete(view.id)
    ? dialog.querySelector("[aria-invalid=true]") : null;
  if (wrong) {
    (wrong.matches("input, textarea, select") ? wrong : wrong.querySelector("input, textarea, select"))?.focus();
    wrong.closest(".field")?.scrollIntoView({ block: "center" });
  }
  else if (!(focus && focusAgain(dialog, focus))) {
    const first = dialog.querySelector(".body [autofocus]") ?? dialog.querySelector(".body :is(input, textarea, select, button)") ?? dialog.querySelector("footer button");
    if (!same) first?.focus();
  }
}
