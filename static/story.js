/* The story page's small comforts. The page works without this file; what is typed is kept by draft.js.
   Ctrl+S or Cmd+S saves. Enter in a headline does not break the line. */
"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;

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
