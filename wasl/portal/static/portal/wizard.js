// Small comforts of the wizard; every one has a way without script.
// - choosing photos sends them at once (button "add"), so that they are on the server before the next step
// - a place chosen on the map or the list asks for its surroundings (hx-trigger "wasl:place"); the map follows the list
// - a counter under texts with a limit, which says how much is too much instead of cutting it off
// - printing
const arabic = document.documentElement.lang === "ar";

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-photos]") && event.target.files.length) {
    const form = event.target.form;
    form.requestSubmit(form.querySelector("button[name=add]"));
  }
  if (event.target.matches("select[name=wilayat], input[name=lat], input[name=lon]")) askForSurroundings();
  if (event.target.matches("select[name=wilayat]")) showOnMap(event.target.selectedOptions[0]);
});

function showOnMap(option) {
  const [lat, lon] = (option?.dataset.at ?? "").split(",").map(Number);
  if (lat && lon) document.getElementById("map")?.dispatchEvent(new CustomEvent("wasl:goto", { detail: { lat, lon, zoom: 11 } }));
}

// The position of the device brings the map so near that without streets on it nothing is left to see: step back.
let locating = false;
document.addEventListener("wasl:pin", (event) => {
  const place = event.target;
  if (locating && !place.dataset.tiles) setTimeout(() => place.dispatchEvent(new CustomEvent("wasl:goto", { detail: { ...event.detail, zoom: 11 } })));
  locating = false;
});

let waiting;
function askForSurroundings() {
  clearTimeout(waiting);
  waiting = setTimeout(() => document.body.dispatchEvent(new CustomEvent("wasl:place")), 150);
}

document.addEventListener("input", (event) => {
  if (event.target.matches("textarea[data-limit]")) count(event.target);
});

function count(area) {
  const limit = Number(area.dataset.limit);
  let line = area.nextElementSibling;
  if (!line?.matches(".count")) {
    line = document.createElement("p");
    line.className = "count num";
    area.after(line);
  }
  const used = area.value.length;
  const words = (n) => n.toLocaleString("en");
  line.hidden = used < limit * 0.5;
  line.textContent = arabic ? `${words(used)} من ${words(limit)}` : `${words(used)} of ${words(limit)}`;
  line.classList.toggle("over", used > limit);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
  if (event.target.closest("[data-map-locate]")) locating = true;
});

document.querySelectorAll("textarea[data-limit]").forEach(count);
