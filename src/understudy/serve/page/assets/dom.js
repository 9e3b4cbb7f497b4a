// Elements out of names, attributes and texts. A text is never read as markup.

export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, String(value));
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export const find = (id) => document.getElementById(id);

/** Header fields, folded away. */
export function fields(headers) {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return h("details", { class: "fields" },
    h("summary", {}, `Header fields (${lines.length})`),
    h("pre", { tabindex: 0, "aria-label": "Header fields" }, lines.join("\n")));
}

let later;

/** Tell those who listen and do not look; of several in a row the last. */
export function say(text) {
  clearTimeout(later);
  later = setTimeout(() => { find("said").textContent = text; }, 500);
}

/** A button that copies what `text` gives. */
export function copyButton(text) {
  const button = h("button", { type: "button", class: "copy" }, "Copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text());
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  return button;
}
