// The page: one item after another, looked at and decided about. "Saved" is said when the server says so.
import { get, post } from "./api.js";
import { Editor, EDIT_KEYS } from "./editor.js";
import { showFacts } from "./facts.js";
import { Maps, spot } from "./maps.js";
import { Queue } from "./queue.js";
import { $, make, say, trouble, STATUS, SIGNS } from "./words.js";

const cards = new Map();
let session, card, number = 0, look = null, wished = null, other = null, since = 0, busy = false;
// While something is saved and the next item opened, keys that decide are not heard: they would decide unseen.
const setBusy = (on) => { busy = on; document.body.toggleAttribute("data-busy", on); };
// What the reviewer has done to the item and not yet saved.
let draft = { kind: null, note: "", outline: null };

const maps = new Maps(() => {});
const queue = new Queue((to) => open(to));
const editor = new Editor(maps, {
  done: (outline) => { if (outline) draft.outline = outline; redraw(); changed(); },
  split: (outline, line) => post("/api/items/" + number + "/split", { outline, line }),
});

// ---- items ------------------------------------------------------------------------------------------------------
const fetchCard = (to) => {
  if (!cards.has(to)) {
    const asked = get("/api/items/" + to);
    cards.set(to, asked);
    asked.catch(() => cards.delete(to));
    if (cards.size > 12) cards.delete(cards.keys().next().value);
  }
  return cards.get(to);
};

const lookFor = (some) => (some.looks.some((each) => each.name === wished) ? wished : some.look);

async function open(to, { quiet = false } = {}) {
  if (to == null || to < 0 || to >= session.progress.all) { say(to < 0 ? "This is the first item." : "This is the last item."); return; }
  if (editor.on) editor.leave(false);
  number = to;
  let next;
  try { next = await fetchCard(to); } catch (error) { trouble(error.message); return; }
  if (number !== to) return;
  card = next;
  other = null;
  look = lookFor(card);
  const mine = card.mine;
  draft = { kind: mine.kind || card.kind || null, note: mine.note || "", outline: mine.outline || null };
  since = performance.now();
  trouble(card.trouble);
  heading();
  showFacts(card);
  showLooks();
  showStrip();
  $("note").value = draft.note;
  showKind();
  if (!card.trouble) maps.show(card, look, other);
  redraw();
  changed();
  queue.go(number);
  document.body.classList.remove("loading");
  document.body.dataset.item = number;
  if (!quiet) say("Item " + (number + 1) + " of " + session.progress.all + ", " + card.title + ", " + card.site + (mine.status ? ", " + STATUS[mine.status].toLowerCase() : ""));
  ahead(number + 1);
}

// The next item is fetched while this one is looked at.
async function ahead(to) {
  if (to >= session.progress.all) return;
  try {
    const next = await fetchCard(to);
    if (next.trouble) return;
    for (const address of maps.tiles(next, lookFor(next))) if (number === to - 1) await fetch(address, { priority: "low" });
    document.body.dataset.ahead = to;
  } catch { /* It is fetched again when it is opened, and then said. */ }
}

function heading() {
  $("place").textContent = card.site;
  $("what").textContent = card.title;
  const mine = card.mine.status;
  $("mine").hidden = !mine;
  $("mine").className = "badge " + (mine || "");
  $("mine").textContent = mine ? SIGNS[mine] + " " + STATUS[mine] : "";
  ["before", "after"].forEach((date) => label(date, card.scenes[date]));
}

function label(date, scene) {
  $("date-" + date).replaceChildren(make("b", {}, date === "before" ? "Before" : other == null ? "After" : "Other date"), " " + scene.date, make("small", {}, scene.sensor + ", " + scene.gsd));
}

function progress() {
  const { all, decided } = session.progress;
  $("count").textContent = decided + " of " + all + " decided";
  $("progress").max = Math.max(all, 1);
  $("progress").value = decided;
}

