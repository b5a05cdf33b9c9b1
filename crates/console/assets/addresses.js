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
  // Where IPv6 is accepted the server alone reads it.
  if (text.includes(":")) return texts.ipv6 ?? "";
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
  const isUnread = form.dataset.own.includes(":") && form.dataset.ipv6 === undefined;
  form.querySelector("[data-out]").hidden = ranges.length === 0 || isIn || isUnread;
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
