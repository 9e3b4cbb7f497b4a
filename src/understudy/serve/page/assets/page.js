// Every page: commands that can be copied, and a list that can be searched. The console: see below.

import { copyButton, find } from "./dom.js";
import { unfold } from "./attempt.js";
import { listen } from "./log.js";

for (const command of document.querySelectorAll("pre.curl")) {
  command.parentElement.append(copyButton(() => command.textContent));
}

const search = find("find");
if (search) {
  search.closest(".find").hidden = false;
  search.addEventListener("input", () => narrow(search.value.trim().toLowerCase()));
}

/** Show only what holds every one of the words. */
function narrow(words) {
  const wanted = words.split(/\s+/);
  for (const entry of document.querySelectorAll(".operation, .side li")) {
    const text = entry.querySelector("summary, a").textContent.toLowerCase();
    entry.hidden = !wanted.every((word) => text.includes(word));
  }
  for (const group of document.querySelectorAll(".side details")) {
    const left = group.querySelector("li:not([hidden])");
    group.hidden = !left;
    if (words && left) group.open = true;
  }
}

if (find("log")) {
  for (const operation of document.querySelectorAll(".operation")) {
    operation.addEventListener("toggle", () => operation.open && unfold(operation), { once: true });
  }
  listen();
}
