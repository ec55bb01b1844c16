// The map island: boundaries of our own, a pin set by pressing, dragging or arrow keys. No foreign tiles unless a
// setting names a source. Without this script the lists of the form say the same.
//
// <div class="map" data-map data-label="…"           what screen readers hear
//      data-shapes="id of a json script" | data-shapes-url="/…"   GeoJSON FeatureCollection {code, name}
//      data-lat="id" data-lon="id"                   inputs that hold the pin; without them use data-point="lat,lon"
//      data-readonly data-points="id of a json script"  [{lat, lon, tone, label, url}]
//      data-spots-url="/…"                           asked again with box and zoom: {spots: [{lat, lon, n, tone, cases: [{label, url}]}]}
//      data-frame="south,west,north,east"            what the map shows first
//      data-zoom="14" data-tiles="https://…/{z}/{x}/{y}.png" data-tiles-credit="…"></div>
// <button data-map-locate="id of the map"> takes the position of the device.
// The element tells `wasl:pin` {lat, lon} when the pin moves; `wasl:goto` {lat, lon, zoom} moves the map from outside.
import * as L from "../vendor/leaflet.js";

const arabic = document.documentElement.lang === "ar";
const COUNTRY = [[16.6, 52.0], [26.5, 59.9]];
const PIN = '<svg viewBox="0 0 36 46" width="36" height="46" class="pin" aria-hidden="true"><path fill="currentColor" stroke="#fff" stroke-width="2" d="M18 45C11 34 2 27 2 17a16 16 0 0 1 32 0c0 10-9 17-16 28z"/><circle cx="18" cy="17" r="6.5" fill="#fff"/></svg>';

export function mount(root) {
  for (const place of root.querySelectorAll("[data-map]:not([data-mounted])")) {
    place.dataset.mounted = "yes";
    draw(place);
  }
}

async function draw(place) {
  const holder = document.createElement("div");
  holder.setAttribute("aria-label", place.dataset.label ?? "");
  holder.setAttribute("role", "application");
  place.append(holder);
  const map = L.map(holder, { zoomControl: false, attributionControl: Boolean(place.dataset.tiles), minZoom: 5, maxZoom: 19 });
  map.attributionControl?.setPrefix(false);
  L.control.zoom({ position: "bottomright", zoomInTitle: arabic ? "تكبير" : "Zoom in", zoomOutTitle: arabic ? "تصغير" : "Zoom out" }).addTo(map);
  L.control.scale({ position: "bottomleft", imperial: false }).addTo(map);
  const tiled = Boolean(place.dataset.tiles);
  if (tiled) L.tileLayer(place.dataset.tiles, { attribution: place.dataset.tilesCredit ?? "", maxZoom: 19 }).addTo(map);
  const pin = start(place, map);
  const shapes = await boundaries(place, map, tiled);
  const frame = place.dataset.frame?.split(",").map(Number);
  if (frame?.every(Number.isFinite)) map.fitBounds([frame.slice(0, 2), frame.slice(2)], { maxZoom: 15, padding: [24, 24] });
  else if (!pin && !place.dataset.point) map.fitBounds(shapes?.getBounds().isValid() ? shapes.getBounds() : COUNTRY);
  points(place, map);
  if (place.dataset.spotsUrl) spots(place, map);
  place.addEventListener("wasl:goto", (event) => map.setView([event.detail.lat, event.detail.lon], event.detail.zoom ?? 14));
  new ResizeObserver(() => map.invalidateSize()).observe(place);
}

async function boundaries(place, map, tiled) {
  const data = await json(place.dataset.shapes, place.dataset.shapesUrl);
  if (!data) return null;
  const layer = L.geoJSON(data, { interactive: false, className: "mapshape", fillOpacity: tiled ? 0 : 1, opacity: 1, fillColor: "#efebdf", color: "#a9a48f", weight: 1 }).addTo(map);
  layer.eachLayer((shape) => {
    const name = shape.feature.properties.name;
    if (name) shape.bindTooltip(document.createTextNode(name).textContent, { permanent: true, direction: "center", className: "maplabel" });
  });
  return layer;
}

function start(place, map) {
  map.setView([23.6, 58.4], 6);
  const latitude = document.getElementById(place.dataset.lat ?? "");
  const longitude = document.getElementById(place.dataset.lon ?? "");
  const known = latitude?.value && longitude?.value ? [Number(latitude.value), Number(longitude.value)] : place.dataset.point?.split(",").map(Number);
  let pin = null;
  if (known?.every(Number.isFinite)) {
    pin = put(place, map, known, latitude, longitude);
    map.setView(known, Number(place.dataset.zoom ?? 14));
  }
  if (place.dataset.readonly !== undefined) return pin;
  const set = (at) => {
    if (pin) pin.setLatLng(at);
    else pin = put(place, map, at, latitude, longitude);
    tell(place, pin.getLatLng(), latitude, longitude);
  };
  map.on("click", (event) => set(event.latlng));
  place.waslSetPin = (lat, lon) => { set([lat, lon]); map.setView([lat, lon], Math.max(map.getZoom(), 16)); };
  return pin;
}

function put(place, map, at, latitude, longitude) {
  const fixed = place.dataset.readonly !== undefined;
  const title = arabic ? (fixed ? "مكان البلاغ" : "دبوس المكان: حرّكه بأسهم لوحة المفاتيح") : (fixed ? "Place of the case" : "Pin: move it with the arrow keys");
  const icon = L.divIcon({ html: PIN, className: "", iconSize: [36, 46], iconAnchor: [18, 45] });
  const pin = L.marker(at, { icon, draggable: !fixed, keyboard: !fixed, title, alt: title, autoPanOnFocus: true }).addTo(map);
  const element = pin.getElement();
  element.setAttribute("role", fixed ? "img" : "button");
  element.setAttribute("aria-label", title);
  if (!fixed) {
    pin.on("dragend", () => tell(place, pin.getLatLng(), latitude, longitude));
    element.addEventListener("keydown", (event) => nudge(event, map, pin, () => tell(place, pin.getLatLng(), latitude, longitude)));
  }
  return pin;
}

