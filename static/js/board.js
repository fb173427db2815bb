/* The board keeps itself fresh; this file puts what is new in its place without moving anything else, lets the board
   pause, says when it could not be refreshed, and folds ministries on a phone. Listeners are delegated: what a poll brings
   stays alive. */
"use strict";

const PAUSED = "board-paused";
const phone = window.matchMedia("(max-width: 767px)");
const fresh = () => document.getElementById("board-fresh");
const poller = () => document.getElementById("board-poll");
const isPoll = (event) => event.target.id === "board-poll";

/* --- fresh, paused, stale ------------------------------------------------------------------------------------------ */

let failed = false;

const isOver = () => fresh()?.hasAttribute("data-over"); // its round is frozen: nothing will change any more

function tell(time) {
  const box = fresh();
  if (!box || isOver()) return;
  const what = box.querySelector(".what");
  const paused = sessionStorage.getItem(PAUSED) === "1";
  what.dataset.text ||= what.textContent;
  what.textContent = failed ? box.dataset.stale : paused ? box.dataset.paused : what.dataset.text;
  if (time) box.querySelector("time").textContent = time;
  box.classList.toggle("stale", failed);
  box.querySelector('[data-board="again"]').hidden = !failed;
  const pause = box.querySelector('[data-board="pause"]');
  pause.hidden = false;
  pause.textContent = paused ? pause.dataset.resume : pause.dataset.pause;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isPoll(event)) return;
  if (isOver()) return event.preventDefault();
  const asked = event.detail.requestConfig.triggeringEvent?.type === "again";
  if (!asked && (sessionStorage.getItem(PAUSED) === "1" || document.hidden)) event.preventDefault();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (!isPoll(event)) return;
  failed = !event.detail.successful;
  tell(failed ? "" : event.detail.xhr.getResponseHeader("X-Checked-At"));
});

/* A board that could not be refreshed says so in its own line: it is no reason for an alarm about typed text. */
for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => isPoll(event) && event.stopImmediatePropagation(), true);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-board]");
  if (!button) return;
  if (button.dataset.board === "pause") {
    const paused = sessionStorage.getItem(PAUSED) === "1";
    sessionStorage.setItem(PAUSED, paused ? "0" : "1");
    tell();
    if (!paused) return;
  }
  htmx.trigger(poller(), "again");
});

document.addEventListener("visibilitychange", () => {
  if (!document.hidden && poller() && sessionStorage.getItem(PAUSED) !== "1") htmx.trigger(poller(), "again");
});

/* --- what is new, and nothing else ---------------------------------------------------------------------------------- */

/* A part that a poll brings is compared with the one that stands there, and only what differs is written into it. What
   stays keeps its focus, its selection, whether it is open, and its place before the eye. */

const KEPT = new Set(["open", "aria-expanded"]); // what people open and shut themselves

const keyOf = (node) => node.id || (node.nodeName === "TR" && node.querySelector("[id]")?.id) || "";
const isSame = (one, other) => one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

function patch(here, next) {
  if (here.isEqualNode(next)) return;
  if (here.nodeType !== Node.ELEMENT_NODE) {
    if (here.data !== next.data) here.data = next.data;
    return;
  }
  for (const { name, value } of next.attributes) {
    if (!KEPT.has(name) && here.getAttribute(name) !== value) here.setAttribute(name, value);
  }
  for (const { name } of [...here.attributes]) if (!KEPT.has(name) && !next.hasAttribute(name)) here.removeAttribute(name);
  patchChildren(here, next);
}

/* Rows come in one order: what is not met again on the way has gone. */
function patchChildren(here, next) {
  let at = here.firstChild;
  for (const child of [...next.childNodes]) {
    let found = at;
    while (found && !isSame(found, child)) found = keyOf(child) ? found.nextSibling : null;
    if (!found) {
      here.insertBefore(child, at);
      continue;
    }
    while (at !== found) {
      const gone = at;
      at = at.nextSibling;
      gone.remove();
    }
    at = found.nextSibling;
    patch(found, child);
  }
  while (at) {
    const gone = at;
    at = at.nextSibling;
    gone.remove();
  }
}

document.addEventListener("htmx:oobBeforeSwap", (event) => {
  const { target, fragment } = event.detail, next = fragment.firstElementChild;
  if (!target.id.startsWith("board-") || next?.id !== target.id) return;
  event.detail.shouldSwap = false;
  next.removeAttribute("hx-swap-oob");
  patch(target, next);
  fold();
});

/* --- ministries fold on a phone ------------------------------------------------------------------------------------- */

const open = new Set();

function fold() {
  const table = document.querySelector("#board-table .board");
  if (!table) return;
  table.classList.toggle("foldable", phone.matches);
  table.querySelectorAll(".fold").forEach((button) => {
    button.setAttribute("aria-expanded", String(open.has(button.dataset.fold)));
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".fold");
  if (!button) return;
  if (!open.delete(button.dataset.fold)) open.add(button.dataset.fold);
  fold();
});

phone.addEventListener("change", fold);
document.addEventListener("htmx:oobAfterSwap", fold);
document.addEventListener("DOMContentLoaded", () => {
  tell();
  fold();
});
