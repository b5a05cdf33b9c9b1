// Times in the reader's zone and language; what is left counts down.

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

// The same in what was added to the page.
export function tell(root) {
  tellTimes(root);
  tellZone(root);
}

tell(document);
countDown();
