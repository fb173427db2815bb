/* Sending for sure: a form with data-sure goes to the portal until an answer comes, the very same body under the same
   receipt key, so that it counts once. Without this file it is a plain form. An old token (the person signed in anew in
   another tab) is renewed by the answer that refuses it, if it is still the same person who is signed in. */

const AGAIN_AFTER = 3_000; // milliseconds
const NO_ANSWER_AFTER = 20_000;
const SLOWEST_LINE = 50; // bytes a millisecond: files that go along take their time
const SHOWN_AFTER = 1_500;
const NOT_THE_PORTAL = [502, 503, 504]; // what stands before it says that it did not answer, or it says so itself

const me = () => document.getElementById("kept")?.dataset.person;
const band = () => document.getElementById("confirming");

/* --- an old token -------------------------------------------------------------------------------------------------- */

function renewed(header) {
  const token = header("X-CSRF-Token");
  if (!token || header("X-Person") !== me()) return "";
  document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => (field.value = token));
  return token;
}

const mending = new WeakSet(); // rows that are to go again with the new token
const mended = new WeakSet(); // rows that went: one that fails again does not go for ever

document.addEventListener("htmx:beforeOnLoad", (event) => {
  const answer = event.detail.xhr, row = event.detail.requestConfig.elt;
  const header = (name) => answer.getResponseHeader(name);
  if (answer.status !== 403 || !header("X-CSRF-Token") || mended.has(row)) return;
  event.preventDefault();
  if (renewed(header)) mending.add(row);
  else say(document.getElementById("kept").dataset[header("X-Person") ? "other" : "gone"]);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const row = event.detail.requestConfig.elt;
  mended.delete(row);
  if (!mending.delete(row)) return;
  mended.add(row);
  row.dispatchEvent(new Event("change", { bubbles: true }));
});

/* --- until an answer comes ----------------------------------------------------------------------------------------- */

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !form.matches("[data-sure]")) return;
  event.preventDefault();
  send(form, event.submitter);
});

function bodyOf(form, button) {
  const body = new FormData(form);
  if (button?.name) body.append(button.name, button.value);
  return body;
}

/* The answer; null when none came. */
async function ask(address, body, stop) {
  const attempt = new AbortController(), end = () => attempt.abort();
  const size = [...body.values()].reduce((sum, value) => sum + (value.size ?? 0), 0);
  const late = setTimeout(end, NO_ANSWER_AFTER + size / SLOWEST_LINE);
  stop.addEventListener("abort", end);
  try {
    const answer = await fetch(address, { method: "POST", body, headers: { "X-Sure": "1" }, signal: attempt.signal });
    return { answer, text: await answer.text() };
  } catch {
    return null;
  } finally {
    clearTimeout(late);
    stop.removeEventListener("abort", end);
  }
}

function pause(stop) {
  return new Promise((resolve) => {
    setTimeout(resolve, AGAIN_AFTER);
    window.addEventListener("online", resolve, { once: true });
    stop.addEventListener("abort", resolve, { once: true });
  });
}

function show(isSubmission) {
  const words = band().querySelector("[role=status]");
  const text = isSubmission ? band().dataset.submission : band().dataset.other;
  band().hidden = false;
  // A live region is read out when its words change while it stands there.
  requestAnimationFrame(() => {
    if (words.textContent !== text) words.textContent = text;
  });
}

function hide() {
  band().hidden = true;
  band().querySelector("[role=status]").textContent = "";
}

async function send(form, button) {
  const address = button?.hasAttribute("formaction") ? button.formAction : form.getAttribute("action") || location.href;
  const isSubmission = (button?.dataset.sure ?? form.dataset.sure) === "submission";
  const body = bodyOf(form, button), at = Date.now(), stopping = new AbortController();
  band().querySelector("button").onclick = () => stopping.abort();
  const late = setTimeout(show, SHOWN_AFTER, isSubmission);
  let came = null, isRenewed = false;
  while (!stopping.signal.aborted) {
    came = await ask(address, body, stopping.signal);
    const token = came?.answer.status === 403 && !isRenewed ? renewed((name) => came.answer.headers.get(name)) : "";
    if (token) {
      isRenewed = true;
      body.set("csrfmiddlewaretoken", token);
    } else if (came && !NOT_THE_PORTAL.includes(came.answer.status)) {
      break;
    } else if (!stopping.signal.aborted) {
      show(isSubmission);
      await pause(stopping.signal);
    }
  }
  clearTimeout(late);
  if (stopping.signal.aborted) {
    say(band().dataset.stopped);
    alerts().scrollIntoView({ block: "nearest" });
  } else if (came.answer.headers.get("HX-Redirect")) {
    form.dispatchEvent(new CustomEvent("portal:sent", { bubbles: true, detail: { at } }));
    return goTo(new URL(came.answer.headers.get("HX-Redirect"), location.href));
  } else {
    refuse(came);
  }
  hide();
  delete form.dataset.sent;
}

/* Stays "sent" until the other page is there: nothing goes twice, and nobody is asked whether to leave. */
function goTo(target) {
  const here = location.pathname + location.search === target.pathname + target.search;
  if (!here) return location.assign(target);
  history.replaceState(null, "", target);
  location.reload();
}

function refuse({ answer, text }) {
  if (answer.headers.get("X-Part") === "1") {
    alerts().innerHTML = text; // what was typed stands in the form, which stays
    return alerts().scrollIntoView({ block: "nearest" });
  }
  const page = new DOMParser().parseFromString(text, "text/html"), main = page.querySelector("main#main");
  if (!main) return say(alerts().dataset.failed);
  document.title = page.title;
  alerts().replaceChildren();
  document.getElementById("messages").replaceChildren(...page.getElementById("messages").childNodes);
  document.getElementById("main").replaceWith(main);
  htmx.process(main);
  main.dispatchEvent(new CustomEvent("portal:swapped", { bubbles: true }));
  window.scrollTo(0, 0);
  focusIn(main);
}
