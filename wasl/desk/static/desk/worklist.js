// The live worklist: rows are fetched again when something in one's units changes. While the pointer or the keyboard
// is in the list nothing moves under the hand; a bar says how much is new.

const list = document.querySelector("[data-worklist]");
const bar = document.querySelector("[data-newbar]");
const LISTED = new Set(["CaseRegistered", "CaseReferred", "ReferralReturned", "CaseReopened", "CaseUnmerged"]);
let waiting = new Set();
let timer = 0;

function busy() {
  return list.matches(":hover") || list.contains(document.activeElement) || "still" in list.dataset;
}

async function refresh() {
  const answer = await fetch(list.dataset.rowsUrl, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  const known = new Set([...list.querySelectorAll("[data-case]")].map((row) => row.dataset.case));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  list.replaceChildren(...page.body.childNodes);
  for (const row of list.querySelectorAll("[data-case]")) if (!known.has(row.dataset.case)) row.classList.add("new");
  waiting = new Set();
  show();
}

function show() {
  const n = waiting.size;
  bar.hidden = n === 0;
  const label = bar.querySelector("span");
  label.textContent = n === 1 ? label.dataset.labelOne : label.dataset.labelMany.replace("%n%", n);
}

function heard(fact) {
  if (LISTED.has(fact.kind)) waiting.add(fact.case);
  clearTimeout(timer);
  timer = setTimeout(() => (busy() ? show() : refresh()), 300);
}

if (list) {
  document.addEventListener("wasl:live", (event) => heard(event.detail));
  document.addEventListener("wasl:live-reset", refresh);
  bar.addEventListener("click", () => {
    delete list.dataset.still;
    refresh();
  });
}
