// Redraws outlines: corners moved, added and taken away, parts drawn anew, one part split into two.
// Everything works with the mouse (drag, click) and with keys (arrows, and a reticle in the middle).
import { $, make, say } from "./words.js";
import { point, spot } from "./maps.js";

const L = window.L;

export const EDIT_KEYS = [
  ["Tab", "next corner (Shift: the one before)"],
  ["arrows", "move the corner by a pixel of the screen (Shift: ten)"],
  ["A", "add a corner behind this one"],
  ["Delete", "take the corner away (Shift: the whole part)"],
  ["W", "draw a new part: Enter puts a corner at the cross, arrows move the image, Enter on the first corner closes"],
  ["X", "split: draw a line across the outline, Enter puts its ends"],
  ["V", "back to the outline as detected"],
  ["E Enter", "done"],
  ["Escape", "leave without the changes"],
];

export class Editor {
  constructor(maps, { done, split }) {
    this.maps = maps;
    this.done = done;
    this.askSplit = split;
    this.groups = maps.maps.map(() => L.layerGroup());
    maps.maps.forEach((map) => map.on("click", (event) => { if (this.drawing) this.put(spot(event.latlng)); }));
    maps.maps.forEach((map) => map.on("dblclick", () => this.drawing && this.close()));
    const tool = (name, words, act) => {
      const button = make("button", { type: "button", "data-tool": name }, words);
      button.addEventListener("click", () => { act(); button.blur(); });
      return button;
    };
    $("editing").append(
      make("span", { class: "quiet" }, "Outline"),
      tool("add", "Add (A)", () => this.add()),
      tool("delete", "Delete (Del)", () => this.remove()),
      tool("part", "Delete part", () => this.removePart()),
      tool("draw", "Draw (W)", () => this.start("draw")),
      tool("split", "Split (X)", () => this.start("split")),
      tool("revert", "As detected (V)", () => this.revert()),
      make("span", { class: "spring" }),
      tool("cancel", "Cancel (Esc)", () => this.leave(false)),
      tool("done", "Done (E)", () => this.leave(true)));
  }

  get on() { return !$("editing").hidden; }

  open(outline, detected) {
    this.parts = structuredClone(outline);
    this.detected = detected;
    this.at = [0, 0, 0];
    this.drawing = null;
    this.line = [];
    $("editing").hidden = false;
    this.groups.forEach((group, side) => group.addTo(this.maps.maps[side]));
    this.render();
    say("Outline tools are on. Tab goes from corner to corner; E is done.");
  }

  leave(keep) {
    if (keep && this.drawing === "draw" && this.line.length > 2) this.close();
    this.drawing = null;
    $("editing").hidden = true;
    $("reticle").hidden = true;
    this.groups.forEach((group) => group.clearLayers().remove());
    this.done(keep && this.parts.length ? this.parts : null);
    say(keep ? "The outline is part of the decision that you save next." : "The outline is as it was.");
  }

  revert() {
    this.parts = structuredClone(this.detected);
    this.at = [0, 0, 0];
    this.stop();
  }

  // ---- corners --------------------------------------------------------------------------------------------------
  get ring() { const part = this.parts[this.at[0]]; return part && part[this.at[1]]; }

  step(by) {
    const all = this.parts.flatMap((part, p) => part.flatMap((ring, r) => ring.map((_, v) => [p, r, v])));
    if (!all.length) return;
    const here = all.findIndex((at) => String(at) === String(this.at));
    this.at = all[(here + by + all.length) % all.length];
    this.render();
    say("Corner " + (all.findIndex((at) => String(at) === String(this.at)) + 1) + " of " + all.length);
  }

  nudge(dx, dy) {
    const ring = this.ring;
    if (!ring) return;
    const scale = 2 ** this.maps.map.getZoom();
    const [x, y] = ring[this.at[2]];
    ring[this.at[2]] = [x + dx / scale, y + dy / scale];
    this.render();
  }

  add() {
    const ring = this.ring;
    if (!ring) return;
    const v = this.at[2], [a, b] = [ring[v], ring[(v + 1) % ring.length]];
    ring.splice(v + 1, 0, [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]);
    this.at[2] = v + 1;
    this.render();
  }

  remove() {
    const ring = this.ring;
    if (!ring) return;
    if (ring.length <= 3) {
      // The outer ring takes its part with it, a hole only itself.
      if (this.at[1] === 0) { this.removePart(); return; }
      this.parts[this.at[0]].splice(this.at[1], 1);
      this.at = [this.at[0], 0, 0];
    } else {
      ring.splice(this.at[2], 1);
      this.at[2] %= ring.length;
    }
    this.render();
  }

