// Follows one job from its address to its end, over broken connections and while the service fails for some time.
import { fill } from "/form.js";
import { ended, settled, showJob } from "/job.js";
import { saidOf, UNREACHABLE } from "/text.js";

const $ = id => document.getElementById(id);
const FIRST_PAUSE_S = 1, LONGEST_PAUSE_S = 60;

// The job that is followed now and how: {id, pause, timer, stream}. Whoever finds another one here gives up.
let course = null;
// What is known of the rows that a job is about, null where the service does not tell.
const datasets = new Map();

// The service has looked at the request and says no: asking again is in vain.
class Refused extends Error {}
// It may go otherwise next time.
class Passing extends Error {}

async function find(id) {
  const response = await fetch(`/v1/jobs/${encodeURIComponent(id)}`);
  if (response.ok) return response.json();
  if (response.status >= 500 || response.status === 429) throw new Passing(`The service answers with an error (${response.status}).`);
  throw new Refused(await saidOf(response));
}

async function dataset(source) {
  // Equal rows may have got another name since they were asked for.
  const key = JSON.stringify(source);
  if (!datasets.has(key)) {
    const response = await fetch(`/v1/datasets/${source.digest}`);
    if (!response.ok) return null;
    datasets.set(key, await response.json());
  }
  return datasets.get(key);
}

// The classes that every example has, where that is one number.
function classesOf(known) {
  const { min, max } = known?.classesPerExample ?? {};
  return min === max && min > 1 ? min : null;
}

// The columns that a dataset was read with. Equal rows may have several names, each read with columns of its own.
function columnsOf(known, { id, config, split, revision }) {
  const same = name => name.id === id && name.config === config && name.split === split && (name.revision ?? null) === (revision ?? null);
  return known?.names.find(same)?.columns ?? null;
}

// `accepted` is the job where it is known already, `changed` is called with it whenever it has come to an end.
export async function follow(id, changed, accepted) {
  course?.stream?.close();
  clearTimeout(course?.timer);
  course = { id, changed, pause: FIRST_PAUSE_S };
  await attempt(course, accepted);
}

async function attempt(mine, accepted) {
  let job, known;
  try {
    job = accepted ?? await find(mine.id);
    known = await dataset(job.dataset);
  } catch (failure) {
    if (mine !== course) return;
    if (failure instanceof Refused) {
      $("job").hidden = true;
      $("page-problem").textContent = failure.message;
    } else {
      again(mine, failure instanceof Passing ? failure.message : UNREACHABLE);
    }
    return;
  }
  if (mine !== course) return;
  $("page-problem").textContent = "";
  const classes = classesOf(known);
  showJob(job, classes);
  $("again").onclick = () => fill(job, columnsOf(known, job.dataset));
  $("cancel").onclick = () => askWhetherToCancel(job.id);
  if (!settled(job)) listen(mine, classes);
}

function listen(mine, classes) {
  const stream = mine.stream = new EventSource(`/v1/jobs/${mine.id}/events`);
  stream.addEventListener("job", event => {
    mine.pause = FIRST_PAUSE_S;
    const job = JSON.parse(event.data);
    showJob(job, classes);
    // The service ends the stream here; the browser would open it again and again.
    if (settled(job)) stream.close();
    if (ended(job)) mine.changed();
  });
  // A broken connection is no news unless it cannot be made again.
  stream.addEventListener("error", () => {
    stream.close();
    if (mine === course) again(mine, mine.pause > FIRST_PAUSE_S ? "The service does not tell how far the job is." : "");
  });
}

function again(mine, problem) {
  $("page-problem").textContent = problem && `${problem} The next try is in ${mine.pause} s.`;
  mine.timer = setTimeout(() => attempt(mine), 1000 * mine.pause);
  mine.pause = Math.min(2 * mine.pause, LONGEST_PAUSE_S);
}

// What was scored of a model that is stopped is of no use to anybody: nobody should lose it by one click.
function askWhetherToCancel(id) {
  const question = $("cancel-question");
  question.returnValue = "no";
  question.onclose = () => question.returnValue === "yes" && cancel(id);
  question.showModal();
}

async function cancel(id) {
  try {
    const response = await fetch(`/v1/jobs/${id}`, { method: "DELETE" });
    $("job-problem").textContent = response.ok ? "" : await saidOf(response);
  } catch {
    $("job-problem").textContent = UNREACHABLE;
  }
}
