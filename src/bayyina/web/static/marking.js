"use strict";
// Draws a region or a span into the fields of a form, which work without this as they are.
const SIDES = ["left", "top", "width", "height"];
const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const said = (value) => String(Math.round(value * 100) / 100);
const clock = (seconds) => {
  const whole = Math.max(0, Math.round(seconds * 1000)), part = whole % 1000, all = Math.floor(whole / 1000);
  const two = (one) => String(one).padStart(2, "0");
  const text = `${two(Math.floor(all / 3600))}:${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
  return part ? `${text}.${String(part).padStart(3, "0")}` : text;
};
const ofClock = (text) => {
  const found = /^(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d{1,3})?)$/.exec(text.trim());
  return found ? Number(found[1] || 0) * 3600 + Number(found[2]) * 60 + Number(found[3]) : null;
};
const shape = (parent, box, name) => {
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  for (const [key, value] of Object.entries(box)) rect.setAttribute(key, value);
  if (name) rect.setAttribute("class", name);
  parent.append(rect);
};

// ----- regions: each row is four fields; the form to annotate has one, the form to redact several
function rowsOf(form) {
  const rows = [...form.querySelectorAll("[data-row]")].map((row) =>
    Object.fromEntries([...SIDES, "page"].map((side) => [side, row.querySelector(`[name^="${side}-"]`)])));
  if (rows.length) return rows;
  const one = Object.fromEntries([...SIDES, "page"].map((side) => [side, form.querySelector(`[name="${side}"]`)]));
  return one.left ? [one] : [];
}
const read = (row) => {
  const [left, top, width, height] = SIDES.map((side) => row[side].value.trim() === "" ? NaN : Number(row[side].value));
  const fits = left >= 0 && top >= 0 && width > 0 && height > 0 && left <= 100 && top <= 100;
  return fits ? { left, top, right: Math.min(100, left + width), bottom: Math.min(100, top + height) } : null;
};
function write(row, box, page) {
  const round = Object.fromEntries(Object.entries(box).map(([key, value]) => [key, Math.round(value * 100) / 100]));
  row.left.value = said(round.left); row.top.value = said(round.top);
  row.width.value = said(round.right - round.left); row.height.value = said(round.bottom - round.top);
  if (row.page && page) row.page.value = page;
}
const wipe = (row) => { for (const side of SIDES) row[side].value = ""; };

function regions(board, form) {
  const boxed = board.querySelector(".boxed"), layer = board.querySelector("svg.drawing");
  const rows = rowsOf(form), tools = board.querySelector(".tools");
  if (!boxed || !layer || !rows.length) return;
  const page = board.dataset.page || "";
  const empty = (row) => SIDES.every((side) => row[side].value.trim() === "");
  const here = (row) => !row.page || !page || !row.page.value || row.page.value === page;
  let current = rows.length === 1 ? rows[0] : null, start = null;
  const draw = () => {
    layer.replaceChildren();
    for (const row of rows) {
      const box = read(row);
      if (box && here(row)) {
        shape(layer, { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top }, row === current ? "current" : "");
      }
    }
  };
  for (const row of rows) {
    for (const side of SIDES) {
      row[side].addEventListener("input", draw);
      row[side].addEventListener("focus", () => { current = row; draw(); });
    }
  }
  const next = () => { if (rows.length > 1) current = rows.find(empty) || current || rows[0]; return current; };
  const button = tools.querySelector('[data-act="draw"]');
  const turn = (on) => {
    button.setAttribute("aria-pressed", String(on));
    boxed.classList.toggle("armed", on);
    if (on) { boxed.tabIndex = 0; boxed.focus(); } else { boxed.removeAttribute("tabindex"); }
  };
  const armed = () => boxed.classList.contains("armed");
  button.addEventListener("click", () => { if (!armed()) next(); turn(!armed()); draw(); });
  tools.querySelector('[data-act="clear"]').addEventListener("click", () => { if (current) wipe(current); draw(); });
  const at = (event) => {
    const area = layer.getBoundingClientRect();
    return { x: clamp(100 * (event.clientX - area.left) / area.width, 0, 100), y: clamp(100 * (event.clientY - area.top) / area.height, 0, 100) };
  };
  boxed.addEventListener("pointerdown", (event) => {
    if (!armed() || event.button) return;
    event.preventDefault();
    next(); start = at(event); boxed.setPointerCapture(event.pointerId);
  });
  boxed.addEventListener("pointermove", (event) => {
    if (!start) return;
    const end = at(event);
    write(current, { left: Math.min(start.x, end.x), top: Math.min(start.y, end.y), right: Math.max(start.x, end.x), bottom: Math.max(start.y, end.y) }, page);
    draw();
  });
  const stop = () => {
    if (!start) return;
    start = null;
    const box = read(current);
    if (!box || box.right - box.left < 0.5 || box.bottom - box.top < 0.5) wipe(current);
    draw();
  };
  boxed.addEventListener("pointerup", stop);
  boxed.addEventListener("pointercancel", stop);
  boxed.addEventListener("dragstart", (event) => event.preventDefault());
  boxed.addEventListener("keydown", (event) => {
    if (!armed()) return;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (step) {
      event.preventDefault();
      const row = current || next();
      let box = read(row) || { left: 40, top: 40, right: 60, bottom: 60 };
      if (event.shiftKey) {
        box.right = clamp(box.right + step[0], box.left + 1, 100); box.bottom = clamp(box.bottom + step[1], box.top + 1, 100);
      } else {
        const x = clamp(step[0], -box.left, 100 - box.right), y = clamp(step[1], -box.top, 100 - box.bottom);
        box = { left: box.left + x, top: box.top + y, right: box.right + x, bottom: box.bottom + y };
      }
      write(row, box, page); draw();
    } else if (event.key === "Escape") {
      if (current) wipe(current);
      turn(false); draw(); button.focus();
    } else if (event.key === "Enter") {
      event.preventDefault(); turn(false);
      const note = form.querySelector('[name="note"]');
      (note || button).focus();
    }
  });
  tools.hidden = false;
  draw();
}

// ----- spans of sound and film
function spans(board, form) {
  const player = board.querySelector("audio, video"), strip = board.querySelector("svg.strip");
  if (!player || !strip) return;
  const from = form && form.querySelector('[name="from"], [name="start-0"]');
  const to = form && form.querySelector('[name="to"], [name="end-0"]');
  const tools = strip.parentElement;
  let until = null, start = null;
  const draw = () => {
    const whole = player.duration;
    if (!Number.isFinite(whole) || !whole) return;
    for (const one of strip.querySelectorAll(".kept")) {
      const begins = Number(one.dataset.begins), ends = Number(one.dataset.ends);
      one.setAttribute("x", `${100 * begins / whole}%`);
      one.setAttribute("width", `${Math.max(0.5, 100 * (ends - begins) / whole)}%`);
      one.setAttribute("height", "100%");
    }
    for (const one of strip.querySelectorAll(".current, .now")) one.remove();
    const begins = from ? ofClock(from.value) : null, ends = to ? ofClock(to.value) : null;
    if (begins !== null) {
      const last = ends === null ? begins : ends;
      shape(strip, { x: `${100 * begins / whole}%`, y: "0", width: `${Math.max(0.5, 100 * (last - begins) / whole)}%`, height: "100%" }, "current");
    }
    shape(strip, { x: `${100 * player.currentTime / whole}%`, y: "0", width: "2", height: "100%" }, "now");
  };
  const play = (begins, ends) => { player.currentTime = begins; until = ends > begins ? ends : null; player.play(); };
  player.addEventListener("loadedmetadata", draw);
  player.addEventListener("timeupdate", () => {
    if (until !== null && player.currentTime >= until) { player.pause(); until = null; }
    draw();
  });
  for (const one of document.querySelectorAll('[data-act="seek"]')) {
    const line = one.closest("[data-begins]");
    one.hidden = false;
    one.addEventListener("click", () => play(Number(line.dataset.begins), Number(line.dataset.ends)));
  }
  const act = (name, done) => {
    const button = tools.querySelector(`[data-act="${name}"]`);
    if (from && to) button.addEventListener("click", done); else button.hidden = true;
  };
  act("begins", () => { from.value = clock(player.currentTime); draw(); });
  act("ends", () => { to.value = clock(player.currentTime); draw(); });
  act("play", () => { const begins = ofClock(from.value); if (begins !== null) play(begins, ofClock(to.value) || 0); });
  if (from && to) {
    from.addEventListener("input", draw); to.addEventListener("input", draw);
    const at = (event) => {
      const area = strip.getBoundingClientRect();
      return clamp((event.clientX - area.left) / area.width, 0, 1) * player.duration;
    };
    strip.addEventListener("pointerdown", (event) => {
      if (event.button || !Number.isFinite(player.duration)) return;
      event.preventDefault(); start = at(event); strip.setPointerCapture(event.pointerId);
    });
    strip.addEventListener("pointermove", (event) => {
      if (start === null) return;
      const end = at(event);
      from.value = clock(Math.min(start, end)); to.value = clock(Math.max(start, end)); draw();
    });
    const stop = () => { start = null; };
    strip.addEventListener("pointerup", stop); strip.addEventListener("pointercancel", stop);
  }
  tools.hidden = false;
  if (player.readyState) draw();
}

for (const board of document.querySelectorAll("[data-draw]")) {
  const form = document.getElementById(board.dataset.draw);
  if (form) regions(board, form);
  spans(board, form);
}