  removePart() {
    if (!this.parts.length) return;
    this.parts.splice(this.at[0], 1);
    this.at = [0, 0, 0];
    this.render();
    say(this.parts.length ? "The part is gone." : "No part is left: draw one, or go back with V.");
  }

  // ---- new parts, and lines that split -----------------------------------------------------------------------------
  start(tool) {
    this.drawing = this.drawing === tool ? null : tool;
    this.line = [];
    $("reticle").hidden = !this.drawing;
    this.render();
    if (this.drawing === "draw") say("Drawing: click corners, or put them at the cross with Enter. Double click or the first corner closes.");
    if (this.drawing === "split") say("Splitting: two clicks, or Enter twice at the cross, from outside to outside.");
  }

  stop() {
    this.drawing = null;
    this.line = [];
    $("reticle").hidden = true;
    this.render();
  }

  put(at) {
    const scale = 2 ** this.maps.map.getZoom();
    const near = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) * scale < 8;
    const last = this.line[this.line.length - 1];
    if (this.drawing === "draw" && this.line.length > 2 && (near(at, this.line[0]) || near(at, last))) { this.close(); return; }
    if (last && near(at, last)) return;
    this.line.push(at);
    if (this.drawing === "split" && this.line.length === 2) { this.cut(); return; }
    this.render();
  }

  close() {
    if (this.drawing === "draw" && this.line.length > 2) {
      this.parts.push([this.line]);
      this.at = [this.parts.length - 1, 0, 0];
      say("A part was added.");
      this.stop();
    }
  }

  async cut() {
    const line = this.line;
    this.stop();
    try {
      this.parts = (await this.askSplit(this.parts, line)).outline;
      this.at = [0, 0, 0];
      say("The outline has " + this.parts.length + " parts.");
      this.render();
    } catch (error) { say(error.message); }
  }

  // ---- keys ----------------------------------------------------------------------------------------------------------
  key(event) {
    const far = event.shiftKey ? 10 : 1;
    const arrows = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] };
    if (event.key in arrows) {
      const [x, y] = arrows[event.key];
      if (this.drawing) this.maps.map.panBy([x * 8, y * 8], { animate: false });
      else this.nudge(x, y);
      return true;
    }
    const centre = () => this.put(spot(this.maps.map.getCenter()));
    const acts = {
      Tab: () => this.step(event.shiftKey ? -1 : 1),
      a: () => this.add(), w: () => this.start("draw"), x: () => this.start("split"), v: () => this.revert(),
      Delete: () => (event.shiftKey ? this.removePart() : this.remove()),
      Backspace: () => { if (this.drawing) { this.line.pop(); this.render(); } else this.remove(); },
      Enter: () => (this.drawing ? centre() : this.leave(true)),
      e: () => this.leave(true),
      Escape: () => (this.drawing ? this.stop() : this.leave(false)),
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act) act();
    return Boolean(act);
  }

  // ---- drawing -----------------------------------------------------------------------------------------------------
  render() {
    if (!this.on) return;
    this.groups.forEach((group) => {
      group.clearLayers();
      const rings = this.parts.map((part) => part.map((ring) => ring.map(point)));
      const shape = L.polygon(rings, { color: "#ffffff", weight: 2, fillColor: "#ffffff", fillOpacity: 0.06, interactive: false, smoothFactor: 0 });
      group.addLayer(L.polygon(rings, { color: "#101010", weight: 5, opacity: 0.7, fill: false, interactive: false, smoothFactor: 0 }));
      group.addLayer(shape);
      if (this.line.length)
        group.addLayer(L.polyline(this.line.map(point), { color: "#ffffff", weight: 2, dashArray: "6 4", interactive: false }));
      this.line.forEach((at) => group.addLayer(this.corner(at, "vertex new", {})));
      if (this.drawing) return;
      this.parts.forEach((part, p) => part.forEach((ring, r) => ring.forEach((at, v) => {
        const here = String([p, r, v]) === String(this.at);
        const marker = this.corner(at, "vertex" + (here ? " here" : ""), { draggable: true });
        marker.on("mousedown", () => { this.at = [p, r, v]; });
        marker.on("drag", () => {
          ring[v] = spot(marker.getLatLng());
          shape.setLatLngs(this.parts.map((some) => some.map((line) => line.map(point))));
        });
        marker.on("dragend", () => this.render());
        marker.on("click", () => { this.at = [p, r, v]; this.render(); });
        group.addLayer(marker);
      })));
    });
  }

  corner(at, name, options) {
    const icon = L.divIcon({ className: name, iconSize: [11, 11], html: "" });
    return L.marker(point(at), { icon, keyboard: false, ...options });
  }
}
