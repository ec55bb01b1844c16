// Live pages: one stream per person, shared by all tabs. The tab that holds the lock keeps the connection and passes
// every fact to the others. A fact {id, kind, agency, units, case, reference} holds ids and codes, never words.
//
// On `document`: `wasl:live` (detail = fact), `wasl:live-reset` (facts may be missing: load anew), `wasl:live-closed`.
// <… data-live-case="12">            hears `wasl:changed` when the case changed (for hx-trigger), at most once a second
// <section data-live-list="CaseRegistered CaseReferred" data-live-url="/desk/list?…" data-live-target="#list">
//   <button class="newbar" data-live-new hidden></button> …   counts what is new; pressing it loads the list anew
// <a data-live-count="/alerts/count" data-live-hears="AlertGiven" data-label="Alerts"><em>3</em></a>  a number that is
//   read anew when such a fact comes, when facts may be missing, and when the page is looked at again.
// [data-live-state] shows whether the stream is up.
const address = document.body.dataset.live;
const arabic = document.documentElement.lang === "ar";
const channel = "BroadcastChannel" in window ? new BroadcastChannel("wasl-live") : null;
const heard = new Set();
let last = 0;
let pause = 3000;

if (address) lead();

function lead() {
  channel?.addEventListener("message", (event) => take(event.data));
  if (navigator.locks && channel) navigator.locks.request("wasl-live", () => new Promise(() => open()));
  else open();
}

function open() {
  const source = new EventSource(last ? `${address}?last=${last}` : address);
  const pass = (message) => { take(message); channel?.postMessage(message); };
  source.addEventListener("ready", (event) => { pause = 3000; pass({ type: "state", up: true, id: Number(event.lastEventId) }); });
  source.addEventListener("fact", (event) => pass({ type: "fact", fact: JSON.parse(event.data) }));
  source.addEventListener("reset", () => pass({ type: "reset" }));
  source.addEventListener("closed", () => { source.close(); pass({ type: "closed" }); });
  source.addEventListener("error", () => {
    pass({ type: "state", up: false });
    if (source.readyState !== EventSource.CLOSED) return;  // the browser comes back by itself
    setTimeout(open, pause);
    pause = Math.min(pause * 2, 60000);
  });
}

function take(message) {
  if (message.type === "state") {
    if (message.id) last = Math.max(last, message.id);
    return show(message.up);
  }
  if (message.type === "reset") return document.dispatchEvent(new CustomEvent("wasl:live-reset"));
  if (message.type === "closed") { show(false); return document.dispatchEvent(new CustomEvent("wasl:live-closed")); }
  const fact = message.fact;
  if (heard.has(fact.id)) return undefined;
  heard.add(fact.id);
  if (heard.size > 1000) heard.delete(heard.values().next().value);
  last = Math.max(last, fact.id);
  show(true);
  return document.dispatchEvent(new CustomEvent("wasl:live", { detail: fact }));
}

function show(up) {
  for (const mark of document.querySelectorAll("[data-live-state]")) {
    mark.hidden = false;
    mark.classList.toggle("off", !up);
    const words = mark.querySelector("[data-online]");
    const text = up ? words?.dataset.online : words?.dataset.offline;
    if (words && words.textContent !== text) words.textContent = text;
  }
}

// --- what is shown of it ---------------------------------------------------------------------------------------------
const waiting = new Map();
document.addEventListener("wasl:live", ({ detail: fact }) => {
  for (const place of document.querySelectorAll(`[data-live-case="${Number(fact.case)}"]`)) soon(place);
  for (const place of document.querySelectorAll("[data-live-list]"))
    if (place.dataset.liveList === "*" || place.dataset.liveList.split(/[\s,]+/).includes(fact.kind)) count(place, fact);
});
document.addEventListener("wasl:live-reset", () => {
  document.querySelectorAll("[data-live-case]").forEach(soon);
  document.querySelectorAll("[data-live-list]").forEach((place) => count(place, null));
});

function soon(place) {
  if (waiting.has(place)) return;
  waiting.set(place, setTimeout(() => { waiting.delete(place); place.dispatchEvent(new CustomEvent("wasl:changed", { bubbles: false })); }, 1000));
}

document.addEventListener("wasl:live", ({ detail: fact }) => {
  for (const place of counters()) if (place.dataset.liveHears.split(" ").includes(fact.kind)) soonCounted(place, 300, true);
});
document.addEventListener("wasl:live-reset", () => counters().forEach((place) => soonCounted(place, 300, false)));
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") counters().forEach((place) => soonCounted(place, 0, false));
});
window.addEventListener("pageshow", (event) => { if (event.persisted) counters().forEach((place) => soonCounted(place, 0, false)); });

// Whoever follows no cases has no stream: the numbers are looked at once a minute.
if (!address) setInterval(() => { if (document.visibilityState === "visible") counters().forEach((place) => recount(place, true)); }, 60000);

function counters() {
  return document.querySelectorAll("[data-live-count]");
}

function soonCounted(place, wait, spoken) {
  clearTimeout(place.waslCounting);
  place.waslCounting = setTimeout(() => recount(place, spoken), wait);
}

async function recount(place, spoken) {
  const headers = { Accept: "application/json", "X-Wasl-By-Itself": "1" };  // nobody need be sitting here
  const answer = await fetch(place.dataset.liveCount, { headers }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { count: n, shown } = await answer.json();
  const mark = place.querySelector("em");
  mark.textContent = shown;
  mark.hidden = !n;
  const words = n ? (arabic ? `${place.dataset.label}، جديدة: ${n}` : `${place.dataset.label}, new: ${n}`) : place.dataset.label;
  if (place.getAttribute("aria-label") === words) return;
  place.setAttribute("aria-label", words);
  if (spoken) announce(words);
}

// The list stays still under the hand; a bar above it says how many are new.
function count(place, fact) {
  const bar = place.querySelector("[data-live-new]");
  if (!bar) return;
  const cases = (place.waslNew ??= new Set());
  if (fact) cases.add(fact.case ?? fact.id);
  bar.hidden = false;
  bar.textContent = fact || cases.size ? inWords(cases.size) : (arabic ? "تحديث القائمة" : "Refresh the list");
  announce(bar.textContent);
}

document.addEventListener("click", (event) => {
  const bar = event.target.closest("[data-live-new]");
  const place = bar?.closest("[data-live-list]");
  if (!place) return;
  bar.hidden = true;
  place.waslNew = new Set();
  const target = place.dataset.liveTarget;
  if (!target || !window.htmx) return window.location.reload();
  window.htmx.ajax("GET", place.dataset.liveUrl ?? window.location.href, { target, select: target, swap: "outerHTML" });
});

const FORMS = { one: "تغيير جديد", two: "تغييران جديدان", few: "{n} تغييرات جديدة", many: "{n} تغييراً جديداً", other: "{n} تغيير جديد" };
const plural = new Intl.PluralRules("ar");
export function inWords(n) {
  if (!arabic) return n === 1 ? "1 new change" : `${n} new changes`;
  return (FORMS[plural.select(n)] ?? FORMS.other).replace("{n}", n);
}

// Screen readers hear at most one sentence in five seconds, the newest.
let speaking = null;
let next = "";
export function announce(words) {
  next = words;
  if (speaking) return;
  const line = document.querySelector("[data-announcer]");
  const speak = () => {
    speaking = null;
    if (!next || !line) return;
    line.textContent = next;
    next = "";
    speaking = setTimeout(speak, 5000);
  };
  speak();
}
