/* A text onto the clipboard, by the button beside it. Without this file texts are selected and copied by hand. */
"use strict";

async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea"); // where the page came without TLS, a browser has no other way
  area.value = text;
  area.className = "sr-only";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("not copied");
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-clip]");
  if (!button) return;
  const status = document.querySelector("[data-clipped]");
  let said = status.dataset.clipped;
  document.querySelectorAll(".copy.done").forEach((other) => other.classList.remove("done"));
  try {
    await toClipboard(button.dataset.clip);
    button.classList.add("done");
  } catch {
    said = status.dataset.refused;
  }
  button.focus();
  status.textContent = "";
  setTimeout(() => { status.textContent = said.replace("{text}", button.dataset.clip.split("\n")[0].slice(0, 40)); });
});

document.querySelectorAll("[data-clip][hidden]").forEach((button) => { button.hidden = false; });
