// A form is sent once.

// No second press while a form is on its way.
export async function sending(form, way) {
  const buttons = [...form.querySelectorAll("button:not([type=button])")];
  for (const button of buttons) button.disabled = true;
  try {
    await way();
  } finally {
    for (const button of buttons) button.disabled = false;
  }
}

// Where no dialog is, the browser sends the form itself: once.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
