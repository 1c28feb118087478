// Shows one job: its state, figures, plots, where they come from and what can be downloaded.
import { accuracyPlot, lossPlot, points } from "/plot.js";
import { element, humanCount, link, modelName, nats, natsInterval, percent, percentInterval, show, words } from "/text.js";

const $ = id => document.getElementById(id);
const SYNTHETIC_OWNER = "logprobe-demo/";
const FINAL = new Set(["COMPLETED", "PARTIALLY_FAILED", "FAILED", "CANCELLED"]);
const COLUMNS = ["Model", "State", "Accuracy", "Loss", "Examples", "Examples/s", "Pull request", "Rows"];

export function ended(job) {
  return FINAL.has(job.state);
}

// Whether nothing will change any more, pull requests and e-mails included.
export function settled(job) {
  return ended(job) && Boolean(job.concludedAt)
    && job.evaluations.every(evaluation => evaluation.pullRequest.state !== "PENDING")
    && job.emails.every(email => email.state !== "PENDING");
}

// `classes` is the number of classes that every example has, null where it is not known or they differ.
export function showJob(job, classes) {
  if ($("job").dataset.id !== job.id) {
    $("job").dataset.id = job.id;
    $("evaluations").tBodies[0].replaceChildren();
    $("model-provenance").replaceChildren();
    $("news").textContent = "";
    $("news").told = null;
    $("job-problem").textContent = "";
  }
  $("job").hidden = false;
  document.title = `${job.dataset.id} · Logprobe`;
  $("job-title").textContent = `${job.dataset.id} (${job.dataset.split}, ${job.dataset.exampleCount} examples)`;
  $("job-state").textContent = `${words(job.state)}, submitted ${new Date(job.submittedAt).toLocaleString()}`
    + (job.cancelRequested && !ended(job) ? ", is being cancelled" : "");
  $("synthetic").hidden = !job.dataset.id.startsWith(SYNTHETIC_OWNER);
  $("cancel").hidden = ended(job) || job.cancelRequested;
  showTruncated(job.evaluations);
  job.evaluations.forEach((evaluation, i) => {
    showEvaluation(evaluation, $("evaluations").tBodies[0].rows[i] ?? newRow());
  });
  showPlots(job.evaluations, classes);
  showProvenance(job);
  show($("downloads"), job.id, () => [
    link(`/v1/jobs/${job.id}`, "This job as JSON", { download: `job-${job.id}.json` }),
    link(`/v1/datasets/${job.dataset.digest}/rows`, "Rows of the dataset as JSON Lines", { download: `dataset-${job.dataset.digest.slice(0, 12)}.jsonl` }),
  ].map(item => element("li", {}, item)));
  show($("emails-sent"), job.emails, () => job.emails.map(email => element("li", {},
    `E-mail to ${email.recipient}: ${words(email.state)}`
      + (email.subject ? `, “${email.subject}”` : "") + (email.failure ? `: ${email.failure.message}` : ""))));
  tellNews(job);
}

function newRow() {
  const row = $("evaluations").tBodies[0].insertRow();
  row.setAttribute("role", "row");
  for (const [i, column] of COLUMNS.entries()) {
    row.append(i === 0 ? element("th", { scope: "row", role: "rowheader" }) : element("td", { role: "cell", "data-label": column }));
  }
  return row;
}

function showEvaluation(evaluation, row) {
  const { metrics, model } = evaluation;
  const [name, state, accuracy, loss, examples, speed, request, rows] = row.cells;
  show(name, model, () => modelName(model));
  showState(evaluation, state);
  show(accuracy, metrics?.accuracy, () => figure(metrics?.accuracy, percent, percentInterval));
  show(loss, metrics?.loss, () => figure(metrics?.loss, nats, natsInterval));
  show(examples, metrics, () => metrics && examplesOf(metrics));
  show(speed, evaluation.examplesPerSecond, () => evaluation.examplesPerSecond?.toFixed(0));
  show(request, evaluation.pullRequest, () => pullRequest(evaluation));
  show(rows, metrics !== null, () => metrics && link(`/v1/evaluations/${evaluation.id}/examples.jsonl`, "JSON Lines", {
    download: `${modelName(model).replace(/[^\w.-]+/g, "_")}.jsonl`,
    "aria-label": `Rows of ${modelName(model)} as JSON Lines`,
  }));
}

function figure(estimate, value, interval) {
  return estimate && [value(estimate.value), element("small", {}, interval(estimate))];
}

