// What HTML alone cannot do: dialogs of pages, copying, hiding, times in the reader's zone. Every page
// works without it.

const lang = document.documentElement.lang;
const day = new Intl.DateTimeFormat(lang, { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "medium" });
const instant = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "long" });

function tellTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]:not([data-left])")) {
    const at = new Date(time.dateTime);
    time.textContent = ("exact" in time.dataset ? moment : day).format(at);
    time.title = instant.format(at);
  }
}

// A menu closes when something else is wanted.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

const dialog = document.createElement("dialog");
document.body.append(dialog);
let opener = null;
// A dialog that has shown a value leaves a page that does not know of the new key.
let stale = false;

// What an answer shows: its panel, or the card of a page that tells why there is none.
function panelOf(text) {
  return new DOMParser().parseFromString(text, "text/html").querySelector("#panel, .card");
}

// A value that is shown this one time, and was not copied yet.
const uncopied = () => dialog.querySelector("[data-once] [data-value]") !== null;

function show(panel) {
  dialog.replaceChildren(panel);
  const title = panel.querySelector("h1");
  title.id = "dialog-title";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  stale ||= panel.querySelector("[data-value]") !== null;
  if (!dialog.open) dialog.showModal();
  const first = panel.querySelector("[autofocus], input:not([type=hidden]), textarea, button");
  first?.focus();
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
function lost() {
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

// No second press while a form is on its way.
async function sending(form, way) {
  const buttons = [...form.querySelectorAll("button:not([type=button])")];
  for (const button of buttons) button.disabled = true;
  try {
    await way();
  } finally {
    for (const button of buttons) button.disabled = false;
  }
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
  const body = new URLSearchParams(new FormData(form));
  sending(form, () => follow(new Request(form.action, { method: "POST", body })));
});
// Where no dialog is, the browser sends the form itself: once.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

function hide(form) {
  placeOf(form).textContent = form.dataset.mask;
  form.querySelector("button").textContent = form.dataset.show;
  delete form.dataset.mask;
}

// Whether the value is in its place then.
async function reveal(form) {
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

const placeOf = (form) => form.parentElement.querySelector("[data-key], code:not([data-value])");

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-reveal]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.mask) hide(form);
  else sending(form, () => reveal(form));
}, { capture: true });

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const panel = button.closest(".panel, .panel-like, td");
  // Nobody can do anything with the mask.
  const form = panel.querySelector("form[data-reveal]");
  if (form && !form.dataset.mask && !(await reveal(form))) return;
  const value = panel.querySelector("[data-value]");
  try {
    await navigator.clipboard.writeText(value.textContent);
  } catch {
    getSelection().selectAllChildren(value);
    return;
  }
  button.textContent = button.dataset.copied;
  const said = panel.querySelector("[data-said]");
  if (said) said.textContent = button.dataset.copied;
  delete panel.dataset.once;
});
// What is shown once goes into a file that the browser makes itself: it is in no address.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-download]");
  if (!button) return;
  const panel = button.closest(".panel");
  const text = panel.querySelector("[data-value]").textContent + "\n";
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = button.dataset.download;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  delete panel.dataset.once;
});
document.addEventListener("copy", () => {
  const panel = document.querySelector("[data-once]");
  if (panel?.contains(getSelection().anchorNode)) delete panel.dataset.once;
});

// The permissions of a restricted key: whole groups, a search, a count, and a link to the same form.
const permissions = document.querySelector("form[data-permissions]");
if (permissions) {
  const chosen = () => permissions.querySelectorAll("input[type=radio]:checked:not([value=none])");
  const count = () => {
    permissions.querySelector("[data-count]").textContent = chosen().length;
  };
  for (const tool of permissions.querySelectorAll("[data-search], [data-link], [data-sets]")) {
    tool.hidden = false;
  }
  permissions.addEventListener("change", count);
  permissions.addEventListener("click", (event) => {
    const level = event.target.dataset.set;
    if (!level) return;
    const group = event.target.closest(".group");
    for (const radio of group.querySelectorAll(`input[name^="own."][value=${level}]`)) {
      radio.checked = true;
    }
    count();
  });
  // Enter looks for something, and creates nothing.
  permissions.querySelector("[data-search]").addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  permissions.querySelector("[data-search]").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const group of permissions.querySelectorAll(".group")) {
      let found = 0;
      for (const row of group.querySelectorAll("[data-resource]")) {
        row.hidden = !row.dataset.resource.toLowerCase().includes(wanted);
        found += row.hidden ? 0 : 1;
      }
      group.hidden = found === 0;
    }
  });
  permissions.querySelector("[data-link]").addEventListener("click", async (event) => {
    const said = new URLSearchParams();
    const name = permissions.querySelector("#name").value;
    if (name) said.set("name", name);
    for (const radio of chosen()) {
      const [kind, resource] = radio.name.split(".");
      const list = kind === "own" ? "permissions[]" : "connect_permissions[]";
      said.append(list, `${resource}_${radio.value}`);
    }
    await navigator.clipboard.writeText(`${location.origin}${location.pathname}?${said}`);
    event.target.textContent = event.target.dataset.copied;
  });
}

// What a mailed link proves stands behind its #; it goes into the form and out of the address.
const fragment = document.querySelector("[data-fragment]");
if (fragment && location.hash.length > 1) {
  fragment.querySelector("input").value = decodeURIComponent(location.hash.slice(1));
  fragment.hidden = true;
  history.replaceState(null, "", location.pathname);
}

tellTimes(document);
