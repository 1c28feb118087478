// The page of one job and the list of all: finds out which job is asked for, and follows it.
import { fill, listen } from "/form.js";
import { ended, settled, showJob } from "/job.js";
import { element, faults, link, modelName, show, UNREACHABLE, words } from "/text.js";

const $ = id => document.getElementById(id);
const PAGE_SIZE = 20, MOST_JOBS = 100, REFRESH_MS = 5000;
let events;
let followed = null;
let limit = PAGE_SIZE;

// What is known of the rows that a job is about, null where the service does not tell.
const datasets = new Map();
async function dataset({ digest }) {
  if (!datasets.has(digest)) {
    const response = await fetch(`/v1/datasets/${digest}`);
    if (!response.ok) return null;
    datasets.set(digest, await response.json());
  }
  return datasets.get(digest);
}

// The classes that every example has, where that is one number.
function classesOf(known) {
  const { min, max } = known?.classesPerExample ?? {};
  return min === max && min > 1 ? min : null;
}

async function find(id) {
  const response = await fetch(`/v1/jobs/${encodeURIComponent(id)}`);
  if (response.ok) return response.json();
  $("job").hidden = true;
  $("page-problem").textContent = await saidOf(response);
  return null;
}

async function saidOf(response) {
  return (await faults(response)).map(({ message }) => message).join("\n");
}

// `accepted` is the job where it is known already.
async function follow(id, accepted) {
  events?.close();
  followed = id;
  let job, known;
  try {
    job = accepted ?? await find(id);
    known = job && await dataset(job.dataset);
  } catch {
    // Nobody answers.
    if (followed !== id) return;
    $("page-problem").textContent = UNREACHABLE;
    followLater(id);
    return;
  }
  if (!job || followed !== id) return;
  $("page-problem").textContent = "";
  const classes = classesOf(known);
  showJob(job, classes);
  $("again").onclick = () => fill(job, sameSource(known, job.dataset) ? known.columns : null);
  $("cancel").onclick = () => cancel(id);
  if (settled(job)) return;
  const stream = events = new EventSource(`/v1/jobs/${job.id}/events`);
  stream.addEventListener("job", event => {
    const changed = JSON.parse(event.data);
    showJob(changed, classes);
    // The service ends the stream here; the browser would open it again and again.
    if (settled(changed)) stream.close();
    if (ended(changed)) listJobs();
  });
  // The browser itself tries again after a broken connection, but not after a refusal.
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED && events === stream) followLater(id);
  });
}

function followLater(id) {
  setTimeout(() => followed === id && follow(id), REFRESH_MS);
}

// Equal rows may have been read from several places; what is known is told of the latest.
function sameSource(known, { id, split, revision }) {
  return known?.id === id && known.split === split && (known.revision ?? null) === (revision ?? null);
}

async function cancel(id) {
  const response = await fetch(`/v1/jobs/${id}`, { method: "DELETE" });
  if (!response.ok) $("job-problem").textContent = await saidOf(response);
}

async function listJobs() {
  const response = await fetch(`/v1/jobs?limit=${limit}`);
  if (!response.ok) return [];
  const { jobs, next } = await response.json();
  $("more").hidden = !next || limit >= MOST_JOBS;
  const rows = jobs.map(job => ({
    id: job.id, submittedAt: job.submittedAt, dataset: job.dataset.id,
    models: job.evaluations.map(({ model }) => modelName(model)).join(", "), state: words(job.state),
  }));
  show($("jobs").tBodies[0], rows, () => rows.map(jobRow));
  return jobs;
}

function jobRow({ id, submittedAt, dataset, models, state }) {
  return element("tr", { role: "row" },
    element("th", { scope: "row", role: "rowheader" }, link(`/jobs/${id}`, new Date(submittedAt).toLocaleString())),
    ...[["Dataset", dataset], ["Models", models], ["State", state]].map(([column, text]) =>
      element("td", { role: "cell", "data-label": column }, text)));
}

// The job that the address names, otherwise the newest.
async function route(newest) {
  const asked = location.pathname.match(/^\/jobs\/([0-9a-f-]{36})$/)?.[1] ?? newest?.id;
  if (asked) await follow(asked);
}

listen(job => {
  history.pushState(null, "", `/jobs/${job.id}`);
  follow(job.id, job).then(() => $("job-title").focus());
  listJobs();
});
$("more").addEventListener("click", () => {
  limit = Math.min(MOST_JOBS, limit + PAGE_SIZE);
  listJobs();
});
const refresh = () => listJobs().catch(() => []);
addEventListener("popstate", async () => route((await refresh())[0]));
setInterval(refresh, REFRESH_MS);
const [newest] = await refresh();
await route(newest);
