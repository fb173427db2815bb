/* The sign-off page's button says how many are ticked, and waits for one that is. Without this file it says how many
   were when the page came, and the portal answers whoever ticked none. */
"use strict";

const ticked = (kind) => document.querySelectorAll(`[data-counts="${kind}"]:checked`).length;

function sayHowMany() {
  const button = document.querySelector("[data-signs]");
  if (!button) return;
  const changed = ticked("changed"), unchanged = ticked("unchanged");
  const way = changed && unchanged ? "both" : changed ? "changed" : unchanged ? "unchanged" : "none";
  for (const words of button.querySelectorAll("[data-way]")) words.hidden = words.dataset.way !== way;
  for (const number of button.querySelectorAll("[data-n], [data-only]")) {
    number.textContent = ticked(number.dataset.n ?? number.dataset.only);
  }
  button.disabled = way === "none";
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-counts]")) sayHowMany();
});
document.addEventListener("portal:swapped", sayHowMany);
window.addEventListener("pageshow", sayHowMany); // a browser that goes back ticks what was ticked
