// Forms that the bot opens: Discord calls them modals.

import { act } from "./connection.js";
import { element, find } from "./dom.js";
import { formField } from "./form_fields.js";
import { markdown } from "./markdown.js";
import { store } from "./store.js";
import { words } from "./words.js";

let fields = [];

export function openForm({ modal, interaction }) {
  const dialog = find("form-dialog");
  const problem = element("p", { className: "failure", role: "alert" });
  const complain = (sentence) => (problem.textContent = sentence);
  fields = [];
  const parts = modal.components.flatMap((component) => partsOf(component, complain));
  const cancel = element(
    "button",
    { type: "button", className: "button secondary", onclick: () => dialog.close() },
    words().cancel,
  );
  const send = element("button", { type: "submit", className: "button primary" }, words().submit);
  const submit = async (event) => {
    event.preventDefault();
    send.disabled = true;
    complain("");
    const values = Object.fromEntries(fields.map((field) => [field.id, field.value()]));
    const answer = await act("submit", { me: store.world.me, interaction, values });
    send.disabled = false;
    if (answer.error) complain(answer.error);
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

// Whether dropped files were for the form that is open; what none of its fields wants is dropped for nothing.
export function formTakes(files) {
  if (!find("form-dialog").open) return false;
  fields.find((field) => field.take)?.take(files);
  return true;
}

// A label with what it labels; a row with a text field, which has a label of its own; or text.
function partsOf(component, complain) {
  if (component.type === 10) return [element("div", { className: "description" }, markdown(component.content))];
  const inner = component.type === 18 ? [component.component] : component.components;
  return inner.map((each) => {
    const made = formField(each, component.label ?? each.label, component.description, complain);
    fields.push(made);
    return made.element;
  });
}
