"use strict";
for (const swipe of document.querySelectorAll("[data-swipe]")) {
  const range = swipe.querySelector("input");
  const cut = (share) => {
    range.value = share;
    swipe.style.setProperty("--cut", share + "%");
    range.setAttribute("aria-valuetext", Math.round(share) + " % before, " + Math.round(100 - share) + " % after");
  };
  range.addEventListener("input", () => cut(Number(range.value)));
  const drag = (event) => {
    const box = swipe.querySelector("img").getBoundingClientRect();
    if (event.buttons !== 1 || event.clientY > box.bottom) return;
    event.preventDefault();
    cut(Math.min(100, Math.max(0, ((event.clientX - box.left) / box.width) * 100)));
  };
  swipe.addEventListener("pointerdown", drag);
  swipe.addEventListener("pointermove", drag);
  swipe.addEventListener("dragstart", (event) => event.preventDefault());
  cut(50);
}