function showState(evaluation, cell) {
  if (evaluation.state === "FAILED") {
    show(cell, evaluation.failure, () => element("span", { class: "failure" }, `failed: ${evaluation.failure?.message ?? "no reason is known"}`));
    return;
  }
  show(cell, evaluation.id, () => [element("progress"), element("span", { class: "phase" })]);
  const [bar, phase] = cell.children;
  bar.max = evaluation.total || 1;
  bar.value = evaluation.done;
  bar.setAttribute("aria-label", `${modelName(evaluation.model)}: ${evaluation.done} of ${evaluation.total} examples`);
  phase.textContent = evaluation.state === "RUNNING" ? evaluation.phase ?? "running" : words(evaluation.state);
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

// Over-long texts are scored, cut on the left; nobody may overlook that.
function showTruncated(evaluations) {
  const cut = evaluations.filter(({ metrics }) => metrics?.truncatedCount > 0);
  $("truncated").hidden = cut.length === 0;
  show($("truncated"), cut.map(({ id }) => id), () => [
    element("strong", {}, "Texts were truncated."),
    " Some are longer than the model takes; their beginning was cut off and the rest was scored: ",
    cut.map(({ metrics, model }) => `${metrics.truncatedCount} of ${metrics.exampleCount} for ${modelName(model)}`).join(", "),
    ".",
  ]);
}

function showPlots(evaluations, classes) {
  const unknown = evaluations.filter(({ metrics, model }) => metrics?.accuracy && !(model.parameterCount > 0));
  const shown = [points(evaluations, "accuracy"), points(evaluations, "loss"), classes, unknown.map(({ id }) => id)];
  show($("plots"), shown, () => [
    [accuracyPlot(evaluations, classes), "Accuracy over model size"], [lossPlot(evaluations, classes), "Loss over model size, in nats"],
  ].filter(([plot]) => plot).map(([plot, caption]) => element("figure", {}, element("figcaption", {},
    `${caption}, with 95 % intervals`
      + (unknown.length ? `; without ${unknown.map(({ model }) => modelName(model)).join(", ")}, whose size is unknown` : "")), plot)));
}

function terms(pairs) {
  return pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").flatMap(([term, value]) => [
    element("dt", {}, term), element("dd", {}, String(value)),
  ]);
}

function showProvenance(job) {
  const { dataset, options } = job;
  show($("job-provenance"), [job.id, dataset, options], () => terms([
    ["Job", job.id],
    ["Dataset", `${dataset.id}, configuration ${dataset.config}, split ${dataset.split}, ${dataset.exampleCount} examples`],
    ["Dataset revision", dataset.revision ?? "uploaded rows"],
    ["SHA-256 of the rows", dataset.digest],
    ["Precision asked for", options.dtype],
    ["BOS token", { tokenizer: "as the tokenizer does", always: "always", never: "never" }[options.bos]],
  ]));
  job.evaluations.forEach((evaluation, i) => {
    const box = $("model-provenance").children[i]
      ?? $("model-provenance").appendChild(element("details", {}, element("summary"), element("dl")));
    const { model, provenance, attempt } = evaluation;
    box.children[0].textContent = modelName(model);
    show(box.children[1], [model, provenance, attempt], () => terms([
      ["Revision", model.revision],
      ["File", model.file],
      ["Architecture", model.architecture],
      ["Parameters", model.parameterCount > 0 ? `${humanCount(model.parameterCount)} (${model.parameterCount})` : "unknown"],
      ["Weights", `${model.weightBytes} bytes`],
      ["Engine", provenance?.engineVersion],
      ["Backend", provenance?.backend],
      ["Computed in", provenance?.computedType],
      ["SHA-256 of the tokenizer", provenance?.tokenizerDigest],
      ["Attempts", attempt || null],
    ]));
  });
}

// Screen readers are told what has ended and what the job does, not every step on the way there.
function tellNews(job) {
  const news = new Map(job.evaluations.filter(({ state }) => FINAL.has(state)).map(({ id, state, model, metrics }) => [id,
    `${modelName(model)} ${words(state)}${metrics?.accuracy ? `, accuracy ${percent(metrics.accuracy.value)}` : ""}`]));
  news.set(job.id, `Job ${words(job.state)}`);
  const told = $("news").told;
  $("news").told = news;
  const changed = [...news].filter(([id, text]) => told && told.get(id) !== text).map(([, text]) => text);
  if (changed.length) $("news").textContent = changed.join(". ");
}
