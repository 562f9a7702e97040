// Talking to the sandbox.

async function answerOf(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? `The sandbox answered ${response.status}.`);
  return body;
}

/** Reads something of the control API. */
export async function read(path, query = {}) {
  return answerOf(await fetch(`/sandbox/${path}?${new URLSearchParams(query)}`));
}

/** Does something through the control API. */
export async function act(path, body, method = "POST") {
  const headers = { "Content-Type": "application/json" };
  return answerOf(await fetch(`/sandbox/${path}`, { method, headers, body: JSON.stringify(body) }));
}

/** Does something as a person, without waiting for what follows: the page hears of that by itself. */
export function actAs(person, path, body) {
  return act(path, { as: person, wait: 0, ...body });
}

/** Uploads a file for a message or a form; its id. */
export async function upload(person, file) {
  const headers = { "Content-Type": "application/octet-stream" };
  const where = new URLSearchParams({ as: person, name: file.name });
  return (await answerOf(await fetch(`/sandbox/upload?${where}`, { method: "POST", headers, body: file }))).id;
}
