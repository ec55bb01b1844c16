// Small manners of forms: no second sending, a counter under long texts, focus on the error summary, copying, dialogs,
// questions before what cannot be undone, and the slider between two pictures. All by data attributes.
const arabic = document.documentElement.lang === "ar";

document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm;
  if (question && !window.confirm(question)) return event.preventDefault();
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  // After this turn of the loop, so that the pressed button still sends its value.
  setTimeout(() => form.querySelectorAll("button:not([type=button])").forEach((button) => button.setAttribute("aria-busy", "true")));
});

// Coming back by the browser's "back" must find a form that can be sent again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
});

document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    await navigator.clipboard?.writeText(copier.dataset.copy);
    say(arabic ? "نُسخ" : "Copied");
  }
});

document.addEventListener("change", (event) => {
  const element = event.target.closest("[data-autosubmit]");
  if (element) (element.form ?? element).requestSubmit();
});

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-count]")) count(event.target);
  if (event.target.matches("[data-compare] input")) compare(event.target);
});

function count(area) {
  const limit = Number(area.maxLength);
  if (!(limit > 0)) return;
  let line = area.nextElementSibling;
  if (!line?.matches(".count")) {
    line = document.createElement("p");
    line.className = "count num";
    area.after(line);
  }
  const used = area.value.length;
  line.textContent = arabic ? `${used.toLocaleString("en")} من ${limit.toLocaleString("en")}` : `${used.toLocaleString("en")} of ${limit.toLocaleString("en")}`;
  line.classList.toggle("over", used >= limit);
}

function compare(slider) {
  slider.closest("[data-compare]").style.setProperty("--cut", `${slider.value}%`);
}

export function say(words) {
  const line = document.querySelector("[data-announcer]");
  if (line) line.textContent = words;
}

export function mount(root) {
  root.querySelectorAll("textarea[data-count]").forEach(count);
  root.querySelectorAll("[data-compare] input").forEach(compare);
}

mount(document);
document.body.addEventListener("htmx:load", (event) => mount(event.target));
document.querySelector("[data-error-summary]")?.focus();
