// One-key shortcuts: an element with data-shortcut="/" takes the focus. They can be switched off (WCAG 2.1.4):
// a checkbox with data-shortcuts-switch keeps the choice on this device.
const KEY = "wasl:shortcuts";
const stored = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
export const enabled = () => stored() !== "off";

document.addEventListener("keydown", (event) => {
  if (!enabled() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const goal = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
  if (!goal) return;
  event.preventDefault();
  goal.focus();
  goal.select?.();
});

for (const box of document.querySelectorAll("[data-shortcuts-switch]")) {
  box.checked = enabled();
  box.addEventListener("change", () => { try { localStorage.setItem(KEY, box.checked ? "on" : "off"); } catch { /* private window */ } });
}
