"use strict";
// Everything that came from a file becomes text, never markup: textContent and attributes, no innerHTML.
(() => {
  const kit = JSON.parse(document.getElementById("kit").textContent);
  const at = (id) => document.getElementById(id);
  const every = (query, act) => document.querySelectorAll(query).forEach(act);
  const shelf = `sitewatch-kit/${kit.run_id}/${kit.manifest_sha256}/${kit.reviewer}`;
  const words = { confirmed: "Confirmed", rejected: "Rejected", uncertain: "Uncertain" };
  const sides = ["before", "after"];
  let state = { reviewer: kit.reviewer, place: 0, answers: {} };
  let mode = "side", outlined = true, look = 0, zoom = 1, since = Date.now(), turned = 0;
  const past = [];

  function recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(shelf));
      if (kept && typeof kept.answers === "object") state = { ...state, ...kept };
    } catch { /* Nothing was kept, or this browser keeps nothing for files. */ }
    state.place = Math.min(Math.max(Number(state.place) || 0, 0), kit.items.length - 1);
  }
  function keep() {
    try {
      localStorage.setItem(shelf, JSON.stringify(state));
      at("kept").textContent = "Kept in this browser. Download your answers to send them.";
    } catch {
      at("kept").textContent = "This browser keeps nothing for files: download your answers before you close it.";
    }
  }

  const item = () => kit.items[state.place];
  const answer = () => state.answers[item().item];
  const decided = (one) => one && one.status !== "unreviewed";
  function made(name, attributes, parent) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return parent.appendChild(node);
  }

  function draw(side) {
    const one = item(), figure = at(side), svg = figure.querySelector("svg"), scene = one[side];
    const caption = figure.querySelector("figcaption");
    caption.textContent = "";
    const title = document.createElement("b");
    title.textContent = side === "before" ? "Before" : "After";
    caption.append(title, ` ${scene.date}`);
    const image = figure.querySelector("img");
    image.src = one.looks[look][side];
    image.alt = `${title.textContent}, ${scene.date}`;
    svg.setAttribute("viewBox", `0 0 ${one.width} ${one.height}`);
    svg.textContent = "";
    const group = made("g", { class: "outline" }, svg);
    const path = one.outline.map((ring) => "M" + ring.map((p) => p.join(" ")).join("L") + "Z").join("");
    for (const name of ["casing", "edge"]) made("path", { class: name, d: path }, group);
    const size = 13 / zoom, left = 6 / zoom, low = one.height - 7 / zoom;
    const line = `M${left} ${low}h${one.share * one.width}`;
    for (const name of ["under", "scale"]) made("path", { class: name, d: line }, svg);
    const text = made("text", { x: left, y: low - 6 / zoom, "font-size": size, "stroke-width": 3 / zoom }, svg);
    text.textContent = one.bar;
    const far = one.width - 14 / zoom, top = 20 / zoom;
    const north = made("g", { transform: `rotate(${one.north} ${far} ${top})` }, svg);
    const arrow = `M${far} ${top + 12 / zoom}V${top - 12 / zoom}m${-4 / zoom} ${6 / zoom}l${4 / zoom} ${-6 / zoom}l${4 / zoom} ${6 / zoom}`;
    for (const name of ["casing", "edge"]) made("path", { class: name, d: arrow }, north);
    const n = made("text", { x: far - 16 / zoom, y: top + 5 / zoom, "font-size": size, "stroke-width": 3 / zoom }, svg);
    n.textContent = "N";
    made("path", { class: "cross", d: "" }, svg);
    const sheet = figure.querySelector(".sheet");
    sheet.style.width = `${one.width * zoom}px`;
    sheet.style.height = `${one.height * zoom}px`;
  }

  function facts() {
    const one = item(), list = at("facts");
    list.textContent = "";
    const lines = [["Site", one.site], ["Area", one.area]];
    for (const side of sides) {
      const scene = one[side], name = side === "before" ? "Before" : "After";
      lines.push([name, `${scene.date}; ${scene.sensor}, ${scene.gsd}`], ["Credit", `${scene.credit} (${scene.licence})`]);
    }
    for (const [name, value] of lines) {
      list.appendChild(document.createElement("dt")).textContent = name;
      list.appendChild(document.createElement("dd")).textContent = value;
    }
    at("opinion").textContent = "";
    for (const line of one.opinion) at("opinion").appendChild(document.createElement("p")).textContent = line;
  }

  function show() {
    const one = item(), given = answer();
    look = Math.min(look, one.looks.length - 1);
    sides.forEach(draw);
    const panels = at("panels");
    panels.dataset.mode = mode;
    panels.classList.toggle("plain", !outlined);
    at("after").style.clipPath = mode === "swipe" ? `inset(0 0 0 ${at("cut").querySelector("input").value}%)` : "";
    every("[data-mode][aria-pressed]", (button) => button.setAttribute("aria-pressed", button.dataset.mode === mode));
    at("outline").setAttribute("aria-pressed", outlined);
    at("bands").setAttribute("aria-pressed", look > 0);
    at("bands").disabled = one.looks.length < 2;
    at("zoom").textContent = `${zoom}\u00d7`;
    at("words").textContent = one.looks[look].words;
    at("title").textContent = `${state.place + 1} of ${kit.items.length}`;
    facts();
    every("[data-status]", (button) => button.setAttribute("aria-pressed", decided(given) && given.status === button.dataset.status));
    every("[data-kind]", (button) => button.setAttribute("aria-pressed", Boolean(given) && given.kind === button.dataset.kind));
    at("note").value = given ? given.note : "";
    at("said").textContent = decided(given) ? words[given.status] : "Not decided";
    const done = kit.items.filter((each) => decided(state.answers[each.item])).length;
    at("progress").textContent = `${done} of ${kit.items.length} decided`;
    at("undo").disabled = !past.length;
  }
  function fit() {
    const pane = document.querySelector(".pane"), one = item();
    const room = Math.min((pane.clientWidth - 4) / one.width, (pane.clientHeight - 4) / one.height);
    zoom = room >= 1 ? Math.min(Math.floor(room), 16) : 1;
  }
  function go(place) {
    state.place = Math.min(Math.max(place, 0), kit.items.length - 1);
    since = Date.now();
    fit();
    show();
    keep();
  }

  function write(change) {
    const one = item(), before = answer();
    const screen = {
      look: one.looks[look].words, sha256: one.looks[look].sha256, mode, outline: outlined, zoom,
      seconds: Math.round((Date.now() - since) / 100) / 10,
    };
    const blank = { status: "unreviewed", kind: null, note: "" };
    state.answers[one.item] = { ...blank, ...before, ...change, at: new Date().toISOString(), screen };
    past.push({ place: state.place, before });
    show();
    keep();
  }
  function decide(status) {
    write(status === "confirmed" ? { status } : { status, kind: null });
    const said = at("said").textContent;
    const rest = kit.items.map((_, place) => (state.place + 1 + place) % kit.items.length);
    const next = rest.find((place) => !decided(state.answers[kit.items[place].item]));
    if (next !== undefined) go(next);
    at("kept").textContent = `${said}. ${at("kept").textContent}`;
  }
  function call(kind) {
    const given = answer();
    write({ kind: given && given.kind === kind ? null : kind });
  }
  function undo() {
    const last = past.pop();
    if (!last) return;
    const name = kit.items[last.place].item;
    // What was taken back is said as well: earlier answers may be on their way already.
    const back = last.before || { status: "unreviewed", kind: null, note: "", screen: state.answers[name].screen };
    state.answers[name] = { ...back, at: new Date().toISOString() };
    go(last.place);
  }

  function download() {
    if (!state.reviewer.trim()) {
      at("kept").textContent = "Write your name first: answers without a name cannot be merged.";
      at("reviewer").focus();
      return;
    }
    const said = {
      format: "sitewatch-answers", version: 1, run_id: kit.run_id, manifest_sha256: kit.manifest_sha256,
      reviewer: state.reviewer.trim(),
      answers: Object.entries(state.answers).map(([name, given]) => ({ item: name, ...given })),
    };
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(said, null, 1)], { type: "application/json" }));
    link.download = `answers-${kit.run_id}-${said.reviewer.replace(/[^\w-]+/g, "_").slice(0, 40)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    at("kept").textContent = `${said.answers.length} answers downloaded as ${link.download}.`;
  }

  function setMode(name) { mode = name; turned = 0; every("figure", (f) => f.removeAttribute("data-hidden")); flip(); fit(); show(); }
  function flip() {
    if (mode !== "flicker") return;
    turned += 1;
    at("after").toggleAttribute("data-hidden", turned % 2 === 1);
    at("before").toggleAttribute("data-hidden", turned % 2 === 0);
  }
  const larger = () => { zoom = Math.min(zoom < 1 ? zoom * 2 : zoom + 1, 32); show(); };
  const smaller = () => { zoom = zoom > 1 ? zoom - 1 : Math.max(zoom / 2, 0.25); show(); };
  const bands = () => { look = (look + 1) % item().looks.length; show(); };
  const outline = () => { outlined = !outlined; show(); };
  const keys = {
    c: () => decide("confirmed"), r: () => decide("rejected"), u: () => decide("uncertain"),
    s: () => setMode("side"), w: () => setMode("swipe"), f: () => setMode("flicker"),
    o: outline, b: bands, z: undo, n: () => at("note").focus(), "+": larger, "=": larger, "-": smaller,
    arrowright: () => go(state.place + 1), arrowleft: () => go(state.place - 1),
    j: () => go(state.place + 1), k: () => go(state.place - 1),
  };
  kit.kinds.forEach(({ kind, title }, number) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.kind = kind;
    const key = document.createElement("kbd");
    key.textContent = number + 1;
    button.append(`${title} `, key);
    button.addEventListener("click", () => call(kind));
    at("kind").append(button);
    keys[number + 1] = () => call(kind);
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("textarea, input[type=text]")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.target.matches("input[type=range]") && event.key.startsWith("Arrow")) return;
    const act = keys[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });
  every("[data-mode][aria-pressed]", (button) => button.addEventListener("click", () => setMode(button.dataset.mode)));
  every("[data-status]", (button) => button.addEventListener("click", () => decide(button.dataset.status)));
  const clicks = {
    outline, bands, larger, smaller, undo, save: download,
    previous: () => go(state.place - 1), next: () => go(state.place + 1),
  };
  for (const [id, act] of Object.entries(clicks)) at(id).addEventListener("click", act);
  at("cut").querySelector("input").addEventListener("input", show);
  at("note").addEventListener("change", () => write({ note: at("note").value }));
  at("reviewer").addEventListener("input", () => { state.reviewer = at("reviewer").value; keep(); });

  // One cursor and one place on both panels.
  const panes = [...document.querySelectorAll(".pane")];
  panes.forEach((pane, number) => {
    const other = panes[1 - number];
    pane.addEventListener("scroll", () => { other.scrollLeft = pane.scrollLeft; other.scrollTop = pane.scrollTop; });
    pane.addEventListener("mousemove", (event) => {
      const sheet = pane.querySelector(".sheet").getBoundingClientRect();
      const x = (event.clientX - sheet.left) / zoom, y = (event.clientY - sheet.top) / zoom;
      every(".cross", (cross) => cross.setAttribute("d", `M${x} 0V${item().height}M0 ${y}H${item().width}`));
    });
    pane.addEventListener("mouseleave", () => every(".cross", (cross) => cross.setAttribute("d", "")));
  });
  setInterval(flip, 700);
  addEventListener("resize", () => { fit(); show(); });

  recall();
  at("reviewer").value = state.reviewer;
  at("reviewer").readOnly = Boolean(kit.reviewer);
  go(state.place);
})();
