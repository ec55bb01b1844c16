// The editor of a service's questions: the preview beneath follows what is typed. Without script it shows what was last
// sent.
const preview = document.querySelector("[data-form-preview]");
const form = document.querySelector("form.adminform");

let waiting, asked = 0;
function later() {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 350);
}

async function refresh() {
  const number = ++asked;
  const answer = await fetch(preview.dataset.formPreview, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (!answer?.ok || number !== asked) return;
  preview.innerHTML = await answer.text();
  // The questions find their conditions again (catalogue/questions.js).
  document.dispatchEvent(new Event("htmx:afterSwap"));
}

if (form && preview) {
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("click", (event) => event.target.closest("button[type=button], [data-add-row]") && later());
}
