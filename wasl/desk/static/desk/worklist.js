// The live worklist: rows are fetched again when something in one's units changes. While the pointer or the keyboard
// is in the list, and on later pages, nothing moves under the hand; a bar says how much is new.
import { announce } from "../web/live.js";

const list = document.querySelector("[data-worklist]");
const bar = document.querySelector("[data-newbar]");
const AT_MOST_EVERY_MS = 1500;
let fetched = 0;
let timer = 0;
let ready = null;

function busy() {
  return "still" in list.dataset || list.matches(":hover") || list.contains(document.activeElement);
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

function put() {
  const known = new Set(numbers(list));
  const focused = list.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  list.replaceChildren(...ready.childNodes);
  ready = null;
  bar.hidden = true;
  for (const row of list.querySelectorAll("[data-case]")) row.classList.toggle("new", !known.has(row.dataset.case));
  const total = list.querySelector("[data-total-now]");
  if (total) document.querySelector("[data-total]").textContent = total.textContent;
  if (focused) list.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
}

function heard() {
  clearTimeout(timer);
  timer = setTimeout(look, Math.max(200, fetched + AT_MOST_EVERY_MS - Date.now()));
}

if (list) {
  document.addEventListener("wasl:live", (event) => { if (event.detail.case) heard(); });
  document.addEventListener("wasl:live-reset", heard);
  bar.addEventListener("click", () => {
    if ("still" in list.dataset) window.location.assign(list.dataset.still);
    else if (ready) put();
  });
}
