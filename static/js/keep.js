/* Nothing typed is lost: a container with data-keep="person:what:number" stays on this device from the first key until
   the portal has it. Opening a page brings the text back and sends nothing: that is left to the next key, a button, or
   the browser coming online. A text goes out over the version it was typed over, so that somebody's newer one is met
   by the conflict with both texts. The portal works without this file, and without a place to store things. */

const PREFIX = "keep:";
const KEPT_FOR = 14 * 24 * 60 * 60 * 1000; // milliseconds
const RETRY_EVERY = 15_000;
const STILL_TYPING = 3_000;
const NOT_TYPED = ["hidden", "submit", "button", "reset", "file", "password", "fieldset", "output"];

const place = () => document.getElementById("kept");
const boxes = () => document.querySelectorAll("[data-keep]");
const clean = (text) => text.normalize("NFC").replace(/\r\n?/g, "\n").trim(); // as the portal stores it

/* --- the store ----------------------------------------------------------------------------------------------------- */

let leaving = false; // signing out: nothing is written any more

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

function write(key, entry) {
  if (leaving) return false;
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(entry));
    return true;
  } catch {
    return false; // forbidden or full: the state then says that the text is on this page only
  }
}

function drop(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // then nothing is there either
  }
}

function keys() {
  try {
    return Object.keys(localStorage).filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  } catch {
    return [];
  }
}

const own = () => keys().filter((key) => key.startsWith(`${place()?.dataset.person}:`));

/* --- what a container holds ---------------------------------------------------------------------------------------- */

const all = (box) => [...(box.matches("form") ? box.elements : box.querySelectorAll("input, select, textarea"))];
const controls = (box) => all(box).filter((control) => control.name && !NOT_TYPED.includes(control.type));
const version = (box) => all(box).find((control) => control.type === "hidden" && /(^|-)version$/.test(control.name));

/* Lists of values by name: as they stand, or as the portal sent them. */
function values(box, sent = false) {
  const found = {};
  for (const control of controls(box)) {
    const list = (found[control.name] ??= []);
    if (control.type === "checkbox" || control.type === "radio") {
      if (sent ? control.defaultChecked : control.checked) list.push(control.value);
    } else if (control.tagName === "SELECT") {
      const option = sent ? [...control.options].find((row) => row.defaultSelected) : control.selectedOptions[0];
      list.push(option ? option.value : "");
    } else {
      list.push(sent ? control.defaultValue : control.value);
    }
  }
  return found;
}

function same(one, other) {
  const flat = (list) => (list ?? []).map(clean).filter(Boolean).sort().join("\0");
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) => flat(one[name]) === flat(other[name]));
}

function fill(box, wanted) {
  for (const control of controls(box)) {
    const list = wanted[control.name];
    if (!list) continue;
    if (control.type === "checkbox" || control.type === "radio") control.checked = list.includes(control.value);
    else control.value = list[0] ?? "";
  }
}

/* The words beside each text, for the day when there is no form left to put it into. */
function texts(box) {
  const long = controls(box).filter((control) => control.matches("textarea, input[type=text]") && clean(control.value));
  return long.map((control) => {
    const label = control.labels[0]?.cloneNode(true);
    label?.querySelectorAll("[aria-hidden], .flag, .note, .ctl").forEach((part) => part.remove());
    return [label ? label.textContent.trim() : "", control.value];
  });
}

/* --- the state in words -------------------------------------------------------------------------------------------- */

const status = (box) => box.querySelector(".saved") ?? document.getElementById(`${box.id}-saved`);

function tell(box) {
  const words = status(box);
  if (!words) return;
  const text = "kept" in box.dataset ? place().dataset.device : place().dataset.page;
  words.classList.add("unsaved");
  if (words.textContent !== text) words.textContent = text;
}

/* --- keeping ------------------------------------------------------------------------------------------------------- */

const typedAt = new WeakMap(); // container -> moment of the last key
let lastKey = 0;

function keep(box) {
  const key = box.dataset.keep;
  const entry = { at: Date.now(), values: values(box), texts: texts(box), title: box.dataset.title };
  const seen = read(key);
  entry.version = version(box)?.value;
  entry.sent = seen?.sent;
  entry.page = document.querySelector("main[data-refused]") && seen ? seen.page : location.pathname + location.search;
  box.toggleAttribute("data-kept", write(key, entry));
  tell(box);
}

