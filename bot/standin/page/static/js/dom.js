// Elements, made in one call.

// Properties whose names hold a dash, and `role`, become attributes; functions under `on…` listen; the rest is set.
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.includes("-") || name === "role" || name === "for") made.setAttribute(name, value);
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made[name] = value;
  }
  made.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== ""));
  return made;
}

// Put others into the place of all that a place holds. Whoever is at a control there stays at its successor.
export function renew(place, children) {
  const controls = () => [...place.querySelectorAll("a, button, input, select, summary, textarea")];
  const at = controls().indexOf(document.activeElement);
  place.replaceChildren(...children);
  place.hidden = children.length === 0;
  if (at < 0) return;
  const left = controls();
  const free = left.slice(0, at + 1).findLast((each) => !each.disabled) ?? left.find((each) => !each.disabled);
  free?.focus({ preventScroll: true });
}

export const find = (id) => document.getElementById(id);

// A path on this address: files come from where the page comes from, whatever name it was opened by.
export function pathOf(url) {
  const { pathname, search } = new URL(url, location.href);
  return pathname + search;
}
