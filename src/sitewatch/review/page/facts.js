// What was measured at an item, and what else could explain it.
import { $, make, KINDS, STATUS } from "./words.js";

const STANCES = {
  "speaks for it": ["fits", "\u25b2"], "speaks against it": ["does not fit", "\u25bd"],
  undecided: ["open", "\u25c7"], "not checked": ["not checked", "\u00b7"],
};

const section = (title, ...children) => make("section", {}, make("h2", {}, title), ...children);
const list = (texts) => make("ul", {}, ...texts.map((text) => make("li", {}, text)));

const scene = (name, said) =>
  make("div", { class: "scene" },
    make("dt", {}, name),
    make("dd", {}, said.date + ", " + said.sensor + ", " + said.gsd,
      make("small", {}, said.id), make("small", {}, said.credit + " (" + said.licence + ")")));

const rival = ([name, stance, sentence]) => {
  const [words, sign] = STANCES[stance] || STANCES.undecided;
  return make("li", { class: words.replaceAll(" ", "-") },
    make("i", { "aria-hidden": "true" }, sign), make("b", {}, name), make("span", { class: "stance" }, words), make("span", {}, sentence));
};

export const showFacts = (card) => {
  const parts = [];
  if (card.confidence) parts.push(make("p", { class: "confidence" }, "The program's confidence: " + card.confidence));
  if (card.votes.length)
    parts.push(section("What others decided", make("ul", {}, ...card.votes.map((vote) =>
      make("li", {}, vote.reviewer + ": " + STATUS[vote.status] + (vote.kind ? ", " + KINDS[vote.kind] : "")
        + (vote.note ? " \u2013 " + vote.note : ""))))));
  if (card.reasons.length) parts.push(section("What changed", list(card.reasons)));
  if (!card.kind) parts.push(make("p", { class: "quiet" }, "What the program thinks is not shown: look for yourself, and say what kind of change it is if you can tell."));
  if (card.rivals.length)
    parts.push(section("Other explanations", make("ul", { class: "rivals" }, ...card.rivals.map(rival))));
  if (card.cautions.length) parts.push(section("Cautions", list(card.cautions)));
  if (card.approximate)
    parts.push(make("p", { class: "caution" }, "The position of the images is approximate."));
  parts.push(section("Scenes", make("dl", {}, scene("Before", card.scenes.before), scene("After", card.scenes.after)),
    make("p", { id: "stretch" }, card.stretch), make("p", {}, card.registration ? "Registration: " + card.registration + "." : "")));
  if (card.evidence.length) parts.push(make("details", {}, make("summary", {}, "Numbers"),
    make("table", {}, make("tbody", {}, ...card.evidence.map(([name, value]) =>
      make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, value)))))));
  parts.push(make("p", { class: "quiet id" }, card.id));
  const open = $("facts").querySelector("details");
  if (open && open.open) parts.find((part) => part.tagName === "DETAILS").open = true;
  $("facts").replaceChildren(...parts);
  $("facts").scrollTop = 0;
};
