/* A milestone's answer: the day of completion is offered, and what is missing is said when one has left the field.
   Without this file the day is entered, and what is missing is said when the task is opened again or sent. */
"use strict";

const MILESTONE = "[data-row] .field.milestone";

/* The day on which the task was completed stands above: it is offered for a milestone that is done. On the way down, so
   that what keeps the text sees it. */
document.addEventListener("input", (event) => {
  const field = event.target.matches("input[type=radio]") && event.target.closest(MILESTONE);
  if (!field) return;
  const day = field.querySelector("input[type=date]"), panel = field.closest(".panel");
  const completed = panel.querySelector("input[name$='-light'][value=completed]:checked") && panel.querySelector("input[name$='-completed_on']");
  if (event.target.value === "done" && !day.value && completed) day.value = day.dataset.offered = completed.value;
  else if (event.target.value !== "done" && day.value === day.dataset.offered) day.value = "";
}, true);

const isUnfinished = (field) => [...field.querySelectorAll(".ctl")].some((control) => control.checkVisibility() && !control.value);

document.addEventListener("focusout", (event) => {
  const field = event.target.closest(MILESTONE);
  if (!field || field.contains(event.relatedTarget) || !document.hasFocus() || !isUnfinished(field)) return;
  field.dataset.left = "";
  field.dispatchEvent(new Event("change", { bubbles: true })); // saved once more, the answer says what is missing
});

document.addEventListener("htmx:configRequest", (event) => {
  const panel = event.target.matches("[data-row] .panel") && event.target;
  if (!panel) return;
  const prefix = panel.closest("[data-row]").dataset.row;
  for (const field of panel.querySelectorAll(".field.milestone[data-left]")) {
    event.detail.formData.append(`${prefix}left`, field.querySelector(".err").id.slice(prefix.length, -"-error".length));
  }
});
