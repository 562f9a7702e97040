// Native charts (`data_visualization`) as inline SVG: bars, lines, areas and pies, told apart by more than their colour.

import { h, s } from "./dom.js";

const WIDTH = 640;
const HEIGHT = 300;
const KINDS = { bar: "Bar chart", line: "Line chart", area: "Area chart", pie: "Pie chart" };
const MARKERS = ["circle", "square", "diamond", "triangle", "ring", "cross"];
// Twelve series may come from newer clients; beyond six both colour and marker begin anew, and the dash is another one.
const DASHES = [null, "7 4", "2 4", "10 3 2 3", "5 2", "1 3", "12 4", "3 3", "8 2 2 2", "6 6", "2 2 6 2", "4 8"];

const hue = (index) => `hue${index % 6}`;
const cut = (text, length) => ([...text].length > length ? `${[...text].slice(0, length - 1).join("")}…` : text);

/** The values at which lines cross the chart: round ones, zero among them, from beneath the least to above the most. */
export function ticksFor(values) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const span = high - low || 1;
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const whole = values.every(Number.isInteger); // of clients there are no halves
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough && (!whole || Number.isInteger(candidate)));
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  return Array.from({ length: last - first + 1 }, (_, nth) => Number(((first + nth) * step).toPrecision(12)));
}

function marker(index, x, y, size = 4.5) {
  const shape = MARKERS[index % MARKERS.length];
  const common = { class: `mark ${hue(index)}` };
  const path = (...points) => s("path", { ...common, d: `M${points.map(([dx, dy]) => `${x + dx * size} ${y + dy * size}`).join("L")}Z` });
  if (shape === "square") return path([-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]);
  if (shape === "diamond") return path([0, -1.25], [1.25, 0], [0, 1.25], [-1.25, 0]);
  if (shape === "triangle") return path([0, -1.2], [1.15, 0.9], [-1.15, 0.9]);
  if (shape === "ring") return s("circle", { class: `mark ring ${hue(index)}`, cx: x, cy: y, r: size });
  if (shape === "cross") return s("path", { class: `mark ring ${hue(index)}`, d: `M${x - size} ${y - size}L${x + size} ${y + size}M${x - size} ${y + size}L${x + size} ${y - size}` });
  return s("circle", { ...common, cx: x, cy: y, r: size });
}

function key(kind, index) {
  if (kind === "bar" || kind === "pie") return s("svg", { viewBox: "0 0 14 14", class: "key", "aria-hidden": "true" }, s("rect", { class: `fill ${hue(index)}`, width: 14, height: 14, rx: 2 }));
  return s("svg", { viewBox: "0 0 30 14", class: "key wide", "aria-hidden": "true" },
    s("path", { class: `stroke ${hue(index)}`, d: "M0 7H30", "stroke-dasharray": DASHES[index % DASHES.length] }), marker(index, 15, 7));
}

