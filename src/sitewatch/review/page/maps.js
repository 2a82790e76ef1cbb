// Two maps of the same ground that move as one: side by side, one over the other behind a swipe, or in turn.
// Positions are columns and rows of the place's frame; Leaflet's "latitude" is minus the row.
import { $, STROKES, trouble } from "./words.js";

const L = window.L;
const TILE = 256;
const still = window.matchMedia("(prefers-reduced-motion: reduce)");
export const point = ([x, y]) => [-y, x];
export const spot = (latlng) => [latlng.lng, -latlng.lat];

const options = {
  crs: L.CRS.Simple, zoomControl: false, attributionControl: false, keyboard: false, zoomAnimation: false,
  fadeAnimation: false, markerZoomAnimation: false, inertia: false, maxZoom: 6, minZoom: -12, boxZoom: false,
  wheelPxPerZoomLevel: 90, doubleClickZoom: false,
};

const Tiles = L.TileLayer.extend({
  getTileUrl(at) { return address(this.options.item, this.options.date, this.options.look, -at.z, at.x, at.y); },
});
const address = (item, date, look, coarser, x, y) =>
  "/tiles/" + item + "/" + date + "/" + look + "/" + coarser + "/" + x + "/" + y + ".png";

export class Maps {
  constructor(moved) {
    this.maps = [L.map($("map-before"), options), L.map($("map-after"), options)];
    this.panels = Array.from(document.querySelectorAll(".panel"));
    this.layers = [null, null];
    this.drawn = [L.layerGroup(), L.layerGroup()];
    this.mode = "side";
    this.cut = 50;
    this.outlines = true;
    this.maps.forEach((map, side) => {
      map.setView([0, 0], 0);
      this.drawn[side].addTo(map);
      map.on("move zoom", () => this.follow(side));
      map.on("moveend zoomend", moved);
      map.on("mousemove", (event) => this.cross(event.containerPoint, event.latlng));
      map.on("mouseout", () => this.cross(null));
    });
    new ResizeObserver(() => this.resized()).observe($("panels"));
    this.handle();
  }

  // The map that the other follows; sizes are alike, so a centre and a zoom are all.
  get map() { return this.maps[0]; }

  follow(side) {
    if (this.following) return;
    this.following = true;
    const [from, to] = [this.maps[side], this.maps[1 - side]];
    to.setView(from.getCenter(), from.getZoom(), { animate: false });
    this.following = false;
    this.scale();
  }

  resized() {
    const centre = this.map.getCenter();
    this.maps.forEach((map) => { map.invalidateSize({ animate: false, pan: false }); });
    this.map.setView(centre, this.map.getZoom(), { animate: false });
    this.follow(0);
  }

  // The view that shows an item whole, with what is around it.
  home(card) {
    const size = this.map.getSize();
    const [left, top, right, bottom] = card.box;
    const wide = Math.max(right - left, bottom - top, 4);
    const fits = Math.floor(Math.log2(Math.min(size.x, size.y) / (2.4 * wide)));
    const zoom = Math.min(Math.max(fits, -card.frame.levels), 4);
    return { centre: [(left + right) / 2, (top + bottom) / 2], zoom };
  }

  show(card, look, other, { keep = false } = {}) {
    this.card = card;
    const { levels, bounds: [left, top, right, bottom] } = card.frame;
    const bounds = L.latLngBounds([-bottom, left], [-top, right]);
    const dates = ["before", other == null ? "after" : String(other)];
    const old = this.layers;
    let waiting = 2;
    $("waiting").hidden = false;
    const loaded = () => {
      waiting -= 1;
      if (waiting > 0) return;
      $("waiting").hidden = true;
      document.body.dataset.shown = card.number + " " + look + " " + dates[1];
    };
    if (!keep) old.forEach((layer) => layer && layer.remove());
    this.maps.forEach((map) => map.setMinZoom(-levels));
    if (!keep) this.go(this.home(card));
    this.layers = this.maps.map((map, side) => {
      const layer = new Tiles("", {
        item: card.number, date: dates[side], look, bounds, tileSize: TILE, noWrap: true,
        minZoom: -levels, maxZoom: 6, minNativeZoom: -levels, maxNativeZoom: 0, keepBuffer: 3, updateWhenIdle: false,
      });
      layer.once("load", () => { if (keep && old[side]) old[side].remove(); loaded(); });
      layer.on("tileerror", () => trouble("Parts of the images could not be read: the scenes' files, or the server, are gone."));
      return layer.addTo(map);
    });
    this.scale();
  }

  go({ centre, zoom }) { this.map.setView(point(centre), zoom, { animate: false }); this.follow(0); }

