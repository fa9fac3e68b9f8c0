// What is not part of the chat: how the bot stands, and which rules of Discord it broke.

import { act } from "./connection.js";
import { element, find } from "./dom.js";
import { onChange, store } from "./store.js";

const STATES = {
  lost: ["The terminal", "ended: nothing answers here any more"],
  ended: ["Cadenza", "stopped"],
  starting: ["Cadenza", "starts …"],
  ready: ["Cadenza", "is here"],
  absent: ["Cadenza", "is away"],
};

export function startNotices() {
  onChange(show);
}

function phase() {
  const { phase: told, connected } = store.world.bot;
  if (told === "lost" || told === "ended") return told;
  if (connected) return "ready";
  return told === "elsewhere" ? "absent" : "starting";
}

function show() {
  const now = phase();
  const state = find("bot-state");
  if (state.dataset.state !== now) {
    state.dataset.state = now;
    state.textContent = STATES[now].join(" ");
  }
  const key = JSON.stringify([now, store.world.violations, store.world.bot]);
  const place = find("notices");
  if (place.dataset.shows === key) return;
  place.dataset.shows = key;
  place.replaceChildren(...[now === "ended" && ended(), store.world.violations.length && violations()].filter(Boolean));
  for (const lines of place.querySelectorAll("pre")) lines.scrollTop = lines.scrollHeight;
}

function ended() {
  const { status, lastLines } = store.world.bot;
  const again = async (event) => {
    event.currentTarget.disabled = true;
    await act("start-bot", { me: store.world.me });
  };
  return element(
    "section",
    { className: "notice", role: "alert" },
    element("p", {}, `The bot has ended with status ${status}. The last that it said:`),
    element("pre", { tabIndex: 0, "aria-label": "Last lines of the bot" }, lastLines.join("\n") || "(nothing)"),
    element("button", { type: "button", className: "button", onclick: again }, "Start it again"),
  );
}

function violations() {
  const broken = store.world.violations;
  const times =
    broken.length === 1
      ? "Discord would refuse what the bot just did"
      : `The bot broke Discord's rules ${broken.length} times`;
  return element(
    "section",
    { className: "notice", role: "alert" },
    element(
      "details",
      { open: true, "aria-label": "Broken rules" },
      element("summary", {}, times),
      element(
        "ul",
        {},
        broken.map((each) => element("li", {}, each)),
      ),
    ),
  );
}
