// A command in the making: its name, a chip for each option that is given, and a field that offers the others.

import { element } from "../dom.js";
import { Chip } from "./chip.js";
import { describe, kindOf } from "./options.js";
import { FIELD, hide, suggest, takesKey } from "./suggestions.js";

// A pattern of how any of these options begins in a text: its name and a colon, after a space or at the start.
function beginningOf(options) {
  const names = options
    .flatMap((each) => [each.shown, each.name])
    .map((name) => name.replace(/[^\p{L}\p{N}_-]/gu, ""));
  return `(?:^|\\s)(${[...new Set(names)].join("|") || "(?!)"}):`;
}

export class CommandLine {
  // `actions` holds leave, send and hint.
  constructor(command, actions) {
    this.name = command.name;
    this.options = command.options;
    this.actions = actions;
    this.about = command.about;
    this.chips = [];
    this.more = element("input", { ...FIELD, type: "text", className: "more", "aria-label": "Other options" });
    this.more.addEventListener("input", () => this.offer());
    this.more.addEventListener("focus", () => this.offer());
    this.more.addEventListener("blur", hide);
    this.more.addEventListener("keydown", (event) => this.key(event));
    const name = element("span", { className: "command" }, `/${command.shown}`);
    this.element = element(
      "div",
      { className: "command-line", role: "group", "aria-label": `Command ${command.shown}` },
      name,
      this.more,
    );
  }

  // Start with what was typed after the name, as length:60 model:wavenet.
  begin(rest) {
    for (const option of this.options.filter((each) => each.required)) this.add(option, { focus: false });
    this.more.value = this.takeOptions(rest);
    this.focus();
  }

  // Go to what is to be typed next.
  focus() {
    (this.chips.find((chip) => chip.empty()) ?? this.more).focus();
  }

  // Make chips of all `option:value` in a text; what stands before the first is left.
  takeOptions(text) {
    const parts = text.split(new RegExp(`${beginningOf(this.options)}\\s*`, "u"));
    for (let index = 1; index < parts.length; index += 2) {
      const option = this.options.find((each) => [each.shown, each.name].includes(parts[index]));
      this.add(option, { focus: index + 2 >= parts.length, text: parts[index + 1].trimEnd() });
    }
    return parts[0];
  }

  // The value that stands before the name of an option that is still open, and what is from there on.
  splitValue(text, own) {
    const filled = this.chips.filter((chip) => !chip.empty()).map((chip) => chip.option);
    const open = this.options.filter((each) => each !== own && !filled.includes(each));
    const at = text.search(new RegExp(beginningOf(open), "u"));
    return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at)];
  }

  left() {
    const given = new Set(this.chips.map((chip) => chip.option));
    return this.options.filter((each) => !given.has(each));
  }

  add(option, { focus = true, text = "" } = {}) {
    let chip = this.chips.find((each) => each.option === option);
    if (!chip) {
      chip = new Chip(option, this);
      this.chips.push(chip);
      this.more.before(chip.element);
    }
    if (text) chip.setText(text);
    this.showLeft();
    if (focus) chip.focus();
  }

  remove(chip) {
    this.chips = this.chips.filter((each) => each !== chip);
    chip.element.remove();
    this.showLeft();
    this.more.focus();
  }

  showLeft() {
    const count = this.left().length;
    this.more.placeholder = count ? `+ ${count} more` : "";
  }

  offer() {
    if (this.more.value) {
      this.more.value = this.takeOptions(this.more.value);
      if (document.activeElement !== this.more) return;
    }
    this.actions.hint(this.about);
    const wanted = this.more.value.trim().toLowerCase();
    const found = this.left().filter((each) => [each.shown, each.name].some((name) => name.startsWith(wanted)));
    const items = found.map((option) => ({ label: option.shown, about: option.about, meta: kindOf(option), option }));
    suggest(this.more, items, { first: wanted ? 0 : -1, pick: ({ option }) => this.picked(option) });
  }

  picked(option) {
    this.more.value = "";
    this.add(option);
  }

  key(event) {
    if (takesKey(event) || event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.actions.send();
    } else if (event.key === "Escape") {
      this.actions.leave();
    } else if (event.key === "Backspace" && !this.more.value) {
      event.preventDefault();
      if (this.chips.length) this.chips.at(-1).focus();
      else this.actions.leave();
    }
  }

  describe(option) {
    this.actions.hint(describe(option));
  }

  // What stands in the other chips, as far as it can be sent.
  others(chip) {
    return Object.fromEntries(
      this.chips.filter((each) => each !== chip && each.valid()).map((each) => [each.option.name, each.value()]),
    );
  }

  // The options by their names; nothing where one cannot be sent, which is said.
  values() {
    for (const chip of this.chips) {
      if (chip.empty() && !chip.option.required) continue;
      try {
        chip.value();
      } catch (error) {
        chip.focus();
        chip.wrong();
        this.actions.hint(error.message, { wrong: true });
        return undefined;
      }
    }
    if (this.more.value.trim()) {
      this.actions.hint(`${this.more.value.trim()}: there is no such option`, { wrong: true });
      return undefined;
    }
    return Object.fromEntries(
      this.chips.filter((chip) => !chip.empty()).map((chip) => [chip.option.name, chip.value()]),
    );
  }

  // A file that was dropped goes to the option that wants one.
  takeFile(file) {
    const option = this.options.find((each) => each.type === 11);
    if (!option) return false;
    this.add(option);
    this.chips.find((each) => each.option === option).setFile(file);
    return true;
  }

  busy(busy) {
    this.element.toggleAttribute("inert", busy);
  }
}
