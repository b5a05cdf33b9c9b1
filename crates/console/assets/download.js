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
