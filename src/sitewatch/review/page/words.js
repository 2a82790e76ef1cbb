// Texts become text nodes, never HTML.
export const $ = (id) => document.getElementById(id);

export const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "class") element.className = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
};

export const STATUS = { confirmed: "Confirmed", rejected: "Rejected", uncertain: "Uncertain" };
export const SIGNS = { confirmed: "\u2713", rejected: "\u2715", uncertain: "?", "": "\u00b7" };
export const KINDS = { construction: "Construction", burning: "Burning", demolition: "Demolition", other: "Other change" };

// Colours of Okabe and Ito; each kind has a dash of its own, so that colour is never needed.
export const STROKES = {
  construction: { color: "#56b4e9", dash: null },
  burning: { color: "#e69f00", dash: "10 5" },
  demolition: { color: "#cc79a7", dash: "3 5" },
  other: { color: "#f0e442", dash: "12 4 3 4" },
};

export const say = (text) => { $("said").textContent = text; };
export const trouble = (text) => { $("trouble").textContent = text; $("trouble").hidden = !text; };
