import { accuracyPlot, modelName } from "/plot.js";

// Everything that comes from the Hub or from users is put in as text, never as markup.
const $ = id => document.getElementById(id);
const SYNTHETIC_OWNER = "logprobe-demo/";
const FINAL = new Set(["COMPLETED", "PARTIALLY_FAILED", "FAILED", "CANCELLED"]);
let events;

function cell(row, content) {
  const td = row.insertCell();
  if (content instanceof Node) td.append(content);
  else td.textContent = content ?? "";
  return td;
}

function link(href, text) {
  const a = document.createElement("a");
  if (/^https?:\/\//.test(href) || href.startsWith("/")) a.href = href;
  a.textContent = text;
  return a;
}

// Whether nothing will change any more, pull requests and e-mails included.
function settled(job) {
  return FINAL.has(job.state) && Boolean(job.concludedAt)
    && job.evaluations.every(evaluation => evaluation.pullRequest.state !== "PENDING")
    && job.emails.every(email => email.state !== "PENDING");
}

function words(state) {
  return state.toLowerCase().replaceAll("_", " ");
}

function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

function progress(evaluation) {
  const box = document.createElement("span");
  if (evaluation.state === "FAILED") {
    box.className = "failure";
    box.textContent = evaluation.failure?.message ?? "failed";
    return box;
  }
  const bar = document.createElement("progress");
  bar.max = evaluation.total || 1;
  bar.value = evaluation.done;
  bar.setAttribute("aria-label", `${modelName(evaluation.model)}: ${evaluation.done} of ${evaluation.total} examples`);
  const phase = document.createElement("span");
  phase.className = "phase";
  phase.textContent = evaluation.state === "RUNNING" ? evaluation.phase ?? "running" : words(evaluation.state);
  box.append(bar, phase);
  return box;
}

// Over-long texts are scored, cut on the left; nobody may overlook that.
function examples({ exampleCount, truncatedCount }) {
  if (truncatedCount === 0) return String(exampleCount);
  const box = document.createElement("span");
  box.className = "warning";
  box.title = "These texts were longer than the model takes and were cut on the left.";
  box.textContent = `${exampleCount} (${truncatedCount} truncated)`;
  return box;
}

function pullRequest({ pullRequest: request }) {
  if (request.state === "OPENED") return link(request.url, `#${request.number}`);
  if (request.state === "FAILED") return request.failure?.message ?? "failed";
  return request.state === "PENDING" ? "to come" : "";
}

function showJob(job) {
  $("job").hidden = false;
  $("job-title").textContent = `${job.dataset.id} (${job.dataset.split}, ${job.dataset.exampleCount} examples)`;
  $("job-state").textContent = `Job ${job.id}, ${words(job.state)}, ${job.options.dtype}`;
  $("synthetic").hidden = !job.dataset.id.startsWith(SYNTHETIC_OWNER);
  const body = $("evaluations").tBodies[0];
  body.replaceChildren();
  for (const evaluation of job.evaluations) {
    const row = body.insertRow();
    const metrics = evaluation.metrics;
    cell(row, modelName(evaluation.model));
    cell(row, progress(evaluation));
    cell(row, metrics?.accuracy ? percent(metrics.accuracy.value) : "");
    cell(row, metrics?.accuracy ? `${(100 * metrics.accuracy.low95).toFixed(1)} to ${percent(metrics.accuracy.high95)}` : "");
    cell(row, metrics?.loss ? metrics.loss.value.toFixed(3) : "");
    cell(row, metrics ? examples(metrics) : "");
    cell(row, evaluation.examplesPerSecond ? evaluation.examplesPerSecond.toFixed(0) : "");
    cell(row, pullRequest(evaluation));
  }
  const plot = accuracyPlot(job.evaluations);
  $("plot").hidden = !plot;
  $("plot").querySelector("svg")?.remove();
  if (plot) $("plot").append(plot);
  $("emails").replaceChildren(...job.emails.map(email => {
    const item = document.createElement("li");
    item.textContent = `E-mail to ${email.recipient}: ${words(email.state)}${email.subject ? `, "${email.subject}"` : ""}`;
    return item;
  }));
  $("cancel").hidden = FINAL.has(job.state);
  $("cancel").onclick = () => fetch(`/v1/jobs/${job.id}`, { method: "DELETE" });
}

async function problem(response) {
  const body = await response.json().catch(() => ({}));
  const errors = body.errors ?? [];
  return errors.length ? errors.map(error => `${error.field}: ${error.message}`).join("\n") : body.detail ?? body.title ?? `refused (${response.status})`;
}

async function follow(id) {
  events?.close();
  const response = await fetch(`/v1/jobs/${encodeURIComponent(id)}`);
  if (!response.ok) {
    $("form-problem").textContent = await problem(response);
    return;
  }
  const job = await response.json();
  showJob(job);
  if (settled(job)) return;
  events = new EventSource(`/v1/jobs/${job.id}/events`);
  events.addEventListener("job", event => {
    const changed = JSON.parse(event.data);
    showJob(changed);
    // The service ends the stream here; the browser would open it again and again.
    if (settled(changed)) events.close();
  });
}

async function listJobs() {
  const { jobs } = await (await fetch("/v1/jobs")).json();
  const body = $("jobs").tBodies[0];
  body.replaceChildren();
  for (const job of jobs) {
    const row = body.insertRow();
    cell(row, link(`/jobs/${job.id}`, new Date(job.submittedAt).toLocaleString()));
    cell(row, job.dataset.id);
    cell(row, job.evaluations.map(evaluation => modelName(evaluation.model)).join(", "));
    cell(row, words(job.state));
  }
  return jobs;
}

$("job-form").addEventListener("submit", async event => {
  event.preventDefault();
  const form = new FormData(event.target);
  const dataset = { id: form.get("dataset").trim() };
  if (form.get("split").trim()) dataset.split = form.get("split").trim();
  const email = form.get("email").trim();
  const request = {
    dataset,
    models: form.get("models").split(/[\s,]+/).filter(Boolean),
    options: { dtype: form.get("dtype"), bos: "tokenizer" },
    publish: form.has("publish"),
    emails: email ? [email] : [],
  };
  $("form-problem").textContent = "";
  const response = await fetch("/v1/jobs", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID?.() ?? String(Math.random()) },
    body: JSON.stringify(request),
  });
  if (!response.ok) {
    $("form-problem").textContent = await problem(response);
    return;
  }
  const job = await response.json();
  history.pushState(null, "", `/jobs/${job.id}`);
  await Promise.all([follow(job.id), listJobs()]);
});

const asked = location.pathname.match(/^\/jobs\/([0-9a-f-]{36})$/)?.[1];
const jobs = await listJobs();
if (asked ?? jobs[0]?.id) await follow(asked ?? jobs[0].id);
setInterval(listJobs, 5000);