// ---- ways of looking ------------------------------------------------------------------------------------------------
function showLooks() {
  $("looks").replaceChildren(...card.looks.map((each) => {
    const button = make("button", { type: "button", "aria-pressed": String(each.name === look), title: each.bands.join(", ") + " (B)" }, each.title);
    button.addEventListener("click", () => setLook(each.name));
    return button;
  }));
}

async function setLook(name) {
  look = wished = name;
  showLooks();
  maps.show(card, look, other, { keep: true });
  const item = number;
  const { stretch } = await get("/api/items/" + item + "/stretch/before/" + name);
  if (item === number && $("stretch")) $("stretch").textContent = stretch;
  say(card.looks.find((each) => each.name === name).title);
}

function showStrip() {
  const strip = $("strip");
  strip.hidden = card.others.length === 0;
  const entry = (key, scene) => {
    const button = make("button", { type: "button", "aria-pressed": String(other === key) },
      make("img", { src: "/thumbnails/" + number + "/" + (key ?? "after") + "/" + look + ".png", alt: key == null ? "After, " : "", width: 72, height: 72 }),
      make("span", {}, scene.day));
    button.addEventListener("click", () => setOther(key));
    return button;
  };
  strip.replaceChildren(entry(null, card.scenes.after), ...card.others.map((scene, key) => entry(key, scene)));
}

function setOther(key) {
  other = key;
  label("after", key == null ? card.scenes.after : card.others[key]);
  showStrip();
  maps.show(card, look, other, { keep: true });
  say(key == null ? "The after scene again" : "In place of the after scene: " + card.others[key].date + ", where its own georeference puts it");
}

