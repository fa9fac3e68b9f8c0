// The line at the bottom: it writes messages, and becomes a command when one is typed or picked.

import { act } from "../connection.js";
import { element, find } from "../dom.js";
import { openForm } from "../form.js";
import { channel, offered, onChange, store } from "../store.js";
import { words } from "../words.js";
import { CommandLine } from "./command_line.js";
import { clearFiles, startFiles, waitingFiles } from "./files.js";
import { forget, repliedTo } from "./reply.js";
import { FIELD, hide, suggest, takesKey } from "./suggestions.js";

const NOT_YET = "The commands come with the bot, and it is not here yet: a moment.";

let command;
let shown;
let known; // the commands that were offered last
const say = makeSay();

// Put a text into the line, as if it had been typed.
export function write(text) {
  leave();
  say.value = text;
  say.focus();
  typed();
}

export function startComposer() {
  startFiles(
    (file) => Boolean(command?.takeFile(file)),
    (problem) => hint(problem, { wrong: true }),
  );
  find("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  addEventListener("command", (event) => write(`/${event.detail} `));
  addEventListener("keydown", catchTyping);
  onChange(follow);
}

// Go to the line, except where that would open a keyboard over half of the screen.
function goToLine() {
  if (!matchMedia("(hover: none)").matches) focusLine();
}

const focusLine = () => (command ?? say).focus();

// What is typed or pasted where nothing takes it goes to the line. A space presses buttons and scrolls.
function catchTyping(event) {
  const { key, target } = event;
  if (event.defaultPrevented || event.altKey || target.closest("input, textarea, select, dialog, #menu")) return;
  const pastes = (event.ctrlKey || event.metaKey) && key.toLowerCase() === "v";
  const types = !event.ctrlKey && !event.metaKey && key.length === 1 && key !== " ";
  if (pastes || types) focusLine();
}

function makeSay() {
  const field = element("textarea", { ...FIELD, id: "say", rows: 1 });
  field.addEventListener("input", typed);
  field.addEventListener("blur", hide);
  field.addEventListener("focus", typed);
  field.addEventListener("keydown", (event) => {
    if (takesKey(event) || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  });
  return field;
}

// Another channel or person: what was begun does not go with one. New commands: they are offered at once.
function follow() {
  if (known !== store.commands && document.activeElement === say) typed();
  known = store.commands;
  const here = `${store.world.me} ${store.channel}`;
  if (shown === here) return;
  shown = here;
  const name = channel().direct ? "@Cadenza" : `#${channel().name}`;
  say.placeholder = words().placeholder(name);
  say.setAttribute("aria-label", words().message(name));
  leave();
  forget();
  // Whoever walks through the people by keys stays at them.
  if (document.activeElement === document.body) goToLine();
}

export function hint(text = "", { wrong = false } = {}) {
  find("hint").textContent = text;
  find("hint").classList.toggle("failure", wrong);
}

function typed() {
  hint();
  if (!say.value.startsWith("/")) return hide();
  const text = say.value.slice(1);
  const [meant, name] = commandIn(text);
  if (meant) return enter(meant, text.slice(name.length).trimStart());
  const wanted = text.trim().toLowerCase();
  const found = offered().typed.filter((each) => [each.shown, each.name].some((name) => name.includes(wanted)));
  found.sort((a, b) => Number(b.shown.startsWith(wanted)) - Number(a.shown.startsWith(wanted)));
  const group = isGroup(wanted, found);
  if (group) hint("Choose one of them.");
  if (!found.length) hint(store.world.bot.connected ? `There is no command /${wanted} here.` : NOT_YET);
  suggest(
    say,
    found.map((each) => ({ label: `/${each.shown}`, about: each.about, command: each })),
    { first: group ? -1 : 0, pick: (item, key) => pick(item.command, key) },
  );
}

// Whether only the name of a group was typed so far, which means none of its commands yet.
function isGroup(wanted, [first]) {
  if (!first?.shown.includes(" ")) return false;
  return [first.shown, first.name].some((name) => name.split(" ")[0].startsWith(wanted));
}

// Enter sends what was typed out in full, if it needs nothing more.
function pick(chosen, key) {
  const whole = [chosen.shown, chosen.name].includes(say.value.slice(1).trim().toLowerCase());
  enter(chosen, "");
  if (key === "Enter" && whole && !chosen.options.some((each) => each.required)) send();
}

// The command that the text begins with, and how it is called there; a space ends its name.
function commandIn(text) {
  for (const each of offered().typed) {
    for (const name of [each.shown, each.name]) {
      if (text.startsWith(`${name} `)) return [each, name];
    }
  }
  return [];
}

function enter(chosen, rest) {
  command = new CommandLine(chosen, { leave, send, hint });
  find("field").replaceChildren(command.element);
  command.begin(rest);
}

function leave() {
  const had = command;
  command = undefined;
  say.value = "";
  hide();
  hint();
  find("field").replaceChildren(say);
  if (had) say.focus();
}

async function send() {
  if (command) return sendCommand();
  if (say.value.startsWith("/")) {
    const [meant] = commandIn(`${say.value.slice(1).trim()} `);
    // Somebody who types a command means no message, also where the command is not there.
    return meant ? enter(meant, "") : typed();
  }
  const files = waitingFiles();
  if (!say.value.trim() && !files.length) return undefined;
  const answer = await act("say", {
    me: store.world.me,
    channel: store.channel,
    text: say.value.trim(),
    files,
    reply: repliedTo(),
  });
  if (answer.error) return hint(answer.error, { wrong: true });
  say.value = "";
  clearFiles();
  forget();
  return goToLine();
}

async function sendCommand() {
  const sent = command;
  const options = sent.values();
  if (!options) return;
  sent.busy(true);
  const answer = await act("command", { me: store.world.me, channel: store.channel, name: sent.name, options });
  sent.busy(false);
  if (answer.error) return hint(answer.error, { wrong: true });
  if (command === sent) leave();
  if (answer.modal) openForm(answer);
}
