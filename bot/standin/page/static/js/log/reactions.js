// Reactions: who gave which, and giving one or taking it back.

import { act } from "../connection.js";
import { element } from "../dom.js";
import { store } from "../store.js";

export const OFFERED = ["👍", "❤️", "👎", "🎉", "😂", "😮", "😢", "🔥", "🎵", "👏", "✅", "👀"];

export async function react(message, emoji) {
  await act("react", { me: store.world.me, channel: message.channel, message: message.id, emoji });
}

export function reactions(message) {
  return message.reactions.map(({ emoji, by, mine }) => {
    const label = `${emoji}, ${by.length}: ${by.join(", ")}`;
    const properties = {
      type: "button",
      className: "reaction",
      "aria-pressed": String(mine),
      "aria-label": label,
      title: by.join(", "),
    };
    return element(
      "button",
      { ...properties, onclick: () => react(message, emoji) },
      emoji,
      element("b", {}, String(by.length)),
    );
  });
}
