// A menu beside what opened it, for mouse and keys.

import { element, find } from "./dom.js";

const MARGIN = 8;

let opener;

// Each entry has a label and what it runs; entries with a group come under its name.
export function popUp(label, entries, place, look = "") {
  close();
  opener = document.activeElement;
  const menu = find("menu");
  menu.className = look;
  menu.setAttribute("role", "menu");
  menu.setAttribute("aria-label", label);
  let group;
  const items = entries.map((entry) => {
    const heading =
      entry.group && entry.group !== group
        ? element("p", { className: "group", role: "presentation" }, entry.group)
        : "";
    group = entry.group;
    const run = () => {
      close();
      entry.run();
    };
    const className = entry.danger ? "danger" : "";
    return [heading, element("button", { type: "button", role: "menuitem", className, onclick: run }, entry.label)];
  });
  menu.replaceChildren(...items.flat().filter(Boolean));
  menu.hidden = false;
  put(menu, place);
  menu.querySelector("button")?.focus();
}

function put(menu, place) {
  const below = place.bottom + menu.offsetHeight + MARGIN < innerHeight;
  menu.style.top = `${Math.max(MARGIN, below ? place.bottom : place.top - menu.offsetHeight)}px`;
  menu.style.left = `${Math.max(MARGIN, Math.min(place.left, innerWidth - menu.offsetWidth - MARGIN))}px`;
}

function close() {
  if (find("menu").hidden) return;
  find("menu").hidden = true;
  opener?.focus();
}

addEventListener("pointerdown", (event) => {
  if (!find("menu").contains(event.target)) close();
});
addEventListener("keydown", (event) => {
  const menu = find("menu");
  if (menu.hidden) return;
  const items = [...menu.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  if (event.key === "Escape" || event.key === "Tab") close();
  else if (event.key in steps) items[(at + steps[event.key] + items.length) % items.length].focus();
  else return;
  event.preventDefault();
  event.stopPropagation();
});
