// The things one presses and fills. What a field holds is kept in `context.typed[block_id][action_id]` in the raw form
// that the sandbox understands: a string, a list, or nothing.

import { chooser } from "./choices.js";
import { confirmed, freshId, h, menuButton, safeLink } from "./dom.js";
import { plainText, textObject } from "./mrkdwn.js";

const keyOf = (raw) => (raw !== null && typeof raw === "object" ? raw.value : raw);
const optionText = (option) => plainText(option.text);

function optionsOf(element) {
  const groups = (element.option_groups ?? []).flatMap((group) => group.options.map((option) => ({ option, group: plainText(group.label) })));
  return [...(element.options ?? []).map((option) => ({ option, group: null })), ...groups];
}

function initialRaw(element, context) {
  const first = [
    "initial_value", "initial_option", "initial_options", "initial_user", "initial_users", "initial_conversation", "initial_conversations",
    "initial_channel", "initial_channels", "initial_date", "initial_time", "initial_date_time",
  ].find((key) => element[key] !== undefined);
  if (first) return element[first];
  if (element.default_to_current_conversation && context.channel) return element.type.startsWith("multi_") ? [context.channel] : context.channel;
  return null;
}

/** Where the picture of an image block or element lies: elsewhere, or among the files of the sandbox. */
export function imageAddress(image) {
  if (!image.slack_file) return image.image_url ?? null;
  const id = image.slack_file.id ?? /\/(?:files-pri\/[^/]*-|files\/)([A-Z0-9]+)/.exec(image.slack_file.url ?? "")?.[1];
  return id ? `/images/${encodeURIComponent(id)}` : null;
}

/** What the field holds now. */
export function heldBy(element, block, context) {
  const fields = context.typed[block.block_id];
  return fields && element.action_id in fields ? fields[element.action_id] : initialRaw(element, context);
}

// -- moments of date and time fields ----------------------------------------------------------------------------------

function offsetMinutes(moment, zone) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-CA", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
  }).formatToParts(moment).map((part) => [part.type, Number(part.value)]));
  return (Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute) - Math.floor(moment / 60_000) * 60_000) / 60_000;
}

/** Epoch seconds as a local date and time of `zone` ("2026-11-03T09:00"). */
export function localOf(seconds, zone) {
  const moment = new Date(seconds * 1000);
  return new Date(moment.getTime() + offsetMinutes(moment, zone) * 60_000).toISOString().slice(0, 16);
}

/** The epoch seconds of a local date and time of `zone`. */
export function epochOf(local, zone) {
  const guess = Date.parse(`${local}:00Z`);
  const first = guess - offsetMinutes(new Date(guess), zone) * 60_000;
  return (guess - offsetMinutes(new Date(first), zone) * 60_000) / 1000;
}

// -- drawing ----------------------------------------------------------------------------------------------------------

/** An element of a block. `naming` is `{id, label, describedBy, invalid}`: how the field is called and described. */
export function drawElement(element, block, context, naming = {}) {
  const live = block.type !== "input" || block.dispatch_action === true;
  const keep = (raw) => {
    context.typed[block.block_id] ??= {};
    context.typed[block.block_id][element.action_id] = raw;
  };
  const press = async (raw) => {
    const sure = await confirmed(element.confirm, (object) => textObject(object, context));
    if (sure) await context.press(block, element, raw);
    return sure;
  };
  const change = async (raw) => {
    const before = heldBy(element, block, context);
    keep(raw);
    if (live && !(await press(raw))) {
      keep(before);
      context.redraw();
    }
  };
  const named = {
    id: naming.id ?? freshId(), label: naming.label ?? null, describedBy: naming.describedBy ?? null, invalid: naming.invalid ?? false,
    placeholder: element.placeholder ? plainText(element.placeholder) : null, autofocus: element.focus_on_load === true,
  };
  const draw = DRAWN[element.type];
  const node = draw
    ? draw({ element, block, context, named, held: heldBy(element, block, context), keep, change, press, live })
    : h("span", { class: "unknown" }, `(${element.type})`);
  node.dataset.action = element.action_id ?? "";
  node.dataset.block = block.block_id ?? "";
  return node;
}

function attributes(named) {
  return {
    id: named.id, "aria-label": named.label, "aria-describedby": named.describedBy, "aria-invalid": named.invalid ? "true" : null,
    placeholder: named.placeholder, autofocus: named.autofocus,
  };
}

function drawButton({ element, context, press }) {
  const only = element.visible_to_user_ids;
  if (only?.length && !only.includes(context.me)) return h("span", { hidden: true });
  const style = element.style === "primary" ? "primary" : element.style === "danger" ? "danger" : "";
  const label = element.accessibility_label ?? null;
  const text = plainText(element.text);
  const address = element.url ? safeLink(element.url) : null;
  const act = async (event) => {
    const button = event.currentTarget;
    if (address) window.open(address, "_blank", "noopener");
    button.setAttribute("aria-busy", "true");
    await press(element.value ?? null);
    button.removeAttribute("aria-busy");
  };
  return h("button", { type: "button", class: style, "aria-label": label, onclick: act }, text, address ? h("span", { "aria-hidden": "true" }, " ↗") : null);
}

