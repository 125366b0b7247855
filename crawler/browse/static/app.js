// Keys of the audit page: j and k go through the queue, a and r decide, n leads to the note, Escape out of it.
"use strict";
const KEYS = { j: "next", k: "previous", a: "accept", r: "reject" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const field = event.target.closest && event.target.closest("input, textarea, select");
  if (field) {
    if (event.key === "Escape") field.blur();
    return;
  }
  if (event.key === "n") {
    const note = document.getElementById("note");
    if (note) {
      event.preventDefault();
      note.focus();
    }
    return;
  }
  const wanted = KEYS[event.key] && document.getElementById(KEYS[event.key]);
  if (wanted) {
    event.preventDefault();
    wanted.click();
  }
});

// On a narrow screen the list of facets is closed until it is asked for.
function fold() {
  if (window.matchMedia("(max-width: 760px)").matches) {
    document.querySelectorAll("details.facets").forEach((list) => list.removeAttribute("open"));
  }
}
fold();
document.addEventListener("htmx:afterSettle", fold);

// A decision is not to be sent twice by a key that is held down.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".decide")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

// The queue is scrolled to where one is, without the page.
const current = document.querySelector(".queue [aria-current]");
if (current) {
  const list = current.closest(".queue");
  list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 3;
}
