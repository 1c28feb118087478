// The form: what it asks the API for, how refusals are shown at its fields, and how a former job fills it again.
import { faults, modelName, show, UNREACHABLE } from "/text.js";

const form = document.getElementById("job-form");
const fields = form.elements;
const submit = form.querySelector("button[type=submit]");
const general = document.getElementById("form-problem");

// Rows that are in the service already and named by their digest: {digest, id, split, exampleCount}.
let kept = null;
// A request whose answer got lost is sent again under its key, so that it does not become two jobs.
let pending = { body: null, key: null };

// What the address of a page on the Hub is about: a repository, a revision of it, a file in it.
function fromAddress(text) {
  const [, id, revision, file] =
    text.match(/^https?:\/\/[^/]+\/(?:datasets\/)?([^/]+\/[^/?#]+)(?:\/(?:tree|blob|resolve)\/([^/?#]+)(?:\/([^?#]+))?)?/) ?? [];
  return id && { id, revision: decoded(revision), file: decoded(file) };
}

function decoded(part) {
  try {
    return part && decodeURIComponent(part);
  } catch {
    return part;
  }
}

// `owner/name`, with `@revision` after it where one is meant. A name of a file may hold an @ and spaces.
function parseModel(line) {
  const page = fromAddress(line);
  if (page) {
    const id = page.file?.endsWith(".gguf") ? `${page.id}/${page.file}` : page.id;
    return page.revision ? { id, revision: page.revision } : id;
  }
  const [, id, revision] = line.match(/^(.+)@([^@\s]+)$/) ?? [];
  return revision && !revision.endsWith(".gguf") ? { id, revision } : line;
}

function models() {
  const lines = fields.models.value.split("\n").map(line => line.trim());
  return lines.flatMap(line => line.includes(".gguf") ? [line] : line.split(/[\s,]+/)).filter(Boolean).map(parseModel);
}

const text = name => fields[name].value.trim();

function given(names) {
  return Object.fromEntries(Object.entries(names).map(([key, name]) => [key, text(name)]).filter(([, value]) => value));
}

function columns() {
  return given({ text: "text", classes: "classes", target: "target" });
}

function hubDataset() {
  const dataset = { id: text("dataset"), ...given({ split: "split", config: "config", revision: "revision" }) };
  return Object.keys(columns()).length ? { ...dataset, columns: columns() } : dataset;
}

// The control at which an offence of the API is shown; null for what belongs to no field.
function controlFor(field) {
  const own = fields.source.value === "file";
  if (/^(dataset(\.id|\.digest)?|body)$/.test(field)) return own ? fields.file : fields.dataset;
  if (field === "name" || field === "publish") return fields[field];
  const [, , part] = field?.match(/^(dataset|options)\.(\w+)/) ?? [];
  if (part) return fields[part === "columns" ? "text" : part] ?? null;
  if (/^models\b/.test(field)) return fields.models;
  return /^emails\b/.test(field) ? fields.emails : null;
}

// models[1] is the second model for those who look at the form.
function inWords({ field, message }, job) {
  const [, list, index] = field?.match(/^(models|emails)\[(\d+)\]/) ?? [];
  const named = list && job ? job[list][index].id ?? job[list][index] : "";
  const text = message.replace(/\bmodels\[(\d+)\]/g, (_, i) => `model ${Number(i) + 1}`);
  return named && !text.startsWith(named) ? `${named}: ${text}` : text;
}

function clearProblems() {
  general.textContent = "";
  for (const problem of form.querySelectorAll(".problem")) problem.textContent = "";
  for (const control of fields) control.removeAttribute("aria-invalid");
}

function showProblems(offences, job) {
  clearProblems();
  let first = null;
  for (const offence of offences) {
    const control = controlFor(offence.field);
    const place = (control && document.getElementById(control.getAttribute("aria-describedby").split(" ")[0])) ?? general;
    const unplaced = place === general && offence.field ? `${offence.field}: ` : "";
    place.append(place.hasChildNodes() ? "\n" : "", unplaced + inWords(offence, job));
    control?.setAttribute("aria-invalid", "true");
    control?.closest("details")?.setAttribute("open", "");
    // Rows are at fault whose columns may only have other names.
    if (/\bcolumn '/.test(offence.message)) fields.text.closest("details").open = true;
    first ??= control;
  }
  first?.focus();
}

function showSource() {
  const own = fields.source.value === "file";
  document.getElementById("hub-dataset").hidden = own;
  document.getElementById("own-dataset").hidden = !own;
  fields.dataset.required = !own;
  fields.file.required = fields.name.required = own && !kept;
  show(document.getElementById("kept"), kept, () => kept && `The rows of ${kept.id} (${kept.split}, ${kept.exampleCount} examples, `
    + `SHA-256 ${kept.digest.slice(0, 12)}…) are used unless you choose a file.`);
}

async function upload() {
  const file = fields.file.files[0];
  const query = new URLSearchParams({ name: text("name"), ...columns() });
  const type = /\.csv$/i.test(file.name) ? "text/csv" : "application/x-ndjson";
  const response = await fetch(`/v1/datasets?${query}`, { method: "POST", headers: { "Content-Type": type }, body: file });
  if (!response.ok) return { offences: await faults(response) };
  kept = await response.json();
  fields.file.value = "";
  showSource();
  return {};
}

function request(dataset) {
  return {
    dataset,
    models: models(),
    options: { dtype: fields.dtype.value, bos: fields.bos.value },
    publish: fields.publish.checked,
    emails: text("emails").split(/[\s,]+/).filter(Boolean),
  };
}

// Random even where the page is not served securely.
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("");
}

async function post(job) {
  const body = JSON.stringify(job);
  if (pending.body !== body) pending = { body, key: newKey() };
  const response = await fetch("/v1/jobs", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Idempotency-Key": pending.key },
    body,
  });
  if (!response.ok) return { offences: await faults(response) };
  pending = { body: null, key: null };
  return { accepted: await response.json() };
}

async function send() {
  const own = fields.source.value === "file";
  if (own && fields.file.files.length) {
    const { offences } = await upload();
    if (offences) return showProblems(offences);
  }
  const job = request(own ? { digest: kept.digest, id: kept.id, split: kept.split } : hubDataset());
  const { offences, accepted } = await post(job);
  if (offences) showProblems(offences, job);
  return accepted;
}

// Calls `accepted` with every job that the service has taken.
export function listen(accepted) {
  form.addEventListener("submit", async event => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    clearProblems();
    form.setAttribute("aria-busy", "true");
    submit.textContent = "Checking …";
    try {
      const job = await send().catch(error => {
        if (!(error instanceof TypeError)) throw error;
        showProblems([{ field: null, message: UNREACHABLE }]);
      });
      if (job) accepted(job);
    } finally {
      form.removeAttribute("aria-busy");
      submit.textContent = "Submit";
    }
  });
  form.addEventListener("change", showSource);
  fields.dataset.addEventListener("change", () => {
    const page = fromAddress(text("dataset"));
    if (!page) return;
    fields.dataset.value = page.id;
    if (page.revision) fields.revision.value = page.revision;
  });
  fields.file.addEventListener("change", () => {
    if (!text("name") && fields.file.files.length) fields.name.value = `upload/${plainName(fields.file.files[0].name)}`;
  });
  form.addEventListener("reset", () => {
    kept = null;
    clearProblems();
    setTimeout(showSource);
  });
  showSource();
}

function plainName(file) {
  return file.replace(/\.\w+$/, "").replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^-+/, "").slice(0, 90) || "rows";
}

// Fills the form with a job: the same commits, the same options. `columns` are those its dataset was read with.
export function fill(job, columns) {
  form.reset();
  const { dataset, options } = job;
  const onHub = Boolean(dataset.revision);
  fields.source.value = onHub ? "hub" : "file";
  kept = onHub ? null : dataset;
  const values = {
    dataset: onHub ? dataset.id : "",
    split: onHub ? dataset.split : "",
    config: onHub ? dataset.config : "",
    revision: dataset.revision ?? "",
    text: columns?.text ?? "", classes: columns?.classes ?? "", target: columns?.target ?? "",
    models: job.evaluations.map(({ model }) => `${modelName(model)}@${model.revision}`).join("\n"),
    dtype: options.dtype, bos: options.bos,
    emails: job.emails.map(({ recipient }) => recipient).join(", "),
  };
  for (const [name, value] of Object.entries(values)) fields[name].value = value;
  fields.publish.checked = job.publish;
  setTimeout(showSource);
  fields.models.focus();
}
