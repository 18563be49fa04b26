"use strict";
// Files go in parts, and go on where they were when the line comes back. Without this, or where the
// browser cannot hash, the form is sent as it is.
const form = document.querySelector("form[data-parts]");
const PART = 4 * 1024 * 1024;
const wait = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const hex = (bytes) => [...new Uint8Array(bytes)].map((one) => one.toString(16).padStart(2, "0")).join("");

async function ask(path, options = {}) {
  const secret = form.querySelector('[name="csrfmiddlewaretoken"]').value;
  const headers = { "X-CSRFToken": secret, ...options.headers };
  for (let pause = 1; ; pause = Math.min(pause * 2, 60)) {
    try {
      const answer = await fetch(path, { ...options, headers, credentials: "same-origin", redirect: "error" });
      if (answer.status < 500) return answer;
    } catch (error) { /* the line is broken: try again */ }
    say("waiting"); await wait(pause);
  }
}

const told = form && form.querySelector("output");
function say(key, share) {
  told.textContent = told.dataset[key] + (share === undefined ? "" : ` ${Math.floor(share * 100)} %`);
  const bar = form.querySelector("progress");
  if (share !== undefined) { bar.hidden = false; bar.value = share; }
}

function markOf(files) { return "upload " + files.map((one) => `${one.name}|${one.size}|${one.lastModified}`).join("/"); }

async function begun(files, mark) {
  const known = localStorage.getItem(mark);
  if (known) {
    const answer = await ask(`/evidence/parts/${known}/`);
    if (answer.ok) return answer.json();
    localStorage.removeItem(mark);
  }
  const said = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
  delete said.csrfmiddlewaretoken;
  const list = files.map((one) => ({ name: one.webkitRelativePath || one.name, size: one.size }));
  const answer = await ask("/evidence/parts/", { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: JSON.stringify({ ...said, files: list }) });
  if (!answer.ok) return null;
  const made = await answer.json();
  localStorage.setItem(mark, made.token);
  return made;
}

async function send(files) {
  const mark = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(markOf(files))).then(hex);
  const made = await begun(files, "upload " + mark);
  if (!made) return false;
  const whole = files.reduce((sum, one) => sum + one.size, 0) || 1;
  let done = made.files.reduce((sum, one) => sum + one.received, 0);
  for (const [number, file] of files.entries()) {
    let at = made.files[number].received;
    while (at < file.size) {
      const part = await file.slice(at, at + PART).arrayBuffer();
      const digest = hex(await crypto.subtle.digest("SHA-256", part));
      const answer = await ask(`/evidence/parts/${made.token}/${number}/?from=${at}`, { method: "POST", headers: { "Content-Type": "application/octet-stream", "X-Part-SHA256": digest }, body: part });
      if (![200, 409, 422].includes(answer.status)) return false;
      const now = (await answer.json()).received;
      done += now - at; at = now;
      say("sending", done / whole);
    }
  }
  const answer = await ask(`/evidence/parts/${made.token}/finish/`, { method: "POST" });
  if (!answer.ok) return false;
  localStorage.removeItem("upload " + mark);
  window.location.assign((await answer.json()).href);
  return true;
}

if (form && window.crypto && crypto.subtle) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    let sent = false;
    try { sent = await send([...form.querySelector("#files").files]); } catch (error) { sent = false; }
    if (!sent) { say("failed"); button.disabled = false; }
  });
}
