// One message: who, when, what it answers, and its parts.

import { element, renew } from "../dom.js";
import { markdown } from "../markdown.js";
import { changed, person, shownCommand, store } from "../store.js";
import { clock } from "../time.js";
import { words } from "../words.js";
import { rows } from "./components.js";
import { embed } from "./embed.js";
import { attachments } from "./files.js";
import { container } from "./layout_components.js";
import { openMenu, toolbar } from "./message_menu.js";
import { reactions } from "./reactions.js";

const PARTS = [
  ["context", (message) => [message.command, message.reply], context],
  ["head", (message) => [message.author, message.edited], head],
  ["text", (message) => [message.content, message.thinking], text],
  ["embeds", (message) => message.embeds, (message) => message.embeds.map(embed)],
  // A message of the second version shows a file only where one of its components does.
  ["attachments", (message) => !message.second && message.attachments, files],
  ["components", (message) => message.components, components],
  ["reactions", (message) => message.reactions, reactions],
  ["foot", (message) => message.private, foot],
];

export class MessageView {
  constructor() {
    this.parts = new Map(PARTS.map(([name]) => [name, element("div", { className: name, hidden: true })]));
    this.shown = new Map();
    this.failure = element("p", { className: "failure", role: "alert", hidden: true });
    this.avatar = element("span", { className: "avatar", "aria-hidden": "true" });
    const body = element("div", { className: "body" }, ...this.parts.values(), this.failure);
    this.tools = toolbar(this);
    this.element = element(
      "li",
      { className: "message", oncontextmenu: (event) => this.menu(event) },
      this.avatar,
      body,
      this.tools,
    );
  }

  update(message) {
    this.message = message;
    this.element.dataset.id = message.id;
    this.element.classList.toggle("private", message.private);
    this.element.classList.toggle("pinged", message.pinged);
    const author = person(message.author);
    this.avatar.textContent = author.bot ? "♪" : author.name[0];
    this.avatar.dataset.hue = author.bot ? "bot" : String(Number(BigInt(author.id) % 5n));
    for (const [name, key, build] of PARTS) {
      const written = JSON.stringify(key(message) ?? null);
      if (this.shown.get(name) === written) continue;
      this.shown.set(name, written);
      renew(this.parts.get(name), build(message, this));
    }
  }

  // What Discord writes in red under a message whose button was not answered.
  fail(reason) {
    this.failure.textContent = reason ?? "";
    this.failure.hidden = !reason;
  }

  menu(event) {
    if (event.target.closest("a, input, select, audio")) return;
    event.preventDefault();
    openMenu(this, { left: event.clientX, bottom: event.clientY, top: event.clientY });
  }
}

function context({ command, reply }) {
  if (command) {
    const [before, after] = words().used(person(command.by).name);
    return [before, element("span", { className: "mention" }, called(command)), after].filter(Boolean);
  }
  if (reply) return [`${person(reply.author).name}: `, element("span", { className: "quoted" }, reply.text)];
  return [];
}

// A command as the person who looks would type it; an entry of a menu by its name.
const called = ({ name }) => (name.startsWith("/") ? `/${shownCommand(name.slice(1))}` : name);

function head({ author, at, edited }) {
  const who = person(author);
  return [
    element("strong", { className: "author" }, who.name),
    who.bot ? element("span", { className: "app" }, "APP") : "",
    element("time", { dateTime: at }, clock(at)),
    edited ? element("span", { className: "edited" }, words().edited) : "",
  ];
}

function text({ content, thinking }) {
  if (!thinking) return content ? markdown(content) : [];
  const dots = element("span", { className: "dots", "aria-hidden": "true" }, element("i"), element("i"), element("i"));
  return [element("p", { className: "thinking" }, dots, ` ${words().thinking}`)];
}

function files({ second, attachments: listed }) {
  return second ? [] : attachments(listed);
}

function components(message, view) {
  return message.second ? container(message, view) : rows(message.components, view);
}

function foot({ id, private: hidden }) {
  if (!hidden) return [];
  const dismiss = () => {
    store.dismissed.add(id);
    changed();
  };
  return [
    `${words().private} · `,
    element("button", { type: "button", className: "link", onclick: dismiss }, words().dismiss),
  ];
}
