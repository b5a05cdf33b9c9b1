// What HTML alone cannot do: dialogs of pages, copying, hiding, times in the reader's zone. Every page
// works without it.

const lang = document.documentElement.lang;
const day = new Intl.DateTimeFormat(lang, { dateStyle: "medium" });
const moment = new Intl.DateTimeFormat(lang, { dateStyle: "medium", timeStyle: "medium" });
const instant = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeStyle: "long" });

function tellTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    time.title = instant.format(at);
    if ("left" in time.dataset) continue;
    time.textContent = ("exact" in time.dataset ? moment : day).format(at);
  }
}

// What is left counts down, in the two largest units as the server says it. Whoever wants no motion
// sees it change once a minute.
const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const still = matchMedia("(prefers-reduced-motion: reduce)");

function left(seconds) {
  const counts = units.map(([unit, size], index) => {
    const above = index > 0 ? units[index - 1][1] : Infinity;
    return [unit, Math.floor((seconds % above) / size)];
  });
  const first = counts.findIndex(([, count]) => count > 0);
  const told = counts.slice(first, first + 2).filter(([, count]) => count > 0);
  const words = (unit) => ({ style: "unit", unit, unitDisplay: "long" });
  return told.map(([unit, count]) => new Intl.NumberFormat(lang, words(unit)).format(count)).join(" ");
}

function countDown() {
  for (const time of document.querySelectorAll("time[data-left]")) {
    const seconds = Math.floor((new Date(time.dateTime) - Date.now()) / 1000);
    if (seconds <= 0) {
      time.parentElement.textContent = time.dataset.over;
    } else if (time.textContent !== left(seconds)) {
      time.textContent = left(seconds);
    }
  }
  setTimeout(countDown, still.matches ? 60_000 : 1000);
}

// A field for a moment is filled in in the reader's zone, and sent as the instant that it means.
function tellZone(root) {
  for (const field of root.querySelectorAll("input[data-instant]")) {
    if (!field.defaultValue) continue;
    const at = new Date(`${field.defaultValue}Z`);
    at.setMinutes(at.getMinutes() - at.getTimezoneOffset());
    field.value = at.toISOString().slice(0, 16);
  }
  for (const zone of root.querySelectorAll("[data-zone]")) {
    zone.textContent = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}
document.addEventListener("formdata", (event) => {
  for (const field of event.target.querySelectorAll("input[data-instant]")) {
    if (field.value) event.formData.set(field.name, new Date(field.value).toISOString());
  }
});

// What only a script can do shows where one runs.
function ready(root) {
  tellTimes(root);
  tellZone(root);
  for (const tool of root.querySelectorAll("[data-conceal]")) tool.hidden = false;
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
  ready(panel);
  const title = panel.querySelector("h1");
  title.id = "dialog-title";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  stale ||= panel.querySelector("[data-value]") !== null;
  if (!dialog.open) dialog.showModal();
  const fields = "input:not([type=hidden]), textarea, select, button:not([tabindex])";
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
  const body = new URLSearchParams(new FormData(form, event.submitter));
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

// Values that are hidden from whoever looks over a shoulder.
const concealed = new WeakMap();

function unconceal(code, button) {
  code.textContent = concealed.get(code);
  concealed.delete(code);
  [button.textContent, button.dataset.conceal] = [button.dataset.conceal, button.textContent];
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-conceal]");
  if (!button) return;
  const code = button.closest(".panel").querySelector("[data-value]");
  if (concealed.has(code)) {
    unconceal(code, button);
    return;
  }
  concealed.set(code, code.textContent);
  code.textContent = "•".repeat(code.textContent.length);
  [button.textContent, button.dataset.conceal] = [button.dataset.conceal, button.textContent];
});

// Whether a text was copied; where a browser lets nobody do it, it is selected for its reader.
async function copied(text, element) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
}

// Says on a button for a while what it has done.
function saysDone(button) {
  button.dataset.says ??= button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = button.dataset.says; }, 5000);
}

