"use strict";
// Lays two images over each other; without this they stand side by side.
for (const pair of document.querySelectorAll("[data-swipe]")) {
  const slider = pair.querySelector('input[type="range"]'), figures = pair.querySelectorAll("figure");
  if (!slider || figures.length !== 2) continue;
  const move = () => pair.style.setProperty("--at", `${slider.value}%`);
  const held = pair.querySelector(".held");
  const drag = (event) => {
    const area = held.getBoundingClientRect();
    slider.value = String(Math.min(100, Math.max(0, 100 * (event.clientX - area.left) / area.width)));
    move();
  };
  held.addEventListener("pointerdown", (event) => { if (!event.button) { held.setPointerCapture(event.pointerId); drag(event); } });
  held.addEventListener("pointermove", (event) => { if (held.hasPointerCapture(event.pointerId)) drag(event); });
  held.addEventListener("dragstart", (event) => event.preventDefault());
  slider.addEventListener("input", move);
  slider.closest("label").hidden = false;
  pair.classList.add("swiping");
  move();
}
