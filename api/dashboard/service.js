/* The public API, called as any other client would: nothing here is known to the service as "the dashboard". */

const KEY = "mtu-key";

/** An answer that tells what went wrong, as RFC 9457 describes it. */
export class ProblemError extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
    this.issues = problem.errors || [];
    this.kind = (problem.type || "").split("/").pop();
  }
}

/** The service does not answer at all. */
export class UnreachableError extends Error {}

let askForKey = async () => null;
let asking = null; // one question for all calls that wait for the key

/** What to do when the service wants a key: a function that gives one, or null. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

export const hasKey = () => sessionStorage.getItem(KEY) !== null;
export const forgetKey = () => sessionStorage.removeItem(KEY);

async function send(path, options = {}) {
  for (;;) {
    const key = sessionStorage.getItem(KEY);
    const headers = { ...options.headers, ...(key ? { Authorization: `Bearer ${key}` } : {}) };
    let answer;
    try {
      answer = await fetch(path, { ...options, headers });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new UnreachableError(path);
    }
    if (answer.ok || answer.status === 304) return answer;
    const problem = await answer.json().catch(() => ({ title: answer.statusText }));
    if (answer.status === 401) {
      if (key !== sessionStorage.getItem(KEY)) continue;
      asking ??= askForKey(problem).finally(() => (asking = null));
      const given = await asking;
      if (given) {
        sessionStorage.setItem(KEY, given);
        continue;
      }
    }
    throw new ProblemError(answer.status, problem);
  }
}

/** Reads JSON. */
export const read = async (path, signal) => (await send(path, { signal, headers: { Accept: "application/json" } })).json();

/** Posts JSON and reads the answer. */
export async function post(path, body, headers = {}) {
  const options = { method: "POST", headers: { "Content-Type": "application/json", ...headers } };
  if (body !== undefined) options.body = JSON.stringify(body);
  return (await send(path, options)).json();
}

/** Posts a file as it is. */
export async function upload(path, file, type) {
  return (await send(path, { method: "POST", headers: { "Content-Type": type }, body: file })).json();
}

export const remove = (path, headers = {}) => send(path, { method: "DELETE", headers });

/** Every page of a list, as long as `more` wants the next. */
export async function pages(path, name, most = 100) {
  const rows = [];
  let after = null;
  do {
    const page = await read(`${path}${path.includes("?") ? "&" : "?"}limit=${Math.min(100, most)}${after ? `&after=${encodeURIComponent(after)}` : ""}`);
    rows.push(...page[name]);
    after = page.next;
  } while (after && rows.length < most);
  return { rows, more: Boolean(after) };
}

/** Saves a file of the service under its name. */
export async function save(path, name) {
  const url = URL.createObjectURL(await (await send(path)).blob());
  const anchor = document.createElement("a");
  anchor.href = url;
  anchor.download = name;
  anchor.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/**
 * The events of a plan, `{ id, event, data }`, from one number on (0: from the first).
 * Ends when the stream does, which is when the plan has ended or the service is stopped.
 */
export async function* events(plan, after, signal) {
  const answer = await send(`/v1/plans/${plan}/events`, {
    signal,
    headers: { Accept: "text/event-stream", "Last-Event-ID": String(after) },
  });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    let part;
    try {
      part = await reader.read();
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new UnreachableError(plan);
    }
    if (part.done) return;
    text += part.value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split("\n").map((line) => line.match(/^(\w+): (.*)$/)?.slice(1) ?? ["", ""]));
      if (fields.data) yield { id: Number(fields.id), event: fields.event, data: JSON.parse(fields.data) };
    }
  }
}
