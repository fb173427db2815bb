/* The length of a text beside its field, and phrases of earlier reports put into the one being written. Without this file
   the length stands as it was saved, and phrases are selected and copied by hand. */
"use strict";

/* --- length ------------------------------------------------------------------------------------------------------ */

function showLength(area) {
  const hint = document.getElementById(`${area.id}-length`);
  if (!hint) return;
  const { wanted, near, limit, lines: ofLines, characters: ofCharacters } = hint.dataset;
  const text = area.value.replace(/\r\n?/g, "\n").trim();
  const lines = text ? text.split("\n").length : 0, characters = [...text].length;
  const isNear = characters >= Number(near);
  const words = isNear ? ofCharacters.replace("{n}", characters) : lines ? ofLines.replace("{n}", lines) : "";
  if (hint.textContent !== words) hint.textContent = words;
  hint.classList.toggle("over", lines > Number(wanted) || characters > Number(limit));
}

const showLengths = () => document.querySelectorAll(".panel textarea").forEach(showLength);

document.addEventListener("input", (event) => {
  if (event.target.matches(".panel textarea")) showLength(event.target);
});
// What is brought back from this device, and what is discarded again, comes without a key.
for (const kind of ["DOMContentLoaded", "htmx:afterSettle", "click"]) {
  document.addEventListener(kind, () => setTimeout(showLengths));
}

/* --- phrases ------------------------------------------------------------------------------------------------------ */

const writtenIn = new WeakMap(); // panel -> the text that was written in last

document.addEventListener("focusin", (event) => {
  const panel = event.target.matches("textarea") && event.target.closest("[data-row] .panel");
  if (panel) writtenIn.set(panel, event.target);
});

/* At the caret: on lines of its own where the caret stands before or after what is written. */
function insert(area, phrase, from, to) {
  const before = area.value.slice(0, from), after = area.value.slice(to);
  const start = after === "" && before !== "" && !before.endsWith("\n") ? "\n" : "";
  const end = (before === "" || before.endsWith("\n")) && after !== "" && !after.startsWith("\n") ? "\n" : "";
  area.setRangeText(start + phrase + end, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  const panel = button?.closest("[data-row] .panel");
  const used = writtenIn.get(panel), area = used ?? panel?.querySelector("textarea");
  if (!area) return;
  insert(area, button.dataset.copy, used ? area.selectionStart : area.value.length, used ? area.selectionEnd : area.value.length);
  const status = panel.querySelector("[data-copied]"), label = panel.querySelector(`label[for="${CSS.escape(area.id)}"]`);
  status.textContent = "";
  setTimeout(() => { status.textContent = status.dataset.copied.replace("{field}", label.firstChild.textContent.trim()); });
});

function offerPhrases(root) {
  root.querySelectorAll("[data-copy][hidden]").forEach((button) => {
    button.hidden = !button.closest(".panel")?.querySelector("textarea"); // where there is a text to put it into
  });
}
document.addEventListener("htmx:afterSettle", (event) => offerPhrases(event.target));

/* --- menus of the bar: Escape closes, and so does a click elsewhere ------------------------------------------------- */

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("[data-menu][open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  document.querySelectorAll("[data-menu][open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
