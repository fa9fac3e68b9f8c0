// What can be done with a message: react, reply, the bot's own entries, copy, delete.

import { act } from "../connection.js";
import { reply } from "../composer/reply.js";
import { element } from "../dom.js";
import { openForm } from "../form.js";
import { popUp } from "../pop_up.js";
import { me, offered, store } from "../store.js";
import { OFFERED, react } from "./reactions.js";

const QUICK = OFFERED.slice(0, 3);

export function toolbar(view) {
  const quick = QUICK.map((emoji) =>
    element(
      "button",
      {
        type: "button",
        className: "quick",
        "aria-label": `React with ${emoji}`,
        onclick: () => react(view.message, emoji),
      },
      emoji,
    ),
  );
  const more = (event) => openPalette(view, event.currentTarget);
  const menu = (event) => openMenu(view, event.currentTarget.getBoundingClientRect());
  return element(
    "div",
    { className: "tools", role: "group", "aria-label": "What to do with this message" },
    quick,
    element("button", { type: "button", "aria-label": "Other reactions", "aria-haspopup": "menu", onclick: more }, "☺"),
    element("button", { type: "button", "aria-label": "More", "aria-haspopup": "menu", onclick: menu }, "⋯"),
  );
}

function openPalette(view, button) {
  const entries = OFFERED.map((emoji) => ({ label: emoji, run: () => react(view.message, emoji) }));
  popUp("Reactions", entries, button.getBoundingClientRect(), "palette");
}

export function openMenu(view, place) {
  const apps = offered().menu.map((each) => ({ label: each.shown, group: "Apps", run: () => runApp(view, each.name) }));
  const own = view.message.author === store.world.me;
  popUp(
    "Message",
    [
      { label: "Reply", run: () => reply(view.message) },
      { label: "Copy text", run: () => navigator.clipboard?.writeText(view.message.content) },
      ...(view.message.private ? [] : apps),
      ...(own || me().admin ? [{ label: "Delete message", danger: true, run: () => remove(view) }] : []),
    ],
    place,
  );
}

const where = (view) => ({ me: store.world.me, channel: view.message.channel, message: view.message.id });

async function runApp(view, name) {
  view.fail();
  const answer = await act("menu", { ...where(view), name });
  if (answer.error) view.fail(answer.error);
  if (answer.modal) openForm(answer);
}

async function remove(view) {
  const answer = await act("delete", where(view));
  if (answer.error) view.fail(answer.error);
}
