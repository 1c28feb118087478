// Accuracy and loss over the number of parameters as SVG; pure functions of a job's evaluations.
import { families } from "/family.js";
import { element, humanCount, modelName, nats, natsInterval, percent, percentInterval } from "/text.js";

const NS = "http://www.w3.org/2000/svg";
const WIDTH = 440, HEIGHT = 280, LEFT = 54, RIGHT = 18, TOP = 14, BOTTOM = 44;
const LABEL_WIDTH = 46;
// Models of nearly the same size stand side by side: so near is too near, and so far they are moved.
const TOO_NEAR = 6, APART = 7, MOST_APART = 42;
const MOST_NAMES = 8;
const COLOURS = 8;
const SHAPES = [
  "M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0z", "M-4.5,-4.5h9v9h-9z", "M0,-6.5l6.5,6.5l-6.5,6.5l-6.5,-6.5z", "M0,-6l6,10.5h-12z",
];

function svgElement(name, attributes, text) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

// Evaluations with this figure whose model's size is known, smallest first.
export function points(evaluations, metric) {
  return evaluations
    .filter(evaluation => evaluation.metrics?.[metric] && evaluation.model.parameterCount > 0)
    .map(({ model, metrics }) => ({ name: modelName(model), size: model.parameterCount, ...metrics[metric] }))
    .sort((one, other) => one.size - other.size);
}

// What guessing among `classes` equally likely classes gives.
export function accuracyPlot(evaluations, classes) {
  return plot(points(evaluations, "accuracy"), {
    title: "Accuracy", value: percent, interval: percentInterval,
    tick: share => `${+(100 * share).toFixed(0)} %`, range: () => [0, 1], chance: classes && 1 / classes,
  });
}

export function lossPlot(evaluations, classes) {
  return plot(points(evaluations, "loss"), {
    title: "Loss", value: nats, interval: natsInterval,
    tick: loss => String(+loss.toPrecision(3)), range: around, chance: classes && Math.log(classes),
  });
}

// A little more than the least and the greatest value, and never below 0.
function around(values) {
  const least = Math.min(...values), greatest = Math.max(...values), margin = 0.08 * (greatest - least) || 0.1;
  return [Math.max(0, least - margin), greatest + margin];
}

// What the colours and shapes mean; null where there is one family.
export function legend(evaluations) {
  const groups = families(points(evaluations, "accuracy"));
  if (groups.length < 2) return null;
  return element("ul", { class: "legend" }, ...groups.map(({ name }, i) => {
    const sign = svgElement("svg", { viewBox: "-8 -8 16 16", "aria-hidden": "true", class: seriesClass(groups, i) });
    sign.append(svgElement("path", { d: shape(i), class: "point" }));
    return element("li", {}, sign, name ?? "models without relatives");
  }));
}

function seriesClass(groups, i) {
  return groups.length > 1 && groups[i].name === null ? "series" : `series series-${i % COLOURS}`;
}

function shape(i) {
  return SHAPES[(i + Math.floor(i / COLOURS)) % SHAPES.length];
}

function plot(shown, { title, value, interval, tick, range, chance }) {
  if (shown.length < 2) return null;
  const smallest = Math.log10(shown[0].size) - 0.15, largest = Math.log10(shown.at(-1).size) + 0.15;
  const [bottom, top] = range([...shown.flatMap(({ low95, high95 }) => [low95, high95]), ...chance ? [chance] : []]);
  const scale = size => LEFT + (Math.log10(size) - smallest) / (largest - smallest) * (WIDTH - LEFT - RIGHT);
  const y = figure => TOP + (top - figure) / (top - bottom) * (HEIGHT - TOP - BOTTOM);
  const x = sideBySide(shown, scale);
  const spoken = new Map(shown.map(point =>
    [point, `${point.name}, ${humanCount(point.size)} parameters: ${value(point.value)}, ${interval(point)}`]));
  const label = [...spoken.values(), ...chance ? [`chance: ${value(chance)}`] : []].join("; ");
  const svg = svgElement("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
    "aria-label": `${title} over model size, with 95 % intervals. ${label}` });

  for (const figure of ticks(bottom, top)) {
    svg.append(svgElement("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(figure), y2: y(figure), class: "axis" }));
    svg.append(svgElement("text", { x: LEFT - 8, y: y(figure) + 4, "text-anchor": "end" }, tick(figure)));
  }
  if (chance) {
    svg.append(svgElement("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(chance), y2: y(chance), class: "chance" }));
    svg.append(svgElement("text", { x: WIDTH - RIGHT, y: y(chance) - 5, "text-anchor": "end" }, `chance ${value(chance)}`));
  }
  const groups = families(shown);
  for (const [i, { name, members }] of groups.entries()) {
    const series = svgElement("g", { class: seriesClass(groups, i) });
    if (name !== null) {
      series.append(svgElement("polyline", { class: "trend", points: members.map(p => `${x.get(p)},${y(p.value)}`).join(" ") }));
    }
    for (const point of members) {
      const group = svgElement("g", { class: "model" });
      group.append(svgElement("title", {}, spoken.get(point)));
      group.append(svgElement("line", { x1: x.get(point), x2: x.get(point), y1: y(point.low95), y2: y(point.high95), class: "interval" }));
      group.append(svgElement("path", { d: shape(i), transform: `translate(${x.get(point)} ${y(point.value)})`, class: "point" }));
      series.append(group);
      if (name === null && members.length <= MOST_NAMES) series.append(nameBeside(point.name, x.get(point), y(point.value)));
    }
    svg.append(series);
  }
  let labelled = -Infinity;
  for (const { size } of shown) {
    if (scale(size) - labelled < LABEL_WIDTH) continue;
    labelled = scale(size);
    svg.append(svgElement("text", { x: labelled, y: HEIGHT - BOTTOM + 18, "text-anchor": "middle" }, humanCount(size)));
  }
  svg.append(svgElement("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, "parameters, logarithmic"));
  return svg;
}

function nameBeside(name, x, y) {
  const right = x > WIDTH / 2;
  const short = name.split("/").at(-1);
  return svgElement("text", { x: right ? x - 9 : x + 9, y: y - 6, "text-anchor": right ? "end" : "start" },
    short.length > 26 ? `${short.slice(0, 25)}…` : short);
}

// Where each point stands, by its size and out of the way of those that are nearly as large.
function sideBySide(shown, scale) {
  const clusters = [];
  for (const point of shown) {
    if (clusters.length && scale(point.size) - scale(clusters.at(-1).at(-1).size) < TOO_NEAR) clusters.at(-1).push(point);
    else clusters.push([point]);
  }
  return new Map(clusters.flatMap(cluster => {
    const step = Math.min(APART, MOST_APART / cluster.length);
    const middle = (scale(cluster[0].size) + scale(cluster.at(-1).size)) / 2;
    return cluster.map((point, i) => [point, middle + (i - (cluster.length - 1) / 2) * step]);
  }));
}

// About five round figures from `bottom` to `top`.
function ticks(bottom, top) {
  const rough = (top - bottom) / 5, unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * unit).find(candidate => candidate >= rough);
  const figures = [];
  for (let i = Math.ceil(bottom / step); i * step <= top * (1 + 1e-9); i++) figures.push(i * step);
  return figures;
}
