// The editor of a service's questions. The preview follows what is typed; what is rarely needed is folded away; codes
// are made of the English words; and what a question depends on is chosen from the questions before it instead of typed.
// Without script all fields stand there as they are, and the preview shows what was last sent.
const arabic = document.documentElement.lang === "ar";
const say = (ar, en) => (arabic ? ar : en);
const preview = document.querySelector("[data-form-preview]");
const form = document.querySelector("form.adminform");
const list = form?.querySelector("#f-questions > [data-rowlist]");
const FINER = ["hint", "only_if", "only_if_values", "least", "most", "mask", "when", "code"];
const CHOOSABLE = ["singlevaluelist", "multivaluelist", "boolean"];

const rows = () => [...list.children];
const control = (row, name) => row.querySelector(`:scope > .rowfields [name$=".${name}"]`);
const code = (row) => control(row, "code")?.value.trim() ?? "";

// --- the preview --------------------------------------------------------------------------------------------------

let waiting, asked = 0;
function later() {
  clearTimeout(waiting);
  waiting = setTimeout(() => { tidy(); refresh(); }, 350);
}

async function refresh() {
  const number = ++asked;
  const answer = await fetch(preview.dataset.formPreview, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (!answer?.ok || number !== asked) return;
  preview.innerHTML = await answer.text();
  // The questions find their conditions again (catalogue/questions.js).
  document.dispatchEvent(new Event("htmx:afterSwap"));
}

// --- codes --------------------------------------------------------------------------------------------------------

function slug(words, taken) {
  const made = words.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").slice(0, 24).replace(/_+$/, "");
  const first = /^[a-z]/.test(made) ? made : `q${taken.length + 1}`;
  let free = first;
  for (let number = 2; taken.includes(free); number++) free = `${first}_${number}`;
  return free;
}

function name(box, field, others) {
  if (!box || !field || field.value.trim()) return;
  const english = box.querySelector(':scope > .rowfields [name$=".label.en"]')?.value.trim();
  if (english) field.value = slug(english, others);
}

function makeCodes() {
  for (const row of rows()) {
    name(row, control(row, "code"), rows().filter((one) => one !== row).map(code));
    const inner = [...row.querySelectorAll("[data-rowlist] > [data-row]")];
    for (const choice of inner) {
      const key = (one) => one.querySelector('[name$=".key"]');
      name(choice, key(choice), inner.filter((one) => one !== choice).map((one) => key(one)?.value ?? ""));
    }
  }
}

// --- what a question depends on -------------------------------------------------------------------------------------

function words(row) {
  const texts = ["ar", "en"].map((tongue) => row.querySelector(`:scope > .rowfields [name$=".label.${tongue}"]`)?.value.trim());
  return (arabic ? texts[0] || texts[1] : texts[1] || texts[0]) || code(row);
}

function answers(row) {
  if (control(row, "datatype").value === "boolean") return [["yes", say("نعم", "Yes")], ["no", say("لا", "No")]];
  const choices = [...row.querySelectorAll("[data-rowlist] > [data-row]")];
  return choices.map((one) => [one.querySelector('[name$=".key"]')?.value.trim(), words(one)]).filter(([key]) => key);
}

function offerConditions() {
  const all = rows();
  all.forEach((row, place) => {
    const typed = control(row, "only_if"), values = control(row, "only_if_values");
    if (!typed || !values) return;
    const before = all.slice(0, place).filter((one) => CHOOSABLE.includes(control(one, "datatype").value) && code(one));
    const select = chooser(typed);
    const options = [["", say("يظهر دائماً", "Always shown")], ...before.map((one) => [code(one), words(one)])];
    if (typed.value && !options.some(([key]) => key === typed.value)) options.push([typed.value, typed.value]);
    if (isNew(select, options)) select.replaceChildren(...options.map(([key, label]) => new Option(label, key)));
    select.value = typed.value;
    offerAnswers(values, before.find((one) => code(one) === typed.value), Boolean(typed.value));
  });
}

// What is offered already stays as it stands: whoever is just choosing there loses neither the click nor the focus.
function isNew(box, offered) {
  const before = box.offered;
  box.offered = JSON.stringify(offered);
  return box.offered !== before;
}

function chooser(typed) {
  if (typed.chooser) return typed.chooser;
  const select = document.createElement("select");
  select.className = "in";
  select.id = typed.id;
  typed.id += "-typed";
  typed.hidden = true;
  document.getElementById(`${select.id}-hint`)?.setAttribute("hidden", "");
  typed.after(select);
  typed.chooser = select;
  select.addEventListener("change", () => {
    typed.value = select.value;
    control(typed.closest("[data-row]"), "only_if_values").value = "";
    offerConditions();
    later();
  });
  return select;
}

function offerAnswers(values, source, depends) {
  const field = values.closest(".field");
  field.hidden = !depends;
  if (!source) return;
  values.hidden = true;
  document.getElementById(`${values.id}-hint`)?.setAttribute("hidden", "");
  let group = field.querySelector(".asks");
  if (!group) {
    group = document.createElement("div");
    group.className = "asks";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", field.querySelector("label")?.textContent.trim() ?? "");
    values.after(group);
  }
  const offered = answers(source);
  if (isNew(group, offered)) group.replaceChildren(...offered.map(answer));
  const chosen = values.value.split(/[\n,،]/).map((one) => one.trim());
  for (const box of group.querySelectorAll("input")) box.checked = chosen.includes(box.value);

  function answer([key, label]) {
    const line = document.createElement("label"), box = document.createElement("input"), text = document.createElement("span");
    line.className = "check";
    Object.assign(box, { type: "checkbox", value: key });
    text.textContent = label;
    line.append(box, text);
    box.addEventListener("change", () => {
      values.value = [...group.querySelectorAll(":checked")].map((one) => one.value).join("\n");
      later();
    });
    return line;
  }
}

// --- what is rarely needed ------------------------------------------------------------------------------------------

function fold(row) {
  if (row.querySelector(":scope > .rowfields > .finer")) return;
  const fields = row.querySelector(":scope > .rowfields");
  const parts = FINER.map((one) => [...fields.children].find((part) => part.querySelector(`[name$=".${one}"], [name$=".${one}.ar"]`))).filter(Boolean);
  const details = document.createElement("details"), summary = document.createElement("summary"), inner = document.createElement("div");
  details.className = "finer";
  inner.className = "rowfields";
  summary.textContent = say("التوضيح والشروط والحدود", "Hint, conditions and limits");
  inner.append(...parts);
  details.append(summary, inner);
  details.open = Boolean(inner.querySelector(".err"));
  fields.append(details);
}

function tidy() {
  rows().forEach(fold);
  makeCodes();
  offerConditions();
}

if (form && list && preview) {
  tidy();
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("click", (event) => { if (event.target.closest("[data-add-row]")) tidy(); });
}
