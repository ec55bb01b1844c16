// Shows a question only while the answer it depends on is given. Without script all stand there, each with its condition
// in words; the server passes over what was not asked. Works for forms that arrive later too (htmx, a new service).
function refresh(box) {
  for (const field of box.querySelectorAll("[data-only-if]")) {
    const wanted = field.dataset.onlyValues.split(" ");
    const asked = given(box, field.dataset.onlyIf).some((value) => wanted.includes(value));
    field.hidden = !asked;
    field.querySelectorAll("[data-only-words]").forEach((words) => { words.hidden = true; });
  }
}

// What is chosen for a question that is itself asked: an answer given before its question went away counts no more.
function given(box, name) {
  const controls = [...box.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter((one) => !one.closest("[hidden]"));
  return controls.filter((one) => !["radio", "checkbox"].includes(one.type) || one.checked).map((one) => one.value);
}

function all() {
  document.querySelectorAll("[data-questions]").forEach(refresh);
}

for (const happening of ["change", "input", "reset"]) {
  document.addEventListener(happening, (event) => {
    const form = event.target.closest?.("form, [data-questions]");
    if (form) setTimeout(all);
  });
}
document.addEventListener("htmx:afterSwap", all);
all();
