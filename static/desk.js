/* The desk's small comforts. Every page works without this file.
   1. A form marked data-guard warns before what was typed is lost; whoever keeps it prevents the form's event "leaving".
   2. An element marked data-refresh="/address" is replaced by what that address answers, every two seconds, until an
      answer no longer carries the mark (so the server says when the work is done). data-refresh-with="one two" names
      others, by their ids, that the same answer renews. What is the same stays, and so does the keyboard's place; a
      role="status" gets new words only, so that it is read aloud.
   3. An element marked data-key="e" is pressed by that key, when nobody is typing. J and K move through a .queue, and open
      what they come to where it is marked data-opens. A button marked data-keys-switch turns all of them off and on again,
      and the browser remembers it.
   4. A select marked data-fills="id" writes the text of what is chosen into that field, where it can be changed.
   5. The second click of a double click on a button is no second answer: a form that was just sent is not sent again.
   6. A field marked data-copy selects all that it holds when it is clicked or reached, ready to be copied. */
"use strict";

(() => {
  const changed = new Set();

  for (const form of document.querySelectorAll("form[data-guard]")) {
    form.addEventListener("input", () => changed.add(form));
    form.addEventListener("submit", (event) => {
      // A preview goes into a frame, and the page stays.
      if (!event.submitter?.formTarget) changed.delete(form);
    });
  }
  addEventListener("beforeunload", (event) => {
    const isKept = (form) => !form.dispatchEvent(new Event("leaving", { cancelable: true }));
    if (![...changed].every(isKept)) event.preventDefault();
  });

  const TWICE_MS = 1000;
  let sent = { button: null, at: -TWICE_MS };
  addEventListener("submit", (event) => {
    const isTwice = event.submitter !== null && event.submitter === sent.button && event.timeStamp - sent.at < TWICE_MS;
    // What goes into a frame may be asked for as often as somebody likes.
    if (!isTwice || event.submitter.formTarget) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  addEventListener("submit", (event) => {
    // Whoever held the first one back sends it later by itself, and that one counts.
    if (!event.defaultPrevented) sent = { button: event.submitter, at: event.timeStamp };
  });

  const PAUSE_MS = 2000;
  const LONGEST_PAUSE_MS = 30000;

  // Two copies of one form differ in their token alone.
  function isSame(one, other) {
    const [left, right] = [one, other].map((element) => {
      const copy = element.cloneNode(true);
      for (const token of copy.querySelectorAll("[name=csrf_token]")) token.removeAttribute("value");
      return copy;
    });
    return left.isEqualNode(right);
  }

  // Where the keyboard is, in words that lead to the same place in a fresh copy.
  function placeOf(element) {
    const having = (name, value) => `[${name}="${CSS.escape(value)}"]`;
    const form = element.closest("form[action]");
    if (element.id) return having("id", element.id);
    if (element.hasAttribute("href")) return having("href", element.getAttribute("href"));
    if (form) return `form${having("action", form.getAttribute("action"))} ${element.localName}:not([type=hidden])`;
    return `${element.localName}${having("aria-label", element.getAttribute("aria-label") ?? "")}`;
  }

  // Gives the element that stands on the page afterwards.
  function renew(old, fresh) {
    if (isSame(old, fresh)) return old;
    if (old.matches("[role=status]")) {
      old.textContent = fresh.textContent;
      return old;
    }
    const held = old.contains(document.activeElement) ? placeOf(document.activeElement) : "";
    old.replaceWith(document.adoptNode(fresh));
    // A button that is gone leaves the keyboard at the beginning of the work, not at the top of the page.
    if (held) (fresh.querySelector(held) ?? document.getElementById("main"))?.focus({ preventScroll: true });
    return fresh;
  }

  async function refresh(element, pause) {
    let next = pause;
    try {
      const answer = await fetch(element.dataset.refresh, { headers: { Accept: "text/html" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      // The address may answer with the fragment alone or with the whole page it stands on.
      const fresh = element.id ? page.getElementById(element.id) : page.body.firstElementChild;
      if (!fresh) return;
      for (const id of (element.dataset.refreshWith ?? "").split(" ")) {
        const [old, other] = [document, page].map((where) => where.getElementById(id));
        if (old && other) renew(old, other);
      }
      element = renew(element, fresh);
      next = PAUSE_MS;
    } catch {
      // A server that is away is asked again, ever more patiently; the page keeps what it last knew.
      next = Math.min(pause * 2, LONGEST_PAUSE_MS);
    }
    if (element.dataset.refresh) setTimeout(() => refresh(element, next), next);
  }
  for (const element of document.querySelectorAll("[data-refresh]")) {
    setTimeout(() => refresh(element, PAUSE_MS), PAUSE_MS);
  }

  function isTyping(target) {
    return target instanceof Element && target.closest("input, select, textarea, [contenteditable]") !== null;
  }

  const SWITCH = "newsroom-keys";
  const ARRIVED = "newsroom-arrived-by-key";

  // Private windows and strict settings refuse storage; then keys are on, and nothing is remembered.
  function remembered(storage, name, value) {
    try {
      if (value === undefined) return storage.getItem(name);
      if (value === null) storage.removeItem(name);
      else storage.setItem(name, value);
    } catch { /* nothing to be done */ }
    return null;
  }

  let keysAreOn = remembered(localStorage, SWITCH) !== "off";

  for (const list of document.querySelectorAll(".keylist")) list.hidden = false;
  function showSwitch() {
    for (const button of document.querySelectorAll("[data-keys-switch]")) {
      button.setAttribute("aria-pressed", String(!keysAreOn));
      button.textContent = keysAreOn ? "Turn single keys off" : "Single keys are off: turn them on";
    }
    document.documentElement.classList.toggle("keys-off", !keysAreOn);
  }
  for (const button of document.querySelectorAll("[data-keys-switch]")) {
    button.addEventListener("click", () => {
      keysAreOn = !keysAreOn;
      remembered(localStorage, SWITCH, keysAreOn ? null : "off");
      showSwitch();
    });
  }
  showSwitch();

  const chosen = document.querySelector(".queue[data-opens] [aria-current=true]");
  if (chosen) {
    chosen.closest("li").scrollIntoView({ block: "nearest" });
    if (remembered(sessionStorage, ARRIVED)) chosen.focus();
  }
  remembered(sessionStorage, ARRIVED, null);

  for (const select of document.querySelectorAll("select[data-fills]")) {
    select.addEventListener("change", () => {
      const field = document.getElementById(select.dataset.fills);
      const text = select.selectedOptions[0]?.dataset.text;
      if (field && text) field.value = text;
    });
  }

  function step(direction) {
    const links = [...document.querySelectorAll(".queue__title a")];
    if (links.length === 0) return false;
    const list = document.querySelector(".queue[data-opens]");
    const here = links.findIndex((link) => link === document.activeElement || (list && link === chosen));
    const to = here === -1 ? (direction > 0 ? 0 : links.length - 1) : here + direction;
    if (list && to !== here && links[to]) {
      remembered(sessionStorage, ARRIVED, "yes");
      links[to].click();
    } else if (list && !links[to]) {
      // The list goes on where the page ends.
      const page = document.querySelector(`.pagination [rel=${direction > 0 ? "next" : "prev"}]`);
      if (page) page.click();
      else links[here].focus();
    } else {
      links[Math.max(0, Math.min(links.length - 1, to))].focus();
    }
    return true;
  }

  function press(target) {
    if (target.matches("input:not([type=submit]), textarea, select")) {
      target.focus();
      return;
    }
    // What a key in a list leads to is another page of it: the keyboard goes on where it was.
    if (target.closest(".inbox, .notice") && target.matches("button")) remembered(sessionStorage, ARRIVED, "yes");
    target.click();
    if (target.matches("summary")) {
      const details = target.parentElement;
      const first = details.open ? details.querySelector("select, textarea, input:not([type=hidden]), button") : target;
      first?.focus();
    }
  }

  for (const field of document.querySelectorAll("input[data-copy]")) {
    for (const reached of ["click", "focus"]) field.addEventListener(reached, () => field.select());
  }

  addEventListener("keydown", (event) => {
    if (!keysAreOn || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    const target = [...document.querySelectorAll("[data-key]")]
      .find((element) => element.dataset.key.toLowerCase() === key && !element.disabled);
    if (target) {
      event.preventDefault();
      press(target);
    } else if ((key === "j" || key === "k") && step(key === "j" ? 1 : -1)) {
      event.preventDefault();
    }
  });
})();
