// Taking down a case by the keyboard alone. The form belongs to the server: it works out what appears beside it (htmx) and
// judges what was sent. Here stand the keys, the lists to choose from, and the care that nothing typed is ever lost:
// every change is kept on this device at once, on the server a few seconds later, and then forgotten here again.
import { enabled } from "../web/shortcuts.js";
import { toast } from "../web/htmx.js";

const AUTOSAVE_MS = 2500;
const RETRY_MS = 5000;
const DAY_MS = 24 * 3600 * 1000;
let form = document.querySelector("[data-register]");
const person = form.dataset.person;
const banner = document.querySelector("[data-banner]");
const prefix = `wasl:register:${person}:`;
let touched = false;  // typed since the server kept it
let saving = 0;
let again = null;  // what the retry button does
let busy = false;

// --- what is typed, kept on this device -----------------------------------------------------------------------------
// The number of a card is for the server alone, which keeps it sealed.
const LEFT_OUT = ["csrfmiddlewaretoken", "key", "outcome", "questions_of", "identity"];

function values() {
  return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !LEFT_OUT.includes(name));
}

function local(key) {
  try { return JSON.parse(localStorage.getItem(prefix + key)); } catch { return null; }
}

function keep(more = {}) {
  try { localStorage.setItem(prefix + form.elements.key.value, JSON.stringify({ at: Date.now(), values: values(), ...more })); } catch { /* full or closed */ }
}

function forget(key = form.elements.key.value) {
  try { localStorage.removeItem(prefix + key); } catch { /* nothing was kept */ }
}

// What other people of this device, or this person long ago, never sent.
function tidy() {
  try {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith("wasl:register:")))
      if (Date.now() - (JSON.parse(localStorage.getItem(key))?.at ?? 0) > DAY_MS) localStorage.removeItem(key);
  } catch { /* storage is closed */ }
}

function newestLocal() {
  const own = Object.keys(localStorage).filter((key) => key.startsWith(prefix)).map((key) => [key.slice(prefix.length), local(key.slice(prefix.length))]);
  return own.filter(([, kept]) => kept).sort((one, other) => other[1].at - one[1].at)[0];
}

function putBack(kept) {
  const names = new Set(kept.map(([name]) => name));
  for (const field of form.elements) {
    if (!field.name || ["file", "submit", "button"].includes(field.type) || LEFT_OUT.includes(field.name)) continue;
    const wanted = kept.filter(([name]) => name === field.name).map(([, value]) => value);
    if (["radio", "checkbox"].includes(field.type)) field.checked = wanted.includes(field.value);
    else if (names.has(field.name)) field.value = wanted.at(-1);
  }
  section("who").dataset.who = form.elements.who_state.value || "search";
  document.getElementById("s4").dataset.service = form.elements.service.value;
}

// --- …and on the server ---------------------------------------------------------------------------------------------
async function ask(address, body) {
  return fetch(address, { method: "POST", body, headers: { "HX-Request": "true" }, credentials: "same-origin" });
}

async function save() {
  clearTimeout(saving);
  saving = 0;
  if (!touched || busy) return;
  touched = false;
  const body = new FormData(form);
  body.delete("photos");
  try {
    const answer = await ask(form.dataset.draftUrl, body);
    if ([401, 403].includes(answer.status)) return lost("session");
    if (!answer.ok) throw new Error(String(answer.status));
    if (!touched) forget();
    calm();
    show("[data-saved]");
  } catch {
    touched = true;
    lost("offline", save);
    saving = setTimeout(save, RETRY_MS);
  }
}

function typed() {
  touched = true;
  keep();
  document.querySelector("[data-saved]").hidden = true;
  saving ||= setTimeout(save, AUTOSAVE_MS);
}

function lost(what, retry = null) {
  const words = banner.querySelector("[data-banner-words]");
  if (banner.hidden || words.textContent !== words.dataset[what]) words.textContent = words.dataset[what];
  banner.hidden = false;
  again = retry;
  banner.querySelector("[data-retry]").hidden = what === "session";
  const door = banner.querySelector("[data-sign-in]");
  door.hidden = what !== "session";
  door.search = `?next=${encodeURIComponent(`${location.pathname}?draft=${form.elements.key.value}`)}`;
}

function calm() { banner.hidden = true; again = null; }
function show(selector) { form.querySelector(selector).hidden = false; }
function section(name) { return form.querySelector(`[data-${name}]`); }
function look() { form.dispatchEvent(new CustomEvent("wasl:look")); }

