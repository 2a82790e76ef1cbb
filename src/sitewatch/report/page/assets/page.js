"use strict";
// The page is whole without this file; here are the map, the filters and the swipe.
// Texts from the data only ever become text nodes or attributes, never HTML.
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  document.documentElement.classList.add("js");

  // ---- swipe of chips -------------------------------------------------------------------------------------
  all("[data-swipe]").forEach((swipe) => {
    const range = swipe.querySelector("input");
    const cut = (per_cent) => {
      range.value = per_cent;
      swipe.style.setProperty("--cut", per_cent + "%");
      range.setAttribute("aria-valuetext", Math.round(per_cent) + " % before, " + Math.round(100 - per_cent) + " % after");
    };
    range.addEventListener("input", () => cut(Number(range.value)));
    const drag = (event) => {
      if (event.buttons !== 1) return;
      const box = swipe.querySelector("img.after").getBoundingClientRect();
      if (event.clientY > box.bottom) return;
      event.preventDefault();
      cut(Math.min(100, Math.max(0, ((event.clientX - box.left) / box.width) * 100)));
    };
    all("figure", swipe).forEach((figure) => {
      figure.addEventListener("pointerdown", drag);
      figure.addEventListener("pointermove", drag);
      figure.addEventListener("dragstart", (event) => event.preventDefault());
    });
    cut(50);
  });
  const pixels = document.getElementById("pixels");
  const outlinesBox = document.getElementById("outlines");
  outlinesBox.addEventListener("change", () => { document.documentElement.classList.toggle("no-outlines", !outlinesBox.checked); refresh(); });
  pixels.addEventListener("change", () => document.documentElement.classList.toggle("pixels", pixels.checked));

  // ---- filters --------------------------------------------------------------------------------------------
  const form = document.getElementById("filters");
  const cards = all(".site");
  const given = new Map(cards.map((card, place) => [card, place]));
  const surest = (card) => Math.max(-3, ...all(".finding", card).map((change) => Number(change.dataset.confidence)));
  const orders = {
    given: (a, b) => given.get(a) - given.get(b),
    name: (a, b) => a.dataset.name.localeCompare(b.dataset.name) || given.get(a) - given.get(b),
    confidence: (a, b) => surest(b) - surest(a) || given.get(a) - given.get(b),
  };
  const shownSites = new Set();
  const shownChanges = new Set();
  const filter = () => {
    const chosen = (name) => all("[name=" + name + "]:checked", form).map((box) => box.value);
    const verdicts = new Set(chosen("verdict"));
    const kinds = new Set(chosen("kind"));
    const least = Number(form.elements.confidence.value);
    const text = form.elements.text.value.trim().toLowerCase();
    const narrowed = least > -2 || kinds.size < form.querySelectorAll("[name=kind]").length;
    shownSites.clear();
    shownChanges.clear();
    let changeCount = 0;
    cards.forEach((card) => {
      const fits = (!card.dataset.verdict || verdicts.has(card.dataset.verdict))
        && (card.dataset.name + " " + card.dataset.id).toLowerCase().includes(text);
      let some = 0;
      all(".finding", card).forEach((change) => {
        changeCount += 1;
        const fit = fits && kinds.has(change.dataset.kind) && Number(change.dataset.confidence) >= least;
        change.hidden = !fit;
        if (fit) { some += 1; shownChanges.add(Number(change.dataset.change)); }
      });
      card.hidden = !fits || (narrowed && some === 0);
      if (!card.hidden) shownSites.add(Number(card.dataset.site));
    });
    document.getElementById("shown").textContent =
      shownSites.size + " of " + cards.length + " places, " + shownChanges.size + " of " + changeCount + " changes shown";
    document.getElementById("nothing").hidden = shownSites.size > 0;
    const holder = document.getElementById("cards");
    cards.slice().sort(orders[form.elements.order.value]).forEach((card) => holder.append(card));
    refresh();
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter, 0));
  window.addEventListener("beforeprint", () => all("details.changes").forEach((part) => { part.open = true; }));

  // ---- map ------------------------------------------------------------------------------------------------
  // No zoom animation: the cut between before and after is laid in pixels of the screen.
  const map = L.map("map", { crs: L.CRS.EPSG3857, zoomAnimation: false, attributionControl: false, maxZoom: 21, minZoom: 1, zoomSnap: 0.25 });
  L.control.scale({ imperial: false }).addTo(map);
  map.createPane("pictures").style.zIndex = 250;
  map.createPane("grid").style.zIndex = 200;
  const style = getComputedStyle(document.documentElement);
  const verdictColours = {
    change: style.getPropertyValue("--change").trim(),
    no_visible_change: style.getPropertyValue("--no-visible-change").trim(),
    not_assessable: style.getPropertyValue("--not-assessable").trim(),
  };
  const shapes = {
    change: "M8 1 15 15H1Z",
    no_visible_change: "M8 2A6 6 0 1 1 8 14A6 6 0 1 1 8 2Z",
    not_assessable: "M8 1 15 8 8 15 1 8Z",
  };
  const svg = (verdict) => {
    const holder = document.createElement("div");
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    drawing.setAttribute("viewBox", "0 0 16 16");
    drawing.setAttribute("class", "mark");
    path.setAttribute("d", shapes[verdict] || shapes.not_assessable);
    path.setAttribute("fill", verdict === "change" ? verdictColours.change : "#fff");
    path.setAttribute("stroke", verdictColours[verdict] || verdictColours.not_assessable);
    path.setAttribute("stroke-width", "2");
    if (verdict === "not_assessable") path.setAttribute("stroke-dasharray", "3 2");
    drawing.append(path);
    holder.append(drawing);
    return holder;
  };
  const goTo = (element) => {
    if (!element) return;
    for (let part = element; part; part = part.parentElement) if (part.tagName === "DETAILS") part.open = true;
    all(".current").forEach((other) => other.classList.remove("current"));
    element.classList.add("current");
    element.scrollIntoView({ block: "start" });
    element.setAttribute("tabindex", "-1");
    element.focus({ preventScroll: true });
  };
  const places = [];
  const outlines = [];
  data.sites.forEach((site) => {
    if (!site.geometry) return;
    const colour = verdictColours[site.verdict] || verdictColours.not_assessable;
    const dashed = site.verdict === "not_assessable" ? "5 5" : null;
    const casing = L.geoJSON(site.geometry, { interactive: false, style: { color: "#fff", weight: 5, fill: false, opacity: 0.8 } });
    const line = L.geoJSON(site.geometry, { style: { color: colour, weight: 2.5, dashArray: dashed, fillOpacity: 0 } });
    const bounds = line.getBounds();
    const mark = L.marker(bounds.getCenter(), { icon: L.divIcon({ html: svg(site.verdict), className: "", iconSize: [16, 16] }), keyboard: false, title: site.name, alt: "" });
    const open = () => goTo(document.getElementById("site-" + site.number));
    line.on("click", open);
    mark.on("click", open);
    places.push({ number: site.number, bounds, area: L.layerGroup([casing, line]), mark });
  });
  data.changes.forEach((change) => {
    if (!change.geometry) return;
    const colour = data.colours[change.kind] || data.colours.other;
    const casing = L.geoJSON(change.geometry, { interactive: false, style: { color: "#101010", weight: 5, fill: false } });
    const line = L.geoJSON(change.geometry, { style: { color: colour, weight: 2.5, fillColor: colour, fillOpacity: 0.05 } });
    line.on("click", () => goTo(document.querySelector('.finding[data-change="' + change.number + '"]')));
    outlines.push({ number: change.number, bounds: line.getBounds(), area: L.layerGroup([casing, line]) });
  });
  const pictures = data.quicklooks.map((look) => {
    const [west, south, east, north] = look.bounds;
    const bounds = L.latLngBounds([south, west], [north, east]);
    const layer = (url, alt) => L.imageOverlay(url, bounds, { pane: "pictures", alt });
    return { bounds, before: layer(look.before, "Before"), after: layer(look.after, "After") };
  });
  const onScreen = (bounds) => {
    const size = map.latLngToLayerPoint(bounds.getSouthEast()).subtract(map.latLngToLayerPoint(bounds.getNorthWest()));
    return Math.max(size.x, size.y);
  };
  const show = (layer, wanted) => { if (wanted !== map.hasLayer(layer)) { if (wanted) layer.addTo(map); else layer.remove(); } };

  const range = document.getElementById("map-cut");
  const cutPictures = () => {
    const box = map.getContainer().getBoundingClientRect();
    const at = box.left + (box.width * Number(range.value)) / 100;
    pictures.forEach((picture) => {
      const element = map.hasLayer(picture.after) && picture.after.getElement();
      if (!element) return;
      const left = element.getBoundingClientRect().left;
      // On the image itself: browsers do not cut the pane, whose own box is empty.
      element.style.clipPath = "inset(0 0 0 " + Math.max(0, at - left) + "px)";
    });
  };
  range.addEventListener("input", cutPictures);

  const grid = L.layerGroup().addTo(map);
  const drawGrid = () => {
    grid.clearLayers();
    const view = map.getBounds();
    const span = Math.max(view.getEast() - view.getWest(), 1e-6);
    const step = [30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001].find((size) => span / size >= 4) || 0.0005;
    const digits = step >= 1 ? 0 : Math.ceil(-Math.log10(step));
    // The text is made of numbers alone.
    const label = (place, text) => L.marker(place, { pane: "grid", interactive: false, keyboard: false, icon: L.divIcon({ className: "graticule", html: text, iconSize: null }) }).addTo(grid);
    const line = (from, to) => L.polyline([from, to], { pane: "grid", color: "#b3bdc4", weight: 1, interactive: false }).addTo(grid);
    const south = Math.max(view.getSouth(), -85), north = Math.min(view.getNorth(), 85);
    const corner = map.containerPointToLatLng([4, map.getSize().y - 34]);
    for (let lon = Math.ceil(view.getWest() / step) * step; lon <= view.getEast(); lon += step) {
      line([south, lon], [north, lon]);
      label([corner.lat, lon], Math.abs(lon).toFixed(digits) + "° " + (lon < 0 ? "W" : "E"));
    }
    for (let lat = Math.ceil(south / step) * step; lat <= north; lat += step) {
      line([lat, view.getWest()], [lat, view.getEast()]);
      label([lat, corner.lng], Math.abs(lat).toFixed(digits) + "° " + (lat < 0 ? "S" : "N"));
    }
  };
  const refresh = () => {
    const view = map.getBounds().pad(0.3);
    places.forEach((place) => {
      const wanted = shownSites.has(place.number);
      const large = onScreen(place.bounds) >= 24;
      show(place.area, wanted && large && outlinesBox.checked);
      show(place.mark, wanted && !large);
    });
    outlines.forEach((outline) => show(outline.area, outlinesBox.checked && shownChanges.has(outline.number) && onScreen(outline.bounds) >= 3 && view.intersects(outline.bounds)));
    pictures.forEach((picture) => {
      const wanted = onScreen(picture.bounds) >= 40 && view.intersects(picture.bounds);
      show(picture.before, wanted);
      show(picture.after, wanted);
    });
    cutPictures();
  };
  const everything = L.latLngBounds([]);
  [...places, ...outlines, ...pictures].forEach((part) => everything.extend(part.bounds));
  const wholeMap = () => (everything.isValid() ? map.fitBounds(everything.pad(0.05)) : map.setView([0, 0], 2));
  wholeMap();
  map.on("moveend zoomend resize", () => { drawGrid(); refresh(); });
  map.on("move", cutPictures);
  drawGrid();
  document.getElementById("map-all").addEventListener("click", wholeMap);
  const zoomTo = (part) => { if (part) map.fitBounds(part.bounds.pad(0.3)); };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-show-site], [data-show-change]");
    if (!button) return;
    const { showSite, showChange } = button.dataset;
    const list = showSite === undefined ? outlines : places;
    zoomTo(list.find((part) => part.number === Number(showSite === undefined ? showChange : showSite)));
  });
  // A link to a place or a change (#site-3, #change-ID) opens it and moves the map there.
  const follow = () => {
    const element = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!element || !element.matches(".site, .finding")) return;
    const number = Number(element.dataset.change === undefined ? element.dataset.site : element.dataset.change);
    zoomTo((element.dataset.change === undefined ? places : outlines).find((part) => part.number === number));
    goTo(element);
  };
  window.addEventListener("hashchange", follow);
  filter();
  follow();
})();
