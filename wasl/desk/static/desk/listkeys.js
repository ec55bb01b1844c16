// The list by keyboard. Arrows and Enter always work inside the list; single letters only while they are switched on
// (WCAG 2.1.4), never in a field, and by the place of the key, so that an Arabic layout needs no switching.
import { enabled } from "../web/shortcuts.js";
import { boxes, clear, tick } from "./picking.js";

const list = document.querySelector("[data-worklist]");
const GO_WITHIN_MS = 1500;
let going = 0;

const rows = () => [...list.querySelectorAll("[data-case]")];
const present = () => document.activeElement?.closest?.("[data-case]") ?? list.querySelector("[data-case].on");

function go(step, stretch) {
  const all = rows();
  if (!all.length) return;
  const from = all.indexOf(present());
  const row = all[Math.min(Math.max(from + step, 0), all.length - 1)];
  if (stretch && from >= 0) {
    const here = all[from].querySelector(".pick input");
    const there = row.querySelector(".pick input");
    if (here && !here.checked) tick(here, true);
    if (there) tick(there, true);
  }
  focus(row);
}

function focus(row) {
  for (const other of list.querySelectorAll("[data-case].on")) other.classList.remove("on");
  row.classList.add("on");
  const link = row.querySelector(".lead a");
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "nearest" });
}

function select() {
  const box = present()?.querySelector(".pick input");
  if (box) tick(box, !box.checked);
}

function visit(letter) {
  const WHOSE = { m: "mine", u: "unit", a: "all" };
  const key = CSS.escape(WHOSE[letter] ?? letter);
  document.querySelector(`[data-key="${key}"]`)?.click();
}

const LETTERS = {
  KeyJ: (event) => go(1, event.shiftKey),
  KeyK: (event) => go(-1, event.shiftKey),
  KeyX: select,
  KeyG: () => { going = Date.now(); },
  KeyR: () => { const bar = document.querySelector("[data-newbar]"); if (!bar.hidden) bar.click(); },
};

function inField(target) {
  return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], dialog") !== null;
}

function always(event) {
  if (event.key === "F1") {
    document.getElementById("keys").showModal();
    return true;
  }
  if (event.key === "Escape" && boxes().some((box) => box.checked) && !document.querySelector("[data-menu][open]")) {
    clear();
    return true;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !list.contains(event.target)) return false;
  go(step, event.shiftKey);
  return true;
}

function single(event) {
  if (!enabled()) return false;
  if (Date.now() - going < GO_WITHIN_MS && event.code.startsWith("Key")) {
    going = 0;
    visit(event.code.slice(3).toLowerCase());
    return true;
  }
  if (event.key === "?" || event.key === "؟") {
    document.getElementById("keys").showModal();
    return true;
  }
  const act = LETTERS[event.code];
  if (!act) return false;
  act(event);
  return true;
}

if (list) document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || inField(event.target)) return;
  if (!always(event) && !single(event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();  // "g n" is one word here, not the "n" of the whole desk
}, { capture: true });
