// The live list of requests, newest first.

import { fields, find, h, say } from "./dom.js";

const MOST = 200;

let paused = false;
let waiting = [];
let heard = 0;

/** Follow what the server is asked, from now to the end of the page. */
export function listen() {
  find("unscripted").remove();
  tools();
  const events = new EventSource("/__understudy__/events");
  events.onopen = () => connection("● live", "good");
  events.onerror = () => connection("○ no connection; trying again", "bad");
  events.addEventListener("play", (event) => played(JSON.parse(event.data)));
  events.addEventListener("request", (event) => took(JSON.parse(event.data)));
  events.addEventListener("skipped", (event) => skipped(JSON.parse(event.data).count));
  events.addEventListener("forgotten", forget);
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  counted();
}

function connection(text, tone) {
  const sign = find("connection");
  sign.textContent = text;
  sign.className = `small ${tone}`;
}

/** What is wrong with the files, or that the page shows older ones. */
function played({ digest, trouble }) {
  const sign = find("trouble");
  const outdated = digest !== document.documentElement.dataset.play;
  sign.hidden = !trouble && !outdated;
  sign.replaceChildren();
  if (trouble) {
    sign.append(h("b", {}, "The files cannot be played; what was played before goes on. "), h("code", {}, trouble));
  } else if (outdated) {
    sign.append("The documents have changed. ", h("button", { type: "button", onclick: () => location.reload() }, "Show the new ones"));
  }
}

function tools() {
  const pause = h("button", { type: "button", "aria-pressed": "false" }, "Pause");
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", paused);
    pause.textContent = paused ? "Go on" : "Pause";
    if (!paused) waiting.splice(0).forEach(add);
    counted();
  });
  const clear = h("button", { type: "button" }, "Clear");
  clear.addEventListener("click", async () => {
    await fetch("/__understudy__/requests", { method: "DELETE" });
    forget();
  });
  const only = h("input", { type: "checkbox", id: "only" });
  only.addEventListener("change", () => find("log").classList.toggle("only", only.checked));
  find("tools").append(h("span", {}, only, h("label", { for: "only" }, " only with violations")), pause, clear);
  find("tools").hidden = false;
}

function took(entry) {
  heard += 1;
  if (paused) waiting = [...waiting, entry].slice(-MOST);
  else add(entry);
  counted();
  say(`${heard} requests; the latest: ${entry.request.method} ${entry.request.path}, ${entry.response.status}`);
}

function skipped(count) {
  heard += count;
  find("log").prepend(h("li", { class: "muted small" }, `${count} more came too fast to be shown; they are in the journal.`));
  counted();
}

function forget() {
  heard = 0;
  waiting = [];
  find("log").replaceChildren();
  counted();
}

function counted() {
  find("count").textContent = paused && waiting.length ? `${heard} (${waiting.length} waiting)` : heard;
  find("nothing").hidden = heard > 0;
}

function add(entry) {
  const log = find("log");
  log.prepend(row(entry));
  while (log.children.length > MOST) log.lastElementChild.remove();
}

function row(entry) {
  const { request, response, violations } = entry;
  const count = violations.length + entry.moreViolations;
  const target = request.path + (request.query ? `?${request.query}` : "");
  const details = h("details", { class: "request" },
    h("summary", {},
      h("b", { class: `status s${String(response.status)[0]}` }, response.status ? String(response.status) : "cut"),
      h("b", { class: `method ${request.method.toLowerCase()}` }, request.method),
      h("code", {}, target),
      h("span", { class: "badge note" }, entry.reply),
      count ? h("span", { class: "badge bad" }, `${count} violation${count > 1 ? "s" : ""}`) : "",
      h("span", { class: "about" }, `#${entry.number} · ${entry.milliseconds.toFixed(1)} ms`)));
  details.addEventListener("toggle", () => details.append(inside(entry)), { once: true });
  return h("li", { class: count ? "" : "fine" }, details);
}

function inside({ api, operation, request, response, violations, moreViolations }) {
  return h("div", { class: "inside" },
    h("p", { class: "small muted" }, operation ? `${operation} of ${api}` : "No operation of the documents"),
    violations.map(violated),
    moreViolations ? h("p", {}, `and ${moreViolations} more in the journal`) : "",
    message("Request", `${request.method} ${request.path}${request.query ? `?${request.query}` : ""}`, request),
    message("Reply", String(response.status), response));
}

function violated({ where, message, rule, file, line, quote, href }) {
  return h("div", { class: "violation" },
    h("p", {}, h("code", {}, where), " ", message, " ", h("span", { class: "muted small" }, `(${rule})`)),
    file ? h("p", { class: "small" }, "The document says, at ", h("a", { href }, line ? `${file}:${line}` : file), ":") : "",
    quote ? h("pre", { class: "quote", tabindex: 0, "aria-label": `${file} around line ${line}` },
      quote.lines.map((text, index) => quoted(text, quote.first + index, line))) : "");
}

function quoted(text, number, line) {
  const hit = number === line;
  return h("span", { class: hit ? "hit" : null }, h("b", {}, `${number}${hit ? " ▸" : ""}`), text || " ");
}

function message(title, first, { headers, body, bytes }) {
  const cut = body.endsWith("…") ? h("em", {}, `\n(${bytes} bytes in all)`) : "";
  return h("div", {}, h("h3", {}, title),
    h("pre", { tabindex: 0, "aria-label": title }, h("strong", {}, first), "\n\n", body || "(no body)", cut),
    fields(headers));
}
