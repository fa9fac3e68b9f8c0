// Embeds.

import { element, pathOf } from "../dom.js";
import { markdown } from "../markdown.js";
import { picture } from "./files.js";

export function embed(shown) {
  const colour = `#${(shown.color ?? 0x888888).toString(16).padStart(6, "0")}`;
  const made = element("article", { className: "embed" });
  made.style.setProperty("--edge", colour);
  made.append(
    ...[
      shown.thumbnail && element("div", { className: "thumbnail" }, picture(shown.thumbnail, "Small picture")),
      shown.author?.name && element("p", { className: "embed-author" }, shown.author.name),
      shown.title && title(shown),
      shown.description && element("div", { className: "description" }, markdown(shown.description)),
      shown.fields?.length && element("dl", {}, shown.fields.map(field)),
      shown.image && element("div", { className: "image" }, picture(shown.image, shown.image.description ?? "Picture of the notes")),
      shown.footer?.text && element("p", { className: "small" }, shown.footer.text),
    ].filter(Boolean),
  );
  return made;
}

function title({ title: text, url }) {
  const inner = url ? element("a", { href: pathOf(url) }, text) : text;
  return element("p", { className: "embed-title" }, inner);
}

function field({ name, value, inline }) {
  return element(
    "div",
    { className: inline ? "inline" : "" },
    element("dt", {}, markdown(name)),
    element("dd", {}, markdown(value)),
  );
}
