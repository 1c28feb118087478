// Accuracy over the number of parameters as SVG; a pure function of a job's evaluations.
const NS = "http://www.w3.org/2000/svg";
const WIDTH = 720, HEIGHT = 320, LEFT = 56, RIGHT = 24, TOP = 16, BOTTOM = 44;

function element(name, attributes, text) {
  const node = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

export function humanCount(count) {
  for (const [size, unit] of [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]]) {
    if (count >= size) return `${+(count / size).toPrecision(3)} ${unit}`;
  }
  return String(count);
}

// owner/name, and the file in it where the model is one of several GGUF files.
export function modelName(model) {
  return model.file ? `${model.id}/${model.file}` : model.id;
}

export function accuracyPlot(evaluations) {
  const points = evaluations
    .filter(evaluation => evaluation.metrics?.accuracy && evaluation.model.parameterCount > 0)
    .map(evaluation => ({ name: modelName(evaluation.model), size: evaluation.model.parameterCount, ...evaluation.metrics.accuracy }))
    .sort((one, other) => one.size - other.size);
  if (points.length < 2) return null;

  const low = Math.log10(points[0].size) - 0.15, high = Math.log10(points.at(-1).size) + 0.15;
  const x = size => LEFT + (Math.log10(size) - low) / (high - low) * (WIDTH - LEFT - RIGHT);
  const y = share => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "Accuracy over model size" });

  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(element("line", { x1: LEFT, x2: WIDTH - RIGHT, y1: y(share), y2: y(share), class: "axis" }));
    svg.append(element("text", { x: LEFT - 8, y: y(share) + 4, "text-anchor": "end" }, `${100 * share} %`));
  }
  svg.append(element("polyline", { class: "trend", points: points.map(p => `${x(p.size)},${y(p.value)}`).join(" ") }));
  for (const point of points) {
    const group = element("g", {});
    group.append(element("title", {}, `${point.name}: ${(100 * point.value).toFixed(1)} %`));
    group.append(element("line", { x1: x(point.size), x2: x(point.size), y1: y(point.low95), y2: y(point.high95), class: "interval" }));
    group.append(element("circle", { cx: x(point.size), cy: y(point.value), r: 5, class: "point" }));
    svg.append(group);
    svg.append(element("text", { x: x(point.size), y: HEIGHT - BOTTOM + 18, "text-anchor": "middle" }, humanCount(point.size)));
  }
  svg.append(element("text", { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, "parameters"));
  return svg;
}
