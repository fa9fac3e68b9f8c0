// Times, in the words of the person's language.

import { me } from "./store.js";

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
};
const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

// What <t:SECONDS:STYLE> shows.
export function timestamp(seconds, style = "f") {
  if (style === "R") return relative(seconds - Date.now() / 1000);
  return new Intl.DateTimeFormat(me().locale, STYLES[style] ?? STYLES.f).format(new Date(seconds * 1000));
}

function relative(distance) {
  const [unit, length] = UNITS.find(([, each]) => Math.abs(distance) >= each) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(me().locale, { numeric: "auto" }).format(Math.round(distance / length), unit);
}

export function clock(iso) {
  return new Intl.DateTimeFormat(me().locale, { timeStyle: "short" }).format(new Date(iso));
}
