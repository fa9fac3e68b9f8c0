// Light or dark, remembered where the person chose.

import { find } from "./dom.js";

const KEY = "cadenza-theme";

export function startTheme() {
  const choice = find("theme");
  choice.value = localStorage.getItem(KEY) ?? "";
  apply(choice.value);
  choice.addEventListener("change", () => {
    localStorage.setItem(KEY, choice.value);
    apply(choice.value);
  });
}

function apply(theme) {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}