// --- sending --------------------------------------------------------------------------------------------------------
async function send(button) {
  if (busy) return;
  busy = true;
  keep({ sent: true });
  clearTimeout(saving);
  saving = 0;
  button?.setAttribute("aria-busy", "true");
  const body = new FormData(form, button?.name ? button : undefined);
  try {
    const answer = await ask(button?.formAction || form.action, body);
    const onward = answer.headers.get("HX-Redirect");
    if ([401, 403].includes(answer.status)) return lost("session");
    if (onward) { forget(); touched = false; location.assign(onward); return; }
    if (answer.status !== 422) throw new Error(String(answer.status));
    again = null;
    banner.hidden = true;
    mend(await answer.text());
  } catch (problem) {
    lost(/^\d+$/.test(problem.message) ? "trouble" : "offline", () => send(button));
  } finally {
    busy = false;
    button?.removeAttribute("aria-busy");
  }
}

function mend(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-register]");
  document.getElementById("answered").close();
  form.replaceWith(fresh);
  form = fresh;
  window.htmx.process(form);
  document.dispatchEvent(new Event("htmx:afterSwap"));
  flags();
  typed();
  form.querySelector("[data-error-summary]")?.focus();
}

document.addEventListener("submit", (event) => {
  if (event.target !== form) return;
  event.preventDefault();
  send(event.submitter);
});
banner.querySelector("[data-retry]").addEventListener("click", () => (again ?? save)());
addEventListener("online", () => { if (!banner.hidden) save(); });
addEventListener("pagehide", () => { if (touched && !busy) keep(); });

document.addEventListener("input", (event) => {
  if (event.target.form !== form || event.target.type === "file") return;
  // Keyboards of phones, and some of Arabic, tell no key: the figure is then all that stands in the field.
  const wanted = event.target.matches("[data-figures]") && figure(event.target.value) && byFigure(event.target, figure(event.target.value));
  if (wanted) choose(wanted);
  else typed();
});
document.addEventListener("wasl:pin", () => { form.querySelector("[data-pin]").textContent = "✓"; typed(); look(); });

// --- what appears beside it -----------------------------------------------------------------------------------------
document.body.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.elt !== form || ![401, 403].includes(event.detail.xhr.status)) return;
  event.preventDefault();  // else the page would be left for the sign-in, in the middle of a sentence
  lost("session");
});
document.body.addEventListener("htmx:sendError", (event) => { if (event.detail.elt === form) lost("offline", save); });
document.body.addEventListener("htmx:afterSettle", (event) => { if (event.detail.elt?.id === "outlook" || event.detail.target?.id === "outlook") flags(); });

function flags() {
  const found = form.querySelector("[data-flags]");
  if (!found) return;
  const due = found.dataset.flags.split(" ");
  for (const part of form.querySelectorAll("[data-when]")) part.classList.toggle("due", due.includes(part.dataset.when));
  const classes = found.dataset.classes.split(" ");
  for (const choice of form.querySelectorAll("[name=importance]")) choice.disabled = !choice.checked && !classes.includes(choice.value);
  const words = form.querySelector("[data-submit-words]");
  words.textContent = form.elements.join.value ? words.dataset.join : words.dataset.plain;
  const line = document.querySelector("[data-announcer]");
  if (line && line.textContent !== found.dataset.say) line.textContent = found.dataset.say;
  for (const combo of form.querySelectorAll("[data-combo]")) mark(combo, -1);
}

// --- lists to choose from -------------------------------------------------------------------------------------------
function options(combo) {
  return [...document.getElementById(combo.getAttribute("aria-controls")).querySelectorAll("[role=option]")];
}

function marked(combo) { return options(combo).findIndex((one) => one.getAttribute("aria-selected") === "true"); }

function mark(combo, place) {
  const all = options(combo);
  all.forEach((one, number) => one.setAttribute("aria-selected", String(number === place)));
  combo.setAttribute("aria-expanded", String(all.length > 0 && document.activeElement === combo));
  if (place >= 0 && all[place]) combo.setAttribute("aria-activedescendant", all[place].id);
  else combo.removeAttribute("aria-activedescendant");
}

function choose(option) {
  if (option.closest("#service-hits")) return chooseService(option.dataset.choose);
  if (option.matches("[data-choose]")) return chooseWho("known", option);
  return chooseWho(option.matches("[data-choose-new]") ? "new" : "none");
}

