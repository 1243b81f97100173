/* The Editor's note on a story's page. The note works without this file; every button of it is a button of the form.
   1. A takeaway changes its place at once, by its buttons or by Alt and an arrow key, and keeps the focus.
   2. Words that are selected in the printable text stand in the field “Quote these words”; Alt+Q goes there.
   3. How long the opening is and how many takeaways there are is counted while it is typed. */
"use strict";

(() => {
  const note = document.getElementById("editors-note");
  if (!note) return;
  const cards = () => [...note.querySelectorAll("[data-card]")];
  const fields = (card) => [...card.querySelectorAll("input, textarea, select")];
  const counts = document.getElementById("note-counts");

  // What stands on two neighbouring cards changes place; the cards themselves stay, with their names and numbers.
  function move(card, by) {
    const all = cards();
    const target = all[all.indexOf(card) + by];
    if (!target) return null;
    const ours = fields(card);
    const theirs = fields(target);
    ours.forEach((field, place) => {
      const other = theirs[place];
      if (field.tagName === "SELECT") {
        for (const one of [[field, other], [other, field]]) {
          if (![...one[0].options].some((option) => option.value === one[1].value)) one[0].add(new Option(one[1].value, one[1].value));
        }
      }
      [field.value, other.value] = [other.value, field.value];
    });
    ours[0].dispatchEvent(new Event("input", { bubbles: true }));
    return target;
  }

  note.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    const by = Number(button.dataset.move);
    const target = move(button.closest("[data-card]"), by);
    if (!target) return;
    event.preventDefault();
    // At either end there is nowhere to go on to; then the other direction has the focus.
    (target.querySelector(`[data-move="${by}"]`) ?? target.querySelector("[data-move]")).focus();
  });

  note.addEventListener("keydown", (event) => {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const card = event.target.closest("[data-card]");
    if (!by || !card || !event.altKey || event.ctrlKey || event.metaKey || event.target.tagName === "SELECT") return;
    const place = fields(card).indexOf(event.target);
    const target = move(card, by);
    if (!target) return;
    event.preventDefault();
    (fields(target)[place] ?? target).focus();
  });

  const text = document.getElementById("text");
  const quote = document.getElementById("quote");
  const into = document.getElementById("quote_into");

  // Half a word at either end of a selection is meant as the whole one.
  function take() {
    if (text.selectionStart === text.selectionEnd) return "";
    let { selectionStart: start, selectionEnd: end } = text;
    const chosen = text.value.slice(start, end);
    if (/^[\p{L}\p{N}]/u.test(chosen)) start -= text.value.slice(0, start).match(/[\p{L}\p{M}\p{N}’']*$/u)[0].length;
    if (/[\p{L}\p{M}\p{N}]$/u.test(chosen)) end += text.value.slice(end).match(/^[\p{L}\p{M}\p{N}’']*/u)[0].length;
    const words = text.value.slice(start, end).trim();
    if (words && words.length <= 1000) quote.value = words;
    return words;
  }

  if (text && quote && into) {
    for (const kind of ["select", "keyup", "mouseup"]) text.addEventListener(kind, take);
    text.addEventListener("keydown", (event) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyQ") return;
      event.preventDefault();
      if (take()) into.focus();
    });
    // The part that was written in last is most likely where the words belong.
    note.addEventListener("focusin", (event) => {
      const card = event.target.closest("[data-card]");
      const name = card ? card.id : event.target.id;
      if ([...into.options].some((option) => option.value === name)) into.value = name;
    });
  }

  function count() {
    const opening = document.getElementById("opening")?.value.trim() ?? "";
    const ends = opening.match(/[.!?…]+[”’"')\]]*(?=\s|$)/g) ?? [];
    const rest = opening.replace(/^[^]*[.!?…]+[”’"')\]]*(?=\s|$)/, "").trim();
    const sentences = ends.length + (rest ? 1 : 0);
    const written = cards().filter((card) => fields(card).some((field) => field.value)).length;
    const said = (number, one, many) => `${number} ${number === 1 ? one : many}`;
    counts.textContent = `Opening: ${said(sentences, "sentence", "sentences")}. ${said(written, "takeaway", "takeaways")}.`;
    counts.classList.toggle("is-much", sentences > Number(counts.dataset.openingMost) || written > Number(counts.dataset.takeawaysMost));
    counts.hidden = false;
  }

  if (counts) {
    note.addEventListener("input", count);
    count();
  }
})();
