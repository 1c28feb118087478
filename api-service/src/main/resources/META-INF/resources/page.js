// The page of one job and of all: finds out which job is asked for, and shows it.
import { arrange, go, namedJob } from "/address.js";
import { follow } from "/follow.js";
import { listen } from "/form.js";
import { listJobs } from "/list.js";
import { link } from "/text.js";

const $ = id => document.getElementById(id);
const REFRESH_MS = 10_000;

// The job that the address names, otherwise the newest.
async function route(newest) {
  arrange();
  const asked = namedJob() ?? newest?.id;
  if (asked) await follow(asked, listJobs);
}

// Which Hub this is about; the page does without where the service does not tell.
async function showHub() {
  const response = await fetch("/v1/service").catch(() => null);
  if (!response?.ok) return;
  const { hub, publishes } = await response.json();
  $("hub").replaceWith(link(hub, "Hub", { id: "hub" }));
  $("hub-hint").replaceChildren("Datasets and models are those of ", link(hub, hub), ".");
  $("hub-hint").hidden = false;
  $("publish-hint").hidden = publishes;
}

listen(job => {
  go(`/jobs/${job.id}`);
  follow(job.id, listJobs, job).then(() => $("job-title").focus());
  listJobs();
});
addEventListener("popstate", async () => route(namedJob() ? null : (await listJobs())[0]));
setInterval(() => document.hidden || listJobs(), REFRESH_MS);
document.addEventListener("visibilitychange", () => document.hidden || listJobs());
showHub();
if (namedJob()) {
  listJobs();
  await route();
} else {
  await route((await listJobs())[0]);
}
