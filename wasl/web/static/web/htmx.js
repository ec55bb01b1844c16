// Our manners around htmx: the CSRF token on every request, pages for errors, forms that stay when a save fails.
// Event names stand in this one place, so that htmx 4 (other names, no inheritance) changes one file.
const body = document.body;

function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

body.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token();
});

// 409 (somebody was quicker) and 422 (the form has errors) bring a fragment that belongs on the page.
body.addEventListener("htmx:beforeSwap", (event) => {
  const status = event.detail.xhr.status;
  if (status === 409 || status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

body.addEventListener("htmx:responseError", (event) => complain("responseError", event));
body.addEventListener("htmx:sendError", (event) => complain("sendError", event));

// Whatever carries data-quiet tells of a broken line itself.
function complain(kind, event) {
  if (event.target.closest?.("[data-quiet]")) return;
  const arabic = document.documentElement.lang === "ar";
  const words = kind === "sendError"
    ? (arabic ? "انقطع الاتصال. لم يُحفظ شيء بعد، حاول مرة أخرى." : "The connection broke. Nothing was saved yet, try again.")
    : (arabic ? "تعذّر الحفظ. أعد تحميل الصفحة وحاول مرة أخرى." : "This could not be saved. Reload the page and try again.");
  toast(words, "bad");
}

// Shows a short message; screen readers hear it politely.
export function toast(words, tone = "") {
  const place = document.querySelector("[data-toasts]");
  if (!place) return;
  const note = document.createElement("p");
  note.className = `toast ${tone}`;
  note.textContent = words;
  place.append(note);
  setTimeout(() => note.remove(), 8000);
}
