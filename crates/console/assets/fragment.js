// What a mailed link proves stands behind its #; it goes into the form and out of the address.
const fragment = document.querySelector("[data-fragment]");
if (fragment && location.hash.length > 1) {
  fragment.querySelector("input").value = decodeURIComponent(location.hash.slice(1));
  fragment.hidden = true;
  // Whoever has yet to sign in comes back with it.
  for (const link of document.querySelectorAll("a[data-carries]")) link.hash = location.hash;
  history.replaceState(null, "", location.pathname);
}
const carrying = document.querySelector("form[data-carries]");
if (carrying && location.hash.length > 1) carrying.action += location.hash;
