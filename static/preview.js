/* What a form would look like, while somebody types. Every page works without this file.
   1. A form marked data-preview="/address" is posted there whenever typing pauses, and nothing is saved. The HTML that comes
      back goes into what data-preview-into="#id" names: a frame (a whole page, in which only what differs is renewed, so that
      it keeps its place) or an element (a fragment). The latest answer wins; older questions are given up.
   2. A list marked data-preview-modes="id" holds buttons or links that show that frame in another way (data-frame is the
      frame's address in that mode, the value or data-mode its name). Typed words are asked for in the mode that is shown.
   3. [data-meter="name"] shows what the answer's header Newsroom-Meter says under that name.
   4. What went wrong is said in #preview-says; the last preview stays, and what was typed is never touched.
   A frame has to be readable from here (sandbox with allow-same-origin); it never runs a script. */
"use strict";

(() => {
  const PAUSE_MS = 150;
  // Who types without a pause sees something now and then as well.
  const LONGEST_WAIT_MS = 750;

  const SAYS = {
    away: "The preview cannot be renewed just now. It shows what it showed before; your words are still here.",
    long: "This is too long for a preview. Your words are still here.",
    out: "You are signed out: your words are still here; sign in in another tab.",
    refused: "The preview cannot be shown to you. Your words are still here.",
  };

  function say(words) {
    const place = document.getElementById("preview-says");
    if (place && place.textContent !== words) place.textContent = words;
  }

  // A frame that has arrived, or nothing while it is on its way.
  function pageIn(frame) {
    const page = frame.contentDocument;
    return page && page.URL !== "about:blank" && page.readyState !== "loading" ? page : null;
  }

  // Makes `old` say what `fresh` says and leaves alone what is the same: pictures stay, and so does the place in the page.
  function renew(old, fresh) {
    if (old.isEqualNode(fresh)) return;
    if (!old.cloneNode(false).isEqualNode(fresh.cloneNode(false))) {
      old.replaceWith(old.ownerDocument.importNode(fresh, true));
      return;
    }
    const [olds, freshes] = [[...old.childNodes], [...fresh.childNodes]];
    while (olds.length && freshes.length && olds[0].isEqualNode(freshes[0])) {
      olds.shift();
      freshes.shift();
    }
    while (olds.length && freshes.length && olds.at(-1).isEqualNode(freshes.at(-1))) {
      olds.pop();
      freshes.pop();
    }
    if (olds.length === freshes.length) {
      olds.forEach((node, place) => renew(node, freshes[place]));
      return;
    }
    const behind = olds.length ? olds.at(-1).nextSibling : freshes.length ? following(old, freshes.length, fresh) : null;
    for (const node of olds) node.remove();
    for (const node of freshes) old.insertBefore(old.ownerDocument.importNode(node, true), behind);
  }

  // Where nothing has to go and something has to come: before what both have at their ends.
  function following(old, count, fresh) {
    let same = 0;
    const [a, b] = [old.childNodes, fresh.childNodes];
    while (same < a.length && same < b.length - count && a[a.length - 1 - same].isEqualNode(b[b.length - 1 - same])) same += 1;
    return a[a.length - same] ?? null;
  }

  function put(place, html) {
    if (place.localName !== "iframe") {
      const fresh = new DOMParser().parseFromString(html, "text/html");
      const copy = place.cloneNode(false);
      copy.append(...[...fresh.body.childNodes].map((node) => document.importNode(node, true)));
      renew(place, copy);
      return;
    }
    const page = pageIn(place);
    if (!page) return;
    // Read under the frame's own policy, which lets a letter bring its styles along; ours would not.
    const fresh = new place.contentWindow.DOMParser().parseFromString(html, "text/html");
    renew(page.documentElement, fresh.documentElement);
  }

  // The part that is being edited, in a letter or on a page: its place among the parts is what both have in common.
  function reveal(frame) {
    const page = pageIn(frame);
    if (!page || frame.dataset.part === undefined) return;
    const [place, count] = [Number(frame.dataset.part), Number(frame.dataset.parts)];
    const tables = page.querySelectorAll("td.side > table.grid");
    // Before the parts stand the masthead and perhaps the contents, behind them always the foot alone.
    const part = tables.length ? tables[tables.length - 1 - count + place] : page.querySelectorAll("section.part")[place];
    // Only inside the frame: the page around it stays where it is.
    if (part) page.defaultView.scrollTo(0, page.defaultView.scrollY + part.getBoundingClientRect().top);
  }

  // Links lead out of the frame, in which no other page has a place.
  function openBeside(frame) {
    pageIn(frame)?.addEventListener("click", (event) => {
      const link = event.target.closest?.("a[href]");
      if (!link || link.getAttribute("href").startsWith("#")) return;
      event.preventDefault();
      if (["http:", "https:"].includes(link.protocol)) open(link.href, "_blank", "noopener");
    });
  }

  // After signing in anew the page's forms need the token of the new session.
  async function freshToken() {
    const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("form[data-preview] [name=csrf_token]")?.value;
    if (!answer.ok || !token) return false;
    for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
    return true;
  }

  class Preview {
    constructor(form) {
      this.form = form;
      this.place = document.querySelector(form.dataset.previewInto);
      this.timer = 0;
      this.waitsSince = 0;
      this.asked = null;
      this.isTyped = false;
      this.isOut = false;
      if (!this.place) return;
      for (const button of form.querySelectorAll("[data-preview-button]")) button.hidden = true;
      for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.wait());
      // Who has signed in in another tab comes back to this one.
      addEventListener("focus", () => { if (this.isOut) this.ask(); });
      if (this.place.localName === "iframe") {
        this.place.addEventListener("load", () => this.arrived());
        if (pageIn(this.place)) this.arrived();
      }
    }

    arrived() {
      openBeside(this.place);
      if (this.isTyped) this.ask().then(() => reveal(this.place));
      else reveal(this.place);
    }

    wait() {
      const now = performance.now();
      const isFirst = !this.isTyped;
      this.isTyped = true;
      this.waitsSince ||= now;
      if (this.isOut) return;
      clearTimeout(this.timer);
      const pause = Math.max(0, Math.min(PAUSE_MS, this.waitsSince + LONGEST_WAIT_MS - now));
      this.timer = setTimeout(() => this.ask().then(() => { if (isFirst && this.isNew()) reveal(this.place); }), pause);
    }

    // A section that is being added gets its place in the letter with its first words.
    isNew() {
      return this.place.dataset.part !== undefined && this.place.dataset.part === String(this.place.dataset.parts - 1);
    }

    fields() {
      const fields = new FormData(this.form);
      for (const [name, value] of [...fields]) if (typeof value !== "string") fields.delete(name);
      const mode = this.place.dataset.mode;
      if (mode) fields.set("preview", mode);
      return fields;
    }

    async ask(isSecondTry = false) {
      clearTimeout(this.timer);
      this.waitsSince = 0;
      this.asked?.abort();
      const asked = (this.asked = new AbortController());
      try {
        const answer = await fetch(this.form.dataset.preview, {
          method: "POST", body: this.fields(), signal: asked.signal, credentials: "same-origin",
          headers: { Accept: "text/html" }, redirect: "error",
        });
        const html = await answer.text();
        if (asked.signal.aborted) return;
        if (answer.ok) {
          this.isOut = false;
          put(this.place, html);
          measure(answer.headers.get("Newsroom-Meter"));
          say("");
        } else if (answer.status === 400 && !isSecondTry && (await freshToken())) {
          await this.ask(true);
        } else {
          this.isOut = answer.status === 403 && html.includes('action="/sign-in"');
          say(this.isOut ? SAYS.out : { 403: SAYS.refused, 413: SAYS.long }[answer.status] ?? SAYS.away);
        }
      } catch (problem) {
        if (problem.name !== "AbortError" && !asked.signal.aborted) say(SAYS.away);
      }
    }
  }

  function measure(said) {
    if (!said) return;
    for (const [name, value] of Object.entries(JSON.parse(said))) {
      for (const place of document.querySelectorAll(`[data-meter="${CSS.escape(name)}"]`)) {
        if (place.textContent !== value) place.textContent = value;
      }
    }
  }

  const TITLES = { web: "The issue on the web" };
  const LETTER = "The letter as subscribers get it";

  // The tabs above a frame; addresses on the page that name a mode name the one that was chosen.
  function switchModes(list) {
    const frame = document.getElementById(list.dataset.previewModes);
    const around = list.closest("[data-mode]");
    if (!frame || !around) return;
    frame.dataset.mode = around.dataset.mode;
    list.addEventListener("click", (event) => {
      const tab = event.target.closest("[data-frame]");
      if (!tab || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      const mode = new URL(tab.dataset.frame, location.href).searchParams.get("preview");
      const current = list.querySelector("[aria-current]");
      tab.setAttribute("aria-current", current?.getAttribute("aria-current") ?? "true");
      if (current !== tab) current?.removeAttribute("aria-current");
      around.dataset.mode = frame.dataset.mode = mode;
      frame.title = TITLES[mode] ?? LETTER;
      // No step back for each tab: the address of the page names the mode instead.
      frame.contentWindow.location.replace(tab.dataset.frame);
      for (const link of document.querySelectorAll('a[href*="preview="]')) link.href = named(link.href, mode);
      history.replaceState(history.state, "", named(location.href, mode));
    });
  }

  function named(address, mode) {
    const url = new URL(address, location.href);
    url.searchParams.set("preview", mode);
    return url.href;
  }

  for (const list of document.querySelectorAll("[data-preview-modes]")) switchModes(list);
  const forms = [...document.querySelectorAll("form[data-preview]")].map((form) => new Preview(form));
  // A frame that nobody types for still leads out of itself.
  if (forms.length === 0) {
    for (const frame of document.querySelectorAll(".preview iframe")) {
      frame.addEventListener("load", () => openBeside(frame));
      openBeside(frame);
    }
  }
})();
