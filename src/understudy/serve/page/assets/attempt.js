// An operation unfolded: choose what it shall answer, see the command, send it, see the reply.

import { fields, h } from "./dom.js";

const SECRETS = ["demo", "invalid", "expired", "forbidden", "ratelimited"];

let unfolded = 0;

/** Fill in the form of an operation. */
export async function unfold(operation) {
  const id = `attempt-${++unfolded}`;
  const query = { api: operation.dataset.api, operation: operation.dataset.operation };
  const [first, choices] = await Promise.all([prepare(query), prepare({ ...query, choices: 1 })]);
  const command = operation.querySelector("pre.curl code");
  const holder = operation.querySelector(".attempt");
  if (first.trouble) {
    holder.replaceChildren(h("p", { class: "muted" }, first.trouble));
    return;
  }
  command.textContent = first.curl;
  const form = h("form", { class: "wishes", "aria-label": `Send ${query.operation}` }, ...controls(id, { ...first, ...choices }));
  const reply = h("div", { class: "reply", role: "status" });
  holder.replaceChildren(form, reply);
  let made = first;
  const renew = async () => {
    const accept = choices.variants[form.elements.variant.value]?.accept ?? "";
    const credential = form.elements.credential?.value ?? "";
    made = await prepare({ ...query, prefer: preference(form, choices), accept, credential }, edited(form, first));
    command.textContent = made.curl ?? made.trouble;
  };
  form.addEventListener("input", renew);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    await renew();
    await send(made, reply);
  });
}

async function prepare(query, body) {
  const asked = await fetch(`/__understudy__/attempt?${new URLSearchParams(query)}`,
    body === null || body === undefined ? {} : { method: "POST", body });
  return asked.json();
}

function* controls(id, { variants, faults, credentials, body, encoding }) {
  const field = (name, label, control) => h("p", {}, h("label", { for: `${id}-${name}` }, label), control);
  const select = (name, usual, choices) => h("select", { id: `${id}-${name}`, name },
    [h("option", { value: "" }, usual), ...choices.map(({ label }, index) => h("option", { value: index }, label))]);
  yield field("variant", "Answer with", select("variant", "the usual reply", variants));
  yield field("fault", "On the wire", select("fault", "no fault", faults));
  yield field("delay", "After (ms)", h("input", { id: `${id}-delay`, name: "delay", type: "number", min: 0, max: 60000, step: 50, placeholder: 0 }));
  if (credentials) {
    yield field("credential", "Credential", h("input", { id: `${id}-credential`, name: "credential", list: `${id}-secrets`, autocomplete: "off", spellcheck: "false", placeholder: "demo" }));
    yield h("datalist", { id: `${id}-secrets` }, SECRETS.map((value) => h("option", { value })));
  }
  if (body && encoding === "text") {
    const area = h("textarea", { id: `${id}-body`, name: "body", rows: Math.min(12, laidOut(body).split("\n").length + 1), spellcheck: "false" });
    area.value = laidOut(body);
    const box = field("body", "Body", area);
    box.className = "wide";
    yield box;
  }
  yield h("p", { class: "wide" }, h("button", { type: "submit", class: "send" }, "Send"));
}

/** A body as it stands in a text box: JSON indented, line ends as the browser has them there. */
function laidOut(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body.replaceAll("\r\n", "\n");
  }
}

/** The body, where it is another than the sample's. */
function edited(form, first) {
  const area = form.elements.body;
  if (!area || area.value === laidOut(first.body)) return null;
  return first.multipart ? area.value.replaceAll("\n", "\r\n") : area.value;
}

/** The value of the Prefer header that the form stands for. */
function preference(form, { variants, faults }) {
  const { variant, fault, delay } = form.elements;
  const parts = [variants[variant.value]?.prefer, faults[fault.value]?.prefer, delay.value && `delay=${delay.value}`];
  return parts.filter(Boolean).join(", ");
}

async function send(made, reply) {
  reply.replaceChildren("Waiting for the reply …");
  const started = performance.now();
  try {
    const body = made.encoding === "base64" ? Uint8Array.from(atob(made.body), (c) => c.charCodeAt(0)) : made.body;
    const response = await fetch(made.target, {
      method: made.method,
      headers: made.headers,
      body: ["GET", "HEAD"].includes(made.method) ? undefined : body,
      cache: "no-store",
      credentials: "omit",
      redirect: "manual",
    });
    const text = await response.text();
    show(reply, response, text, performance.now() - started);
  } catch (error) {
    reply.replaceChildren(h("p", { class: "bad" }, `No whole reply came: ${error.message}.`));
  }
}

function show(reply, response, text, milliseconds) {
  const origin = response.headers.get("understudy-reply");
  reply.replaceChildren(
    h("p", {},
      h("b", { class: `status s${String(response.status)[0]}` }, String(response.status)),
      ` ${origin ? `from ${origin}, ` : ""}${Math.round(milliseconds)} ms`),
    h("pre", { tabindex: 0, "aria-label": "Reply" }, text ? laidOut(text) : "(no body)"),
    fields([...response.headers]),
  );
}