const STEPS = { ArrowUp: [0, -8], ArrowDown: [0, 8], ArrowLeft: [-8, 0], ArrowRight: [8, 0] };
function nudge(event, map, pin, after) {
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault();
  event.stopPropagation();
  const far = event.shiftKey ? 5 : 1;
  const point = map.latLngToContainerPoint(pin.getLatLng()).add([step[0] * far, step[1] * far]);
  pin.setLatLng(map.containerPointToLatLng(point));
  map.panInside(pin.getLatLng(), { padding: [40, 40] });
  after();
}

function tell(place, at, latitude, longitude) {
  const rounded = { lat: Number(at.lat.toFixed(6)), lon: Number(at.lng.toFixed(6)) };
  for (const [field, value] of [[latitude, rounded.lat], [longitude, rounded.lon]]) {
    if (!field) continue;
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  place.dispatchEvent(new CustomEvent("wasl:pin", { bubbles: true, detail: rounded }));
}

async function points(place, map) {
  const found = await json(place.dataset.points);
  for (const point of found ?? []) {
    const dot = L.circleMarker([point.lat, point.lon], { radius: 9, weight: 2, color: "#fff", fillOpacity: 1, fillColor: { bad: "#b3261e", warn: "#d99a1c", ok: "#1d7044" }[point.tone] ?? "#1f5a96" }).addTo(map);
    const link = document.createElement(point.url ? "a" : "span");
    if (point.url) link.href = point.url;
    link.textContent = point.label ?? "";
    link.dir = "auto";
    if (point.label) dot.bindPopup(link);
  }
}

// Numbers from afar, single cases near by: asked for the part that is shown, whenever it changed.
function spots(place, map) {
  const layer = L.layerGroup().addTo(map);
  let asked = 0;
  const ask = async () => {
    const turn = ++asked;
    const b = map.getBounds();
    const address = new URL(place.dataset.spotsUrl, document.baseURI);
    address.searchParams.set("box", [b.getSouth(), b.getWest(), b.getNorth(), b.getEast()].map((side) => side.toFixed(5)).join(","));
    address.searchParams.set("zoom", map.getZoom());
    const found = await json(null, address);
    if (turn !== asked || !found?.spots) return;
    layer.clearLayers();
    for (const spot of found.spots) drawSpot(map, layer, spot);
    place.dataset.drawn = String(found.spots.length);
  };
  map.on("moveend", ask);
  ask();
}

function drawSpot(map, layer, spot) {
  const size = spot.n === 1 ? 22 : Math.min(52, 26 + 5 * Math.log2(spot.n));
  const near = spot.cases.length > 0;
  const title = spot.n === 1 ? spot.cases[0]?.label ?? "" : arabic ? `عدد الطلبات هنا: ${spot.n}` : `${spot.n} cases here`;
  const html = document.createElement("span");
  html.className = `spot ${spot.tone ?? ""}`;
  html.textContent = spot.n === 1 ? "" : spot.n.toLocaleString("en-US");
  const icon = L.divIcon({ html, className: "spotbox", iconSize: [size, size] });
  const marker = L.marker([spot.lat, spot.lon], { icon, title, alt: title, keyboard: true }).addTo(layer);
  const element = marker.getElement();
  element?.setAttribute("aria-label", title);
  element?.setAttribute("role", "button");
  if (near) marker.bindPopup(listed(spot));
  else marker.on("click", () => map.setView([spot.lat, spot.lon], Math.min(map.getZoom() + 2, 19)));
}

function listed(spot) {
  const list = document.createElement("ul");
  list.dir = "auto";
  for (const one of spot.cases) {
    const link = document.createElement("a");
    link.href = one.url;
    link.textContent = one.label;
    list.appendChild(document.createElement("li")).append(link);
  }
  if (spot.n > spot.cases.length) list.appendChild(document.createElement("li")).textContent = arabic ? `وغيرها: ${spot.n - spot.cases.length}` : `and ${spot.n - spot.cases.length} more`;
  return list;
}

async function json(id, url) {
  try {
    if (id) return JSON.parse(document.getElementById(id).textContent);
    if (url) return await (await fetch(url, { credentials: "same-origin" })).json();
  } catch { /* the lists of the form stay */ }
  return null;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-map-locate]");
  if (!button) return;
  const place = document.getElementById(button.dataset.mapLocate);
  button.setAttribute("aria-busy", "true");
  navigator.geolocation?.getCurrentPosition(
    (found) => { button.removeAttribute("aria-busy"); place.waslSetPin?.(found.coords.latitude, found.coords.longitude); },
    () => {
      button.removeAttribute("aria-busy");
      const line = document.querySelector("[data-announcer]");
      const words = arabic ? "تعذّر تحديد موقعك. اختر المكان من الخريطة أو القائمة." : "Your position is not known. Choose the place on the map or the list.";
      if (line) line.textContent = words;
      place.dispatchEvent(new CustomEvent("wasl:locate-failed", { bubbles: true, detail: words }));
    },
    { enableHighAccuracy: true, timeout: 10000 },
  );
});

mount(document);
document.body.addEventListener("htmx:load", (event) => mount(event.target));
