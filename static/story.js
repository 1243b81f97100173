/* The story page's small comforts. The page works without this file; nothing here decides anything.
   1. What is typed in a form marked data-draft="/address" is kept there a few seconds after the last key, valid or not,
      and once more when the page is left. An element with the id "kept" says whether it was.
   2. When the session has ended, the words stay on the page, and the form takes on the new session as soon as somebody
      has signed in again in another tab (its token is read from the page data-token-from names).
   3. Ctrl+S or Cmd+S saves. Enter in a headline does not break the line. */
"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const said = document.getElementById("kept");
  const PAUSE_MS = 3000;
  const LONGEST_PAUSE_MS = 30000;
  const NOT_KEPT = {
    400: "Not saved: your session has changed. Press Save, and you will be asked to check and send.",
    403: "Not saved: sign in again in another tab. What you typed stays here.",
    409: "Not kept: you have typed something else here before. Take it up or forget it first, or press Save.",
    413: "Not kept: this is longer than we can keep unsaved. Press Save.",
  };
  let timer = 0;
  let changed = false;
  let under_way = null;
  let pause = PAUSE_MS;

  function typed() {
    const data = new FormData(form);
    data.delete("note_shape");
    data.delete("more");
    return data;
  }

  function say(words, is_bad) {
    if (said.textContent !== words) said.textContent = words;
    said.classList.toggle("is-bad", is_bad);
  }

  // A token of the session that there is now; empty when nobody is signed in.
  async function token() {
    const answer = await fetch(form.dataset.tokenFrom, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return "";
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.querySelector("[name=csrf_token]")?.value ?? "";
  }

  async function send() {
    return fetch(form.dataset.draft, { method: "POST", body: typed(), credentials: "same-origin" });
  }

  async function keep() {
    changed = false;
    try {
      let answer = await send();
      if (answer.status === 400 || answer.status === 403) {
        const fresh = await token();
        if (fresh) {
          for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = fresh;
          answer = await send();
        }
      }
      if (answer.status !== 204) throw answer;
      pause = PAUSE_MS;
      const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
      say(`Kept at ${time}, not saved yet.`, false);
    } catch (problem) {
      changed = true;
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      say(NOT_KEPT[problem.status] ?? "Not kept: the server cannot be reached. What you typed stays here.", true);
      // A refusal that waits for a person is not asked again and again; a session may come back.
      if (problem.status !== 409 && problem.status !== 413) later();
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => {
      under_way = keep().finally(() => { under_way = null; if (changed && pause === PAUSE_MS) later(); });
    }, pause);
  }

  form.addEventListener("input", () => {
    changed = true;
    if (!under_way) later();
  });

  // What is being kept must not arrive after what is saved, or it would be offered as unsaved.
  let leaving = false;
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (under_way) {
      event.preventDefault();
      under_way.finally(() => { clearTimeout(timer); form.requestSubmit(event.submitter); });
      return;
    }
    leaving = true;
  });
  addEventListener("pagehide", () => {
    if (changed && !leaving) navigator.sendBeacon(form.dataset.draft, typed());
  });
  addEventListener("pageshow", () => { leaving = false; });

  addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "s") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[type=submit]:not([name])"));
    }
  });
  for (const headline of form.querySelectorAll(".field--headline textarea")) {
    headline.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  }
})();
