// The live worklist: rows are fetched again when something in one's units changes. While the pointer or the keyboard
// is in the list, cases are chosen, or a later page is open, nothing moves under the hand; a bar says how much is new.
// Counts of tabs follow, seldom and only while the page is seen. Who comes back from a case finds the row they left.
import { announce } from "../web/live.js";

const list = document.querySelector("[data-worklist]");
const bar = document.querySelector("[data-newbar]");
const counted = document.querySelector("[data-counts-url]");
const AT_MOST_EVERY_MS = 1500;
const COUNT_EVERY_MS = 8000;
const LEFT = "wasl:list-left";
let fetched = 0;
let timer = 0;
let ready = null;
let countedAt = 0;
let countTimer = 0;

function busy() {
  return "still" in list.dataset || list.matches(":hover") || list.contains(document.activeElement) || list.querySelector(".pick :checked");
}

function numbers(root) {
  return [...root.querySelectorAll("[data-case]")].map((row) => row.dataset.case);
}

async function look() {
  fetched = Date.now();
  try {
    const answer = await fetch(list.dataset.rowsUrl, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    ready = new DOMParser().parseFromString(await answer.text(), "text/html").body;
  } catch { return; }  // offline: the stream says when it is back
  if (busy()) offer();
  else put();
}

// What is new and not yet shown; on a later page the first page is what changed.
function offer() {
  const known = new Set(numbers(list));
  const fresh = numbers(ready).filter((number) => !known.has(number)).length;
  if (!fresh && ready.textContent === list.textContent) return;
  const words = bar.querySelector("span");
  const { labelOne, labelTwo, labelMany, labelChanged } = words.dataset;
  if ("still" in list.dataset || !fresh) words.textContent = labelChanged;
  else words.textContent = fresh === 1 ? labelOne : fresh === 2 ? labelTwo : labelMany.replace("%n%", fresh);
  if (bar.hidden) announce(words.textContent);
  bar.hidden = false;
}

// Where the eye and the hand are: the row in focus or the first one in sight, its place on the screen, what is ticked.
function place() {
  const rows = [...list.querySelectorAll("[data-case]")];
  const row = document.activeElement?.closest?.("[data-case]") ?? rows.find((one) => one.getBoundingClientRect().top > 60);
  const ticked = new Set([...list.querySelectorAll(".pick :checked")].map((box) => box.closest("[data-case]").dataset.case));
  const inList = list.contains(document.activeElement);
  const seen = row && row.getBoundingClientRect().top < window.innerHeight && window.scrollY > 0;
  return { number: row?.dataset.case, top: row?.getBoundingClientRect().top, seen, ticked, box: inList && document.activeElement.matches("input"), inList };
}

function back(to) {
  for (const number of to.ticked) {
    const box = rowOf(number)?.querySelector(".pick input");
    if (box) box.checked = true;
  }
  const row = to.number && rowOf(to.number);
  if (!row) return;
  if (to.inList) row.querySelector(to.box ? ".pick input" : ".lead a")?.focus({ preventScroll: true });
  if (to.seen) window.scrollBy(0, row.getBoundingClientRect().top - to.top);
}

export function rowOf(number) {
  return list.querySelector(`[data-case="${CSS.escape(number)}"]`);
}

function put() {
  const known = new Set(numbers(list));
  const to = place();
  list.replaceChildren(...ready.childNodes);
  ready = null;
  bar.hidden = true;
  for (const row of list.querySelectorAll("[data-case]")) row.classList.toggle("new", !known.has(row.dataset.case));
  const total = list.querySelector("[data-total-now]");
  if (total) document.querySelector("[data-total]").textContent = total.textContent;
  back(to);
  list.dispatchEvent(new CustomEvent("wasl:rows"));
}

function heard() {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(200, fetched + AT_MOST_EVERY_MS - Date.now()));
  countSoon();
}

// --- counts -----------------------------------------------------------------------------------------------------------

function countSoon() {
  if (countTimer || !counted) return;
  countTimer = setTimeout(count, Math.max(0, countedAt + COUNT_EVERY_MS - Date.now()));
}

async function count() {
  countTimer = 0;
  if (document.hidden) {
    document.addEventListener("visibilitychange", countSoon, { once: true });
    return;
  }
  countedAt = Date.now();
  try {
    const answer = await fetch(counted.dataset.countsUrl, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const told = await answer.json();
    for (const badge of document.querySelectorAll("[data-count]")) {
      const [group, code] = badge.dataset.count.split(" ");
      const words = told[group]?.[code] ?? "";
      if (badge.textContent !== words) badge.textContent = words;
    }
  } catch { /* offline: with the next fact */ }
}

// --- leaving and coming back --------------------------------------------------------------------------------------------

function leave() {
  const to = place();
  const row = document.activeElement?.closest?.("[data-case]");
  const address = window.location.pathname + window.location.search;
  const rows = numbers(list);
  const number = row?.dataset.case ?? to.number;
  try {
    sessionStorage.setItem(LEFT, JSON.stringify({ address, number, top: (row && row.getBoundingClientRect().top) ?? to.top, at: rows.indexOf(number) }));
  } catch { /* private window */ }
}

function comeBack() {
  const kind = performance.getEntriesByType("navigation")[0]?.type;
  const fromCase = /\/desk\/cases\//.test(document.referrer) || /\/desk\/bulk\//.test(document.referrer);
  let left = null;
  try { left = JSON.parse(sessionStorage.getItem(LEFT)); } catch { /* private window */ }
  if (!left || left.address !== window.location.pathname + window.location.search) return;
  if (kind !== "back_forward" && !fromCase) return;
  const rows = [...list.querySelectorAll("[data-case]")];
  // Gone from this list by now: its neighbour that moved into its place.
  const row = (left.number && rowOf(left.number)) ?? rows[Math.min(Math.max(left.at, 0), rows.length - 1)];
  if (!row) return;
  row.classList.add("on");
  row.querySelector(".lead a").focus({ preventScroll: true });
  window.scrollBy(0, row.getBoundingClientRect().top - (left.top ?? 200));
}

if (list) {
  document.addEventListener("wasl:live", (event) => { if (event.detail.case) heard(); });
  document.addEventListener("wasl:live-reset", heard);
  bar.addEventListener("click", () => {
    if ("still" in list.dataset) window.location.assign(list.dataset.still);
    else if (ready) put();
  });
  list.addEventListener("click", (event) => { if (event.target.closest(".lead a")) leave(); });
  addEventListener("pagehide", () => { if (list.contains(document.activeElement)) leave(); });
  addEventListener("pageshow", (event) => { if (event.persisted) { heard(); } });
  comeBack();
  countSoon();
}

// Panels that stay open or shut on this device.
for (const fold of document.querySelectorAll("[data-remember]")) {
  const key = `wasl:fold:${fold.dataset.remember}`;
  try { if (localStorage.getItem(key) === "open" && window.innerWidth > 760) fold.open = true; } catch { /* private window */ }
  fold.addEventListener("toggle", () => { try { localStorage.setItem(key, fold.open ? "open" : "shut"); } catch { /* private window */ } });
}

// Columns move under the finger; the button without script sends the form.
document.querySelector("[data-columns]")?.addEventListener("click", (event) => {
  const button = event.target.closest("[name=move]");
  if (!button) return;
  event.preventDefault();
  const item = button.closest("li");
  if (button.value.endsWith(" up")) item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  button.focus();
  announce(item.textContent.trim());
});
