// The page of an act on many looks again while it runs, and stops when the result stands.
const EVERY_MS = 1500;

async function look() {
  try {
    const answer = await fetch(window.location.href, { credentials: "same-origin" });
    if (answer.ok && !answer.redirected) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(".bulk");
      const now = document.querySelector(".bulk");
      if (fresh && now) now.replaceWith(fresh);
    }
  } catch { /* offline: the next turn */ }
  if (document.querySelector("[data-bulk-state=running]")) setTimeout(look, EVERY_MS);
}

setTimeout(look, EVERY_MS);
