/* The page at the meeting, and what the hall sees. What others write comes by a poll that never touches a field in which
   somebody is: the sentence, the note, the boxes of a ministry. Without this file the forms are plain forms. */
"use strict";

const POLLS = ["session-poll", "projector-poll"];
const isPoll = (event) => POLLS.includes(event.target.id);

/* --- polls ----------------------------------------------------------------------------------------------------------- */

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isPoll(event) && document.hidden) event.preventDefault();
});
document.addEventListener("htmx:afterRequest", (event) => {
  const stale = document.getElementById("session-stale");
  if (isPoll(event) && stale) stale.hidden = event.detail.successful;
});
/* It says so in its own line: it is no reason for an alarm about typed text. */
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => isPoll(event) && event.stopImmediatePropagation(), true);
}
document.addEventListener("visibilitychange", () => {
  const poller = POLLS.map((id) => document.getElementById(id)).find(Boolean);
  if (!document.hidden && poller) htmx.trigger(poller, "again");
});

/* The boxes of a ministry come anew only where somebody else marked them, and nobody is in them here. */
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail;
  if (!target.matches("li[data-row]")) return;
  const next = fragment.querySelector("li[data-row]"), isRefused = event.detail.requestConfig?.verb === "post";
  const isSame = next?.dataset.version === target.querySelector("[name$='-version']")?.value;
  if (!isRefused && (isSame || target.contains(document.activeElement))) event.detail.shouldSwap = false;
});

/* --- a decision: the sentence goes, owner and day stay, the eye returns to the sentence ------------------------------------ */

const deciding = new WeakMap(); // form -> what is under way: moment and texts
const SENTENCES = ["text_ko", "text_en"];

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target;
  if (form.matches("[data-decide]")) deciding.set(form, { at: Date.now(), texts: SENTENCES.map((name) => form.elements[name].value) });
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig.elt, sent = deciding.get(form);
  if (!sent) return;
  deciding.delete(form);
  if (!event.detail.successful || event.detail.xhr.status >= 300) return;
  SENTENCES.forEach((name, no) => {
    const field = form.elements[name];
    // What was typed while the answer was on its way stays.
    if (field.value.startsWith(sent.texts[no])) field.value = field.value.slice(sent.texts[no].length);
    field.removeAttribute("aria-invalid");
  });
  // Whom the next one is for besides its owner, and about what, is said anew.
  form.querySelectorAll("[name=supporting]:checked").forEach((box) => { box.checked = false; });
  form.elements.codes.value = "";
  sayChosen(form);
  form.querySelectorAll(".is-error").forEach((field) => field.classList.remove("is-error"));
  form.querySelectorAll(".err, .owner-problems").forEach((text) => text.remove());
  form.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
  const saved = document.getElementById("decide-saved");
  if (saved) saved.textContent = "";
  form.dispatchEvent(new CustomEvent("portal:sent", { bubbles: true, detail: { at: sent.at } }));
  form.elements.text_ko.focus();
});

/* Which ministries are ticked is read where the list is shut. */
function sayChosen(form) {
  const place = form.querySelector("[data-chosen]");
  if (!place) return;
  const chosen = [...form.querySelectorAll(`input[name="${place.dataset.chosen}"]:checked`)];
  const isExhortation = form.querySelector("[value=exhortation]").checked;
  const none = isExhortation ? place.dataset.noneExhortation : place.dataset.noneAction;
  place.replaceChildren(...chosen.map((box) => {
    const chip = document.createElement("span");
    chip.className = "chip";
    chip.textContent = box.dataset.name;
    return chip;
  }));
  if (!chosen.length) place.textContent = none;
}
const sayAllChosen = () => document.querySelectorAll("form.decide").forEach(sayChosen);
document.addEventListener("change", (event) => event.target.form?.matches(".decide") && sayChosen(event.target.form));
for (const kind of ["DOMContentLoaded", "portal:swapped", "htmx:afterSettle"]) document.addEventListener(kind, sayAllChosen);

document.addEventListener("click", (event) => {
  document.querySelectorAll(".decide .chooser[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest(".decide .chooser[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

/* --- a note that two people write ---------------------------------------------------------------------------------------- */

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-take]"), form = document.getElementById("note");
  if (!link || !form) return;
  event.preventDefault();
  const theirs = link.closest("#note-trouble, #note-news").querySelector("blockquote");
  form.elements.text.value = theirs.innerText.trim() === "–" ? "" : theirs.innerText.trim();
  document.getElementById("note-version").value = link.dataset.version || "0";
  form.dispatchEvent(new CustomEvent("portal:sent", { bubbles: true, detail: { at: Date.now() } }));
  delete form.dataset.unsaved;
  document.getElementById("note-trouble").replaceChildren();
  document.getElementById("note-news").replaceChildren();
  document.getElementById("note-saved").classList.remove("unsaved");
  form.elements.text.focus();
});

/* Leaving a conflict to the other text is a decision: what was typed is not brought back from this device. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-drop]");
  if (!link) return;
  try {
    localStorage.removeItem(`keep:${link.dataset.drop}`);
  } catch {
    // then nothing is there either
  }
});
