// The phone in the browser. The carrier's library connects and carries the voice; the state stands in
// words on the page, and every state says what to do. Nothing of it is kept or written to the console.

const TRY_AGAIN = 20_000; // milliseconds
const SILENT = 5; // the library's log level
const SOUNDS = ["disconnect", "incoming", "outgoing", ..."0123456789hs"].map(
  (name) => name.length > 1 ? name : `dtmf${name}`,
);
const page = document.querySelector("[data-softphone]");
const phone = { carrier: "connecting", microphone: true, call: null, answered: false, taken: false };
let device = null;
let onDuty = true;
let leaving = false;

const element = (name) => document.getElementById(`phone-${name}`);

function state() {
  if (phone.call && phone.carrier === "gone") return "gone";
  if (phone.call && !phone.answered) return "ringing";
  if (phone.call && !phone.taken) return "answered";
  if (phone.call) return phone.call.isMuted() ? "muted" : "talking";
  if (!onDuty) return "off";
  if (phone.carrier === "gone") return "gone";
  return phone.microphone ? phone.carrier : "microphone";
}

/* Shows the state, and only the buttons that do something in it. */
function show() {
  const now = state();
  for (const box of page.querySelectorAll("[data-state]")) {
    const hidden = box.dataset.state !== now;
    if (box.hidden !== hidden) box.hidden = hidden;
  }
  const connected = phone.answered && phone.call !== null;
  const needed = {
    answer: phone.call && !phone.answered,
    one: connected && !phone.taken,
    mute: connected && phone.taken && !phone.call.isMuted(),
    unmute: connected && phone.taken && phone.call.isMuted(),
    end: connected,
    again: now === "gone" || now === "microphone",
  };
  for (const [name, wanted] of Object.entries(needed)) element(name).hidden = !wanted;
  page.querySelector("[data-needs-click]").hidden = navigator.userActivation?.hasBeenActive ?? true;
}

async function ticket() {
  const form = new FormData();
  form.set("csrf_token", page.dataset.token);
  const answer = await fetch(page.dataset.softphone, {
    method: "POST", body: form, credentials: "same-origin", redirect: "error",
  });
  if (answer.status === 404 || answer.status === 409) endDuty();
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).token;
}

async function renew(made) {
  try {
    const token = await ticket();
    if (made === device) made.updateToken(token);
  } catch { /* the token runs out, and the carrier's next word is an error */ }
}

async function hear() {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    for (const track of stream.getTracks()) track.stop();
    phone.microphone = true;
  } catch {
    phone.microphone = false;
  }
  show();
}

function carrier(word) {
  phone.carrier = word;
  show();
}

function over() {
  Object.assign(phone, { call: null, answered: false, taken: false });
  if (!onDuty) hangUpForGood();
  show();
}

function rings(call) {
  if (phone.call) return; // the carrier rings nobody twice; a second one is left to ring out
  Object.assign(phone, { call, answered: false, taken: false });
  for (const name of ["cancel", "disconnect", "reject", "error"]) {
    call.on(name, () => { if (phone.call === call) over(); });
  }
  call.on("mute", show);
  call.on("reconnecting", () => carrier("gone"));
  call.on("reconnected", () => carrier("ready"));
  show();
  element("answer").focus();
}

function hangUpForGood() {
  const ended = device;
  device = null;
  ended?.destroy();
}

/* A connection of its own for every try: one that failed half way cannot register again. */
async function connect() {
  hangUpForGood();
  try {
    const token = await ticket();
    const made = new Twilio.Device(token, {
      logLevel: SILENT, // not a word of a call in the console
      publishEvents: false, // the library reports to nobody
      tokenRefreshMs: 30_000,
      sounds: Object.fromEntries(SOUNDS.map((name) => [name, page.dataset.silence])), // not from its maker
    });
    device = made;
    made.audio?.incoming(false); // the page's own bell rings, as on every page
    made.on("registered", () => { if (made === device) carrier("ready"); });
    made.on("unregistered", () => { if (made === device) carrier("gone"); });
    made.on("error", () => { if (made === device && made.state !== "registered") carrier("gone"); });
    made.on("tokenWillExpire", () => renew(made));
    made.on("incoming", rings);
    await made.register();
  } catch {
    if (onDuty) carrier("gone");
  }
}

/* Still not connected: say so, and try again as long as the duty lasts. */
function watch() {
  if (!onDuty || phone.call || device?.state === "registered") return;
  carrier("gone");
  connect();
}

function endDuty() {
  onDuty = false;
  if (!phone.call) hangUpForGood();
  show();
}

function lookAtDuty() {
  if (document.querySelector("[data-softphone-duty]")?.dataset.softphoneDuty === "off" && onDuty) endDuty();
}

/* Whatever opens another page opens it beside this one; only locking, logging out and duty leave. */
function beside(event) {
  const link = event.target.closest("a[href]:not([href^='#'])");
  const form = event.target.closest("#now form");
  if (event.type === "click" && link) link.target = "_blank";
  if (event.type === "submit" && form) form.target = "_blank";
  if (event.type === "submit" && !form) leaving = true;
}

function warn(event) {
  if ((onDuty || phone.call) && !leaving) event.preventDefault();
}

const act = {
  answer: () => { phone.call.accept(); phone.answered = true; },
  one: () => { phone.call.sendDigits("1"); phone.taken = true; },
  mute: () => phone.call.mute(true),
  unmute: () => phone.call.mute(false),
  end: () => phone.call.disconnect(),
  again: () => { hear(); if (!phone.call && phone.carrier !== "ready") { phone.carrier = "connecting"; connect(); } },
};
for (const [name, work] of Object.entries(act)) {
  element(name).addEventListener("click", () => { work(); show(); });
}
document.addEventListener("click", beside, true);
document.addEventListener("submit", beside, true);
document.addEventListener("htmx:afterSettle", lookAtDuty);
document.addEventListener("htmx:afterRequest", (event) => { leaving ||= event.detail.xhr?.status === 401; });
for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => setTimeout(show), { once: true });
navigator.mediaDevices?.addEventListener("devicechange", hear);
addEventListener("beforeunload", warn);
setInterval(() => { if (phone.call) dispatchEvent(new Event("helpline:talking")); }, 10_000);
setInterval(watch, TRY_AGAIN);
setTimeout(() => { if (phone.carrier === "connecting") carrier("gone"); }, TRY_AGAIN / 2);
show();
hear();
connect();
