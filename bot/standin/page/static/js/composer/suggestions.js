// The list above the line: commands, options, choices. The field keeps the focus; arrows walk through the list.

import { element, find } from "../dom.js";

// What every field has that this list can stand above.
export const FIELD = {
  role: "combobox",
  "aria-autocomplete": "list",
  "aria-controls": "suggestions",
  "aria-expanded": "false",
  autocomplete: "off",
  spellcheck: false,
  enterKeyHint: "send",
};

let items = [];
let at = -1;
let field;
let onPick;

const list = () => find("suggestions");

// Each item has a label, and may have `about` and `meta`. `first` is the place of the one that Enter takes, or -1.
// `pick` gets the item that is taken, and the key that took it.
export function suggest(input, offered, { first = -1, pick }) {
  if (!offered.length) return hide();
  [field, items, onPick] = [input, offered, pick];
  list().replaceChildren(...offered.map(draw));
  list().hidden = false;
  field.setAttribute("aria-expanded", "true");
  mark(first);
  list().scrollTop = 0;
}

function draw(item, index) {
  const choose = (event) => {
    event.preventDefault();
    take(index);
  };
  return element(
    "div",
    { id: `suggestion-${index}`, role: "option", "aria-selected": "false", onpointerdown: choose },
    element("span", { className: "label" }, item.label),
    item.about ? element("span", { className: "about" }, item.about) : "",
    item.meta ? element("span", { className: "meta" }, item.meta) : "",
  );
}

export function hide() {
  items = [];
  at = -1;
  list().hidden = true;
  field?.setAttribute("aria-expanded", "false");
  field?.removeAttribute("aria-activedescendant");
}

function mark(index) {
  list().children[at]?.setAttribute("aria-selected", "false");
  at = index;
  const marked = list().children[at];
  if (!marked) return field.removeAttribute("aria-activedescendant");
  marked.setAttribute("aria-selected", "true");
  marked.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", marked.id);
}

function take(index, key) {
  const [picked, run] = [items[index], onPick];
  hide();
  run(picked, key);
}

// Whether a key was for the list.
export function takesKey(event) {
  if (!items.length) return false;
  if (event.key === "ArrowDown") mark((at + 1) % items.length);
  else if (event.key === "ArrowUp") mark((at - 1 + items.length) % items.length);
  else if ((event.key === "Enter" || event.key === "Tab") && at >= 0 && !event.shiftKey) take(at, event.key);
  else if (event.key === "Escape") hide();
  else return false;
  event.preventDefault();
  return true;
}
