// Single examples of one evaluation: those that the address asks for, ?examples=ID&filter=wrong&compare=ID.
import { examplesAddress, go, namedExamples } from "/address.js";
import { element, modelName, nats, saidOf, UNREACHABLE } from "/text.js";

const $ = id => document.getElementById(id);
const PAGE_SIZE = 20, MOST_CLASSES = 12, LONG_TEXT = 500;
const NOTHING = {
  all: "No example is scored yet.",
  correct: "None of the examples scored is correct.",
  wrong: "None of the examples scored is wrong.",
  differing: "Both models predict the same class for every example that both have scored.",
};

let job = null;
// What is asked for and how far it is shown: {evaluation, compared, filter, next, last, count, reading}. Answers to what was
// asked for before are void.
let course = null;

// Shows what the address asks for, unless it is there already.
export function showExamples(shown) {
  job = shown;
  const asked = namedExamples();
  const named = id => job.evaluations.find(evaluation => evaluation.id === id);
  const evaluation = named(asked.evaluation);
  $("examples").hidden = !evaluation;
  if (!evaluation) {
    course = null;
    return;
  }
  const compared = named(asked.compared), filter = asked.filter;
  const same = course?.evaluation.id === evaluation.id && course.compared?.id === compared?.id && course.filter === filter;
  course = same ? Object.assign(course, { evaluation, compared }) : { evaluation, compared, filter, next: null, last: -1, count: 0, reading: false };
  showControls();
  if (same) return showCount();
  $("example-list").replaceChildren();
  $("example-count").textContent = "";
  $("example-problem").textContent = "";
  read(course);
}

function showControls() {
  const { evaluation, compared, filter } = course;
  $("examples-title").textContent = `Examples of ${modelName(evaluation.model)}`;
  const others = job.evaluations.filter(({ id, done }) => id !== evaluation.id && done > 0);
  const options = [["", "no other model"], ...others.map(({ id, model }) => [id, modelName(model)])];
  const select = $("example-compare");
  if (JSON.stringify(options) !== select.dataset.options) {
    select.dataset.options = JSON.stringify(options);
    select.replaceChildren(...options.map(([value, name]) => element("option", { value }, name)));
  }
  select.value = compared?.id ?? "";
  select.parentElement.hidden = others.length === 0;
  $("example-filter").querySelector("[value=differing]").disabled = !compared;
  $("example-filter").value = filter;
}

// Shows the next page; the first of its items, if there is one.
async function read(mine) {
  if (mine.reading) return null;
  mine.reading = true;
  const { page, problem } = await ask(mine);
  mine.reading = false;
  if (mine !== course) return null;
  $("example-problem").textContent = problem ?? "";
  if (problem) {
    $("more-examples").hidden = false;
    return null;
  }
  mine.next = page.next;
  mine.last = page.examples.at(-1)?.index ?? mine.last;
  mine.count += page.examples.length;
  const items = page.examples.map(example => item(example, mine));
  $("example-list").append(...items);
  showCount();
  return items[0];
}

async function ask({ evaluation, compared, filter, last }) {
  const query = new URLSearchParams({ limit: PAGE_SIZE, after: last, filter, rows: true });
  if (compared) query.set("compare", compared.id);
  try {
    const response = await fetch(`/v1/evaluations/${evaluation.id}/examples?${query}`);
    return response.ok ? { page: await response.json() } : { problem: await saidOf(response) };
  } catch {
    return { problem: UNREACHABLE };
  }
}

function showCount() {
  const { evaluation, filter, count, next, reading } = course;
  if (reading) return;
  const running = ["QUEUED", "RUNNING"].includes(evaluation.state);
  // As long as examples are scored, there may be more whatever the last page said.
  $("more-examples").hidden = next === null && !running;
  const all = next === null && !running ? count : total(evaluation, filter);
  $("example-count").textContent = count === 0 ? NOTHING[filter] : all ? `${count} of ${all} shown` : `${count} shown`;
}

