// The list of all jobs, newest first, kept up to date.
import { ended } from "/job.js";
import { element, link, modelName, saidOf, show, UNREACHABLE, words } from "/text.js";

const $ = id => document.getElementById(id);
const PAGE_SIZE = 20, MOST_AT_ONCE = 100, NAMED_MODELS = 3;
let wanted = PAGE_SIZE;
let readings = 0;

async function read(count) {
  const jobs = [];
  let next = null;
  do {
    const before = next ? `&before=${next}` : "";
    const response = await fetch(`/v1/jobs?limit=${Math.min(MOST_AT_ONCE, count - jobs.length)}${before}`);
    if (!response.ok) throw new Error(await saidOf(response));
    const page = await response.json();
    jobs.push(...page.jobs);
    next = page.next;
  } while (next && jobs.length < count);
  return { jobs, next };
}

// Shows what the service tells; the jobs, none where it tells nothing.
export async function listJobs() {
  const reading = ++readings;
  let told;
  try {
    told = await read(wanted);
  } catch (failure) {
    $("jobs-problem").textContent = `The list is not up to date. ${failure instanceof TypeError ? UNREACHABLE : failure.message}`;
    return [];
  }
  const { jobs, next } = told;
  if (reading === readings) {
    $("jobs-problem").textContent = "";
    $("no-jobs").hidden = jobs.length > 0;
    $("jobs").hidden = jobs.length === 0;
    $("more").hidden = !next;
    const rows = jobs.map(job => ({
      id: job.id, submittedAt: job.submittedAt, dataset: job.dataset.id, models: modelsOf(job), state: stateOf(job),
    }));
    show($("jobs").tBodies[0], rows, () => rows.map(jobRow));
  }
  return jobs;
}

function modelsOf({ evaluations }) {
  const names = evaluations.map(({ model }) => modelName(model));
  const more = names.length - NAMED_MODELS;
  // One name takes no more room than the words "and 1 more".
  return more <= 1 ? names.join(", ") : `${names.slice(0, NAMED_MODELS).join(", ")} and ${more} more`;
}

function stateOf({ state, evaluations }) {
  const over = evaluations.filter(ended).length;
  return words(state) + (state === "RUNNING" && over > 0 ? `, ${over} of ${evaluations.length} models done` : "");
}

function jobRow({ id, submittedAt, dataset, models, state }) {
  return element("tr", { role: "row" },
    element("th", { scope: "row", role: "rowheader" }, link(`/jobs/${id}`, new Date(submittedAt).toLocaleString())),
    ...[["Dataset", dataset], ["Models", models], ["State", state]].map(([column, text]) =>
      element("td", { role: "cell", "data-label": column }, text)));
}

$("more").addEventListener("click", async () => {
  const first = wanted;
  wanted += PAGE_SIZE;
  await listJobs();
  if ($("more").hidden) $("jobs").tBodies[0].rows[first]?.querySelector("a").focus();
});
