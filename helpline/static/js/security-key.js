// Security keys: a button asks the server what to ask, the browser asks the key, the form brings the
// answer. <button data-security-key="address of the options"> stands in the form that is sent.

const bytes = (text) => Uint8Array.from(
  atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0),
);
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const keys = (list = []) => list.map((key) => ({ ...key, id: bytes(key.id) }));

async function options(button) {
  const form = new FormData();
  form.set("csrf_token", button.form.elements.csrf_token.value);
  const answer = await fetch(button.dataset.securityKey, {
    method: "POST", body: form, credentials: "same-origin", redirect: "error",
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function make(asked) {
  return navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: keys(asked.excludeCredentials),
    },
  });
}

function sign(asked) {
  return navigator.credentials.get({
    publicKey: {
      ...asked, challenge: bytes(asked.challenge), allowCredentials: keys(asked.allowCredentials),
    },
  });
}

function written(credential) {
  const { response } = credential;
  const said = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) said.attestationObject = text(response.attestationObject);
  else {
    said.authenticatorData = text(response.authenticatorData);
    said.signature = text(response.signature);
  }
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: said,
  });
}

async function ask(button) {
  const { form } = button;
  const state = form.querySelector("[data-security-key-state]");
  const missing = [...form.querySelectorAll("[data-with-security-key]")].find((box) => !box.value);
  if (missing) {
    missing.focus();
    return;
  }
  state.textContent = button.dataset.waits;
  button.disabled = true;
  try {
    const asked = await options(button);
    form.elements.answer.value = written(await (asked.user ? make(asked) : sign(asked)));
    HTMLFormElement.prototype.submit.call(form);
  } catch {
    state.textContent = button.dataset.failed;
    button.disabled = false;
    button.focus();
  }
}

for (const button of document.querySelectorAll("[data-security-key]")) {
  if (!window.PublicKeyCredential) continue;
  button.hidden = false;
  button.addEventListener("click", () => ask(button));
}
