// What the address names, a job and single examples of it, and what of the page comes first for that.

const $ = id => document.getElementById(id);

export function namedJob() {
  return location.pathname.match(/^\/jobs\/([0-9a-f-]{36})$/)?.[1];
}

// The evaluation whose examples are asked for, the one to compare it with, and which examples.
export function namedExamples() {
  const query = new URLSearchParams(location.search);
  return { evaluation: query.get("examples"), compared: query.get("compare"), filter: query.get("filter") ?? "all" };
}

export function examplesAddress(jobId, { evaluation, compared, filter }) {
  const query = new URLSearchParams({ examples: evaluation });
  if (compared) query.set("compare", compared);
  if (filter && filter !== "all") query.set("filter", filter);
  return `/jobs/${jobId}?${query}`;
}

export function go(address) {
  history.pushState(null, "", address);
  arrange();
}

// Who follows a link to a job finds it first, who comes to the service the form.
export function arrange() {
  const [first, second] = namedJob() ? ["job", "submit"] : ["submit", "job"];
  if ($(second).nextElementSibling === $(first)) $(second).before($(first));
}