  // Addresses of the tiles that the view of an item needs: whoever asks for them early is not kept waiting.
  tiles(card, look) {
    const { centre, zoom } = this.home(card);
    const coarser = Math.max(-zoom, 0);
    const size = this.map.getSize();
    const scale = 2 ** zoom, span = TILE * 2 ** coarser;
    const [left, top, right, bottom] = card.frame.bounds;
    const range = (middle, length, start, end) => {
      const low = Math.max(Math.floor((middle - length / 2 / scale) / span), Math.floor(start / span));
      const high = Math.min(Math.floor((middle + length / 2 / scale) / span), Math.ceil(end / span) - 1);
      return Array.from({ length: Math.max(high - low + 1, 0) }, (_, step) => low + step);
    };
    const xs = range(centre[0], size.x, left, right), ys = range(centre[1], size.y, top, bottom);
    return ["before", "after"].flatMap((date) =>
      xs.flatMap((x) => ys.map((y) => address(card.number, date, look, coarser, x, y))));
  }

  // ---- outlines ---------------------------------------------------------------------------------------------
  draw(outline, kind, neighbours) {
    const stroke = STROKES[kind] || { color: "#ffffff", dash: null };
    const rings = (parts) => parts.map((part) => part.map((ring) => ring.map(point)));
    this.drawn.forEach((group) => {
      group.clearLayers();
      if (!this.outlines) return;
      const line = (parts, style) =>
        group.addLayer(L.polygon(rings(parts), { fill: false, interactive: false, smoothFactor: 0, ...style }));
      line(neighbours.flat(), { color: "#f2f2f2", weight: 1, opacity: 0.55, dashArray: "2 4" });
      line(outline, { color: "#101010", weight: 5, opacity: 0.75 });
      line(outline, { color: stroke.color, weight: 2.5, dashArray: stroke.dash });
    });
  }

  // ---- ways of comparing ------------------------------------------------------------------------------------
  setMode(mode) {
    this.mode = mode;
    $("panels").classList.remove("side", "swipe", "flicker");
    $("panels").classList.add(mode);
    $("handle").hidden = mode !== "swipe";
    clearInterval(this.timer);
    this.front(true);
    if (mode === "flicker" && !still.matches) this.timer = setInterval(() => this.front(!this.after), 700);
    this.setCut(this.cut);
    this.resized();
  }

  // Puts the after scene in front, or the before scene.
  front(after) {
    this.after = after;
    $("panels").classList.toggle("before-in-front", this.mode === "flicker" && !after);
  }

  blink() {
    clearInterval(this.timer);
    this.front(!this.after);
    return this.after;
  }

  setCut(cut) {
    this.cut = Math.min(Math.max(cut, 0), 100);
    const map = $("map-after");
    map.style.clipPath = this.mode === "swipe" ? "inset(0 0 0 " + this.cut + "%)" : "";
    const handle = $("handle");
    handle.style.left = this.cut + "%";
    handle.setAttribute("aria-valuenow", Math.round(this.cut));
    handle.setAttribute("aria-valuetext", Math.round(this.cut) + " % before");
  }

  handle() {
    const handle = $("handle");
    handle.addEventListener("pointerdown", (event) => { handle.setPointerCapture(event.pointerId); event.preventDefault(); handle.focus(); });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const box = $("panels").getBoundingClientRect();
      this.setCut(((event.clientX - box.left) / box.width) * 100);
    });
    handle.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -2, ArrowRight: 2, PageUp: 10, PageDown: -10, Home: -100, End: 100 };
      if (!(event.key in steps)) return;
      event.preventDefault();
      event.stopPropagation();
      this.setCut(this.cut + steps[event.key]);
    });
  }

  // ---- what lies over the images ------------------------------------------------------------------------------
  cross(at, latlng) {
    this.panels.forEach((panel) => {
      const cross = panel.querySelector(".cross");
      cross.hidden = !at;
      if (at) cross.style.transform = "translate(" + at.x + "px," + at.y + "px)";
    });
    $("position").textContent = at && this.card ? this.degrees(spot(latlng)) : "";
  }

  degrees([x, y]) {
    const { at, degrees, column, row } = this.card.ground;
    const [lon, lat] = degrees.map((start, axis) => start + column[axis] * (x - at[0]) + row[axis] * (y - at[1]));
    return lat.toFixed(5) + ", " + lon.toFixed(5);
  }

  scale() {
    if (!this.card) return;
    const metres = this.card.frame.pixel_m / 2 ** this.map.getZoom();
    const longest = 120 * metres;
    const power = 10 ** Math.floor(Math.log10(longest));
    const length = power * [5, 2, 1].find((step) => step * power <= longest);
    $("scale-bar").style.width = length / metres + "px";
    $("scale-words").textContent = length >= 1000 ? length / 1000 + " km" : length + " m";
    const { column, row } = this.card.ground;
    // Which way on the screen latitude grows while longitude stays.
    const turned = column[0] * row[1] - row[0] * column[1];
    const [x, y] = [-row[0] / turned, column[0] / turned];
    $("north").style.transform = "rotate(" + (Math.atan2(x, -y) * 180) / Math.PI + "deg)";
  }
}
