/* Keeps what is typed and not saved. Pages work without this file; nothing here decides anything.
   A form marked data-draft="subject" is sent, valid or not, two seconds after the last key, when its tab is left, and when
   the page is: to /desk/drafts, or to where data-draft-to says. An element .form__kept in the form says what became of it;
   one is put at the form's end where there is none.
   When the session has ended, the words stay on the page, and the form takes on the new session as soon as the same person
   has signed in again in another tab; never somebody else's.
   A form that is kept asks nobody to stay (desk.js asks by the event "leaving"). */
"use strict";

(() => {
  const PAUSE_MS = 2000;
  const LONGEST_PAUSE_MS = 30000;
  // What a browser takes along when a page is left, for all of its requests together.
  const MOST_WHILE_LEAVING = 60000;
  const SIGNED_IN_PAGE = "/desk/account";
  const NOT_KEPT = {
    400: "Not kept: your session has changed. Press Save, and you will be asked to check and send.",
    403: "Not kept: sign in again in another tab. What you typed stays here.",
    409: "Not kept: you have typed something else here before. Take it up or throw it away first, or press Save.",
    413: "Not kept: this is longer than we can keep unsaved. Press Save.",
    other: "Not kept: somebody else is signed in now. What you typed stays here; sign in as yourself in another tab.",
    away: "Not kept: the server cannot be reached. What you typed stays here, and is tried again.",
  };
  // A refusal that waits for a person is not asked again and again; a session may come back.
  const IS_FINAL = new Set([409, 413, 422]);

  class NotKept extends Error {
    constructor(status, words) { super(words ?? NOT_KEPT[status] ?? NOT_KEPT.away); this.status = status; }
  }

  function valueOf(page, name) { return page.querySelector(`[name="${name}"]`)?.value ?? ""; }

  // Takes on the session there is now, where it is the same person's. False when nobody is signed in.
  async function renewSession(owner) {
    const answer = await fetch(SIGNED_IN_PAGE, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (owner && valueOf(page, "typed-by") !== owner) throw new NotKept("other");
    const token = valueOf(page, "csrf_token");
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
    return token !== "";
  }

  function keepTyped(form) {
    const address = form.dataset.draftTo || "/desk/drafts";
    const key = form.querySelector("[name=draft]")?.value || crypto.getRandomValues(new Uint32Array(2)).join("");
    const line = form.querySelector(".form__kept") ?? lineIn(form);
    let timer = 0;
    let changed = false;
    let troubled = false;
    let underWay = null;
    let leaving = false;
    let pause = PAUSE_MS;

    function typed() {
      const data = new FormData(form);
      // Files are kept by nobody; what else there is goes as it stands.
      for (const [name, value] of [...data]) if (typeof value !== "string") data.delete(name);
      data.set("draft-of", form.dataset.draft);
      data.set("draft", key);
      return data;
    }

    function say(words, isBad) {
      if (line.textContent !== words) line.textContent = words;
      line.classList.toggle("is-bad", isBad);
    }

    const send = () => fetch(address, { method: "POST", body: typed(), credentials: "same-origin" });

    async function keep() {
      clearTimeout(timer);
      changed = false;
      try {
        let answer = await send();
        if ((answer.status === 400 || answer.status === 403) && await renewSession(valueOf(form, "typed-by"))) answer = await send();
        if (answer.status !== 204) {
          const isOurs = answer.headers.get("Content-Type")?.startsWith("text/plain");
          // A form of one person in the session of another gets a page, whatever it was sent to.
          if (answer.status === 409 && !isOurs) throw new NotKept("other");
          throw new NotKept(answer.status, isOurs ? `Not kept: ${await answer.text()}` : undefined);
        }
        pause = PAUSE_MS;
        troubled = false;
        const time = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
        say(`Kept at ${time}, not saved yet.`, false);
      } catch (problem) {
        changed = true;
        troubled = true;
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
        say(problem instanceof NotKept ? problem.message : NOT_KEPT.away, true);
        if (!IS_FINAL.has(problem.status)) later();
      }
    }

    function now() {
      underWay ??= keep().finally(() => { underWay = null; if (changed && !troubled) later(); });
    }

    function later() {
      clearTimeout(timer);
      timer = setTimeout(now, pause);
    }

    form.addEventListener("input", () => {
      changed = true;
      if (!underWay) later();
    });

    // What is being kept must not arrive after what is saved, or it would be offered as unsaved.
    form.addEventListener("submit", (event) => {
      // A preview goes into a frame; the page stays.
      if (event.defaultPrevented || event.submitter?.formTarget) return;
      clearTimeout(timer);
      if (underWay) {
        event.preventDefault();
        underWay.finally(() => { clearTimeout(timer); form.requestSubmit(event.submitter); });
        return;
      }
      leaving = true;
    });

    // A long text is not taken along by a page that goes; a tab that is only left has time for it.
    function takeAlong() {
      const data = typed();
      let size = 0;
      for (const [name, value] of data) size += name.length + value.length * 3 + 200;
      if (size > MOST_WHILE_LEAVING || !navigator.sendBeacon(address, data)) return false;
      changed = false;
      return true;
    }
    form.addEventListener("leaving", (event) => {
      if (!changed || (!troubled && takeAlong())) event.preventDefault();
    });
    addEventListener("pagehide", () => { if (changed && !leaving) takeAlong(); });
    addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && changed && !leaving && !troubled) now();
    });
    addEventListener("pageshow", () => { leaving = false; });
    addEventListener("online", () => { if (changed) now(); });
  }

  function lineIn(form) {
    const line = document.createElement("p");
    line.className = "form__kept help";
    line.setAttribute("role", "status");
    (form.querySelector(".form__foot") ?? form).append(line);
    return line;
  }

  for (const form of document.querySelectorAll("form[data-draft]")) keepTyped(form);
})();
