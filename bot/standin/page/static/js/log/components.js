// Buttons and selects under a message.

import { choice, choicesOf } from "../choices.js";
import { act } from "../connection.js";
import { element } from "../dom.js";
import { openForm } from "../form.js";
import { store } from "../store.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary" };

export function rows(components, view) {
  return components.map((row) =>
    element(
      "div",
      { className: "row" },
      row.components.map((each) => interactive(each, view)),
    ),
  );
}

export function interactive(component, view) {
  return component.type === 2 ? button(component, view) : select(component, view);
}

const emojiOf = ({ emoji }) => (emoji?.name ? [element("span", { "aria-hidden": "true" }, emoji.name), " "] : []);

function button(component, view) {
  const face = [...emojiOf(component), component.label ?? ""];
  const name = component.label ? undefined : component.emoji?.name;
  const className = `button ${STYLES[component.style] ?? "secondary"}`;
  if (component.url) return element("a", { className, href: component.url, target: "_blank", rel: "noreferrer" }, face);
  const press = (event) => send(view, event.currentTarget, "press", { id: component.custom_id });
  return element(
    "button",
    { type: "button", className, disabled: component.disabled, "aria-label": name, onclick: press },
    face,
  );
}

function select(component, view) {
  const many = (component.max_values ?? 1) > 1;
  const label = component.placeholder ?? "Choose";
  const options = choicesOf(component);
  const made = element("select", {
    multiple: many,
    disabled: component.disabled,
    "aria-label": label,
    className: "select",
  });
  if (!many)
    made.append(
      element("option", { value: "", disabled: true, selected: !options.some((each) => each.default) }, label),
    );
  made.append(...options.map(choice));
  made.addEventListener("change", () => {
    const values = [...made.selectedOptions].map((each) => each.value).filter(Boolean);
    send(view, made, "select", { id: component.custom_id, values });
  });
  return made;
}

async function send(view, control, verb, asked) {
  const { channel, id: message } = view.message;
  control.setAttribute("aria-busy", "true");
  view.fail();
  const answer = await act(verb, { me: store.world.me, channel, message, ...asked });
  control.removeAttribute("aria-busy");
  if (answer.error) view.fail(answer.error);
  if (answer.modal) openForm(answer);
}
