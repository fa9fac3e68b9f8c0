// Files that wait to be sent: picked, dropped on the page or pasted.

import { upload } from "../connection.js";
import { element, find } from "../dom.js";
import { formTakes } from "../form.js";
import { size } from "../log/files.js";
import { channel } from "../store.js";

let waiting = [];

// A form that is open comes first; then `taken` is asked: an option of a command may want the file.
export function startFiles(taken, complain) {
  const take = async (files) => {
    if (formTakes(files)) return;
    for (const file of files) {
      try {
        const added = { id: await upload(file, channel().limit), name: file.name, size: file.size };
        if (!taken(added)) waiting.push(added);
      } catch (error) {
        complain(error.message);
      }
    }
    show();
  };
  find("pick-files").addEventListener("change", (event) => {
    take([...event.target.files]);
    event.target.value = "";
  });
  addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) take([...event.clipboardData.files]);
  });
  addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.toggle("dragging", event.dataTransfer.types.includes("Files"));
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) document.body.classList.remove("dragging");
  });
  addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dragging");
    take([...event.dataTransfer.files]);
  });
}

export const waitingFiles = () => waiting.map((file) => file.id);

export function clearFiles() {
  waiting = [];
  show();
}

function show() {
  const list = find("files");
  list.hidden = waiting.length === 0;
  list.replaceChildren(
    ...waiting.map((file) => {
      const remove = () => {
        waiting = waiting.filter((each) => each !== file);
        show();
      };
      const away = element("button", { type: "button", "aria-label": `Remove ${file.name}`, onclick: remove }, "×");
      return element("li", {}, file.name, element("span", { className: "size" }, size(file.size)), away);
    }),
  );
}
