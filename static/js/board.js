/* The board keeps itself fresh; this file lets it pause, says when it could not, and folds ministries on a phone.
   Listeners are delegated: what a poll swaps in stays alive. */
"use strict";

const PAUSED = "board-paused";
const phone = window.matchMedia("(max-width: 767px)");
const fresh = () => document.getElementById("board-fresh");
const poller = () => document.getElementById("board-poll");
const isPoll = (event) => event.target.id === "board-poll";

/* --- fresh, paused, stale ------------------------------------------------------------------------------------------ */

let failed = false;

function tell(time) {
  const box = fresh();
  if (!box) return;
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
