// What is half written when the page locks is sent to be kept, sealed, and offered after the login.
// Forms with a draft of their own keep it themselves; passwords are never sent.

const changed = new Set();

function note(event) {
  const form = event.target.form;
  if (!form || form.method !== "post" || form.dataset.draft) return;
  if (form.querySelector('input[type="password"]')) return;
  changed.add(form);
}

function keep(form) {
  if (!form.isConnected || form.dataset.sent) return;
  const fields = new FormData(form);
  for (const [name, value] of [...fields]) if (typeof value !== "string") fields.delete(name);
  const address = new URL(form.getAttribute("action") || location.href, location.href);
  fields.set("kept_action", address.pathname + address.search);
  fetch(document.body.dataset.keep, {
    method: "POST", body: fields, credentials: "same-origin", keepalive: true,
  }).catch(() => {});
}

export function startKept() {
  if (!document.body.dataset.keep) return;
  document.addEventListener("input", note);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-lock-form]")) changed.forEach(keep);
  }, true);
}
