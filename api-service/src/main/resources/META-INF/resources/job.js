// Shows one job: its state, figures, plots, where they come from and what can be downloaded.
import { showExamples } from "/examples.js";
import { clearFigures, showFigures } from "/figures.js";
import { accuracyPlot, legend, lossPlot, points } from "/plot.js";
import { element, humanCount, link, modelName, percent, show, took, words } from "/text.js";

const $ = id => document.getElementById(id);
const SYNTHETIC_OWNER = "logprobe-demo/";
const FINAL = new Set(["COMPLETED", "PARTIALLY_FAILED", "FAILED", "CANCELLED"]);

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
    $("cancel-question").close();
    clearFigures();
    $("model-provenance").replaceChildren();
    $("news").textContent = "";
    $("news").told = null;
    $("job-problem").textContent = "";
  }
  $("job").hidden = false;
  document.title = `${job.dataset.id} · Logprobe`;
  $("job-title").textContent = `${job.dataset.id} (${job.dataset.split}, ${job.dataset.exampleCount} examples)`;
  $("job-state").textContent = `${words(job.state)}, submitted ${new Date(job.submittedAt).toLocaleString()}`
    + (job.concludedAt ? `, took ${took(new Date(job.concludedAt) - new Date(job.submittedAt))}` : "")
    + (job.cancelRequested && !ended(job) ? ", is being cancelled" : "");
  $("synthetic").hidden = !job.dataset.id.startsWith(SYNTHETIC_OWNER);
  $("cancel").hidden = ended(job) || job.cancelRequested;
  if ($("cancel").hidden) $("cancel-question").close();
  showTruncated(job.evaluations);
  showFigures(job);
  showExamples(job);
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
      + (unknown.length ? `; without ${unknown.map(({ model }) => modelName(model)).join(", ")}, whose size is unknown` : "")), plot))
    .concat(legend(evaluations) ?? []));
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
