// The list of all items: only the rows that can be seen exist, and only parts of it are asked for.
import { get } from "./api.js";
import { $, make, KINDS, SIGNS, STATUS } from "./words.js";

const HIGH = 36, PART = 100;

export class Queue {
  constructor(open) {
    this.open = open;
    this.all = 0;
    this.current = 0;
    this.parts = new Map();
    this.holder = $("rows");
    this.holder.addEventListener("scroll", () => this.draw(), { passive: true });
    new ResizeObserver(() => this.draw()).observe(this.holder);
    this.holder.addEventListener("click", (event) => {
      const row = event.target.closest("button");
      if (row) open(Number(row.dataset.number));
    });
  }

  async part(index) {
    if (!this.parts.has(index)) {
      this.parts.set(index, null);
      try {
        const said = await get("/api/queue?from=" + index * PART + "&count=" + PART);
        this.all = said.all;
        this.parts.set(index, said.rows);
        this.draw();
      } catch { this.parts.delete(index); }
    }
    return this.parts.get(index);
  }

  async undecided(from) { return (await get("/api/queue?count=0&from=" + from)).undecided; }

  mark(number, status) {
    const rows = this.parts.get(Math.floor(number / PART));
    if (rows && rows[number % PART]) rows[number % PART][3] = status;
    this.draw();
  }

  go(number) {
    this.current = number;
    const top = number * HIGH, height = this.holder.clientHeight;
    if (top < this.holder.scrollTop || top + HIGH > this.holder.scrollTop + height)
      this.holder.scrollTop = Math.max(0, top - height / 2);
    this.draw();
  }

  draw() {
    if ($("queue").hidden || !this.all) return;
    const space = $("rows-space");
    space.style.height = this.all * HIGH + "px";
    const first = Math.max(Math.floor(this.holder.scrollTop / HIGH) - 4, 0);
    const last = Math.min(Math.ceil((this.holder.scrollTop + this.holder.clientHeight) / HIGH) + 4, this.all);
    const focused = document.activeElement && document.activeElement.dataset.number;
    const rows = [];
    for (let number = first; number < last; number += 1) {
      const index = Math.floor(number / PART), part = this.parts.get(index);
      if (part === undefined) this.part(index);
      const [site, kind, area, status] = (part && part[number % PART]) || ["\u2026", "", "", ""];
      const row = make("button", {
        type: "button", class: "row " + (status || "open") + " " + kind, "data-number": number,
        "aria-current": number === this.current ? "true" : null,
        "aria-label": number + 1 + ", " + site + ", " + (KINDS[kind] || "") + ", " + area + ", " + (STATUS[status] || "not decided"),
      },
        make("i", { class: "sign" }, SIGNS[status] || SIGNS[""]),
        make("span", { class: "number" }, String(number + 1)),
        make("i", { class: "swatch " + kind }),
        make("span", { class: "site" }, site),
        make("span", { class: "area" }, area));
      row.style.top = number * HIGH + "px";
      rows.push(row);
    }
    space.replaceChildren(...rows);
    if (focused != null) {
      const again = space.querySelector('[data-number="' + Number(focused) + '"]');
      if (again) again.focus({ preventScroll: true });
    }
  }
}
