// Accuracy and loss over the number of parameters as SVG; pure functions of a job's evaluations.
import { humanCount, modelName, nats, natsInterval, percent, percentInterval } from "/text.js";

const NS = "http://www.w3.org/2000/svg";
const WIDTH = 440, HEIGHT = 280, LEFT = 54, RIGHT = 18, TOP = 14, BOTTOM = 44;
const LABEL_WIDTH = 46;

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
    tick: loss => String(+loss.toPrecision(3)), range: values => [0, Math.max(...values) * 1.05], chance: classes && Math.log(classes),
  });
}

function plot(shown, { title, value, interval, tick, range, chance }) {
  if (shown.length < 2) return null;
  const smallest = Math.log10(shown[0].size) - 0.15, largest = Math.log10(shown.at(-1).size) + 0.15;
  const [bottom, top] = range([...shown.map(point => point.high95), chance || 0]);
  const x = size => LEFT + (Math.log10(size) - smallest) / (largest - smallest) * (WIDTH - LEFT - RIGHT);
  const y = figure => TOP + (top - figure) / (top - bottom) * (HEIGHT - TOP - BOTTOM);
  const spoken = shown.map(point =>
    `${point.name}, ${humanCount(point.size)} parameters: ${value(point.value)}, ${interval(point)}`);
  if (chance) spoken.push(`chance: ${value(chance)}`);
  const svg = svgElement("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img",
    "aria-label": `${title} over model size, with 95 % intervals. ${spoken.join("; ")}` });

  for (const figure of ticks(bottom, top)) {
    svg.append(svgElement("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(figure), y2: y(figure), class: "axis" }));
    svg.append(svgElement("text", { x: LEFT - 8, y: y(figure) + 4, "text-anchor": "end" }, tick(figure)));
  }
  if (chance) {
    svg.append(svgElement("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(chance), y2: y(chance), class: "chance" }));
    svg.append(svgElement("text", { x: WIDTH - RIGHT, y: y(chance) - 5, "text-anchor": "end" }, `chance ${value(chance)}`));
  }
  svg.append(svgElement("polyline", { class: "trend", points: shown.map(p => `${x(p.size)},${y(p.value)}`).join(" ") }));
  let labelled = -Infinity;
  for (const [i, point] of shown.entries()) {
    const group = svgElement("g", { class: "model" });
    group.append(svgElement("title", {}, spoken[i]));
    group.append(svgElement("line", { x1: x(point.size), x2: x(point.size), y1: y(point.low95), y2: y(point.high95), class: "interval" }));
    group.append(svgElement("circle", { cx: x(point.size), cy: y(point.value), r: 5, class: "point" }));
    svg.append(group);
    if (x(point.size) - labelled < LABEL_WIDTH) continue;
    labelled = x(point.size);
    svg.append(svgElement("text", { x: labelled, y: HEIGHT - BOTTOM + 18, "text-anchor": "middle" }, humanCount(point.size)));
  }
  svg.append(svgElement("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, "parameters, logarithmic"));
  return svg;
}

// About five round figures from `bottom` to `top`.
function ticks(bottom, top) {
  const rough = (top - bottom) / 5, unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map(factor => factor * unit).find(candidate => candidate >= rough);
  const figures = [];
  for (let i = Math.ceil(bottom / step); i * step <= top * (1 + 1e-9); i++) figures.push(i * step);
  return figures;
}
