// What a mailed link proves stands behind its #; it goes into the form and out of the address.
const fragment = document.querySelector("[data-fragment]");
if (fragment && location.hash.length > 1) {
  fragment.querySelector("input").value = decodeURIComponent(location.hash.slice(1));
  fragment.hidden = true;
  history.replaceState(null, "", location.pathname);
}
