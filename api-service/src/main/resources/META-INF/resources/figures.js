// The table of a job's figures, one row a model, in the order of the job or sorted by a column.
import { examplesAddress } from "/address.js";
import { element, humanCount, link, modelName, nats, natsInterval, percent, percentInterval, show, words } from "/text.js";

const table = document.getElementById("evaluations");
const body = table.tBodies[0];
const headers = [...table.tHead.rows[0].cells];
const COLUMNS = headers.map(header => header.firstChild.textContent);
const PULL_REQUEST = COLUMNS.indexOf("Pull request");

// What a column is sorted by.
const KEYS = {
  Model: ({ model }) => modelName(model),
  Parameters: ({ model }) => model.parameterCount || null,
  Accuracy: ({ metrics }) => metrics?.accuracy?.value ?? null,
  Loss: ({ metrics }) => metrics?.loss?.value ?? null,
  "Examples/s": ({ examplesPerSecond }) => examplesPerSecond ?? null,
};
// Narrow screens show no heads of columns: there, a list offers the same.
const list = document.getElementById("sort");
let sorting = { column: null, descending: false };
let shown = [];

export function clearFigures() {
  body.replaceChildren();
}

export function showFigures(job) {
  shown = job.evaluations.map((evaluation, i) => ({ evaluation, row: shown[i]?.row.parentNode ? shown[i].row : newRow() }));
  headers[PULL_REQUEST].hidden = !job.publish;
  list.closest("p").hidden = shown.length < 2;
  for (const { evaluation, row } of shown) {
    row.cells[PULL_REQUEST].hidden = !job.publish;
    showEvaluation(job.id, evaluation, row);
  }
  arrange();
}

function arrange() {
  const key = KEYS[sorting.column];
  const order = key ? shown.toSorted((one, other) => compare(key(one.evaluation), key(other.evaluation))) : shown;
  // Rows that stand where they belong are not touched: the reader's focus stays.
  order.forEach(({ row }, i) => body.rows[i] === row || body.insertBefore(row, body.rows[i] ?? null));
}

// What is not known comes last either way.
function compare(one, other) {
  if (one === null || other === null) return (one === null) - (other === null);
  const ascending = typeof one === "string" ? one.localeCompare(other, "en", { numeric: true }) : one - other;
  return sorting.descending ? -ascending : ascending;
}

function sort(column, descending) {
  sorting = { column, descending };
  for (const header of headers) header.removeAttribute("aria-sort");
  if (column) headers[COLUMNS.indexOf(column)].setAttribute("aria-sort", descending ? "descending" : "ascending");
  list.value = JSON.stringify(sorting);
  arrange();
}

table.tHead.addEventListener("click", ({ target }) => {
  const header = target.closest("button")?.closest("th");
  if (!header) return;
  const column = COLUMNS[headers.indexOf(header)];
  if (sorting.column !== column) sort(column, false);
  else if (!sorting.descending) sort(column, true);
  else sort(null, false);
});

list.append(sortOption("order of the job", null, false), ...Object.keys(KEYS).flatMap(column => {
  const [ascending, descending] = column === "Model" ? ["A to Z", "Z to A"] : ["lowest first", "highest first"];
  return [sortOption(`${column}, ${ascending}`, column, false), sortOption(`${column}, ${descending}`, column, true)];
}));
list.addEventListener("change", () => {
  const { column, descending } = JSON.parse(list.value);
  sort(column, descending);
});

function sortOption(text, column, descending) {
  return element("option", { value: JSON.stringify({ column, descending }) }, text);
}

function newRow() {
  const row = body.insertRow();
  row.setAttribute("role", "row");
  for (const [i, column] of COLUMNS.entries()) {
    row.append(i === 0 ? element("th", { scope: "row", role: "rowheader" }) : element("td", { role: "cell", "data-label": column }));
  }
  return row;
}

function showEvaluation(jobId, evaluation, row) {
  const { metrics, model } = evaluation;
  const [name, state, size, accuracy, loss, examples, speed, request, rows] = row.cells;
  show(name, model, () => modelName(model));
  showState(evaluation, state);
  show(size, model.parameterCount, () => model.parameterCount > 0 ? humanCount(model.parameterCount) : "unknown");
  show(accuracy, metrics?.accuracy, () => figure(metrics?.accuracy, percent, percentInterval));
  show(loss, metrics?.loss, () => figure(metrics?.loss, nats, natsInterval));
  show(examples, metrics, () => metrics && examplesOf(metrics));
  show(speed, evaluation.examplesPerSecond, () => evaluation.examplesPerSecond?.toFixed(0));
  show(request, evaluation.pullRequest, () => pullRequest(evaluation));
  show(rows, [evaluation.done > 0, metrics !== null], () => [evaluation.done > 0 && examplesLink(jobId, evaluation), metrics && rowsLink(evaluation)]
    .filter(Boolean).map(item => element("div", {}, item)));
}

function examplesLink(jobId, { id, model }) {
  return link(examplesAddress(jobId, { evaluation: id }), "Examples", { "data-examples": id, "aria-label": `Examples of ${modelName(model)}` });
}

function rowsLink({ id, model }) {
  return link(`/v1/evaluations/${id}/examples.jsonl`, "JSON Lines", {
    download: `${modelName(model).replace(/[^\w.-]+/g, "_")}.jsonl`,
    "aria-label": `Rows of ${modelName(model)} as JSON Lines`,
  });
}

function figure(estimate, value, interval) {
  return estimate && [value(estimate.value), element("small", {}, interval(estimate))];
}

function showState(evaluation, cell) {
  if (evaluation.state === "FAILED") {
    show(cell, evaluation.failure, () => element("span", { class: "failure" }, `failed: ${evaluation.failure?.message ?? "no reason is known"}`));
    return;
  }
  if (evaluation.state !== "RUNNING") {
    const why = evaluation.state === "QUEUED" && evaluation.phase ? `, ${evaluation.phase}` : "";
    show(cell, [evaluation.state, why], () => words(evaluation.state) + why);
    return;
  }
  show(cell, "running", () => [element("progress", { max: 1 }), element("span", { class: "phase" })]);
  const [bar, phase] = cell.children;
  // Models that are read from disk layer by layer have no finished example before the last layer.
  const share = Math.floor(100 * (evaluation.fraction ?? 0));
  bar.value = evaluation.fraction ?? 0;
  bar.setAttribute("aria-label", `${modelName(evaluation.model)}: ${share} %`);
  phase.textContent = `${share} %, ${evaluation.phase ?? "running"}`;
}

function examplesOf({ exampleCount, truncatedCount }) {
  return truncatedCount === 0 ? String(exampleCount) : element("span", { class: "warning" }, `${exampleCount} (${truncatedCount} truncated)`);
}

function pullRequest({ pullRequest: request, model }) {
  switch (request.state) {
    case "OPENED": return link(request.url, `#${request.number}`, { "aria-label": `Pull request ${request.number} on ${model.id}` });
    case "FAILED": return element("span", { class: "failure" }, request.failure?.message ?? "failed");
    case "PENDING": return "to come";
    default: return null;
  }
}
