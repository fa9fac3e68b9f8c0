// Forms that the bot opens: Discord calls them modals.

import { choice, choicesOf } from "./choices.js";
import { act } from "./connection.js";
import { element, find } from "./dom.js";
import { markdown } from "./markdown.js";
import { store } from "./store.js";

let count = 0;

export function openForm({ modal, interaction }) {
  const dialog = find("form-dialog");
  const fields = [];
  const parts = modal.components.flatMap((component) => partsOf(component, fields));
  const problem = element("p", { className: "failure", role: "alert" });
  const cancel = element(
    "button",
    { type: "button", className: "button secondary", onclick: () => dialog.close() },
    "Cancel",
  );
  const send = element("button", { type: "submit", className: "button primary" }, "Submit");
  const submit = async (event) => {
    event.preventDefault();
    send.disabled = true;
    const values = Object.fromEntries(fields.map((field) => [field.id, field.value()]));
    const answer = await act("submit", { me: store.world.me, interaction, values });
    send.disabled = false;
    if (answer.error) problem.textContent = answer.error;
    else dialog.close();
    if (answer.modal) openForm(answer);
  };
  const title = element("h2", { id: "form-title" }, modal.title);
  dialog.replaceChildren(
    element("form", { onsubmit: submit }, title, parts, problem, element("p", { className: "buttons" }, cancel, send)),
  );
  dialog.showModal();
  dialog.querySelector("input, textarea, select")?.focus();
}

// A label with what it labels; a row with a text field, which has a label of its own; or text.
function partsOf(component, fields) {
  if (component.type === 10) return [element("div", { className: "description" }, markdown(component.content))];
  const inner = component.type === 18 ? [component.component] : component.components;
  return inner.map((field) => labelled(field, component.label ?? field.label, component.description, fields));
}

function labelled(field, label, description, fields) {
  const id = `form-field-${(count += 1)}`;
  const required = field.required ?? true;
  const about = description ? element("p", { className: "small", id: `${id}-about` }, description) : "";
  const control = field.type === 4 ? textField(field) : selectField(field);
  control.id = id;
  control.required = required && (field.min_values ?? 1) > 0;
  if (description) control.setAttribute("aria-describedby", `${id}-about`);
  const value = () =>
    field.type === 4 ? control.value : [...control.selectedOptions].map((each) => each.value).filter(Boolean);
  fields.push({ id: field.custom_id, value });
  const star = control.required ? element("span", { className: "required", title: "required" }, " *") : "";
  return element("div", { className: "field" }, element("label", { for: id }, label, star), about, control);
}

function textField(field) {
  const properties = {
    value: field.value ?? "",
    placeholder: field.placeholder ?? "",
    minLength: field.min_length ?? 0,
    maxLength: field.max_length ?? 4000,
  };
  return field.style === 2
    ? element("textarea", { ...properties, rows: 5 })
    : element("input", { type: "text", ...properties });
}

function selectField(field) {
  const many = (field.max_values ?? 1) > 1;
  const made = element("select", { multiple: many });
  const none = field.placeholder ?? (field.required === false ? "(left open)" : "Choose");
  if (!many) made.append(element("option", { value: "" }, none));
  made.append(...choicesOf(field).map(choice));
  return made;
}
