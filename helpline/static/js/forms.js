// Forms: sent once, drafts kept, mistakes take the focus, a blocked button says why.
import { each, say, word } from "./words.js";

const drafts = new Map();

function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post" || form.matches("[data-lock-form]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "yes";
  drafts.delete(form);
  setTimeout(() => { delete form.dataset.sent; }, 10000);
}

function released(event) {
  const form = event.detail?.elt?.closest?.("form");
  if (form) delete form.dataset.sent;
}

function explainBlocked(event) {
  const button = event.target.closest?.('[aria-disabled="true"]');
  if (!button) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const ids = (button.getAttribute("aria-describedby") ?? "").split(/\s+/);
  say(ids.map((id) => document.getElementById(id)?.textContent.trim() ?? "").join(" "));
}

/* Drafts: <form data-draft="url">. A pause in writing posts the form there; the server seals it. */
function tell(form, name) {
  const place = form.querySelector("[data-draft-state]")
    ?? form.closest(".entry, .composer, .panel")?.querySelector("[data-draft-state]");
  if (place) place.textContent = word(name);
}

async function keep(form) {
  const version = drafts.get(form);
  if (version === undefined) return;
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST", body: new FormData(form), credentials: "same-origin", keepalive: true, redirect: "error",
    });
    if (!answer.ok) throw new Error(String(answer.status));
    if (drafts.get(form) === version) drafts.delete(form);
    tell(form, drafts.has(form) ? "draftWaits" : "draftSaved");
  } catch {
    tell(form, "draftFailed");
    say(word("draftFailed"), "assertive");
  }
}

/** Post every draft that waits; done when all are kept or 3 s have passed. */
export function keepAllDrafts() {
  const all = Promise.allSettled([...drafts.keys()].map(keep));
  return Promise.race([all, new Promise((done) => { setTimeout(done, 3000); })]);
}

function draftForm(form) {
  let timer;
  form.addEventListener("input", () => {
    if (!drafts.has(form)) tell(form, "draftWaits");
    drafts.set(form, (drafts.get(form) ?? 0) + 1);
    clearTimeout(timer);
    timer = setTimeout(() => keep(form), 1500);
  });
}

function warnUnsaved(event) {
  const open = [...document.querySelectorAll("form[data-warn-unsaved]")]
    .some((form) => form.dataset.changed && !form.dataset.sent);
  if (open) event.preventDefault();
}

function passwordSwitch(button) {
  const box = document.getElementById(button.dataset.showsPassword);
  if (!box) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const shown = box.type === "password";
    box.type = shown ? "text" : "password";
    button.textContent = shown ? button.dataset.shown : button.dataset.hidden;
  });
}

export function startForms() {
  document.addEventListener("click", explainBlocked, true);
  document.addEventListener("submit", sendOnce, true);
  document.addEventListener("htmx:afterRequest", released);
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });
  addEventListener("pagehide", () => { keepAllDrafts(); });
  addEventListener("beforeunload", warnUnsaved);
  each("[data-takes-focus]", (box) => box.focus());
  each("[data-shows-password]", passwordSwitch);
  each("form[data-draft]", draftForm);
  each("form[data-warn-unsaved]", (form) => {
    form.addEventListener("input", () => { form.dataset.changed = "yes"; });
  });
}
