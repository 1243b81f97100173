/* The redaction desk's small comforts. The page works without this file; nothing here decides anything.
   1. Words that are selected in the marked text stand in the field of the tool bar, with their place in the original
      (every run of it carries data-at, a count of characters as people count them and not of UTF-16 units).
   2. One suggestion is the current one, beside the text and in it: J and K move on, A and H press its buttons. The keys
      are those of desk.js, so its switch turns them off; this file only says where they lead.
   3. After an act the page is where it was, and the keyboard at the next suggestion. */
"use strict";

(() => {
  const finds = document.getElementById("suggestions");
  const text = document.getElementById("marked");
  const KEPT = "newsroom-redaction";
  const calm = { block: "nearest", behavior: "instant" };

  // What is selected

  const field = (id) => document.getElementById(id);
  const length = (words) => [...words].length;

  function selected(range) {
    const runs = [...text.querySelectorAll("[data-at]")].filter((run) => range.intersectsNode(run));
    const parts = runs.map((run) => {
      const whole = run.firstChild;
      const from = range.startContainer === whole ? range.startOffset : 0;
      const to = range.endContainer === whole ? range.endOffset : whole.length;
      const at = Number(run.dataset.at) + length(whole.data.slice(0, from));
      return { at, words: whole.data.slice(from, to), paragraph: run.closest("p") };
    }).filter((part) => part.words);
    if (parts.length === 0) return null;
    const last = parts[parts.length - 1];
    const words = parts.map((part, i) => (i > 0 && part.paragraph !== parts[i - 1].paragraph ? " " : "") + part.words).join("");
    return { at: parts[0].at, until: last.at + length(last.words), words };
  }

  function take() {
    const selection = getSelection();
    if (selection.rangeCount === 0 || selection.isCollapsed || !text.contains(selection.anchorNode)) return;
    const found = selected(selection.getRangeAt(0));
    if (!found || !found.words.trim()) return;
    field("picked").value = found.words.trim();
    field("pick-at").value = found.at;
    field("pick-until").value = found.until;
    field("which").value = "";
  }

  if (text && field("picked")) {
    document.addEventListener("selectionchange", take);
    // What somebody types into the field is looked for; it has no place of its own.
    field("picked").addEventListener("input", () => { field("pick-at").value = field("pick-until").value = ""; });
  }

  // Which suggestion is the current one

  if (!finds) return;
  const all = [...finds.querySelectorAll("[data-find]")];
  const isBeside = () => getComputedStyle(finds).position === "sticky";
  let current = null;

  function choose(item, { move = true } = {}) {
    for (const old of document.querySelectorAll("#suggestions .is-current, #marked .is-current")) old.classList.remove("is-current");
    for (const button of finds.querySelectorAll("[data-key=a], [data-key=h]")) {
      delete button.dataset.key;
      button.removeAttribute("aria-keyshortcuts");
    }
    current = item;
    if (!item) return;
    const mark = document.getElementById(`at-${item.dataset.find}`);
    item.classList.add("is-current");
    mark?.classList.add("is-current");
    for (const [key, verb] of [["a", "accept"], ["h", "harmless"]]) {
      const button = item.querySelector(`button[value^="${verb} "]`);
      if (!button) continue;
      button.dataset.key = key;
      button.setAttribute("aria-keyshortcuts", key);
    }
    if (!move) return;
    item.focus({ preventScroll: true });
    if (isBeside()) mark?.scrollIntoView(calm);
    item.scrollIntoView(calm);
  }

  for (const button of finds.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => {
      if (all.length === 0) return;
      const here = all.indexOf(current);
      const to = here + Number(button.dataset.step);
      choose(all[here === -1 ? 0 : (to + all.length) % all.length]);
    });
  }
  for (const steps of finds.querySelectorAll("[data-steps]")) steps.hidden = all.length === 0;
  finds.addEventListener("focusin", (event) => {
    const item = event.target.closest("[data-find]");
    if (item && item !== current) choose(item, { move: false });
  });

  // A passage in the text leads to its suggestion, or to its change, without the page jumping.
  text?.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const item = link && document.getElementById(link.hash.slice(1));
    if (!item || !isBeside()) return;
    event.preventDefault();
    if (!getSelection().isCollapsed) return;
    item.closest("details")?.setAttribute("open", "");
    if (item.dataset.find) choose(item);
    else {
      item.focus({ preventScroll: true });
      item.scrollIntoView(calm);
    }
  });

  // After an act

  function remembered(value) {
    // Private windows and strict settings refuse storage; then the page begins at its top.
    try {
      const before = sessionStorage.getItem(KEPT);
      if (value === undefined) sessionStorage.removeItem(KEPT);
      else sessionStorage.setItem(KEPT, JSON.stringify(value));
      return JSON.parse(before);
    } catch {
      return null;
    }
  }

  document.getElementById("revision")?.addEventListener("submit", (event) => {
    if (event.submitter?.name === "act" && !event.defaultPrevented) {
      remembered({ path: location.pathname, page: scrollY, list: finds.scrollTop });
    }
  });

  const before = remembered();
  const wanted = all.find((item) => `#${item.id}` === location.hash);
  choose(wanted ?? all[0] ?? null, { move: false });
  if (before?.path === location.pathname) {
    addEventListener("load", () => requestAnimationFrame(() => {
      scrollTo({ top: before.page, behavior: "instant" });
      finds.scrollTop = before.list;
      if (wanted) choose(wanted);
    }));
  }
})();
