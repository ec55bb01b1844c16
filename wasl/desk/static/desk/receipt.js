// The slip: Enter prints (the button has the focus), the paper of this device is remembered, Alt and a letter go on. What
// was typed for this case is forgotten on the device.
const PAPER = "wasl:paper";
const page = document.querySelector("[data-receipt]");
const papers = document.querySelectorAll("input[name=paper]");

function stored() { try { return localStorage.getItem(PAPER); } catch { return null; } }

for (const paper of papers) {
  if (paper.value === stored()) paper.checked = true;
  paper.addEventListener("change", () => { try { localStorage.setItem(PAPER, paper.value); } catch { /* private window */ } });
}

try {
  for (const key of Object.keys(localStorage))
    if (key.startsWith(`wasl:register:${page.dataset.person}:`) && JSON.parse(localStorage[key]).sent) localStorage.removeItem(key);
} catch { /* nothing was kept */ }

document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const goal = document.querySelector(`[data-key="${CSS.escape(event.code)}"]`);
  if (!goal) return;
  event.preventDefault();
  goal.click();
});
