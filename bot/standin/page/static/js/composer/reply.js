// The message that the next one answers.

import { element, find } from "../dom.js";
import { person } from "../store.js";

let answered;

export function reply(message) {
  answered = message;
  const stop = element("button", { type: "button", className: "link", onclick: forget }, "Stop replying");
  find("replying").replaceChildren(`Replying to ${person(message.author).name} · `, stop);
  find("replying").hidden = false;
  find("say")?.focus();
}

export function forget() {
  answered = undefined;
  find("replying").hidden = true;
}

export const repliedTo = () => answered?.id;
