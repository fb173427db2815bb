/* Files go up as soon as they are chosen, and never beside a save of the same row. Without this file they go with the
   button beside them. `saving`, `panels` and `panelOf` are portal.js's, which is loaded before. */
"use strict";

const filesWaiting = new Map(); // panel -> its controls that wait for the request under way
const filesSent = new WeakMap(); // input -> the first file that it sends: another may be chosen meanwhile

function changeFiles(control) {
  const panel = panelOf(control);
  const waiting = filesWaiting.get(panel) ?? [];
  if (!panel || (control.type === "file" && control.files.length === 0)) return;
  if (!saving.has(panel)) htmx.trigger(control, "files:go");
  else if (!waiting.includes(control)) filesWaiting.set(panel, [...waiting, control]);
}

document.addEventListener("portal:free", (event) => {
  const control = filesWaiting.get(event.detail.panel)?.shift();
  if (!control) return;
  event.preventDefault();
  setTimeout(() => changeFiles(control)); // when htmx has let go of the request that ends
});

for (const kind of ["input", "change"]) {
  document.addEventListener(
    kind,
    (event) => {
      if (!event.target.matches("input[data-files]")) return;
      event.stopPropagation(); // choosing a file is no typing
      if (kind === "change" && event.target.files.length > 0) changeFiles(event.target);
    },
    true,
  );
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-files]");
  if (!button) return;
  event.preventDefault();
  changeFiles(button);
});

function showSending(input, sending) {
  const [words, bar] = [input.parentElement.querySelector("[data-sending]"), input.parentElement.querySelector("progress")];
  words.textContent = sending ? words.dataset.sending : "";
  bar.hidden = !sending;
  bar.value = 0;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.target.matches("input[data-files]") || event.defaultPrevented) return;
  filesSent.set(event.target, event.target.files[0]);
  showSending(event.target, true);
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = event.target.matches("input[data-files]") && event.target.parentElement.querySelector("progress");
  if (bar && event.detail.lengthComputable) bar.value = (100 * event.detail.loaded) / event.detail.total;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const control = event.detail.requestConfig.elt;
  if (!control.matches("[data-files]")) return;
  const input = panels.get(control)?.querySelector("input[data-files]");
  if (control === input) {
    showSending(input, false);
    // With two texts to choose from, the file is still to come, together with the choice.
    if (event.detail.xhr.status !== 409 && filesSent.get(input) === input.files[0]) input.value = "";
  } else if (input && !control.isConnected) {
    input.focus(); // the button went with its file
  }
});

/* Of a file that goes with its form: what was chosen, since the browser's own control is out of sight. */
document.addEventListener("change", (event) => {
  const shown = document.getElementById(event.target.dataset.chosen ?? "");
  if (shown) shown.textContent = event.target.files[0]?.name ?? "";
});
