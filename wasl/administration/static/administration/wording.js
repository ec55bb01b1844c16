// The editor of a wording: values are put where the cursor is, and the preview follows what is typed. Without script the
// values can be typed by hand, and the preview shows what was last sent.
const preview = document.querySelector("[data-wording-preview]");
const form = document.querySelector("form.adminform");

let field, waiting, asked = 0;

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(refresh, 250);
}

async function refresh() {
  const number = ++asked;
  const body = new FormData(form);
  body.set("notice", preview.dataset.notice);
  body.set("channel", preview.dataset.channel);
  const answer = await fetch(preview.dataset.wordingPreview, { method: "POST", body }).catch(() => null);
  if (answer?.ok && number === asked) preview.innerHTML = await answer.text();
}

if (form && preview) {
  field = form.querySelector("textarea");
  const subject = document.getElementById("f-subject");
  if (subject && preview.dataset.channel === "sms") subject.hidden = true;
  form.addEventListener("focusin", (event) => { if (event.target.matches("textarea, input[lang]")) field = event.target; });
  form.addEventListener("input", later);
  for (const chip of document.querySelectorAll("[data-place]")) {
    chip.addEventListener("click", () => {
      if (!field) return;
      field.setRangeText(chip.dataset.place, field.selectionStart, field.selectionEnd, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
  }
}
