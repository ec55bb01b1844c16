// The page of a case tells that it is open, hears who else looks, and says when somebody changed the case.

const page = document.querySelector("[data-case-page]");
const changed = document.querySelector("[data-changed]");
const TELL_EVERY_MS = 20000;

function token() {
  return document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

async function tell(leaving = false) {
  const body = new URLSearchParams({ csrfmiddlewaretoken: token() });
  if (leaving) body.set("leave", "1");
  const answer = await fetch(page.dataset.presenceUrl, { method: "POST", body, credentials: "same-origin", keepalive: leaving });
  if (leaving || !answer.ok || answer.redirected) return;
  const state = await answer.json();
  if (state.version > Number(page.dataset.version)) changed.hidden = false;
  const people = await fetch(page.dataset.peopleUrl, { credentials: "same-origin" });
  if (people.ok && !people.redirected) {
    const parsed = new DOMParser().parseFromString(await people.text(), "text/html");
    document.querySelector("[data-people]").replaceChildren(...parsed.body.childNodes);
  }
}

if (page) {
  if (token()) {
    tell();
    setInterval(tell, TELL_EVERY_MS);
    addEventListener("pagehide", () => tell(true));
  }
  document.addEventListener("wasl:live", (event) => {
    if (String(event.detail.case) === page.dataset.case) changed.hidden = false;
  });
}
