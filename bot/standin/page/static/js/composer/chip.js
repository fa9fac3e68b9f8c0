// One option of a command: its name and a field, with what is proposed for it.

import { act } from "../connection.js";
import { element, find } from "../dom.js";
import { store } from "../store.js";
import { exact, fitting, knownChoices, valueOf } from "./options.js";
import { FIELD, hide, suggest, takesKey } from "./suggestions.js";

const PAUSE = 150; // milliseconds of rest after which the bot is asked for proposals
const FILE = 11;

let count = 0;

export class Chip {
  constructor(option, line) {
    [this.option, this.line] = [option, line];
    this.proposed = [];
    const id = `chip-${(count += 1)}`;
    const kind =
      option.type === FILE ? { readOnly: true, placeholder: "drop a file, or press Enter", size: 24 } : { size: 4 };
    this.input = element("input", { ...FIELD, ...kind, id, type: "text", "aria-required": String(option.required) });
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("focus", () => this.focused());
    this.input.addEventListener("blur", () => this.left());
    this.input.addEventListener("keydown", (event) => this.key(event));
    const away = element(
      "button",
      { type: "button", "aria-label": `Remove ${option.shown}`, onclick: () => line.remove(this) },
      "×",
    );
    this.element = element(
      "span",
      { className: "chip" },
      element("label", { for: id }, option.shown),
      this.input,
      option.required ? "" : away,
    );
  }

  focus = () => this.input.focus();
  empty = () => !this.input.value.trim();

  setText(text) {
    this.input.value = text;
    this.fit();
  }

  setFile(file) {
    this.file = file;
    this.setText(file.name);
  }

  fit() {
    this.input.size = Math.max(4, this.input.value.length + 1, this.option.type === FILE ? 24 : 0);
    this.element.classList.remove("wrong");
  }

  wrong() {
    this.element.classList.add("wrong");
    hide();
  }

  focused() {
    this.line.describe(this.option);
    this.propose();
  }

  left() {
    hide();
    if (!this.empty() && !this.valid()) this.wrong();
  }

  typed() {
    this.fit();
    this.line.describe(this.option);
    this.dropOwnName();
    // The name of another option ends the value of this one.
    const [value, others] = this.line.splitValue(this.input.value, this.option);
    if (others) {
      this.setText(value.trimEnd());
      this.line.takeOptions(others);
      return;
    }
    clearTimeout(this.waiting);
    if (this.option.autocomplete) this.waiting = setTimeout(() => this.propose(), PAUSE);
    else this.propose();
  }

  // Whoever types number:1 need not see that the field of the number is already open.
  dropOwnName() {
    const text = this.input.value.trimStart();
    const name = [this.option.shown, this.option.name].find((each) => text.startsWith(`${each}:`));
    const value = name ? text.slice(name.length + 1).trimStart() : text;
    if (value !== this.input.value) this.setText(value);
  }

  async propose() {
    const typed = this.input.value;
    const choices = this.option.autocomplete ? await this.ask(typed) : fitting(knownChoices(this.option), typed);
    if (document.activeElement !== this.input || this.input.value !== typed) return;
    // What is typed out in full is sent by Enter; others that hold it are offered beside.
    const done = exact(choices, typed);
    const items = done && choices.length === 1 ? [] : choices.slice(0, 25);
    const offered = items.map((choice) => ({ label: choice.name, choice }));
    suggest(this.input, offered, { first: typed && !done ? 0 : -1, pick: ({ choice }) => this.pick(choice) });
  }

  async ask(typed) {
    const asked = { me: store.world.me, channel: store.channel, name: this.line.name, option: this.option.name };
    const answer = await act("autocomplete", { ...asked, typed, options: this.line.others(this) });
    this.proposed = answer.choices ?? [];
    return this.proposed;
  }

  pick(choice) {
    this.picked = choice;
    this.setText(choice.name);
    this.line.more.focus();
  }

  key(event) {
    if (takesKey(event) || event.isComposing) return;
    const { key } = event;
    if (key === "Enter") {
      event.preventDefault();
      if (this.option.type === FILE && this.empty()) find("pick-files").click();
      else this.line.actions.send();
    } else if (key === "Escape") {
      this.line.actions.leave();
    } else if (key === "Backspace" && this.option.type === FILE) {
      this.setText("");
    } else if (key === "Backspace" && !this.input.value && !this.option.required) {
      event.preventDefault();
      this.line.remove(this);
    }
  }

  valid() {
    try {
      this.value();
      return true;
    } catch {
      return false;
    }
  }

  // What is sent; throws a sentence where nothing can be.
  value() {
    const text = this.input.value;
    if (this.option.required && this.empty()) throw new Error(`${this.option.shown}: this is required`);
    if (this.option.type === FILE) return this.file.id;
    if (this.picked?.name === text) return this.picked.value;
    return exact(this.proposed, text)?.value ?? valueOf(this.option, text);
  }
}
