// A call that rings: said at once, heard, and marked in the title without a name or a number.
import { keepAllDrafts } from "./forms.js";
import { each, say } from "./words.js";

const said = new Set();
const plainTitle = document.title;
let sound = null;
let timer = null;
let rang = false;
let shown = "";

function tone(context, frequency) {
  const gain = context.createGain();
  const wave = context.createOscillator();
  gain.gain.setValueAtTime(0, context.currentTime);
  gain.gain.linearRampToValueAtTime(0.06, context.currentTime + 0.05);
  gain.gain.setValueAtTime(0.06, context.currentTime + 0.95);
  gain.gain.linearRampToValueAtTime(0, context.currentTime + 1);
  wave.frequency.value = frequency;
  wave.connect(gain).connect(context.destination);
  wave.start();
  wave.stop(context.currentTime + 1);
}

function ringOnce() {
  sound ??= new AudioContext();
  if (sound.state === "suspended") sound.resume().catch(() => {});
  if (sound.state === "running") [440, 480].forEach((frequency) => tone(sound, frequency));
}

/* What shows one's duty looks again as soon as a call begins or ends. */
function tellChange(rings) {
  const now = rings ? "ring" : document.querySelector(".live-bar") ? "live" : "none";
  if (shown && now !== shown) htmx.trigger(document.body, "callchange");
  shown = now;
}

function look() {
  const rings = document.querySelector("[data-ring]") !== null;
  rang ||= rings;
  tellChange(rings);
  if (rings === (timer !== null)) return;
  if (rings) {
    ringOnce();
    timer = setInterval(ringOnce, 3000);
  } else {
    clearInterval(timer);
    timer = null;
  }
  document.title = rings ? `• ${plainTitle}` : plainTitle;
}

/* A call that rang here and was taken brings its case, unless something would be lost with the page: what is written, or the phone. */
function openTaken(bar) {
  if (!rang || location.pathname === new URL(bar.dataset.opens, location).pathname) return;
  rang = false;
  if (document.querySelector("form[data-warn-unsaved][data-changed], .receipt-digits, [data-softphone]")) return;
  keepAllDrafts().finally(() => location.assign(bar.dataset.opens));
}

export function startCalls() {
  each("[data-announce]", (element) => {
    const id = element.dataset.announceId ?? element.textContent;
    if (said.has(id)) return;
    said.add(id);
    say(element.textContent.trim(), element.dataset.announce);
  });
  each("[data-opens]", openTaken);
  look();
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
}
