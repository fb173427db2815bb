/* The keys of a presenter: arrows, page keys and the blank go on and back, Home and End to the ends, Escape leaves. The
   slides have addresses and links, so that they are shown without this file as well. */
"use strict";

const STEPS = { ArrowRight: "next", ArrowDown: "next", PageDown: "next", " ": "next", ArrowLeft: "prev", ArrowUp: "prev", PageUp: "prev", Backspace: "prev" };

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key === " " && event.target.closest("a, button")) return; // there it belongs to what has the focus
  if (!document.querySelector("[data-steps] [rel]")) return; // all slides in a row: these keys scroll
  const steps = document.querySelector("[data-steps]"), rel = STEPS[event.key];
  const end = { Home: steps.dataset.first, End: steps.dataset.last }[event.key];
  const found = rel ? steps.querySelector(`[rel="${rel}"]`) : event.key === "Escape" ? steps.querySelector("[data-leave]") : null;
  const address = end ?? found?.href;
  if (!rel && !address) return;
  event.preventDefault();
  if (address) location.assign(address);
});
