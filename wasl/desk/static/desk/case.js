// The page of a case tells that it is open, hears who else looks, and says when somebody changed the case.
// The switch under the timeline changes between note and reply without loading the page anew.

const page = document.querySelector("[data-case-page]");
const changed = document.querySelector("[data-changed]");
const TELL_EVERY_MS = 20000;
let soon = 0;

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function tell(leaving = false) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: token() });
  if (leaving) body.set("leave", "1");
  try {
    const answer = await fetch(page.dataset.presenceUrl, { method: "POST", body, credentials: "same-origin", keepalive: leaving });
    if (leaving || answer.redirected) return;
    if (answer.status === 404) changed.hidden = false;  // it moved out of sight
    if (!answer.ok) return;
    const state = await answer.json();
    if (state.version > Number(page.dataset.version)) changed.hidden = false;
    await showPeople(state.people.join("|"));
  } catch { /* offline: the next turn tells again */ }
}

async function showPeople(names) {
  const place = document.querySelector("[data-people]");
  if (place.dataset.names === names) return;
  const answer = await fetch(page.dataset.peopleUrl, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return;
  place.dataset.names = names;
  const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
  place.replaceChildren(...parsed.body.childNodes);
}

// Facts of one's own act may arrive after the page that already shows it: the version decides, not the fact.
function ask() {
  clearTimeout(soon);
  soon = setTimeout(tell, 200);
}

if (page) {
  tell();
  setInterval(tell, TELL_EVERY_MS);
  addEventListener("pagehide", () => tell(true));
  addEventListener("pageshow", (event) => { if (event.persisted) tell(); });
  document.addEventListener("wasl:live", (event) => { if (String(event.detail.case) === page.dataset.case) ask(); });
  document.addEventListener("wasl:live-reset", ask);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-compose]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const chosen = link.dataset.compose;
  for (const other of document.querySelectorAll("[data-compose]")) {
    if (other === link) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  for (const form of document.querySelectorAll("[data-composer]")) form.hidden = form.dataset.composer !== chosen;
  document.querySelector(`[data-composer="${chosen}"] textarea`)?.focus();
});

// An act that was asked for by the address, or came back with errors, is brought into view.
document.querySelector(".act[open] .panel")?.scrollIntoView({ block: "nearest" });

// Back to the very list the case was opened from, with its filters; worklist.js finds the row again.
const back = document.querySelector("[data-back-list]");
try {
  const left = JSON.parse(sessionStorage.getItem("wasl:list-left"));
  if (back && left?.address?.startsWith("/desk/")) back.href = left.address;
} catch { /* private window */ }
