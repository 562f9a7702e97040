// Blocks, one function a type.

import { drawChart } from "./chart.js";
import { drawElement, imageAddress } from "./elements.js";
import { freshId, h } from "./dom.js";
import { plainText, textObject } from "./mrkdwn.js";
import { markdown, richText } from "./rich_text.js";

function picture(block) {
  const address = imageAddress(block);
  return h("figure", {},
    block.title ? h("figcaption", {}, plainText(block.title)) : null,
    address ? h("img", { src: address, alt: block.alt_text, loading: "lazy" }) : h("p", { class: "unknown" }, block.alt_text));
}

function section(block, context) {
  const id = freshId("text");
  const text = block.text ? h("div", { class: "text", id }, textObject(block.text, context)) : null;
  const fields = block.fields
    ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textObject(field, context)))) : null;
  const label = block.text ? block.text.text.replace(/[*_~`]|<[^>]*>/g, "").slice(0, 80) : null;
  const accessory = block.accessory
    ? h("div", { class: "accessory" }, drawElement(block.accessory, block, context, { label: accessoryLabel(block.accessory, label) })) : null;
  return h("div", { class: accessory ? "section with-accessory" : "section" }, h("div", {}, text, fields), accessory);
}

function accessoryLabel(element, label) {
  if (element.type === "button" || element.type === "image") return null;
  if (element.type === "overflow") return label ? `More: ${label}` : "More";
  return element.placeholder ? plainText(element.placeholder) : label;
}

function context(block, ctx) {
  return h("div", { class: "context" }, block.elements.map((element) => (element.type === "image"
    ? h("img", { src: imageAddress(element), alt: element.alt_text })
    : h("span", {}, textObject(element, ctx)))));
}

function actions(block, ctx) {
  return h("div", { class: "actions" }, block.elements.map((element) => drawElement(element, block, ctx, {
    label: element.type === "button" ? null : element.placeholder ? plainText(element.placeholder) : element.type === "overflow" ? "More" : "Choose",
  })));
}

function input(block, ctx) {
  const id = freshId();
  const hintId = block.hint ? freshId("hint") : null;
  const error = ctx.errors[block.block_id];
  const errorId = error ? freshId("error") : null;
  const label = plainText(block.label);
  const group = ["radio_buttons", "checkboxes"].includes(block.element.type);
  const words = h(group ? "div" : "label", { class: "label", for: group ? null : id }, label, block.optional ? h("small", {}, " (optional)") : null);
  const naming = {
    id, label: group || block.element.type.startsWith("multi_") || block.element.type === "external_select" ? label : null,
    describedBy: [hintId, errorId].filter(Boolean).join(" ") || null, invalid: Boolean(error),
  };
  return h("div", { class: error ? "field wrong" : "field", dataset: { field: block.block_id } },
    words, drawElement(block.element, block, ctx, naming),
    error ? h("p", { class: "error", id: errorId }, error) : null,
    block.hint ? h("p", { class: "hint", id: hintId }, plainText(block.hint)) : null);
}

function cell(content, ctx) {
  if (content.type === "rich_text") return richText(content, ctx);
  return content.text ?? String(content.value ?? "");
}

function table(block, ctx) {
  const align = (column) => block.column_settings?.[column]?.align ?? (isNumbers(block, column) ? "right" : "left");
  const [head, ...rows] = block.rows;
  const named = block.type === "data_table" ? block.row_header_column_index : null;
  const row = (cells) => h("tr", {}, cells.map((content, column) => (column === named
    ? h("th", { scope: "row", class: align(column) }, cell(content, ctx)) : h("td", { class: align(column) }, cell(content, ctx)))));
  const body = h("tbody", {});
  const size = block.type === "data_table" ? block.page_size ?? 5 : rows.length;
  const pages = Math.max(1, Math.ceil(rows.length / size));
  let page = 0;
  const where = h("span", { role: "status" });
  const [back, on] = [["Previous rows", "‹", -1], ["Next rows", "›", 1]].map(([label, face, step]) => h("button", {
    type: "button", class: "quiet", "aria-label": label, onclick: () => show(page + step),
  }, face));
  const show = (wanted) => {
    page = wanted;
    body.replaceChildren(...rows.slice(page * size, (page + 1) * size).map(row));
    where.textContent = `Rows ${page * size + 1} to ${Math.min((page + 1) * size, rows.length)} of ${rows.length}`;
    back.disabled = page === 0;
    on.disabled = page === pages - 1;
  };
  show(0);
  return h("div", {}, h("div", { class: "scroll" }, h("table", {},
    block.caption ? h("caption", {}, typeof block.caption === "string" ? block.caption : plainText(block.caption)) : null,
    h("thead", {}, h("tr", {}, head.map((content, column) => h("th", { scope: "col", class: align(column) }, cell(content, ctx))))), body)),
  pages > 1 ? h("div", { class: "pages" }, back, where, on) : null);
}

/** Whether a column of a data table holds numbers, which stand to the right. */
function isNumbers(block, column) {
  return block.type === "data_table" && block.rows.slice(1).every((row) => row[column]?.type === "raw_number");
}

function alertBox(block, ctx) {
  return h("div", { class: `alert ${block.level ?? "default"}`, role: "note" }, textObject(block.text, ctx));
}

const DRAWN = {
  section,
  header: (block, ctx) => h(`h${ctx.headingLevel}`, { class: "header" }, plainText(block.text)),
  divider: () => h("hr"),
  context,
  actions,
  context_actions: actions,
  input,
  image: picture,
  rich_text: richText,
  markdown: (block) => markdown(block.text),
  table,
  data_table: table,
  alert: alertBox,
  data_visualization: drawChart,
};

/** All blocks of a message or a view. */
export function drawBlocks(blocks, ctx) {
  return blocks.map((block) => {
    const draw = DRAWN[block.type];
    const node = draw ? draw(block, ctx) : h("p", { class: "unknown" }, `A block of the type ${block.type}, which the sandbox does not draw.`);
    node.classList.add("block");
    return node;
  });
}
