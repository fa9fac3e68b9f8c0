// The fields of a form. Each has an element, and a function that gives what is sent for it.

import { choice, choicesOf } from "./choices.js";
import { upload } from "./connection.js";
import { element } from "./dom.js";
import { size } from "./log/files.js";
import { channel } from "./store.js";

const TEXT_INPUT = 4;
const FILES = 19;
const RADIO = 21;
const CHECKBOXES = 22;
const CHECKBOX = 23;

let count = 0;

// One field under its label. `complain` is told in a sentence what cannot be done.
export function formField(field, label, description, complain) {
  const id = `form-field-${(count += 1)}`;
  const about = description ? element("p", { className: "small", id: `${id}-about` }, description) : "";
  const named = { id, label, about, "aria-describedby": description ? `${id}-about` : undefined };
  return (MAKE[field.type] ?? selectField)(field, named, complain);
}

const isRequired = (field) => (field.required ?? true) && (field.min_values ?? 1) > 0;

const star = (field) => (isRequired(field) ? element("span", { className: "required", title: "required" }, " *") : "");

// A label above its control.
function labelled(field, { id, label, about, ...described }, control, ...more) {
  control.id = id;
  control.required = isRequired(field);
  if (described["aria-describedby"]) control.setAttribute("aria-describedby", described["aria-describedby"]);
  const title = element("label", { for: id }, label, star(field));
  return element("div", { className: "field" }, title, about, control, more);
}

function textField(field, named) {
  const properties = {
    value: field.value ?? "",
    placeholder: field.placeholder ?? "",
    minLength: field.min_length ?? 0,
    maxLength: field.max_length ?? 4000,
  };
  const control =
    field.style === 2
      ? element("textarea", { ...properties, rows: 5 })
      : element("input", { type: "text", ...properties });
  return { id: field.custom_id, element: labelled(field, named, control), value: () => control.value };
}

function selectField(field, named) {
  const many = (field.max_values ?? 1) > 1;
  const control = element("select", { multiple: many });
  const none = field.placeholder ?? (field.required === false ? "(left open)" : "Choose");
  if (!many) control.append(element("option", { value: "" }, none));
  control.append(...choicesOf(field).map(choice));
  const value = () => [...control.selectedOptions].map((each) => each.value).filter(Boolean);
  return { id: field.custom_id, element: labelled(field, named, control), value };
}

// Files that are picked or dropped; `take` is how the page hands over what was dropped.
function fileField(field, named, complain) {
  const most = field.max_values ?? 1;
  const least = isRequired(field) ? (field.min_values ?? 1) : 0;
  let chosen = [];
  const list = element("ul", { className: "chosen", "aria-label": `Files for ${named.label}` });
  const show = () => {
    list.replaceChildren(...chosen.map(drawn));
    // The picker itself forgets what it handed over, so it cannot say by itself that something is there.
    control.required = chosen.length < least;
  };
  const drawn = (file) => {
    const remove = () => {
      chosen = chosen.filter((each) => each !== file);
      show();
    };
    const away = element("button", { type: "button", "aria-label": `Remove ${file.name}`, onclick: remove }, "×");
    return element("li", {}, file.name, element("span", { className: "size" }, size(file.size)), away);
  };
  const take = async (files) => {
    for (const file of files) {
      if (chosen.length >= most) return complain(`${named.label}: at most ${most} ${most === 1 ? "file" : "files"}.`);
      try {
        chosen.push({ id: await upload(file, channel().limit), name: file.name, size: file.size });
      } catch (error) {
        return complain(error.message);
      } finally {
        show();
      }
    }
    return undefined;
  };
  const picked = async (event) => {
    const files = [...event.target.files];
    event.target.value = "";
    await take(files);
  };
  const control = element("input", { type: "file", multiple: most > 1, onchange: picked });
  const body = labelled(field, named, control, element("p", { className: "small" }, "or drop it here"), list);
  return { id: field.custom_id, element: body, value: () => chosen.map((file) => file.id), take };
}

// Radio buttons or check boxes under one name.
function group(field, { id, label, about, ...described }) {
  const one = field.type === RADIO;
  const boxes = field.options.map((option, index) => {
    const optionId = `${id}-${index}`;
    const properties = { type: one ? "radio" : "checkbox", name: id, id: optionId, value: option.value };
    const box = element("input", {
      ...properties,
      checked: Boolean(option.default),
      required: one && isRequired(field),
      "aria-describedby": option.description ? `${optionId}-about` : undefined,
    });
    return { box, option };
  });
  if (one && !isRequired(field)) boxes.forEach(({ box }) => mayBeLeftOpen(box));
  const drawn = boxes.map(({ box, option }) =>
    element(
      "div",
      { className: "choice" },
      box,
      element("label", { for: box.id }, option.label),
      option.description ? element("p", { className: "small", id: `${box.id}-about` }, option.description) : "",
    ),
  );
  const legend = element("legend", {}, label, star(field));
  const properties = { className: "field", role: one ? "radiogroup" : "group", ...described };
  // The server takes the one choice of radio buttons out of its list.
  const value = () => boxes.filter(({ box }) => box.checked).map(({ option }) => option.value);
  return { id: field.custom_id, element: element("fieldset", properties, legend, about, drawn), value };
}

// A radio button that is chosen already goes out when it is chosen again, where nothing has to be chosen.
function mayBeLeftOpen(box) {
  let before = box.checked;
  box.addEventListener("pointerdown", () => (before = box.checked));
  box.addEventListener("keydown", () => (before = box.checked));
  box.addEventListener("click", () => {
    if (before) box.checked = false;
    before = false;
  });
}

function checkbox(field, { id, label, about, ...described }) {
  const box = element("input", { type: "checkbox", id, checked: Boolean(field.default), ...described });
  const body = element(
    "div",
    { className: "field" },
    element("div", { className: "choice" }, box, element("label", { for: id }, label), about),
  );
  return { id: field.custom_id, element: body, value: () => box.checked };
}

const MAKE = { [TEXT_INPUT]: textField, [FILES]: fileField, [RADIO]: group, [CHECKBOXES]: group, [CHECKBOX]: checkbox };
