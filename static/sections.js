/* The list of sections is put in order without loading the page: by its handle (mouse, pen or finger), by Alt with an arrow
   key on a row, or by its buttons. The server answers with the list as it is then, and with what is read out. Without this
   file the buttons send their forms. The letter beside the list is loaded anew after a move. */
"use strict";

(() => {
  const EDGE = 48;
  const status = document.getElementById("sections-said");
  let list = document.getElementById("section-list");
  if (!list || !list.querySelector(".sections__moves")) return;

  const ids = (of) => [...of.querySelectorAll("li[data-section]")].map((row) => row.dataset.section);
  // The order that the server has confirmed.
  let settled = ids(list);

  // One move after the other, in the order in which they were wished for.
  let queue = Promise.resolve();
  let waiting = 0;

  const rows = () => [...list.querySelectorAll("li[data-section]")];
  const rowOf = (id) => rows().find((row) => row.dataset.section === id);

  function prepare() {
    for (const handle of list.querySelectorAll(".sections__handle")) handle.hidden = false;
    for (const help of document.querySelectorAll(".sections__keys")) help.hidden = false;
  }

  function say(words) {
    // The same words a second time are news as well.
    status.textContent = status.textContent === words ? `${words}\u00a0` : words;
  }

  // What had the keyboard, as it is called in a fresh copy of the list.
  function heldIn(row) {
    const held = document.activeElement;
    if (!row || !row.contains(held)) return null;
    return held.matches("button") ? `button[value=${held.value}]:not(:disabled)` : "a";
  }

  function place(fresh, id) {
    const holder = document.activeElement?.closest("li[data-section]");
    const where = holder && list.contains(holder) ? { id: holder.dataset.section, what: heldIn(holder) } : null;
    list.replaceWith(fresh);
    list = fresh;
    prepare();
    const row = where && rowOf(where.id);
    if (row) (row.querySelector(where.what ?? "a") ?? row.querySelector("a")).focus({ preventScroll: where.id !== id });
  }

  // An approval that this move made void, and whatever else is to be known about the issue since.
  function showNotices(page) {
    const [old, fresh] = [document, page].map((where) => where.getElementById("notices"));
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }

  function showLetter(version) {
    const frame = document.querySelector("#preview iframe");
    if (!frame) return;
    const chosen = rows().findIndex((row) => row.querySelector("[aria-current]"));
    if (chosen !== -1) frame.dataset.part = String(chosen);
    // In the mode that is shown, which may be another one than the page came with.
    const shown = frame.contentDocument?.URL ?? "about:blank";
    const address = new URL(shown === "about:blank" ? frame.src : shown);
    address.searchParams.set("v", version);
    frame.src = address;
  }

  async function send(id, wish) {
    const form = rowOf(id)?.querySelector(".sections__moves");
    if (!form) return;
    const body = new FormData(form);
    body.append(...wish);
    const before = list.dataset.version;
    try {
      const answer = await fetch(form.action, { method: "POST", body, headers: { "Newsroom-List": "yes" }, credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("section-list");
      if (answer.redirected || !fresh) throw new Error(String(answer.status));
      settled = ids(fresh);
      // While more moves wait, the page shows the order that they lead to.
      if (waiting === 1) place(document.adoptNode(fresh), id);
      showNotices(page);
      say(fresh.dataset.said);
      if (fresh.dataset.version !== before) showLetter(fresh.dataset.version);
    } catch {
      for (const id of settled) {
        const row = rowOf(id);
        if (row) list.append(row);
      }
      say("Not moved: the desk did not answer as it should. Load the page again, then try once more.");
      status.classList.remove("visually-hidden");
    }
  }

  function move(id, wish) {
    waiting += 1;
    queue = queue.then(() => send(id, wish)).finally(() => { waiting -= 1; });
  }

  // Shown at once; the server has the last word.
  function show(row, to) {
    const others = rows().filter((other) => other !== row);
    const held = row.contains(document.activeElement) ? document.activeElement : null;
    if (to >= others.length) others.at(-1)?.after(row);
    else others[to].before(row);
    held?.focus({ preventScroll: true });
  }

  function step(row, offset) {
    const all = rows();
    const to = all.indexOf(row) + offset;
    if (to < 0 || to >= all.length) {
      say(offset < 0 ? "This is the first section." : "This is the last section.");
      return;
    }
    show(row, to);
    row.scrollIntoView({ block: "nearest" });
    move(row.dataset.section, ["to", String(to + 1)]);
  }

  document.addEventListener("keydown", (event) => {
    const row = event.target instanceof Element ? event.target.closest("#section-list li[data-section]") : null;
    if (!row || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    step(row, event.key === "ArrowUp" ? -1 : 1);
  });

  document.addEventListener("submit", (event) => {
    const row = event.target.matches("#section-list .sections__moves") ? event.target.closest("li") : null;
    if (!row) return;
    event.preventDefault();
    step(row, event.submitter?.value === "up" ? -1 : 1);
  });

  // Dragging. The row itself goes along; letting go keeps it there, Escape puts it back.
  let drag = null;

  function over(y) {
    const others = rows().filter((other) => other !== drag.row);
    const at = others.findIndex((other) => {
      const box = other.getBoundingClientRect();
      return y < box.top + box.height / 2;
    });
    return at === -1 ? others.length : at;
  }

  function end(keep) {
    if (!drag) return;
    const { row, from, handle, pointer } = drag;
    drag = null;
    row.classList.remove("is-dragged");
    document.documentElement.classList.remove("is-dragging");
    if (handle.hasPointerCapture(pointer)) handle.releasePointerCapture(pointer);
    const to = rows().indexOf(row);
    if (!keep) show(row, from);
    else if (to !== from) move(row.dataset.section, ["to", String(to + 1)]);
  }

  document.addEventListener("pointerdown", (event) => {
    const handle = event.target instanceof Element ? event.target.closest("#section-list .sections__handle") : null;
    if (!handle || event.button !== 0) return;
    event.preventDefault();
    const row = handle.closest("li");
    drag = { row, handle, pointer: event.pointerId, from: rows().indexOf(row) };
    handle.setPointerCapture(event.pointerId);
    row.classList.add("is-dragged");
    document.documentElement.classList.add("is-dragging");
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag || event.pointerId !== drag.pointer) return;
    if (event.clientY < EDGE) scrollBy(0, -16);
    else if (event.clientY > innerHeight - EDGE) scrollBy(0, 16);
    const to = over(event.clientY);
    if (to !== rows().indexOf(drag.row)) {
      show(drag.row, to);
      // A row that is moved within the page lets go of the pointer.
      if (!drag.handle.hasPointerCapture(drag.pointer)) drag.handle.setPointerCapture(drag.pointer);
    }
  });
  document.addEventListener("pointerup", (event) => { if (event.pointerId === drag?.pointer) end(true); });
  document.addEventListener("pointercancel", (event) => { if (event.pointerId === drag?.pointer) end(false); });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drag) end(false); });

  prepare();
})();
