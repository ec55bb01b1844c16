// The form of a row: nested rows are added, removed and moved without a round trip, and fields that depend on another
// one show only when they count. Without this file every row has a box "remove", and a button of the server adds rows.
document.documentElement.classList.add("js");
for (const box of document.querySelectorAll("[data-rows]")) tend(box);
for (const form of document.querySelectorAll(".adminform")) {
  showWhatCounts(form);
  form.addEventListener("change", () => showWhatCounts(form));
  // A draft may hold rows that the page has not: they are added before it is filled in.
  form.addEventListener("wasl:draft", (event) => {
    for (const box of form.querySelectorAll("[data-rows]")) {
      const name = box.id.replaceAll("-", ".");
      const numbers = Object.keys(event.detail).filter((key) => key.startsWith(`${name}.`)).map((key) => parseInt(key.slice(name.length + 1), 10));
      const rows = box.querySelector(":scope > [data-rowlist]").children;
      while (rows.length <= Math.max(-1, ...numbers.filter(Number.isInteger))) box.querySelector(":scope > [data-add-row]").click();
    }
  });
}

function tend(box) {
  const list = box.querySelector(":scope > [data-rowlist]");
  const template = box.querySelector(":scope > template[data-row-template]");
  const add = box.querySelector(":scope > [data-add-row]");
  if (!list || !template || !add) return;
  let next = list.children.length;
  for (const row of list.children) equip(row);
  add.type = "button";
  add.addEventListener("click", () => {
    // Only the place of this list: lists within the row keep theirs until a row is added to them.
    const [dashed, dotted, number] = [box.id, box.id.replaceAll("-", "."), String(next++)];
    const html = template.innerHTML.replaceAll(`${dotted}.__n__`, `${dotted}.${number}`).replaceAll(`${dashed}-__n__`, `${dashed}-${number}`);
    list.insertAdjacentHTML("beforeend", html);
    const row = list.lastElementChild;
    equip(row);
    for (const inner of row.querySelectorAll("[data-rows]")) tend(inner);
    row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    told(box);
  });

  function equip(row) {
    const tools = row.querySelector(":scope > .rowtools");
    const [up, down, remove] = ["up", "down", "remove"].map((name) => tools.querySelector(`[data-row-${name}]`));
    for (const button of [up, down, remove]) button.hidden = false;
    up.addEventListener("click", () => { row.previousElementSibling?.before(row); up.focus(); told(box); });
    down.addEventListener("click", () => { row.nextElementSibling?.after(row); down.focus(); told(box); });
    remove.addEventListener("click", () => {
      const near = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      (near?.querySelector("input, select, textarea") ?? add).focus();
      told(box);
    });
  }
}

// The draft on the device listens to `input`.
function told(box) { box.dispatchEvent(new Event("input", { bubbles: true })); }

function showWhatCounts(form) {
  for (const part of form.querySelectorAll("[data-show-when]")) {
    const scope = part.closest("[data-row]") ?? form;
    const source = [...scope.querySelectorAll(`[data-field="${part.dataset.showWhen}"]`)].find((one) => (one.closest("[data-row]") ?? form) === scope);
    if (!source) continue;
    const value = source.type === "checkbox" ? (source.checked ? "on" : "") : source.value;
    const wanted = part.dataset.showValues.split(" ");
    part.hidden = !(wanted.includes(value) || (value === "" && wanted[0] === ""));
  }
}
