// The value of a key in its place in the list, shown and hidden again.

import { lost, panelOf, show } from "./dialog.js";
import { sending } from "./sending.js";

function hide(form) {
  placeOf(form).textContent = form.dataset.mask;
  form.querySelector("button").textContent = form.dataset.show;
  delete form.dataset.mask;
}

// Whether the value is in its place then.
export async function reveal(form) {
  const [code, button] = [placeOf(form), form.querySelector("button")];
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(new Request(form.action, { method: "POST", body }));
    if (answer.redirected) {
      location.assign(answer.url);
      return false;
    }
    const panel = panelOf(await answer.text());
    const value = panel?.querySelector("[data-value]");
    if (!value) {
      show(panel ?? lost());
      return false;
    }
    form.dataset.mask = code.textContent;
    form.dataset.show = button.textContent;
    code.textContent = value.textContent;
    button.textContent = form.dataset.hide;
    return true;
  } catch {
    show(lost());
    return false;
  }
}

export const placeOf = (form) =>
  form.closest("td, .panel-like").querySelector("[data-key], code:not([data-value])");

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-reveal]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.mask) hide(form);
  else sending(form, () => reveal(form));
}, { capture: true });
