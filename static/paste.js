/* Pasting from a word processor, a table or a web page. Pages work without this file: then the browser puts in plain text.
   A textarea marked data-paste="/address" sends what the clipboard holds as HTML there and puts the Markdown that comes
   back where the caret was. It is put in as typing would be (execCommand insertText): no other way keeps the browser's own
   undo, so that one Ctrl+Z takes it out again. That costs milliseconds a line, so what has many lines (or where a browser
   refuses) is put in by setRangeText, which costs nothing and cannot be undone; a button then takes it out. Where the
   server cannot be reached or nobody is signed in, the plain text is put in at once, and a line says why. */
"use strict";

(() => {
  const LARGEST = 8000000;
  const MOST_LINES_AS_TYPED = 150;
  const NOT_TIDIED = "Put in as plain text, without headings, lists and links: ";
  const WHY = {
    400: "your session has changed.",
    403: "nobody is signed in here any more.",
    413: "it was more than eight megabytes.",
    away: "the server could not be reached.",
  };

  function lineFor(field) {
    const id = `${field.id}-pasted`;
    const known = document.getElementById(id);
    if (known) return known;
    const line = document.createElement("p");
    line.id = id;
    line.className = "help field__pasted";
    line.setAttribute("role", "status");
    field.after(line);
    return line;
  }

  const hasFewLines = (words) => words.split("\n", MOST_LINES_AS_TYPED + 1).length <= MOST_LINES_AS_TYPED;
  const tell = (field) => field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));

  function putIn(field, words, { start, end }, line) {
    field.focus();
    field.setSelectionRange(start, end);
    if (words && hasFewLines(words) && document.execCommand("insertText", false, words)) return;
    const before = field.value;
    field.setRangeText(words, start, end, "end");
    tell(field);
    const after = field.value;
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--link" });
    button.textContent = "Take out what was pasted";
    button.addEventListener("click", () => {
      // What was typed since stays: then the button has nothing to take back.
      if (field.value === after) {
        field.value = before;
        field.setSelectionRange(start, end);
        tell(field);
      }
      button.remove();
      field.focus();
    });
    line.append(" ", button);
  }

  // Blocks stand on lines of their own; a few words go in where they are.
  function fitted(words, before, after) {
    if (!/\n|^(#|>|\||[-*] |\d+\. )/.test(words)) return words;
    const gap = (text, isEmpty) => (isEmpty ? "" : "\n".repeat(Math.max(0, 2 - text.length)));
    return gap(before.match(/\n*$/)[0], before.trim() === "") + words + gap(after.match(/^\n*/)[0], after.trim() === "");
  }

  async function tidied(field, html) {
    const body = new FormData();
    for (const name of ["csrf_token", "typed-by"]) body.set(name, field.form.querySelector(`[name="${name}"]`)?.value ?? "");
    body.set("html", html);
    const answer = await fetch(field.dataset.paste, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) throw Object.assign(new Error(), { status: answer.status });
    return answer.json();
  }

  for (const field of document.querySelectorAll("textarea[data-paste]")) {
    field.addEventListener("paste", async (event) => {
      const html = event.clipboardData?.getData("text/html") ?? "";
      const plain = event.clipboardData?.getData("text/plain") ?? "";
      // Shift+Ctrl+V brings no HTML, and means it. What is too large for the server is plain from the start.
      if (!html || field.readOnly) return;
      event.preventDefault();
      const line = lineFor(field);
      const place = { start: field.selectionStart, end: field.selectionEnd };
      // Nothing is typed into the gap while the answer is on its way.
      field.readOnly = true;
      line.textContent = "Tidying what you pasted …";
      let words = plain;
      let said = "";
      try {
        if (html.length > LARGEST) throw Object.assign(new Error(), { status: 413 });
        ({ markdown: words, said } = await tidied(field, html));
        words = fitted(words, field.value.slice(0, place.start), field.value.slice(place.end));
      } catch (problem) {
        said = NOT_TIDIED + (WHY[problem.status] ?? WHY.away);
      }
      field.readOnly = false;
      line.textContent = said;
      putIn(field, words, place, line);
    });
  }
})();
