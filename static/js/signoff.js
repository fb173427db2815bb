/* The sign-off page's button says how many are ticked. Without this file it says how many were when the page came. */
"use strict";

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-counts]")) return;
  for (const number of document.querySelectorAll("[data-n]")) {
    number.textContent = document.querySelectorAll(`[data-counts="${number.dataset.n}"]:checked`).length;
  }
});
