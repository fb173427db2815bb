/* The portal works without this file. It saves while typing, says so in words, keeps a form from going twice, and moves
   the focus to where the eye is needed. Listeners are delegated and keyed by data-*: what htmx swaps in stays alive. */
"use strict";

document.documentElement.classList.add("js"); // what only makes sense with a script shows now

const alerts = () => document.getElementById("alerts");

function say(text) {
  if (alerts().textContent.trim() === text) return; // said already, and not read out again with every attempt
  const box = document.createElement("p");
  box.className = "note-box error";
  box.textContent = text;
  alerts().replaceChildren(box);
}

/* --- saving while typing ---------------------------------------------------------------------------------------- */

const saving = new Set(); // panels with a request under way
const panels = new WeakMap(); // what sent a request, to its panel: the answer may take its sender off the page
let waitingToGo = null; // a form that waits for them, with its button

/* The panel that a request saves: its own, or one of its files' controls; null for any other request. */
function panelOf(element) {
  return element.matches(".panel, [data-files]") ? element.closest("[data-row] .panel") : null;
}

function statusOf(panel) {
  return panel.querySelector(".saved");
}

/* A field is marked as wrong as long as it says why. */
function markFields(panel) {
  for (const field of panel.querySelectorAll(".field")) {
    const slots = [...field.querySelectorAll(".err")], isWrong = slots.some((slot) => slot.textContent.trim());
    field.classList.toggle("is-error", isWrong);
    if (!isWrong) field.querySelectorAll("[aria-invalid]").forEach((control) => control.removeAttribute("aria-invalid"));
  }
}

document.addEventListener("input", (event) => {
  const panel = event.target.closest("[data-row] .panel");
  if (!panel) return;
  const status = statusOf(panel);
  panel.dataset.unsaved = "";
  if (status && !status.classList.contains("unsaved")) {
    status.classList.add("unsaved");
    status.textContent = status.dataset.unsaved;
  }
});

/* htmx sends the whole form with a request from inside it; a row's save needs the row alone. */
document.addEventListener("htmx:configRequest", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row || event.detail.verb !== "post") return;
  for (const name of Object.keys(event.detail.parameters)) {
    if (!name.startsWith(row.dataset.row) && name !== "csrfmiddlewaretoken") event.detail.parameters.delete(name);
  }
  // A file goes up once, by its own input, and not with whatever is typed beside it.
  if (!event.target.matches("input[data-files]")) event.detail.parameters.delete(`${row.dataset.row}file`);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const panel = panelOf(event.target);
  if (panel) {
    if (panel.closest("form[data-sent]")) return event.preventDefault(); // the whole form is on its way already
    saving.add(panel);
    panels.set(event.target, panel);
    delete panel.dataset.unsaved;
  }
});

document.addEventListener("htmx:afterRequest", (event) => {
  // Asked of the request, not of the event: a row that was swapped out is not where its events arrive any more.
  const panel = panels.get(event.detail.requestConfig.elt);
  if (!saving.delete(panel)) return;
  markFields(panel);
  // To htmx a 409 that it swaps is a success; the text is not saved all the same.
  if (event.detail.successful && event.detail.xhr.status < 300) {
    if (!document.querySelector("[data-row] .panel[data-unsaved]")) alerts().replaceChildren();
  } else {
    panel.dataset.unsaved = "";
  }
  const free = new CustomEvent("portal:free", { cancelable: true, detail: { panel } });
  if (!document.dispatchEvent(free)) return; // a file of this row goes first
  if (waitingToGo && saving.size === 0) {
    const { form, button } = waitingToGo;
    waitingToGo = null;
    // The answer may have brought the button anew. One that now says something else is not what was pressed.
    const same = () => form.querySelector(`button[name="${button.name}"][value="${CSS.escape(button.value)}"]`);
    const pressed = !button || button.isConnected ? button : same();
    if (pressed !== null || !button) form.requestSubmit(pressed);
  }
});

/* --- a message in a conversation --------------------------------------------------------------------------------- */

const talking = new WeakMap(); // form -> what is under way: moment and text

const messageOf = (form) => document.getElementById(`say-${form.dataset.talk}`);

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target;
  if (form.matches("[data-talk]")) talking.set(form, { at: Date.now(), text: messageOf(form).value });
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.requestConfig.elt, sent = talking.get(form);
  if (!sent) return;
  talking.delete(form);
  if (!event.detail.successful || event.detail.xhr.status >= 300) return;
  const field = messageOf(form);
  if (field.value === sent.text) field.value = ""; // what was typed meanwhile stays
  document.getElementById(`talk-${form.dataset.talk}-saved`).classList.remove("unsaved");
  // The list above has grown: what it pushed down is brought back, free of the bar.
  requestAnimationFrame(() => field.closest(".say").scrollIntoView({ block: "nearest" }));
  form.dispatchEvent(new CustomEvent("portal:sent", { bubbles: true, detail: { at: sent.at } }));
});

/* A verdict that is being written is not with the portal yet: leaving asks first, unless it is kept on this device. */
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && form.id === "verdict") form.dataset.unsaved = "";
});

window.addEventListener("beforeunload", (event) => {
  const unsaved = document.querySelectorAll("[data-row] .panel[data-unsaved], #verdict[data-unsaved]");
  if ([...unsaved].some((box) => !("kept" in box.dataset)) && !document.querySelector("form[data-sent]")) {
    event.preventDefault();
  }
});

