// What selects offer, under messages and in forms.

import { element } from "./dom.js";
import { store } from "./store.js";

// What a select offers: its own options, or the people and channels that are there.
export function choicesOf(component) {
  const people = store.world.people.map((each) => ({ label: `@${each.name}`, value: each.id }));
  const channels = store.world.channels
    .filter((each) => !each.direct)
    .map((each) => ({ label: `#${each.name}`, value: each.id }));
  return { 3: component.options, 5: people, 7: people, 8: channels }[component.type] ?? [];
}

export function choice({ label, value, description, emoji, default: chosen }) {
  const text = [emoji?.name, label].filter(Boolean).join(" ");
  return element("option", { value, selected: Boolean(chosen) }, description ? `${text} — ${description}` : text);
}
