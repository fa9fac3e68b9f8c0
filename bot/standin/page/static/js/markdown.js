// Discord's markdown, as elements: nothing that somebody wrote is ever read as HTML.

import { element } from "./dom.js";
import { person, shownCommand, store } from "./store.js";
import { timestamp } from "./time.js";

const INLINE = [
  [/^`([^`]+)`/, ([, code]) => element("code", {}, code)],
  [/^\*\*(.+?)\*\*(?!\*)/s, ([, text]) => element("strong", {}, inline(text))],
  [/^__(.+?)__/s, ([, text]) => element("u", {}, inline(text))],
  [/^~~(.+?)~~/s, ([, text]) => element("s", {}, inline(text))],
  [/^\|\|(.+?)\|\|/s, ([, text]) => spoiler(text)],
  [/^\*(?!\s)(.+?)\*/s, ([, text]) => element("em", {}, inline(text))],
  [/^_(?!\s)(.+?)_(?!\w)/s, ([, text]) => element("em", {}, inline(text))],
  [/^\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/, ([, text, url]) => link(url, text)],
  [/^<?(https?:\/\/[^\s<>]+[^\s<>.,:;!?)])>?/, ([, url]) => link(url, url)],
  [/^<@!?(\d+)>/, ([, id]) => mention(`@${person(id).name}`, id === store.world.me)],
  [/^<#(\d+)>/, ([, id]) => mention(`#${store.world.channels.find((each) => each.id === id)?.name ?? "unknown"}`)],
  [/^<\/([^:>]+):\d+>/, ([, name]) => command(name)],
  [/^<t:(-?\d+)(?::([tTdDfFR]))?>/, ([, seconds, style]) => element("time", {}, timestamp(Number(seconds), style))],
  [/^\\([^\w\s])/, ([, letter]) => letter],
];
const SPECIAL = /[`*_~|[<\\h]/;

function inline(text) {
  const parts = [];
  let plain = "";
  while (text) {
    const [found, make] = begin(text);
    if (found) {
      if (plain) parts.push(plain);
      plain = "";
      parts.push(make(found));
      text = text.slice(found[0].length);
    } else {
      const next = text.slice(1).search(SPECIAL);
      const length = next < 0 ? text.length : next + 1;
      plain += text.slice(0, length);
      text = text.slice(length);
    }
  }
  return plain ? [...parts, plain] : parts;
}

function begin(text) {
  for (const [pattern, make] of INLINE) {
    const found = pattern.exec(text);
    if (found) return [found, make];
  }
  return [];
}

const link = (url, text) => element("a", { href: url, rel: "noreferrer", target: "_blank" }, text);
const mention = (text, own = false) => element("span", { className: own ? "mention own" : "mention" }, text);

// A command that is named can be clicked: the line takes it up.
function command(name) {
  const begin = (event) =>
    event.currentTarget.dispatchEvent(new CustomEvent("command", { bubbles: true, detail: shownCommand(name) }));
  return element("button", { type: "button", className: "mention", onclick: begin }, `/${shownCommand(name)}`);
}

function spoiler(text) {
  const reveal = (event) => event.currentTarget.replaceWith(element("span", {}, inline(text)));
  return element("button", { type: "button", className: "spoiler", onclick: reveal }, "show");
}

const BLOCKS = [
  [/^```(?:\w+\n)?\n?([\s\S]*?)\n?```\n?/, ([, code]) => element("pre", {}, element("code", {}, code))],
  [/^(#{1,3}) ([^\n]+)\n?/, ([, marks, text]) => element("p", { className: `heading-${marks.length}` }, inline(text))],
  [/^-# ([^\n]+)\n?/, ([, text]) => element("p", { className: "small" }, inline(text))],
  [/^(?:> [^\n]*(?:\n|$))+/, ([lines]) => element("blockquote", {}, markdown(lines.replace(/^> /gm, "").trimEnd()))],
  [/^(?:[-*] [^\n]+(?:\n|$))+/, ([lines]) => list("ul", lines, /^[-*] /)],
  [/^(?:\d+\. [^\n]+(?:\n|$))+/, ([lines]) => list("ol", lines, /^\d+\. /)],
];
const BLOCK_START = /\n(?=```|#{1,3} |-# |> |[-*] |\d+\. )/;

function list(tag, lines, mark) {
  const start = tag === "ol" ? parseInt(lines, 10) : undefined;
  const items = lines.trimEnd().split("\n");
  return element(
    tag,
    { start },
    items.map((line) => element("li", {}, inline(line.replace(mark, "")))),
  );
}

export function markdown(text) {
  const blocks = [];
  while (text) {
    let found;
    for (const [pattern, make] of BLOCKS) {
      found = pattern.exec(text);
      if (found) {
        blocks.push(make(found));
        break;
      }
    }
    if (!found) {
      const end = text.search(BLOCK_START);
      found = [end < 0 ? text : text.slice(0, end + 1)];
      blocks.push(element("p", {}, inline(found[0].replace(/\n$/, ""))));
    }
    text = text.slice(found[0].length);
  }
  return blocks;
}