/* Leaving a conflict to the other text is a decision: nothing is asked again. */
document.addEventListener("click", (event) => {
  const panel = event.target.closest("[data-discard]") && event.target.closest(".panel");
  if (panel) delete panel.dataset.unsaved;
});

/* --- a form goes once -------------------------------------------------------------------------------------------- */

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
  } else if (saving.size > 0) {
    // A save under way would make this form's version look old: let it arrive first.
    event.preventDefault();
    waitingToGo = { form, button: event.submitter };
  } else {
    form.dataset.sent = "";
  }
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

/* --- what htmx does not say itself --------------------------------------------------------------------------------- */

document.addEventListener("htmx:responseError", (event) => {
  const answer = event.detail.xhr;
  if ((answer.getResponseHeader("X-Part") || "") === "1") {
    const part = answer.responseText;
    if (alerts().dataset.shown !== part || !alerts().firstElementChild) alerts().innerHTML = part;
    alerts().dataset.shown = part;
  } else {
    say(alerts().dataset.failed);
  }
});
document.addEventListener("htmx:sendError", () => say(alerts().dataset.lost));
document.addEventListener("htmx:timeout", () => say(alerts().dataset.late));

/* --- focus ----------------------------------------------------------------------------------------------------------- */

function focusIn(root) {
  const target = root.querySelector("[data-focus]");
  if (target) target.focus();
}
document.addEventListener("DOMContentLoaded", () => {
  focusIn(document);
  const opened = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (opened && opened.matches("summary")) opened.parentElement.open = true;
});
document.addEventListener("htmx:afterSettle", (event) => focusIn(event.target));

/* A link to a row opens it, one to a conversation leads to where one writes. */
document.addEventListener("click", (event) => {
  const link = event.target.closest('a[href^="#"]');
  const target = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (target && target.matches("summary")) target.parentElement.open = true;
  if (target && target.matches("details")) {
    event.preventDefault(); // following the link would take the focus away again
    target.open = true;
    target.scrollIntoView({ block: "nearest" });
    target.querySelector("textarea")?.focus();
  }
});

/* --- keys of the review page: outside of fields, shown on the buttons, and can be switched off -------------------------- */

const KEYS_OFF = "portal-keys-off";
const keysAreOff = () => document.documentElement.classList.contains("keys-off");
const tryToStore = (action) => { try { return action(); } catch { return null; } }; // a browser may forbid it

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (keysAreOff()) return;
  const button = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button || button.disabled) return;
  event.preventDefault();
  const typed = button.dataset.stops && [...button.form.elements].find(isTyped);
  if (typed) stopFor(typed, button);
  else if (button.matches("textarea")) goOnWriting(button);
  else button.click();
});

/* One stray key may not decide over what is being written. Book wording that stands as it came is no such text. */
function isTyped(control) {
  if (!control.matches("textarea, input[type=text]") || !control.value.trim()) return false;
  return !control.closest(".book") || control.value !== control.defaultValue;
}
function stopFor(typed, button) {
  const words = document.getElementById(button.dataset.stops), details = typed.closest("details");
  if (details) details.open = true;
  words.textContent = words.dataset.words;
  typed.focus();
  typed.addEventListener("input", () => { words.textContent = ""; }, { once: true });
}

/* A return needs words, so its key leads to where they are written; what is written goes by the button alone. */
function goOnWriting(field) {
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

function showKeys(off) {
  document.documentElement.classList.toggle("keys-off", off);
  document.querySelectorAll("[data-keys]").forEach((box) => {
    box.hidden = false;
    const input = box.querySelector("input");
    if (input) input.checked = !off;
  });
}
document.addEventListener("DOMContentLoaded", () => showKeys(Boolean(tryToStore(() => localStorage.getItem(KEYS_OFF)))));
document.addEventListener("portal:swapped", () => showKeys(keysAreOff()));
document.addEventListener("change", (event) => {
  if (event.target.closest("[data-keys]")) {
    const on = event.target.checked;
    tryToStore(() => (on ? localStorage.removeItem(KEYS_OFF) : localStorage.setItem(KEYS_OFF, "1")));
    showKeys(!on);
  }
  /* Ticking a field to return leads to the comment. */
  if (event.target.matches("[data-leads-to]") && event.target.checked) {
    document.getElementById(event.target.dataset.leadsTo)?.focus();
  }
});

/* A button that says how many boxes of a name are ticked; with none it says what the page brought. */
function sayCounts() {
  for (const button of document.querySelectorAll("[data-ticked]")) {
    button.dataset.plain ??= button.textContent;
    const n = [...button.form.elements].filter((box) => box.name === button.dataset.ticked && box.checked).length;
    button.textContent = n === 0 ? button.dataset.plain : n === 1 ? button.dataset.one : button.dataset.many.replace("{n}", n);
  }
}
document.addEventListener("change", sayCounts);
document.addEventListener("DOMContentLoaded", sayCounts);
window.addEventListener("pageshow", sayCounts);

/* --- paper ---------------------------------------------------------------------------------------------------------------- */

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
  });
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

/* --- a menu of the bar closes by Escape, or by a click elsewhere --------------------------------------------------- */

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
