// The permissions of a restricted key: templates, whole groups, a search, a count, and a link to the
// same form.

import { copied, saysDone } from "./clipboard.js";

const permissions = document.querySelector("form[data-permissions]");
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
