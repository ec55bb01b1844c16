// Choosing cases in the list: tick, tick with Shift for all in between, all of the page, the whole list. The bar for
// many stands at the foot of the window as long as something is chosen.
import { announce } from "../web/live.js";

const form = document.querySelector("[data-many]");
const list = document.querySelector("[data-worklist]");
const arabic = document.documentElement.lang === "ar";
const plural = new Intl.PluralRules("ar");
const FORMS = { few: "{n} طلبات مختارة", many: "{n} طلباً مختاراً", other: "{n} طلب مختار" };
let last = null;

export const boxes = () => [...list.querySelectorAll(".pick input[name=case]")];

export function tick(box, on, stretch = false) {
  const all = boxes();
  if (stretch && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const one of all.slice(from, to + 1)) one.checked = on;
  } else box.checked = on;
  last = box;
  show();
}

export function clear() {
  for (const box of boxes()) box.checked = false;
  everything().checked = false;
  show();
}

function everything() {
  return form.querySelector("[name=everything]");
}

function words(n) {
  const line = form.querySelector("[data-many-count]");
  if (n === 1) return line.dataset.one;
  if (n === 2) return line.dataset.two;
  return arabic ? (FORMS[plural.select(n)] ?? FORMS.other).replace("{n}", n) : line.dataset.many.replace("%n%", n);
}

function show() {
  const all = boxes();
  const chosen = all.filter((box) => box.checked).length;
  form.classList.toggle("some", chosen > 0);
  form.querySelector("[data-clear]").hidden = false;
  const head = list.querySelector("[data-all]");
  if (head) {
    head.hidden = all.length === 0;
    head.checked = chosen > 0 && chosen === all.length;
    head.indeterminate = chosen > 0 && chosen < all.length;
  }
  // The whole list is offered to who took the whole page and has more behind it.
  const more = list.querySelector(".pager") !== null;
  const offered = form.querySelector("[data-everything]");
  offered.hidden = !(more && chosen === all.length && chosen > 0);
  if (offered.hidden) everything().checked = false;
  if (chosen) form.querySelector("[data-many-count]").textContent = words(chosen);
  const now = list.querySelector("[data-everything-now]");
  if (now) form.querySelector("[data-everything-words]").textContent = now.textContent;
}

if (form && list) {
  form.classList.add("live");
  show();
  list.addEventListener("wasl:rows", show);
  addEventListener("pageshow", show);
  form.querySelector("[data-clear]").addEventListener("click", () => { clear(); announce(arabic ? "أُلغي الاختيار" : "Cleared"); });
  list.addEventListener("click", (event) => {
    if (event.target.matches(".pick input[name=case]")) tick(event.target, event.target.checked, event.shiftKey);
    if (event.target.matches("[data-all]")) {
      for (const box of boxes()) box.checked = event.target.checked;
      show();
    }
  });
}
