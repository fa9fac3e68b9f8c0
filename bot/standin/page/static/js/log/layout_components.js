// The second version of components: text, sections, galleries and files, in containers.

import { element } from "../dom.js";
import { markdown } from "../markdown.js";
import { interactive } from "./components.js";
import { attachments, picture } from "./files.js";

const DRAWN = {
  1: (each, made) =>
    element(
      "div",
      { className: "row" },
      each.components.map((inner) => interactive(inner, made.view)),
    ),
  9: section,
  10: (each) => element("div", { className: "description" }, markdown(each.content)),
  11: (each, made) => media(each, made),
  12: (each, made) =>
    element(
      "div",
      { className: "gallery" },
      each.items.map((item) => media(item, made)),
    ),
  13: (each, made) => element("div", {}, attachments([made.file(each.file.url)].filter(Boolean))),
  14: ({ divider, spacing }) =>
    element("hr", { className: `${divider === false ? "space" : ""} ${spacing === 2 ? "wide" : ""}` }),
  17: group,
};

export function container(message, view) {
  const file = (url) => message.attachments.find((each) => url === `attachment://${each.filename}`);
  return drawAll(message.components, { view, file });
}

function drawAll(components, made) {
  return components.map((each) => DRAWN[each.type]?.(each, made)).filter(Boolean);
}

function section({ components, accessory }, made) {
  const side = accessory.type === 11 ? media(accessory, made) : interactive(accessory, made.view);
  return element("div", { className: "section" }, element("div", {}, drawAll(components, made)), side);
}

function media({ media: { url }, description }, made) {
  const file = made.file(url) ?? { url };
  return element("div", { className: "image" }, picture(file, description ?? "Picture"));
}

function group({ components, accent_color: accent, spoiler }, made) {
  const box = element("article", { className: "embed" }, drawAll(components, made));
  if (accent !== undefined && accent !== null)
    box.style.setProperty("--edge", `#${accent.toString(16).padStart(6, "0")}`);
  return spoiler ? element("details", { "aria-label": "Spoiler" }, element("summary", {}, "Spoiler"), box) : box;
}
