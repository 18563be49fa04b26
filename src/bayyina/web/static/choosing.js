"use strict";
// One box ticks all of a list, and the button says how many are ticked.
for (const form of document.querySelectorAll("form.choosing")) {
  const boxes = () => [...form.querySelectorAll('input[name="ids"]')];
  const button = form.querySelector("button");
  const words = button ? button.textContent : "";
  const told = () => {
    const count = boxes().filter((one) => one.checked).length;
    if (button) { button.textContent = count ? `${words} (${count})` : words; }
  };
  form.addEventListener("change", told);
  const head = form.querySelector("thead th");
  if (head) {
    const all = document.createElement("input");
    all.type = "checkbox";
    all.setAttribute("aria-label", head.textContent.trim());
    all.addEventListener("change", () => { for (const one of boxes()) one.checked = all.checked; told(); });
    head.append(all);
  }
}
