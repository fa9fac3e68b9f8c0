// The messages of the channel that is shown: each keeps its element, and only what differs in it is made anew.

import { write } from "../composer/composer.js";
import { element, find } from "../dom.js";
import { channel, messagesIn, onChange, store } from "../store.js";
import { MessageView } from "./message.js";

const views = new Map();
const NEAR = 80; // pixels from the end that count as being there
const EXAMPLE = "/compose length:60 model:wavenet";

let shown;
let atEnd = true;

export function startLog() {
  const scroller = find("scroller");
  let height = 0;
  scroller.addEventListener("scroll", () => {
    // What scrolls because something has grown is no wish to read further up.
    if (height === scroller.scrollHeight - scroller.clientHeight)
      atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR;
  });
  // Whoever reads the newest stays with it, whatever grows: a message, or a player that comes to its size.
  const follow = new ResizeObserver(() => {
    height = scroller.scrollHeight - scroller.clientHeight;
    if (atEnd) toEnd();
  });
  follow.observe(find("messages"));
  follow.observe(scroller);
  onChange(show);
}

function toEnd() {
  find("scroller").scrollTop = find("scroller").scrollHeight;
}

function show() {
  const list = find("messages");
  const here = `${store.world.me} ${store.channel}`;
  if (shown !== here) {
    shown = here;
    views.clear();
    list.replaceChildren();
    atEnd = true;
    welcome();
  }
  const messages = messagesIn(store.channel);
  const kept = new Set(messages.map((each) => each.id));
  for (const [id, view] of views) {
    if (!kept.has(id)) {
      view.element.remove();
      views.delete(id);
    }
  }
  messages.forEach((message, index) => place(list, message, index));
  if (atEnd) toEnd();
}

function place(list, message, index) {
  let view = views.get(message.id);
  if (!view) {
    view = new MessageView();
    views.set(message.id, view);
  }
  view.update(message);
  if (list.children[index] !== view.element) list.insertBefore(view.element, list.children[index] ?? null);
}

function welcome() {
  const begin = () => write(EXAMPLE);
  const typed = element(
    "button",
    { type: "button", className: "kbd", title: "Put it into the line", onclick: begin },
    EXAMPLE,
  );
  const where = channel().direct
    ? ["Only the bot reads this. Type "]
    : ["Type ", element("kbd", {}, "/"), " to see what Cadenza can do, or at once "];
  find("welcome").replaceChildren(...where, typed, " and Enter.");
}