document.addEventListener("input", (event) => {
  const box = event.target.closest("[data-keep]") ?? event.target.form?.closest("[data-keep]");
  if (!box || !place()) return;
  lastKey = Date.now();
  typedAt.set(box, lastKey);
  box.dataset.unsaved = "";
  keep(box);
});

/* The portal has what was typed until `at`. What came later stays, over the version that stands now. */
function forget(box, at) {
  if ((typedAt.get(box) ?? 0) > at) return keep(box);
  const entry = read(box.dataset.keep);
  if (entry && entry.at <= at) drop(box.dataset.keep);
  delete box.dataset.kept;
  note(box)?.remove();
}

document.addEventListener("portal:sent", (event) => {
  const form = event.target;
  for (const box of boxes()) {
    const isOfForm = box === form || form.contains(box) || controls(box)[0]?.form === form; // by its form attribute
    if (isOfForm) forget(box, event.detail.at);
  }
});

/* --- a row's own way to the portal --------------------------------------------------------------------------------- */

const sending = new WeakMap(); // row -> what is under way: body, values, moment
const lost = new WeakMap(); // row -> the same, where no answer came: it may have arrived, so the very same goes first

document.addEventListener("htmx:configRequest", (event) => {
  const row = event.target;
  if (!row.dataset.keep || event.detail.verb !== "post") return;
  const again = lost.get(row), body = event.detail.formData;
  if (again) {
    const token = body.get("csrfmiddlewaretoken");
    for (const name of [...body.keys()]) body.delete(name);
    for (const [name, value] of again.body) body.append(name, name === "csrfmiddlewaretoken" ? token : value);
  }
  sending.set(row, again ?? { body: [...body], values: values(row), at: Date.now() });
  const entry = read(row.dataset.keep);
  if (entry) write(row.dataset.keep, { ...entry, sent: sending.get(row).values });
});

document.addEventListener("htmx:afterRequest", (event) => {
  const row = event.detail.requestConfig.elt, sent = sending.get(row), answer = event.detail.xhr;
  if (!sent || !row.dataset.keep) return;
  sending.delete(row);
  if (event.detail.successful && answer.status < 300) {
    const more = lost.delete(row) && (typedAt.get(row) ?? 0) > sent.at;
    delete row.dataset.retry;
    forget(row, sent.at);
    if (more) save(row);
  } else {
    const noAnswer = answer.status === 0 || answer.status >= 500;
    if (noAnswer) lost.set(row, sent);
    row.toggleAttribute("data-retry", noAnswer || answer.status === 401);
    row.toggleAttribute("data-kept", Boolean(read(row.dataset.keep)));
    tell(row);
  }
});

const save = (row) => row.dispatchEvent(new Event("change", { bubbles: true }));

window.addEventListener("online", () => document.querySelectorAll("[data-keep][hx-post][data-unsaved]").forEach(save));
setInterval(() => {
  if (navigator.onLine && Date.now() - lastKey > STILL_TYPING) document.querySelectorAll("[data-keep][data-retry]").forEach(save);
}, RETRY_EVERY);

/* --- back again ---------------------------------------------------------------------------------------------------- */

const note = (box) => document.getElementById(`note-${box.dataset.keep}`);

/* The portal's clock and writing, like every other moment on the page: the device may go wrong, or stand elsewhere. */
const ZONE = "Asia/Seoul";
const portalNow = Number(place()?.dataset.now) * 1000;
const ahead = portalNow ? portalNow - Date.now() : 0; // milliseconds
const portalTime = (at) => new Date(at + ahead);

