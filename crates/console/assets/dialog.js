// Dialogs of pages: a link that is marked shows the panel of its page above this one.

import { sending } from "./sending.js";
import { tell } from "./times.js";

const dialog = document.createElement("dialog");
document.body.append(dialog);
let opener = null;
// A dialog that has shown a value leaves a page that does not know of the new key.
let stale = false;

// What an answer shows: its panel, or the card of a page that tells why there is none.
export function panelOf(text) {
  return new DOMParser().parseFromString(text, "text/html").querySelector("#panel, .card");
}

// A value that is shown this one time, and was not copied yet.
const uncopied = () => dialog.querySelector("[data-once] [data-value]") !== null;

export function show(panel) {
  dialog.replaceChildren(panel);
  tell(panel);
  const title = panel.querySelector("h1");
  title.id = "dialog-title";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  stale ||= panel.querySelector("[data-value]") !== null;
  if (!dialog.open) dialog.showModal();
  const fields = "input:not([type=hidden]), textarea, select, button:not([tabindex], .tabs *)";
  (panel.querySelector("[autofocus]") ?? panel.querySelector(fields))?.focus();
}

// Nothing that was sent is sent again by itself: whether it was carried out is not known.
async function follow(request) {
  try {
    const answer = await fetch(request);
    if (answer.redirected) location.assign(answer.url);
    else show(panelOf(await answer.text()) ?? lost());
  } catch {
    show(lost());
  }
}

// What is told where no answer came, or none that can be shown.
export function lost() {
  const panel = document.createElement("div");
  const [title, text, button] = ["h1", "p", "a"].map((name) => document.createElement(name));
  title.textContent = document.body.dataset.lost;
  text.textContent = document.body.dataset.lostText;
  button.textContent = document.body.dataset.lostAgain;
  button.className = "button";
  button.href = location.href;
  panel.className = "panel";
  panel.append(title, text, button);
  return panel;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const menu = link.closest("details[data-menu]");
  opener = menu ? menu.querySelector("summary") : link;
  if (menu) menu.open = false;
  follow(link.href);
});

dialog.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close]")) return;
  event.preventDefault();
  dialog.close();
});
// Escape does not take away what can be shown no more: it is copied before, or "Done" is pressed.
dialog.addEventListener("cancel", (event) => {
  if (uncopied()) event.preventDefault();
});
// A browser that is asked twice closes all the same, unless it never hears of the key.
dialog.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && uncopied()) event.preventDefault();
});
dialog.addEventListener("close", () => {
  dialog.replaceChildren();
  if (stale) location.reload();
  else opener?.focus();
});
dialog.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  sending(form, () => follow(new Request(form.action, { method: "POST", body })));
});