// How many there are, where the figures tell.
function total({ done, metrics }, filter) {
  if (filter === "all") return done;
  if (filter === "differing" || !metrics?.accuracy) return null;
  const correct = Math.round(metrics.accuracy.value * metrics.exampleCount);
  return filter === "correct" ? correct : metrics.exampleCount - correct;
}

function item(example, { evaluation, compared }) {
  const { index, row } = example;
  const columns = [[evaluation.model, example], ...compared ? [[compared.model, example.compared]] : []];
  const long = row.text.length > LONG_TEXT;
  return element("li", { tabindex: "-1" },
    element("p", { class: "verdict" }, element("strong", {}, `Example ${index}`),
      ...columns.flatMap(([model, score]) => [" ", verdict(score, compared && modelName(model))])),
    element("p", { class: "prompt", tabindex: long ? "0" : null, role: long ? "group" : null, "aria-label": long ? `Text of example ${index}` : null }, row.text),
    scores(row, columns, example.target));
}

function verdict(score, name) {
  const [state, text] = !score ? ["unknown", "not scored yet"]
    : score.target === null ? ["unknown", "no target"]
    : score.prediction === score.target ? ["correct", "correct"] : ["wrong", "wrong"];
  return element("span", { class: state }, (name ? `${name}: ` : "") + text + (score?.truncated ? ", text truncated" : ""));
}

function scores({ classes }, columns, target) {
  const shown = shownClasses(classes, columns, target);
  const left = classes.length - shown.length;
  return element("table", {},
    element("thead", { class: columns.length > 1 ? null : "spoken" }, element("tr", {}, element("th", { scope: "col" }, "Class"),
      ...columns.map(([model]) => element("th", { scope: "col" }, columns.length > 1 ? modelName(model) : "Log-probability")))),
    element("tbody", {}, ...shown.map(i => element("tr", {},
      element("th", { scope: "row" }, element("span", { class: "class" }, classes[i]), ...i === target ? [" ", element("small", {}, "target")] : []),
      ...columns.map(([, score]) => cell(score, i)))),
      left ? element("tr", {}, element("td", { colspan: columns.length + 1 }, `and ${left} less probable classes`)) : null));
}

function cell(score, i) {
  if (!score) return element("td");
  const tokens = `${score.tokenCounts[i]} ${score.tokenCounts[i] === 1 ? "token" : "tokens"}`;
  return score.prediction === i
    ? element("td", { class: "predicted" }, nats(score.logprobs[i]), " ", element("small", {}, `${tokens}, predicted`))
    : element("td", {}, nats(score.logprobs[i]), " ", element("small", {}, tokens));
}

// All of them in the dataset's order; of many, the target and those that a model finds most probable.
function shownClasses(classes, columns, target) {
  const all = [...classes.keys()];
  if (all.length <= MOST_CLASSES) return all;
  const most = columns.filter(([, score]) => score)
    .flatMap(([, { logprobs }]) => all.toSorted((a, b) => logprobs[b] - logprobs[a]).slice(0, MOST_CLASSES));
  const kept = new Set([...most, target]);
  return all.filter(i => kept.has(i));
}

// The filter and the model to compare with stand in the address, so that a view can be passed on.
function choose() {
  const compared = $("example-compare").value, filter = $("example-filter").value;
  const possible = compared || filter !== "differing" ? filter : "all";
  history.replaceState(null, "", examplesAddress(job.id, { evaluation: course.evaluation.id, compared, filter: possible }));
  showExamples(job);
}

$("example-filter").addEventListener("change", choose);
$("example-compare").addEventListener("change", choose);
$("more-examples").addEventListener("click", async () => (await read(course))?.focus());
$("close-examples").addEventListener("click", () => {
  const opener = document.querySelector(`[data-examples="${course.evaluation.id}"]`);
  go(`/jobs/${job.id}`);
  showExamples(job);
  opener?.focus();
});
$("evaluations").addEventListener("click", event => {
  const opener = event.target.closest("[data-examples]");
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  go(opener.href);
  showExamples(job);
  $("examples-title").focus();
});