function setMode(mode) {
  maps.setMode(mode);
  document.querySelectorAll("[data-mode]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.mode === mode)));
}

function setOutlines(on) {
  maps.outlines = on;
  $("outline-button").setAttribute("aria-pressed", String(on));
  redraw();
}

function setSmooth(on) {
  $("panels").classList.toggle("smooth", on);
  $("smooth-button").setAttribute("aria-pressed", String(on));
}

const outline = () => draft.outline || card.outline;
const redraw = () => card && (editor.on ? maps.draw([], "other", []) : maps.draw(outline(), draft.kind, card.neighbours));

// ---- decisions ------------------------------------------------------------------------------------------------------
function showKinds() {
  $("kinds").append(...session.kinds.map(([kind, title], index) => {
    const input = make("input", { type: "radio", name: "kind", value: kind });
    input.addEventListener("change", () => setKind(kind));
    return make("label", { title: title + " (" + (index + 1) + ")" }, input, make("i", { class: "swatch " + kind }), title, make("kbd", {}, String(index + 1)));
  }));
}

const showKind = () => { for (const input of document.getElementsByName("kind")) input.checked = input.value === draft.kind; };

function setKind(kind) { draft.kind = kind; showKind(); redraw(); changed(); }

// Says whether something is there that a decision has yet to save.
function changed() {
  const mine = card.mine;
  const differs = draft.kind !== (mine.kind || card.kind || null) || draft.note !== (mine.note || "")
    || JSON.stringify(draft.outline) !== JSON.stringify(mine.outline || null);
  document.body.classList.toggle("unsaved", differs);
  return differs;
}

const screen = () => {
  const size = maps.map.getSize();
  return {
    mode: maps.mode, look, other: other == null ? null : String(other), zoom: maps.map.getZoom(), centre: spot(maps.map.getCenter()),
    outline: maps.outlines, seconds: (performance.now() - since) / 1000, width: Math.round(size.x), height: Math.round(size.y),
  };
};

async function decide(status) {
  if (busy || !card || card.trouble) return;
  if (editor.on) editor.leave(true);
  setBusy(true);
  const item = number, title = card.title;
  try {
    say("Saving");
    const body = { status, kind: status === "confirmed" ? draft.kind : null, outline: draft.outline, note: $("note").value, screen: screen() };
    const answer = await post("/api/items/" + item + "/decision", body);
    card.mine = answer.mine;
    session.progress = answer.progress;
    trouble("");
    progress();
    queue.mark(item, status);
    document.body.dataset.saved = answer.line;
    const next = await following(item);
    const words = "Saved: " + STATUS[status].toLowerCase() + ", " + title + ".";
    if (next == null) { heading(); changed(); say(words + " Everything is decided."); } else { await open(next, { quiet: true }); say(words + " Now item " + (next + 1) + "."); }
  } catch (error) { trouble("Not saved. " + error.message); say("Not saved"); } finally { setBusy(false); }
}

// The next item that is not decided; null if there is none.
async function following(item) {
  const { all, decided } = session.progress;
  if (decided >= all) return null;
  const known = cards.get(item + 1);
  if (known && item + 1 < all && !(await known).mine.status) return item + 1;
  return queue.undecided(item + 1);
}

async function undo() {
  if (busy || !card) return;
  setBusy(true);
  try {
    const answer = await post("/api/undo", { screen: screen() });
    if (!answer.saved) { say("There is nothing to take back."); return; }
    session.progress = answer.progress;
    progress();
    document.body.dataset.saved = answer.line;
    if (answer.number == null) { say("Taken back, and saved."); return; }
    cards.delete(answer.number);
    queue.mark(answer.number, "");
    await open(answer.number, { quiet: true });
    say("Taken back, and saved: item " + (answer.number + 1) + " is open again.");
  } catch (error) { trouble("Not taken back. " + error.message); } finally { setBusy(false); }
}

// ---- keys -----------------------------------------------------------------------------------------------------------
const zoomBy = (by) => { maps.map.setZoom(maps.map.getZoom() + by, { animate: false }); maps.follow(0); };
const pan = (x, y) => { maps.map.panBy([x, y], { animate: false }); maps.follow(0); };
const cycle = (all, here, by = 1) => all[(all.indexOf(here) + by + all.length) % all.length];
const toggleList = (on = $("queue").hidden) => {
  $("queue").hidden = !on;
  $("list-button").setAttribute("aria-expanded", String(on));
  if (on) { queue.go(number); queue.part(Math.floor(number / 100)); }
};
const edit = () => { if (!card || card.trouble) return; setOutlines(true); editor.open(outline(), card.outline); redraw(); };
const dates = (by) => { if (card.others.length) setOther(cycle([null, ...card.others.keys()], other, by)); };

const KEYS = [
  ["Decide", [
    ["C", "confirm", () => decide("confirmed")], ["R", "reject", () => decide("rejected")], ["U", "uncertain", () => decide("uncertain")],
    ["1 2 3 4", "kind: construction, burning, demolition, other", null],
    ["T", "note (Enter or Escape leaves it)", () => { $("note").focus(); }],
    ["E", "redraw or split the outline", edit], ["Z", "take the last decision back", undo],
  ]],
  ["Go", [
    ["N", "next", () => open(number + 1)], ["P", "previous", () => open(number - 1)],
    ["G", "next undecided", async () => { const to = await queue.undecided(number + 1); if (to == null) say("Everything is decided."); else open(to); }],
    ["L", "list on or off", () => toggleList()],
  ]],
  ["Look", [
    ["D", "side by side", () => setMode("side")], ["S", "swipe", () => setMode("swipe")], ["F", "flicker", () => setMode("flicker")],
    ["Space", "flicker by hand", () => { if (maps.mode !== "flicker") setMode("flicker"); say(maps.blink() ? "After" : "Before"); }],
    [",  .", "move the swipe", null],
    ["B", "other bands", () => setLook(cycle(card.looks.map((each) => each.name), look))],
    ["O", "outline on or off", () => setOutlines(!maps.outlines)],
    ["M", "smooth, or pixels as they are", () => setSmooth(!$("panels").classList.contains("smooth"))],
    ["[  ]", "other dates", null],
    ["+  -", "zoom", null], ["arrows", "move", null], ["0", "back to the outline", () => maps.go(maps.home(card))],
    ["?", "this help", () => help()],
  ]],
];
const acts = new Map(KEYS.flatMap(([, keys]) => keys.filter(([, , act]) => act).map(([key, , act]) => [key.toLowerCase(), act])));
acts.set(" ", acts.get("space"));
[["+", 1], ["=", 1], ["-", -1]].forEach(([key, by]) => acts.set(key, () => zoomBy(by)));
[["arrowleft", -80, 0], ["arrowright", 80, 0], ["arrowup", 0, -80], ["arrowdown", 0, 80]].forEach(([key, x, y]) => acts.set(key, () => pan(x, y)));
acts.set("[", () => dates(-1));
acts.set("]", () => dates(1));
acts.set(",", () => maps.setCut(maps.cut - 4));
acts.set(".", () => maps.setCut(maps.cut + 4));
acts.set("escape", () => { document.activeElement.blur(); });

// These decide: a key that is held down must not decide about one item after another.
const ONCE = new Set(["c", "r", "u", "z", "e", " ", "s", "f", "d", "o", "m"]);

document.addEventListener("keydown", (event) => {
  if ($("help").open || event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input[type=text]");
  if (typing) {
    if (event.key === "Enter" || event.key === "Escape") { event.preventDefault(); event.target.blur(); }
    return;
  }
  if (editor.on && editor.key(event)) { event.preventDefault(); return; }
  if (event.target.matches("button, summary, input") && [" ", "Enter"].includes(event.key)) return;
  if (event.target.matches("input[type=radio]") && event.key.startsWith("Arrow")) return;
  if ($("rows").contains(event.target) || event.target === $("facts")) {
    if (["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"].includes(event.key)) return;
  }
  const key = event.key.toLowerCase();
  if (event.repeat && ONCE.has(key)) return;
  const kind = session && session.kinds[Number(event.key) - 1];
  const act = acts.get(key) || (kind && (() => setKind(kind[0])));
  if (!act || !card) return;
  event.preventDefault();
  act();
});

function help() {
  if (!$("keys").firstChild)
    $("keys").append(...[...KEYS, ["Outline tools", EDIT_KEYS]].map(([title, keys]) =>
      make("section", {}, make("h3", {}, title), make("dl", {}, ...keys.flatMap(([key, words]) =>
        [make("dt", {}, ...key.split(" ").filter(Boolean).map((one) => make("kbd", {}, one))), make("dd", {}, words)])))));
  $("help").showModal();
}

const click = (id, act) => $(id).addEventListener("click", act);
click("previous", () => open(number - 1));
click("next", () => open(number + 1));
click("undecided", acts.get("g"));
click("list-button", () => toggleList());
click("help-button", help);
click("help-close", () => $("help").close());
click("outline-button", () => setOutlines(!maps.outlines));
click("smooth-button", acts.get("m"));
click("zoom-in", () => zoomBy(1));
click("zoom-out", () => zoomBy(-1));
click("zoom-home", acts.get("0"));
click("edit-button", () => (editor.on ? editor.leave(true) : edit()));
click("undo", undo);
document.querySelectorAll("[data-mode]").forEach((button) => button.addEventListener("click", () => setMode(button.dataset.mode)));
document.querySelectorAll("[data-status]").forEach((button) => button.addEventListener("click", () => decide(button.dataset.status)));
$("decide").addEventListener("submit", (event) => event.preventDefault());
$("note").addEventListener("input", () => { draft.note = $("note").value; changed(); });
window.addEventListener("beforeunload", (event) => { if (card && changed()) event.preventDefault(); });

// ---- beginning --------------------------------------------------------------------------------------------------------
try {
  session = await get("/api/session");
  $("who").textContent = session.reviewer + (session.role === "adjudication" ? " (settles)" : "");
  document.title = "Review of " + session.run;
  showKinds();
  progress();
  toggleList(window.innerWidth >= 1700);
  if (session.progress.all === 0) trouble("There is nothing to decide about in this run.");
  else open((await queue.undecided(0)) ?? 0);
} catch (error) { trouble(error.message); }