function when(at) {
  const korean = document.documentElement.lang === "ko";
  const wanted = { timeZone: ZONE, month: korean ? "numeric" : "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const parts = new Intl.DateTimeFormat("en-US", wanted).formatToParts(portalTime(at));
  const { month, day, hour, minute } = Object.fromEntries(parts.map((part) => [part.type, part.value]));
  return `${korean ? `${month}. ${day}.` : `${day} ${month}`} ${hour}:${minute}`;
}

function fromTemplate(id, entry) {
  const made = document.getElementById(id).content.firstElementChild.cloneNode(true);
  made.querySelector("time").textContent = when(entry.at);
  made.querySelector("time").dateTime = portalTime(entry.at).toISOString();
  return made;
}

function restore(box) {
  const entry = read(box.dataset.keep);
  if (!entry || note(box)) return;
  const refused = Boolean(document.querySelector("main[data-refused]")), server = values(box, true);
  if (!refused && same(entry.values, server)) return drop(box.dataset.keep);
  box.dataset.unsaved = box.dataset.kept = "";
  if (same(entry.values, values(box))) return tell(box); // a refused form brings it along
  const seen = version(box), own = entry.sent && same(entry.sent, server); // our own save, whose answer was lost
  const newer = Boolean(seen && !own && seen.value !== entry.version);
  if (seen) seen.dataset.server = seen.value;
  if (newer) seen.value = entry.version;
  const before = values(box);
  fill(box, entry.values);
  const words = status(box);
  if (words) words.dataset.before = words.textContent;
  tell(box);
  const made = fromTemplate("kept-note", entry);
  made.id = `note-${box.dataset.keep}`;
  made.querySelector("[data-newer]").hidden = !newer;
  made.querySelector("button").addEventListener("click", () => discard(box, before));
  if (box.matches("form")) box.before(made);
  else box.prepend(made);
  const details = box.closest("details");
  if (details) details.open = true;
}

/* The portal's text again. The row stands where it stood. */
function discard(box, before) {
  const seen = version(box), words = status(box);
  drop(box.dataset.keep);
  fill(box, before);
  if (seen?.dataset.server) seen.value = seen.dataset.server;
  for (const name of ["unsaved", "kept", "retry"]) delete box.dataset[name];
  lost.delete(box);
  note(box)?.remove();
  if (words?.dataset.before !== undefined) words.textContent = words.dataset.before;
  words?.classList.remove("unsaved");
  controls(box).find((control) => control.matches("textarea, input[type=text]"))?.focus();
}

/* Texts whose form is gone (sent, frozen, taken over meanwhile): to be read and copied, until they are discarded. */
function listTheRest() {
  const kinds = place().dataset.lists.split(" ").map((kind) => `${place().dataset.person}:${kind}:`);
  place().replaceChildren();
  for (const key of own()) {
    const entry = read(key);
    if (!entry?.texts || !kinds.some((kind) => `${key}:`.startsWith(kind))) continue;
    if (document.querySelector(`[data-keep="${CSS.escape(key)}"], [data-keep-later="${CSS.escape(key)}"]`)) continue;
    // A row that was sent shows its text: then there is nothing left to keep.
    const shown = document.querySelector(`[data-keep-sent="${CSS.escape(key)}"]`);
    const line = (text) => clean(text).replace(/\s+/g, " ");
    if (shown && entry.texts.every(([, text]) => line(shown.textContent).includes(line(text)))) drop(key);
    else place().append(listed(key, entry));
  }
  place().hidden = place().childElementCount === 0;
}

function listed(key, entry) {
  const made = fromTemplate("kept-entry", entry), list = made.querySelector("dl"), link = made.querySelector("a");
  made.querySelector(".what-kept").textContent = entry.title ?? "";
  for (const [label, text] of entry.texts) {
    const row = list.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("dt").textContent = label;
    row.querySelector("dd").textContent = text;
    list.append(row);
  }
  if (entry.page === location.pathname + location.search) link.remove();
  else link.href = entry.page;
  made.querySelector("button").addEventListener("click", () => {
    drop(key);
    listTheRest();
  });
  return made;
}

function restoreAll() {
  if (!place()) return;
  for (const key of keys()) if (Date.now() - (read(key)?.at ?? 0) > KEPT_FOR) drop(key);
  boxes().forEach(restore);
  // A long list brings a row's form when the row is opened: open those that have something to show.
  for (const later of document.querySelectorAll("[data-keep-later]")) {
    if (read(later.dataset.keepLater)) later.closest("details").open = true;
  }
  listTheRest();
}

restoreAll();
document.addEventListener("portal:swapped", restoreAll);
document.addEventListener("htmx:afterSettle", (event) => {
  if (place() && event.target.matches("[data-keep]")) restore(event.target);
});

/* --- signing out leaves nothing behind ----------------------------------------------------------------------------- */

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-forget]")) return;
  if (own().length && !window.confirm(event.target.dataset.forget)) return event.preventDefault();
  keys().forEach(drop);
  leaving = true;
});
