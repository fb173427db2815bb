/* The agenda by keys: Alt with an arrow moves the item that has the focus, as its buttons do; the focus stays with it and
   its new place is said. And a task that is chosen from the list becomes a tick, so that the next one can be chosen.
   Without this file the buttons are plain ones, and codes are typed with commas between them. */
"use strict";

/* --- the order ------------------------------------------------------------------------------------------------------ */

const orderBox = () => document.getElementById("order");
const waitingMoves = []; // keys that came while a move was under way
let moving = null; // the item that moves, and the element that had the focus

function move(item, way) {
  if (moving) return waitingMoves.push([item, way]);
  const button = document.getElementById(`${way}-${item}`);
  if (button) button.click();
}

document.addEventListener("keydown", (event) => {
  const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
  const item = event.altKey && !event.ctrlKey && !event.metaKey && way && event.target.closest("#order [data-item]");
  if (!item) return;
  event.preventDefault();
  move(item.dataset.item, way);
});

document.addEventListener("submit", (event) => {
  if (!event.target.closest("#order")) return;
  const item = event.submitter?.closest("[data-item]");
  moving = { item: item?.dataset.item, focus: document.activeElement?.id };
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  if (!event.detail.successful && moving && event.detail.target?.id === "order") {
    moving = null;
    waitingMoves.length = 0;
  }
});

document.addEventListener("htmx:afterSettle", () => {
  if (!moving || !orderBox()) return;
  const { item, focus } = moving;
  moving = null;
  if (orderBox().querySelector("[data-focus]")) return; // a refusal, which has the focus
  const row = document.getElementById(`item-${item}`);
  (document.getElementById(focus) ?? document.getElementById(`title-${item}`))?.focus();
  row?.scrollIntoView({ block: "nearest" });
  document.getElementById("order-said").textContent = row?.dataset.place ?? "";
  const next = waitingMoves.shift();
  if (next) move(...next);
});

/* --- tasks ---------------------------------------------------------------------------------------------------------- */

document.addEventListener("input", (event) => {
  if (event.target.id !== "add_tasks") return;
  const field = event.target, list = document.querySelector(".ticked");
  const option = [...document.getElementById("all-tasks").options].find((one) => one.value === field.value.trim().toUpperCase());
  if (!option || event.inputType?.startsWith("insertText")) return; // typed by hand: the code may go on
  if (!list.querySelector(`input[value="${CSS.escape(option.value)}"]`)) {
    const row = document.getElementById("ticked-row").content.cloneNode(true);
    const [code, title] = row.querySelectorAll("span");
    const box = row.querySelector("input");
    box.name = box.dataset.name; // in the template it has none, so that nothing sends it
    box.value = code.textContent = option.value;
    title.textContent = option.textContent;
    list.append(row);
  }
  field.value = "";
  document.getElementById("tasks-said").textContent = `${field.dataset.added} ${option.value}`;
});
