// Where one is and who: the channels, the direct messages, the people. The address remembers both.

import { element, find } from "./dom.js";
import { changed, channel, messagesIn, onChange, store } from "./store.js";

const LANGUAGES = new Intl.DisplayNames("en", { type: "language" });

const address = () => new URLSearchParams(location.hash.slice(1));

export const wantedPerson = () => address().get("me") ?? "";

function remember(name, value) {
  const wanted = address();
  wanted.set(name, value);
  history.replaceState(null, "", `#${wanted}`);
}

export function startPlaces(onPerson) {
  onChange(show);
  find("people").addEventListener("change", (event) => {
    const chosen = store.world.people.find((each) => each.id === event.target.value);
    remember("me", chosen.name.toLowerCase());
    onPerson(chosen.id);
  });
  find("open-places").addEventListener("click", () => toggle(!document.body.classList.contains("places-open")));
  find("scroller").addEventListener("click", () => toggle(false));
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") toggle(false);
  });
}

function toggle(open) {
  document.body.classList.toggle("places-open", open);
  find("open-places").setAttribute("aria-expanded", String(open));
}

function show() {
  settleChannel();
  find("server").textContent = store.world.server;
  find("channel-name").textContent = titleOf(channel());
  document.title = `${titleOf(channel())} · Cadenza`;
  keep(
    find("channels"),
    [store.world.bot.doing, store.world.channels.map((each) => [each.id, isNew(each), each.id === store.channel])],
    channels,
  );
  keep(find("people"), [store.world.me, store.world.people], people);
}

// Somebody else has other direct messages: the channel may be there no more.
function settleChannel() {
  const { channels } = store.world;
  if (channel()) return;
  const wanted = address().get("channel");
  store.channel = (channels.find((each) => nameOf(each) === wanted) ?? channels[0]).id;
}

const nameOf = (each) => (each.direct ? "direct" : each.name);
const titleOf = (each) => (each.direct ? "Direct messages with Cadenza" : `# ${each.name}`);

function isNew(each) {
  const last = messagesIn(each.id).at(-1);
  if (each.id === store.channel && last) store.read.set(each.id, last.id);
  return Boolean(last) && store.read.get(each.id) !== last.id;
}

function keep(place, key, build) {
  const written = JSON.stringify(key);
  if (place.dataset.shows === written) return;
  place.dataset.shows = written;
  place.replaceChildren(...build());
}

function channels() {
  return store.world.channels.map((each) => {
    const go = () => {
      store.channel = each.id;
      remember("channel", nameOf(each));
      toggle(false);
      changed();
    };
    const current = each.id === store.channel ? "page" : undefined;
    const label = each.direct ? "Cadenza" : each.name;
    const news = isNew(each) ? element("span", { className: "news" }, "new") : null;
    const sign = element("span", { className: "sign", "aria-hidden": "true" }, each.direct ? "@" : "#");
    const heading = each.direct ? element("p", { className: "group" }, "Direct messages") : null;
    const doing = each.direct ? element("p", { className: "doing" }, store.world.bot.doing) : null;
    return element(
      "li",
      {},
      heading,
      element("button", { type: "button", "aria-current": current, onclick: go }, sign, label, news),
      doing,
    );
  });
}

function people() {
  const players = store.world.people.filter((each) => !each.bot);
  return players.map((each) => {
    const more = [LANGUAGES.of(each.locale.split("-")[0]), each.admin ? "admin" : ""].filter(Boolean).join(", ");
    return element("option", { value: each.id, selected: each.id === store.world.me }, `${each.name} (${more})`);
  });
}
