// How figures, names and states are written, and the making of elements. Whatever comes from users or from the Hub is
// put in as text, never as markup.

export const UNREACHABLE = "The service cannot be reached.";

export function element(name, attributes = {}, ...content) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...content.filter(part => part !== null && part !== undefined));
  return node;
}

export function link(href, text, attributes = {}) {
  return element("a", { href: /^(https?:\/\/|\/(?!\/))/.test(href) ? href : null, ...attributes }, text);
}

// Replaces what a node holds, unless it was made of the same: the reader's focus and open details stay.
export function show(node, source, content) {
  const key = JSON.stringify(source ?? null);
  if (node.shownSource === key) return;
  node.shownSource = key;
  node.replaceChildren(...[content()].flat().filter(part => part !== null && part !== undefined));
}

export function words(state) {
  return state.toLowerCase().replaceAll("_", " ");
}

export function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}

export function percentInterval({ low95, high95 }) {
  return `${(100 * low95).toFixed(1)} to ${percent(high95)}`;
}

export function nats(loss) {
  return loss.toFixed(3);
}

export function natsInterval({ low95, high95 }) {
  return `${nats(low95)} to ${nats(high95)}`;
}

export function took(milliseconds) {
  const seconds = Math.round(milliseconds / 1000), minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

export function humanCount(count) {
  for (const [size, unit] of [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "k"]]) {
    if (count >= size) return `${+(count / size).toPrecision(3)} ${unit}`;
  }
  return String(count);
}

// owner/name, and the file in it where the model is one of several GGUF files.
export function modelName(model) {
  return model.file ? `${model.id}/${model.file}` : model.id;
}

// What a problem of the API says, field by field where it can: [{field, message}], the field null where none is at fault.
export async function faults(response) {
  const problem = await response.json().catch(() => ({}));
  if (problem.errors?.length) return problem.errors;
  return [{ field: null, message: problem.detail ?? problem.title ?? `The service refused this (${response.status}).` }];
}

// The same in one text.
export async function saidOf(response) {
  return (await faults(response)).map(({ message }) => message).join("\n");
}