function drawText({ element, block, named, held, keep, press, live }) {
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const kinds = { email_text_input: "email", url_text_input: "url" };
  let pending = null;
  const typed = (event) => {
    keep(event.target.value);
    if (live && triggers.includes("on_character_entered")) {
      clearTimeout(pending);
      pending = setTimeout(() => press(event.target.value), 250);
    }
  };
  const enter = (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    if (live && triggers.includes("on_enter_pressed") && (!element.multiline || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      press(event.target.value);
    }
  };
  const common = {
    ...attributes(named), value: held ?? "", oninput: typed, onkeydown: enter,
    maxlength: element.max_length ?? null, "aria-required": block.type === "input" && !block.optional ? "true" : null,
  };
  if (element.multiline) return h("textarea", { ...common, rows: 4 });
  const numeric = element.type === "number_input";
  return h("input", { ...common, type: kinds[element.type] ?? "text", inputmode: numeric ? "decimal" : null, autocomplete: "off" });
}

function drawRichInput(parts) {
  const text = (parts.held?.elements ?? []).flatMap((section) => section.elements ?? []).map((leaf) => leaf.text ?? leaf.url ?? "").join("");
  return drawText({ ...parts, held: typeof parts.held === "string" ? parts.held : text, element: { ...parts.element, multiline: true } });
}

function drawSelect(choices, empty) {
  return ({ element, named, held, change, context }) => {
    const groups = new Map();
    for (const choice of choices(element, context)) {
      if (!groups.has(choice.group)) groups.set(choice.group, []);
      groups.get(choice.group).push(h("option", { value: choice.key, selected: choice.key === keyOf(held) }, choice.text));
    }
    const options = [...groups].flatMap(([group, members]) => (group ? h("optgroup", { label: group }, members) : members));
    const { placeholder, ...rest } = attributes(named);
    return h("select", { ...rest, onchange: (event) => change(event.target.value || null) },
      h("option", { value: "", selected: keyOf(held) === null || keyOf(held) === undefined }, placeholder ?? empty), options);
  };
}

function drawMany(choices) {
  return ({ element, named, held, change, context }) => {
    const all = choices(element, context);
    const keys = (held ?? []).map(keyOf);
    return chooser({
      ...named, multiple: true, limit: element.max_selected_items,
      selected: keys.map((key) => all.find((choice) => choice.key === key)).filter(Boolean),
      find: (typed) => all.filter((choice) => choice.text.toLowerCase().includes(typed.trim().toLowerCase())),
      changed: (chosen) => change(chosen.map((choice) => choice.key)),
    });
  };
}

function drawExternal(multiple) {
  return ({ element, block, named, held, change, context }) => {
    const asChoice = (option, group = null) => ({
      key: option.value, text: optionText(option), description: option.description ? plainText(option.description) : null, raw: option, group,
    });
    const options = multiple ? held ?? [] : held ? [held] : [];
    return chooser({
      ...named, multiple, limit: element.max_selected_items, selected: options.map((option) => asChoice(option)),
      find: async (typed) => {
        const least = element.min_query_length ?? 3;
        if (typed.length < least) throw new Error(`Type at least ${least} characters`);
        const answer = await context.suggest(block, element, typed);
        return [
          ...answer.options.map((option) => asChoice(option)),
          ...answer.option_groups.flatMap((group) => group.options.map((option) => asChoice(option, plainText(group.label)))),
        ];
      },
      changed: (chosen) => change(multiple ? chosen.map((choice) => choice.raw) : chosen[0]?.raw ?? null),
    });
  };
}

const staticChoices = (element) => optionsOf(element).map(({ option, group }) => ({ key: option.value, text: optionText(option), group }));
const peopleChoices = (_, context) => context.people.map((person) => ({ key: person.id, text: person.real_name, group: null }));
const kindOf = (conversation) => (conversation.kind === "im" ? "im" : conversation.is_private ? "private" : "public");
const conversationChoices = (element, context) => {
  const { include, exclude_bot_users: withoutBots, exclude_external_shared_channels: withoutShared } = element.filter ?? {};
  const people = new Set(context.people.map((person) => person.id));
  return context.conversations
    .filter((conversation) => !include || include.includes(kindOf(conversation)))
    .filter((conversation) => !withoutBots || conversation.kind !== "im" || people.has(conversation.other))
    .filter((conversation) => !withoutShared || !conversation.is_ext_shared)
    .map((conversation) => ({ key: conversation.id, text: conversation.title, group: null }));
};
const channelChoices = (_, context) => context.conversations
  .filter((conversation) => conversation.kind === "channel").map((conversation) => ({ key: conversation.id, text: conversation.title, group: null }));

function drawTicks(kind) {
  return ({ element, named, held, change, block }) => {
    const name = freshId("group");
    const keys = kind === "radio" ? [keyOf(held)] : (held ?? []).map(keyOf);
    const group = h("div", {
      class: "ticks", role: kind === "radio" ? "radiogroup" : "group", id: named.id, "aria-label": named.label,
      "aria-describedby": named.describedBy, "aria-invalid": named.invalid ? "true" : null,
      "aria-required": kind === "radio" && block.type === "input" && !block.optional ? "true" : null,
    });
    const changed = () => {
      const ticked = [...group.querySelectorAll("input:checked")].map((input) => input.value);
      change(kind === "radio" ? ticked[0] ?? null : ticked);
    };
    for (const { option } of optionsOf(element)) {
      const id = freshId();
      const about = option.description ? freshId() : null;
      group.append(h("div", { class: "tick" },
        h("input", { type: kind, name, id, value: option.value, checked: keys.includes(option.value), onchange: changed, "aria-describedby": about, autofocus: named.autofocus && !group.children.length }),
        h("label", { for: id }, optionText(option)),
        about ? h("small", { id: about }, plainText(option.description)) : null));
    }
    return group;
  };
}

function drawDate({ named, held, change }) {
  return h("input", { ...attributes(named), type: "date", value: held ?? "", onchange: (event) => change(event.target.value || null) });
}

function drawTime({ named, held, change }) {
  return h("input", { ...attributes(named), type: "time", value: held ?? "", onchange: (event) => change(event.target.value || null) });
}

function drawMoment({ named, held, change, context }) {
  return h("input", {
    ...attributes(named), type: "datetime-local", value: held ? localOf(Number(held), context.zone) : "",
    onchange: (event) => change(event.target.value ? epochOf(event.target.value, context.zone) : null),
  });
}

/** Files are uploaded as they are chosen; the field holds their ids and names. */
function drawFiles({ element, block, named, held, keep, context }) {
  const list = h("ul", { class: "attached", "aria-label": "Chosen files" });
  const status = h("p", { class: "hint", role: "status" });
  let files = held ?? [];
  const show = () => list.replaceChildren(...files.map((file) => h("li", { class: "chip" }, file.name, h("button", {
    type: "button", "aria-label": `Remove ${file.name}`,
    onclick: () => { files = files.filter((other) => other.id !== file.id); keep(files); show(); input.focus(); },
  }, "×"))));
  const input = h("input", {
    ...attributes(named), type: "file", multiple: (element.max_files ?? 10) > 1, accept: element.filetypes?.map((kind) => `.${kind}`).join(",") ?? null,
    "aria-required": block.type === "input" && !block.optional ? "true" : null,
    onchange: async () => {
      try {
        for (const file of input.files) {
          status.textContent = `Uploading ${file.name}…`;
          files = [...files, { id: await context.upload(file), name: file.name }];
        }
        status.textContent = "";
      } catch (error) {
        status.textContent = error.message;
      }
      input.value = "";
      keep(files);
      show();
    },
  });
  show();
  return h("div", { class: "choose-files" }, list, input, status);
}

function drawOverflow({ element, named, press }) {
  const entries = () => optionsOf(element).map(({ option }) => ({
    text: optionText(option), description: option.description ? plainText(option.description) : null,
    act: () => {
      if (option.url && safeLink(option.url)) window.open(option.url, "_blank", "noopener");
      press(option.value);
    },
  }));
  return menuButton(named.label ?? "More", "⋯", entries, "overflow");
}

const DRAWN = {
  button: drawButton,
  workflow_button: drawButton,
  overflow: drawOverflow,
  plain_text_input: drawText,
  email_text_input: drawText,
  url_text_input: drawText,
  number_input: drawText,
  rich_text_input: drawRichInput,
  static_select: drawSelect(staticChoices, "Choose"),
  users_select: drawSelect(peopleChoices, "Choose somebody"),
  conversations_select: drawSelect(conversationChoices, "Choose a conversation"),
  channels_select: drawSelect(channelChoices, "Choose a channel"),
  external_select: drawExternal(false),
  multi_static_select: drawMany(staticChoices),
  multi_users_select: drawMany(peopleChoices),
  multi_conversations_select: drawMany(conversationChoices),
  multi_channels_select: drawMany(channelChoices),
  multi_external_select: drawExternal(true),
  radio_buttons: drawTicks("radio"),
  checkboxes: drawTicks("checkbox"),
  datepicker: drawDate,
  timepicker: drawTime,
  datetimepicker: drawMoment,
  file_input: drawFiles,
  image: ({ element }) => h("img", { src: imageAddress(element), alt: element.alt_text, class: "thumb" }),
};
