// Keeps what a person types in <form data-draft="key"> on the device until it was sent: after a reload or a language
// switch the form is filled again, with a notice and a way to start anew. The page after success carries
// data-draft-done="key", which forgets it. A form that changes something carries data-draft-base, a mark of what it changes:
// what was typed then stands over what the page shows, as long as nobody changed the thing itself. Files, passwords and hidden fields are never kept.
const PREFIX = "wasl:draft:";
const arabic = document.documentElement.lang === "ar";
const MONTH = 30 * 24 * 3600 * 1000;

for (const done of document.querySelectorAll("[data-draft-done]")) forget(done.dataset.draftDone);
for (const form of document.querySelectorAll("form[data-draft]")) tend(form);

function tend(form) {
  const key = form.dataset.draft;
  const kept = recall(key, form.dataset.draftBase);
  if (kept) form.dispatchEvent(new CustomEvent("wasl:draft", { detail: kept }));
  if (kept && !form.querySelector("[data-error-summary]") && restore(form, kept)) announce(form, key);
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => remember(key, form), 400);
  });
  window.addEventListener("pagehide", () => { if (timer) remember(key, form); });
}

function fields(form) {
  return [...form.elements].filter((field) =>
    field.name && !["hidden", "file", "password", "submit", "button"].includes(field.type) && field.autocomplete !== "one-time-code");
}

function remember(key, form) {
  const values = {};
  for (const field of fields(form)) {
    if (field.type === "radio") { if (field.checked) values[field.name] = field.value; }
    else if (field.type === "checkbox") values[`${field.name}=${field.value}`] = field.checked;
    else values[field.name] = field.value;
  }
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify({ at: Date.now(), base: form.dataset.draftBase, values }));
    form.querySelector("[data-draft-saved]")?.removeAttribute("hidden");
  } catch { /* storage is full or closed: the form works without */ }
}

function recall(key, base) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + key));
    if (!kept || Date.now() - kept.at > MONTH || kept.base !== base) return forget(key);
    return kept.values;
  } catch { return null; }
}

function forget(key) {
  try { localStorage.removeItem(PREFIX + key); } catch { /* nothing was kept */ }
  return null;
}

// Fills what is still empty or untouched; tells whether anything changed.
function restore(form, values) {
  let changed = false;
  for (const field of fields(form)) {
    if (field.type === "radio") {
      const wanted = values[field.name] === field.value;
      if (wanted && !field.checked) { field.checked = true; changed = true; }
    } else if (field.type === "checkbox") {
      const wanted = values[`${field.name}=${field.value}`];
      if (wanted !== undefined && wanted !== field.checked) { field.checked = wanted; changed = true; }
    } else if (values[field.name] !== undefined && field.value !== values[field.name] && (form.dataset.draftBase !== undefined || (values[field.name] && !field.value))) {
      field.value = values[field.name];
      changed = true;
    }
    if (changed) field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return changed;
}

function announce(form, key) {
  const note = document.createElement("p");
  note.className = "note info";
  note.setAttribute("role", "status");
  const words = document.createElement("span");
  words.textContent = arabic ? "استعدنا ما كتبته سابقاً على هذا الجهاز." : "We brought back what you wrote on this device.";
  const fresh = document.createElement("button");
  fresh.type = "button";
  fresh.className = "btn s";
  fresh.textContent = arabic ? "البدء من جديد" : "Start anew";
  fresh.addEventListener("click", () => { forget(key); form.reset(); note.remove(); });
  note.append(words, fresh);
  form.prepend(note);
}
