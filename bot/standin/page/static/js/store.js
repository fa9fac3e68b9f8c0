// What the page knows: the world, the commands, the messages, who one is and where one looks.

export const store = {
  world: undefined,
  commands: {},
  messages: new Map(),
  channel: undefined, // id of the one that is shown
  dismissed: new Set(), // private messages that the person has closed
  read: new Map(), // id of the last message that was shown, by channel
};

const readers = [];

export function onChange(reader) {
  readers.push(reader);
}

export function changed() {
  for (const reader of readers) reader();
}

// Take in what changed; `whole` says that there is nothing else.
export function take(changes, whole) {
  if (whole) store.messages.clear();
  for (const [key, value] of Object.entries(changes)) {
    if (key === "world") store.world = value;
    else if (key === "commands") store.commands = value;
    else if (value === null) store.messages.delete(key.split(" ")[1]);
    else store.messages.set(value.id, value);
  }
  changed();
}

export const me = () => store.world.people.find((each) => each.id === store.world.me);
export const person = (id) => store.world.people.find((each) => each.id === id) ?? { id, name: "somebody" };
export const channel = () => store.world.channels.find((each) => each.id === store.channel);
export const offered = () => store.commands[store.channel] ?? { typed: [], menu: [] };

// A command by the name that the person knows it by.
export const shownCommand = (name) => offered().typed.find((each) => each.name === name)?.shown ?? name;

// Ids grow with time, and are too long for a number.
const byId = (a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1);

export function messagesIn(channelId) {
  const found = [...store.messages.values()].filter((each) => each.channel === channelId);
  return found.filter((each) => !store.dismissed.has(each.id)).sort(byId);
}