function chooseWho(state, option) {
  const typedWords = form.elements.who.value.trim();
  form.elements.who_state.value = state;
  form.elements.person.value = option?.dataset.choose ?? "";
  section("who").dataset.who = state;
  if (option) {
    form.elements.language.value = option.dataset.language;
    const wished = form.querySelector(`[name=preferred_channel][value="${CSS.escape(option.dataset.preferred)}"]`);
    if (wished) wished.checked = true;
    // Shown at once; the server's own answer follows.
    const card = document.createElement("div");
    card.className = "pick";
    card.append(...[...option.cloneNode(true).childNodes]);
    document.getElementById("who-chosen").replaceChildren(card);
  }
  if (state === "new" && typedWords) {
    const into = typedWords.includes("@") ? "email" : /^[+\d٠-٩۰-۹\s().-]+$/.test(typedWords) ? "phone" : "name";
    if (!form.elements[into].value) form.elements[into].value = typedWords;
  }
  if (state !== "search") form.elements.who.value = "";
  typed();
  look();
  if (state === "new") (form.elements.name.value ? form.elements.phone : form.elements.name).focus();
  else if (state === "search") form.elements.who.focus();
  else form.elements.description.focus();
}

function chooseService(code) {
  form.elements.service.value = code;
  form.elements.service_q.value = "";
  document.getElementById("s4").dataset.service = code;
  document.getElementById("service-hits").replaceChildren();
  typed();
  look();
  (code ? form.elements.wilayat : form.elements.service_q).focus();
}

function inCombo(event) {
  const combo = event.target, all = options(combo);
  const place = marked(combo);
  if (event.key === "ArrowDown") mark(combo, Math.min(place + 1, all.length - 1));
  else if (event.key === "ArrowUp") mark(combo, Math.max(place - 1, -1));
  else if (event.key === "Escape" && place >= 0) mark(combo, -1);
  else if (event.key === "Enter") enter(combo, all, place);
  else if ("figures" in combo.dataset && figure(event.key)) {
    const wanted = byFigure(combo, figure(event.key));
    if (!wanted) return;
    choose(wanted);
  } else return;
  event.preventDefault();
}

function byFigure(combo, wanted) { return options(combo).find((one) => one.dataset.figure === wanted); }

function enter(combo, all, place) {
  if (place >= 0) return choose(all[place]);
  if (combo.name === "who" && combo.value.trim()) return choose(all.length === 3 ? all[0] : form.querySelector("[data-choose-new]"));
  if (combo.name === "service_q" && all.length) return choose(all[0]);
  onward(combo);
}

// The key of a figure, whichever digits the keyboard writes.
function figure(key) {
  const arabic = "٠١٢٣٤٥٦٧٨٩".indexOf(key), persian = "۰۱۲۳۴۵۶۷۸۹".indexOf(key);
  if (key.length !== 1) return "";
  if (/^\d$/.test(key)) return key;
  return arabic >= 0 ? String(arabic) : persian >= 0 ? String(persian) : "";
}

function onward(field) {
  const all = [...form.querySelectorAll("input:not([type=hidden], [type=file]), select, textarea, [data-submit]")].filter((one) => one.checkVisibility() && !one.closest("dialog"));
  const next = all.slice(all.indexOf(field) + 1).find((one) => one.type !== "radio" || one.checked || one.name !== field.name);
  next?.focus();
}

// A press in a list must not take the focus away before it is heard.
document.addEventListener("mousedown", (event) => { if (event.target.closest("[role=option]")) event.preventDefault(); });
document.addEventListener("click", (event) => {
  const pressed = (selector) => event.target.closest(selector);
  if (pressed("[role=option]")) return choose(pressed("[role=option]"));
  const unchoose = pressed("[data-unchoose]")?.dataset.unchoose;
  if (unchoose === "who") return chooseWho("search");
  if (unchoose === "service") return chooseService("");
  if (pressed("[data-unjoin]")) { form.elements.join.value = ""; typed(); return look(); }
  const join = pressed("[data-join]");
  if (join && join.form === form && join.matches("button")) { event.preventDefault(); form.elements.join.value = join.value; typed(); look(); form.querySelector("[data-submit]").focus(); }
  const gone = pressed("[data-remove-file]");
  if (gone) files(gone.dataset.removeFile);
});
document.addEventListener("focusin", (event) => { if (event.target.matches?.("[data-combo]")) mark(event.target, -1); });
document.addEventListener("focusout", (event) => { if (event.target.matches?.("[data-combo]")) event.target.setAttribute("aria-expanded", "false"); });

