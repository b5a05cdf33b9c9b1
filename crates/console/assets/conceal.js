// Values that are hidden from whoever looks over a shoulder.
const concealed = new WeakMap();

// The value that stands in its place, concealed or not.
export const valueOf = (code) => concealed.get(code) ?? code.textContent;

// Shows a value again, if it is concealed.
export function unconceal(code, button) {
  if (!concealed.has(code)) return;
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
