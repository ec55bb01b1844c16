// One-key shortcuts: an element with data-shortcut="/" takes the focus, a link with one is followed. A letter is meant by
// its place, so that "n" works while the keyboard writes Arabic. They can be switched off (WCAG 2.1.4):
// a checkbox with data-shortcuts-switch keeps the choice on this device.
const KEY = "wasl:shortcuts";
const stored = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
export const enabled = () => stored() !== "off";

document.addEventListener("keydown", (event) => {
  if (!enabled() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const letter = event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.key;
  const goal = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`) ?? document.querySelector(`[data-shortcut="${CSS.escape(letter)}"]`);
  if (!goal || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (goal.matches("a[href]")) return goal.click();
  goal.focus();
  goal.select?.();
});

for (const box of document.querySelectorAll("[data-shortcuts-switch]")) {
  box.checked = enabled();
  box.addEventListener("change", () => { try { localStorage.setItem(KEY, box.checked ? "on" : "off"); } catch { /* private window */ } });
}