function axes(chart, ticks, number) {
  const { categories, x_label: below, y_label: beside } = chart.axis_config;
  const slanted = categories.length > 6 || categories.some((category) => [...category].length > Math.max(6, 60 / categories.length));
  const frame = { left: 56 + (beside ? 20 : 0), right: WIDTH - 12, top: 12, bottom: HEIGHT - (slanted ? 84 : 30) - (below ? 20 : 0) };
  const slot = (frame.right - frame.left) / categories.length;
  const [low, high] = [ticks[0], ticks.at(-1)];
  const y = (value) => frame.bottom - ((value - low) / (high - low)) * (frame.bottom - frame.top);
  const x = (nth) => frame.left + slot * (nth + 0.5);
  const middle = (frame.top + frame.bottom) / 2;
  const nodes = [
    ticks.map((tick) => [
      s("path", { class: tick === 0 ? "grid zero" : "grid", d: `M${frame.left} ${y(tick)}H${frame.right}` }),
      s("text", { x: frame.left - 7, y: y(tick) + 4, "text-anchor": "end" }, number(tick)),
    ]),
    categories.map((category, nth) => (slanted
      ? s("text", { transform: `translate(${x(nth) + 4} ${frame.bottom + 14}) rotate(-40)`, "text-anchor": "end" }, s("title", {}, category), cut(category, 16))
      : s("text", { x: x(nth), y: frame.bottom + 18, "text-anchor": "middle" }, s("title", {}, category), category))),
    below ? s("text", { class: "axis", x: (frame.left + frame.right) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, below) : null,
    beside ? s("text", { class: "axis", transform: `translate(14 ${middle}) rotate(-90)`, "text-anchor": "middle" }, cut(beside, 40)) : null,
  ];
  return { nodes, x, y, slot };
}

/** A series' values in the order of the categories, whatever the order of its points. */
const inOrder = (series, categories) => categories.map((category) => series.data.find((point) => point.label === category)?.value ?? 0);

function bars(chart, place, number) {
  const { categories } = chart.axis_config;
  const width = Math.min(46, (place.slot * 0.8) / chart.series.length);
  return chart.series.map((series, index) => inOrder(series, categories).map((value, nth) => {
    const left = place.x(nth) + (index - chart.series.length / 2) * width;
    const [top, bottom] = [place.y(Math.max(value, 0)), place.y(Math.min(value, 0))];
    return s("rect", { class: `fill ${hue(index)}`, x: left + 0.5, y: top, width: Math.max(width - 1, 1), height: value === 0 ? 0 : Math.max(bottom - top, 1) },
      s("title", {}, `${series.name}, ${categories[nth]}: ${number(value)}`));
  }));
}

function lines(chart, place, number) {
  const { categories } = chart.axis_config;
  const zero = place.y(0);
  return chart.series.map((series, index) => {
    const points = inOrder(series, categories).map((value, nth) => ({ x: place.x(nth), y: place.y(value), value, category: categories[nth] }));
    const path = `M${points.map((point) => `${point.x} ${point.y}`).join("L")}`;
    return [
      chart.type === "area" ? s("path", { class: `fill soft ${hue(index)}`, d: `${path}L${points.at(-1).x} ${zero}L${points[0].x} ${zero}Z` }) : null,
      s("path", { class: `stroke ${hue(index)}`, d: path, "stroke-dasharray": DASHES[index % DASHES.length] }),
      points.map((point) => s("g", {}, s("title", {}, `${series.name}, ${point.category}: ${number(point.value)}`), marker(index, point.x, point.y))),
    ];
  });
}

function pie(chart, number) {
  const whole = chart.segments.reduce((sum, segment) => sum + segment.value, 0);
  const [cx, cy, r] = [WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 14];
  let angle = -Math.PI / 2;
  return chart.segments.map((segment, index) => {
    const share = segment.value / whole;
    const [from, to] = [angle, angle + share * 2 * Math.PI];
    angle = to;
    const at = (turn, distance) => `${cx + Math.cos(turn) * distance} ${cy + Math.sin(turn) * distance}`;
    const words = s("title", {}, `${segment.label}: ${number(segment.value)} (${Math.round(share * 100)}%)`);
    const slice = share > 0.9999
      ? s("circle", { class: `fill slice ${hue(index)}`, cx, cy, r }, words)
      : s("path", { class: `fill slice ${hue(index)}`, d: `M${cx} ${cy}L${at(from, r)}A${r} ${r} 0 ${share > 0.5 ? 1 : 0} 1 ${at(to, r)}Z` }, words);
    const [lx, ly] = at((from + to) / 2, share > 0.9999 ? 0 : r * 0.68).split(" ");
    return [slice, share >= 0.06 ? s("text", { class: "inside", x: lx, y: Number(ly) + 5, "text-anchor": "middle" }, `${Math.round(share * 100)}%`) : null];
  });
}

/** The chart in words, for whoever does not see it. */
function inWords(block, number) {
  const { chart } = block;
  const told = chart.type === "pie"
    ? chart.segments.map((segment) => `${segment.label} ${number(segment.value)}`).join(", ")
    : chart.series.map((series) => `${series.name}: ${inOrder(series, chart.axis_config.categories)
      .map((value, nth) => `${chart.axis_config.categories[nth]} ${number(value)}`).join(", ")}`).join("; ");
  return `${KINDS[chart.type]}: ${block.title}. ${told}`;
}

/** One chart block as a figure. */
export function drawChart(block, context) {
  const { chart } = block;
  const format = new Intl.NumberFormat(context.locale, { maximumFractionDigits: 2 });
  const number = (value) => format.format(value);
  const drawing = s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": inWords(block, number) });
  let entries;
  if (chart.type === "pie") {
    drawing.append(...pie(chart, number).flat(Infinity).filter(Boolean));
    entries = chart.segments.map((segment) => `${segment.label}: ${number(segment.value)}`);
  } else {
    const values = chart.series.flatMap((series) => series.data.map((point) => point.value));
    const place = axes(chart, ticksFor(values), number);
    const drawn = chart.type === "bar" ? bars(chart, place, number) : lines(chart, place, number);
    drawing.append(...[place.nodes, drawn].flat(Infinity).filter(Boolean));
    entries = chart.series.map((series) => series.name);
  }
  return h("figure", { class: "chart" }, h("figcaption", {}, block.title), drawing,
    h("ul", { class: "legend", "aria-label": "Legend" }, entries.map((entry, index) => h("li", {}, key(chart.type, index), entry))));
}
