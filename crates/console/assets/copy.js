// Values are copied by a button, or by themselves where they are in view.

import { copied, saysDone } from "./clipboard.js";
import { unconceal, valueOf } from "./conceal.js";

document.addEventListener("click", async (event) => {
  // A value that is in view is a button, too.
  const view = event.target.closest("td > code[data-value]");
  const button = event.target.closest("button[data-copy]") ?? view?.parentElement.querySelector("[data-copy]");
  if (!button) return;
  const panel = button.closest(".panel, .panel-like, td");
  // Nobody can do anything with the mask of a key. Only pages that hide keys know how to show them.
  const form = panel.querySelector("form[data-reveal]");
  const hiding = form && (await import("./reveal.js"));
  if (form && !form.dataset.mask && !(await hiding.reveal(form))) return;
  const value = panel.querySelector("[data-value]") ?? hiding.placeOf(form);
  const text = valueOf(value);
  const said = panel.querySelector("[data-said]");
  if (await copied(text, value)) {
    saysDone(button);
    said.textContent = button.dataset.copied;
    delete panel.dataset.once;
    return;
  }
  unconceal(value, panel.querySelector("[data-conceal]"));
  getSelection().selectAllChildren(value);
  said.classList.replace("hidden", "fault");
  said.textContent = button.dataset.failed;
});

document.addEventListener("copy", () => {
  const panel = document.querySelector("[data-once]");
  if (panel?.contains(getSelection().anchorNode)) delete panel.dataset.once;
});