document.addEventListener("click", async (event) => {
  // A value that is in view is a button, too.
  const view = event.target.closest("td > code[data-value]");
  const button = event.target.closest("button[data-copy]") ?? view?.parentElement.querySelector("[data-copy]");
  if (!button) return;
  const panel = button.closest(".panel, .panel-like, td");
  // Nobody can do anything with the mask.
  const form = panel.querySelector("form[data-reveal]");
  if (form && !form.dataset.mask && !(await reveal(form))) return;
  const value = panel.querySelector("[data-value]") ?? placeOf(form);
  const text = concealed.get(value) ?? value.textContent;
  const said = panel.querySelector("[data-said]");
  if (await copied(text, value)) {
    saysDone(button);
    said.textContent = button.dataset.copied;
    delete panel.dataset.once;
    return;
  }
  if (concealed.has(value)) unconceal(value, panel.querySelector("[data-conceal]"));
  getSelection().selectAllChildren(value);
  said.classList.replace("hidden", "fault");
  said.textContent = button.dataset.failed;
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

// The addresses of a key: what is wrong with an entry stands beside it at once, and so does whether the
// reader is shut out. The server asks all of that again.
function rangeOf(text) {
  const [address, prefix = "32", ...rest] = text.split("/");
  const parts = address.split(".");
  const isNumber = (part, most) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= most;
  const isAddress = parts.length === 4 && parts.every((part) => isNumber(part, 255));
  if (!isAddress || !isNumber(prefix, 32) || rest.length > 0) return null;
  const number = parts.reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - prefix);
  return { first: number - (number % size), size, prefix, isWhole: number % size === 0 };
}

function faultOf(text, texts) {
  if (text.includes(":")) return texts.ipv6;
  const range = rangeOf(text);
  if (!range) return texts.malformed;
  const parts = [24, 16, 8, 0].map((bits) => Math.floor(range.first / 2 ** bits) % 256);
  return range.isWhole ? "" : `${texts.boundary} ${parts.join(".")}/${range.prefix}.`;
}

const entriesOf = (field) => field.value.split(/[\s,]+/).filter((entry) => entry !== "");

function showFaults(field, texts) {
  const faults = entriesOf(field).map((entry) => [entry, faultOf(entry, texts)]).filter(([, fault]) => fault);
  const list = field.closest(".field").querySelector("[data-faults]");
  if (faults.length > 0) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
  if (!list) {
    field.closest("li").querySelector(".fault").textContent = faults[0]?.[1] ?? "";
    return;
  }
  list.replaceChildren(...faults.map(([entry, fault]) => {
    const line = document.createElement("li");
    line.className = "fault";
    line.textContent = `${entry}: ${fault}`;
    return line;
  }));
}

function showWhoIsOut(form) {
  const entries = [...form.querySelectorAll("[data-entries]")].flatMap(entriesOf);
  const ranges = entries.map(rangeOf).filter((range) => range?.isWhole);
  const own = rangeOf(form.dataset.own)?.first;
  const isIn = ranges.some(({ first, size }) => own >= first && own < first + size);
  form.querySelector("[data-out]").hidden = ranges.length === 0 || isIn;
  form.querySelector("[data-anywhere]").hidden = entries.length > 0;
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-addresses]");
  if (!form || !("entries" in event.target.dataset)) return;
  // Nobody is told while they type, unless it is put right.
  if (event.target.hasAttribute("aria-invalid")) showFaults(event.target, form.dataset);
  showWhoIsOut(form);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-addresses]");
  if (form && "entries" in event.target.dataset) showFaults(event.target, form.dataset);
});

// The permissions of a restricted key: templates, whole groups, a search, a count, and a link to the
// same form.
const permissions = document.querySelector("form[data-permissions]");
if (permissions) {
  const chosen = () => permissions.querySelectorAll("input[type=radio]:checked:not([value=none])");
  const count = () => {
    permissions.querySelector("[data-count]").textContent = chosen().length;
  };
  const choose = (root, kind, level) => {
    for (const radio of root.querySelectorAll(`input[name^="${kind}."][value=${level}]`)) {
      radio.checked = true;
    }
    count();
  };
  const link = permissions.querySelector("[data-link]");
  const search = permissions.querySelector("[data-search]");
  for (const tool of permissions.querySelectorAll("[data-search], [data-link], [data-sets]")) {
    tool.hidden = false;
  }
  permissions.addEventListener("change", count);
  permissions.addEventListener("click", (event) => {
    const { set, template } = event.target.dataset;
    if (set) choose(event.target.closest(".group"), "own", set);
    if (!template) return;
    event.preventDefault();
    choose(permissions, "own", template);
    choose(permissions, "connect", "none");
  });
  // Enter looks for something, and creates nothing.
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    let all = 0;
    for (const group of permissions.querySelectorAll(".group")) {
      let found = 0;
      for (const row of group.querySelectorAll("[data-resource]")) {
        row.hidden = !row.dataset.resource.toLowerCase().includes(wanted);
        found += row.hidden ? 0 : 1;
      }
      group.hidden = found === 0;
      all += found;
    }
    permissions.querySelector("[data-nothing]").hidden = all > 0;
  });
  link.addEventListener("click", async () => {
    const name = permissions.querySelector("#name")?.value;
    const said = name ? [`name=${encodeURIComponent(name)}`] : [];
    for (const radio of chosen()) {
      const [kind, resource] = radio.name.split(".");
      const list = kind === "own" ? "permissions[]" : "connect_permissions[]";
      said.push(`${list}=${resource}_${radio.value}`);
    }
    const text = permissions.querySelector("[data-link-text]");
    text.textContent = `${location.origin}${link.dataset.link}?${said.join("&")}`;
    text.hidden = false;
    if (await copied(text.textContent, text)) {
      text.hidden = true;
      saysDone(link);
    }
  });
}

// What a mailed link proves stands behind its #; it goes into the form and out of the address.
const fragment = document.querySelector("[data-fragment]");
if (fragment && location.hash.length > 1) {
  fragment.querySelector("input").value = decodeURIComponent(location.hash.slice(1));
  fragment.hidden = true;
  history.replaceState(null, "", location.pathname);
}

ready(document);
countDown();