// --- photos and papers ----------------------------------------------------------------------------------------------
document.addEventListener("change", (event) => { if (event.target.id === "id_photos" && event.target.files.length) files(""); });

async function files(gone) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.append("held", form.elements.held.value);
  body.append("remove", gone);
  for (const file of gone ? [] : form.elements.photos?.files ?? []) body.append("photos", file);
  try {
    const answer = await ask(form.dataset.filesUrl, body);
    if ([401, 403].includes(answer.status)) return lost("session");
    if (!answer.ok) throw new Error(String(answer.status));
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("files").replaceChildren(...parsed.body.childNodes);
    typed();
    document.getElementById("id_photos")?.focus();
  } catch { lost("offline", () => files(gone)); }
}

// --- keys -----------------------------------------------------------------------------------------------------------
const dialog = (id) => document.getElementById(id);
const open = (id) => { const fold = document.getElementById(id); fold.open = true; fold.scrollIntoView({ block: "nearest" }); fold.querySelector("input:not([type=hidden]):not(:disabled), [tabindex='0']")?.focus(); };
const KEYS = {
  KeyI: () => dialog("answered").showModal(),
  KeyN: () => form.querySelector("[data-fresh]").click(),
  KeyA: () => form.querySelector("#outlook [data-join]")?.focus(),
  KeyG: () => open("classfold"),
  KeyM: () => open("mapfold"),
  KeyP: () => open("filefold"),
};

// Capturing: what is pressed here is meant for this page before anything else of the frame hears it.
document.addEventListener("keydown", (event) => {
  if (event.key === "F1" || (event.key === "?" && enabled() && !writing(event.target))) return act(event, () => dialog("keys").showModal());
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return act(event, () => send(form.querySelector("[data-submit]")));
  if (dialog("answered").open) return topicKey(event);
  if (event.altKey && !event.ctrlKey && !event.metaKey) return altKey(event);
  if (event.target.matches?.("[data-combo]")) return inCombo(event);
  if (event.key === "Enter" && event.target.form === form && event.target.matches("input:not([type=file], [type=submit]), select")) act(event, () => onward(event.target));
}, true);

function writing(target) { return target.closest?.("input, textarea, select"); }

function act(event, deed) {
  event.preventDefault();
  event.stopPropagation();
  deed();
}

function altKey(event) {
  const number = /^(?:Digit|Numpad)([1-7])$/.exec(event.code)?.[1];
  if (number) return act(event, () => toSection(number));
  const deed = KEYS[event.code];
  if (deed) act(event, deed);
}

function toSection(number) {
  const part = document.getElementById(`s${number}`);
  if (!part.checkVisibility()) return;
  const fields = [...part.querySelectorAll("input:not([type=hidden]), textarea, select, button, summary")].filter((one) => one.checkVisibility());
  const goal = fields.find((one) => one.type === "radio" && one.checked) ?? fields.find((one) => !one.matches("summary, button")) ?? fields[0];
  part.scrollIntoView({ block: "nearest" });
  goal?.focus();
}

function topicKey(event) {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.matches("input[type=text]")) return;
  const wanted = figure(event.key) && dialog("answered").querySelector(`[data-figure="${figure(event.key)}"]`);
  if (wanted) act(event, () => send(wanted));
}

// --- begin ----------------------------------------------------------------------------------------------------------
function begin() {
  tidy();
  const key = form.elements.key.value;
  const address = new URL(location.href);
  const own = local(key);
  const left = newestLocal();
  // Typed before the line or the browser broke, under another name than this page got: go to where it belongs.
  if (!own && left && !address.search && !document.querySelector("[data-restored]")) {
    try { localStorage.setItem(prefix + left[0], JSON.stringify({ ...left[1], sent: true })); } catch { /* it stays */ }
    location.replace(`${address.pathname}?draft=${left[0]}`);
    return;
  }
  history.replaceState(null, "", `${address.pathname}?draft=${key}`);
  if (own) {
    putBack(own.values);
    touched = true;
    keep();
    save();
    toast(document.documentElement.lang === "ar" ? "عاد ما كتبته على هذا الجهاز." : "What you typed on this device is back.", "ok");
  }
  flags();
  if (own || form.elements.who.value || document.querySelector("[data-restored]")) look();
  if (form.querySelector("[data-error-summary]")) return;
  (section("who").dataset.who === "search" ? form.elements.who : form.elements.description).focus();
}

addEventListener("load", begin);
