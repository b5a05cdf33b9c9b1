// What HTML alone cannot do on the pages of the docs: a language is changed in place, for all samples at
// once, and remembered. Every page works without it: the languages are links.

const groups = [...document.querySelectorAll("[data-languages]")];
const tabsOf = (group) => [...group.querySelectorAll(".languages a")];
const panelOf = (tab) => document.getElementById(tab.dataset.panel);

function choose(language) {
  for (const tab of groups.flatMap(tabsOf)) {
    const chosen = tab.dataset.language === language;
    tab.setAttribute("aria-selected", chosen);
    tab.tabIndex = chosen ? 0 : -1;
    panelOf(tab).hidden = !chosen;
    if (chosen) reveal(tab);
  }
}

// Moves the row of tabs alone, never the page.
function reveal(tab) {
  const row = tab.closest(".languages");
  const [left, right] = [tab.offsetLeft - row.offsetLeft, row.scrollLeft];
  if (left < right || left + tab.offsetWidth > right + row.clientWidth) row.scrollLeft = left - 16;
}

// What is above may grow or shrink: the tab that was pressed stays where it is.
function change(tab) {
  const before = tab.getBoundingClientRect().top;
  choose(tab.dataset.language);
  scrollBy({ top: tab.getBoundingClientRect().top - before, behavior: "instant" });
  document.cookie =
    `keyway-language=${tab.dataset.language}; path=/docs; max-age=31536000; samesite=lax`;
  const here = new URL(location.href);
  if (here.searchParams.has("lang")) {
    here.searchParams.delete("lang");
    history.replaceState(null, "", here);
  }
}

for (const group of groups) {
  const row = group.querySelector(".languages");
  row.setAttribute("role", "tablist");
  for (const tab of tabsOf(group)) {
    const panel = panelOf(tab);
    tab.parentElement.setAttribute("role", "presentation");
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
  }
  row.addEventListener("click", (event) => {
    const tab = event.target.closest("a");
    if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    change(tab);
  });
  row.addEventListener("keydown", (event) => {
    const tabs = tabsOf(group);
    const place = tabs.indexOf(event.target.closest("a"));
    const next = {
      ArrowRight: (place + 1) % tabs.length,
      ArrowLeft: (place + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
      " ": place,
    }[event.key];
    if (place < 0 || next === undefined) return;
    event.preventDefault();
    change(tabs[next]);
    tabs[next].focus({ preventScroll: true });
  });
}

const current = document.querySelector(".languages [aria-current]");
if (current) {
  for (const tab of groups.flatMap(tabsOf)) tab.removeAttribute("aria-current");
  choose(current.dataset.language);
}
