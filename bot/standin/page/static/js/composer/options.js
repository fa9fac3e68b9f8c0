// What may be typed into an option, and what is sent for it.

import { store } from "../store.js";

const LARGEST = Number.MAX_SAFE_INTEGER; // Discord takes no greater number, so it says nothing

const KINDS = {
  3: "text",
  4: "whole number",
  5: "yes or no",
  6: "person",
  7: "channel",
  9: "person",
  10: "number",
  11: "file",
};

// One line about an option: what it is for, its type, its range.
export function describe(option) {
  const range = rangeOf(option);
  const kind = option.choices.length ? "one of a list" : KINDS[option.type];
  const needed = option.required ? "required" : "may be left out";
  return `${option.about} — ${[kind, range, needed].filter(Boolean).join(", ")}`;
}

export const kindOf = (option) =>
  [option.choices.length ? "choice" : KINDS[option.type], rangeOf(option)].filter(Boolean).join(", ");

function rangeOf(option) {
  const [low, high, unit] =
    option.type === 3
      ? [option.min_length, option.max_length, " characters"]
      : [option.min_value, option.max_value, ""];
  if (high === LARGEST) return low === undefined ? "" : `at least ${low}`;
  if (low !== undefined && high !== undefined) return `${low} to ${high}${unit}`;
  if (low !== undefined) return `at least ${low}${unit}`;
  return high === undefined ? "" : `at most ${high}${unit}`;
}

// The choices that are known without asking the bot.
export function knownChoices(option) {
  const people = store.world.people.map((each) => ({ name: `@${each.name}`, value: each.id }));
  const channels = store.world.channels
    .filter((each) => !each.direct)
    .map((each) => ({ name: `#${each.name}`, value: each.id }));
  const answers = [
    { name: "True", value: true },
    { name: "False", value: false },
  ];
  return { 5: answers, 6: people, 7: channels, 9: people }[option.type] ?? option.choices;
}

const plain = (text) => String(text).trim().toLowerCase().replace(/^[@#]/, "");

export function fitting(choices, typed) {
  const wanted = plain(typed);
  return choices.filter((each) => plain(each.name).includes(wanted) || plain(each.value).startsWith(wanted));
}

// The choice that was typed out in full, by its name or its value.
export const exact = (choices, typed) =>
  choices.find((each) => [plain(each.name), plain(each.value)].includes(plain(typed)));

// What is sent for a text; throws a sentence where nothing can be.
export function valueOf(option, text) {
  const choices = knownChoices(option);
  if (choices.length) {
    const chosen = exact(choices, text);
    if (!chosen) throw new Error(`${option.shown}: choose one of the list`);
    return chosen.value;
  }
  if (option.type === 3) return checked(option, text, text.length);
  const number = Number(text.trim().replace(",", "."));
  if (text.trim() === "" || Number.isNaN(number)) throw new Error(`${option.shown}: write a number`);
  if (option.type === 4 && !Number.isInteger(number)) throw new Error(`${option.shown}: write a whole number`);
  return checked(option, number, number);
}

function checked(option, value, amount) {
  const [low, high] = option.type === 3 ? [option.min_length, option.max_length] : [option.min_value, option.max_value];
  if (amount < (low ?? -Infinity) || amount > (high ?? Infinity))
    throw new Error(`${option.shown}: ${rangeOf(option)}`);
  return value;
}
