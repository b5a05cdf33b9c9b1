// Whether a text was copied; where a browser lets nobody do it, it is selected for its reader.
export async function copied(text, element) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(element);
    return document.execCommand("copy");
  }
}

// Says on a button for a while what it has done.
export function saysDone(button) {
  button.dataset.says ??= button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = button.dataset.says; }, 5000);
}
