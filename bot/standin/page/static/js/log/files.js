// Files of a message: pictures are shown, sound is played, all can be saved.

import { element, pathOf } from "../dom.js";

export const attachments = (files) => files.map(attachment);

function attachment(file) {
  const [kind] = file.content_type.split("/");
  if (kind === "image") return element("div", { className: "image" }, picture(file, file.description ?? file.filename));
  // What a browser calls audio and cannot play, MIDI first of all, is offered to be saved.
  const playable = kind === "audio" && new Audio().canPlayType(file.content_type) !== "";
  return element("div", { className: playable ? "file sound" : "file" }, about(file), playable ? player(file) : "");
}

function about(file) {
  const save = element(
    "a",
    { href: pathOf(file.url), download: file.filename, title: `Save ${file.filename}` },
    file.filename,
  );
  return element(
    "p",
    {},
    element("span", { "aria-hidden": "true" }, file.content_type.startsWith("audio") ? "♫ " : "📄 "),
    save,
    element("span", { className: "size" }, size(file.size)),
  );
}

function player(file) {
  return element("audio", {
    controls: true,
    preload: "metadata",
    src: pathOf(file.url),
    "aria-label": `Play ${file.filename}`,
  });
}

export function size(bytes) {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

// With its measures, where they are known, so that nothing moves when it has come.
export function picture({ url, width, height }, alternative) {
  const image = element("img", { src: pathOf(url), alt: alternative, width, height });
  return element("a", { href: pathOf(url), target: "_blank", "aria-label": `${alternative}, in full size` }, image);
}
