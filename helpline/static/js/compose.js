// Writing to a worker: canned answers go in at the cursor, a text's length is counted as it travels.
import { each } from "./words.js";

/* 3GPP TS 23.038, as telephony/texting.py counts it: a browser test compares the two. */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
  + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("\f^{}\\[~]|€");

function partsOf(sizes, single, several) {
  if (sizes.reduce((sum, size) => sum + size, 0) <= single) return 1;
  let parts = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > several) {
      parts += 1;
      used = 0;
    }
    used += size;
  }
  return parts;
}

/** How a text travels: {latin, characters, parts}; 160 (then 153) septets, or 70 (then 67) units. */
export function segments(text) {
  const signs = [...text];
  const latin = signs.every((sign) => BASIC.has(sign) || EXTENDED.has(sign));
  const sizes = signs.map((sign) => (latin ? 1 + EXTENDED.has(sign) : sign.length));
  const characters = sizes.reduce((sum, size) => sum + size, 0);
  return { latin, characters, parts: latin ? partsOf(sizes, 160, 153) : partsOf(sizes, 70, 67) };
}

function counter(place) {
  const box = document.getElementById(place.dataset.counts);
  if (!box) return;
  const rule = place.textContent;
  const count = () => {
    const text = box.value.trim().replace(/\r?\n/g, "\r\n"); // as a form sends it
    if (!text) {
      place.textContent = rule;
      return;
    }
    const { latin, characters, parts } = segments(text);
    const { words, latin: ours, other } = place.dataset;
    const values = { n: characters, p: parts, s: latin ? ours : other };
    place.textContent = words.replace(/\{(\w)\}/g, (_, key) => values[key]);
  };
  box.addEventListener("input", count);
  count();
}

function insert(box, text) {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const before = start > 0 && !/\s$/.test(value.slice(0, start)) ? " " : "";
  const after = end < value.length && !/^\s/.test(value.slice(end)) ? " " : "";
  box.focus();
  box.setRangeText(before + text + after, start, end, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

function canned(part) {
  const box = document.getElementById(part.dataset.canned);
  const list = part.querySelector("select");
  const button = part.querySelector("button");
  if (!box) return;
  part.hidden = false;
  const toRead = part.nextElementSibling;
  if (toRead?.matches(".canned-read")) toRead.hidden = true;
  // A browser puts the cursor of a box that nobody entered at its beginning: a draft goes on.
  box.setSelectionRange(box.value.length, box.value.length);
  button.addEventListener("click", () => {
    if (!list.value) {
      list.focus();
      return;
    }
    insert(box, list.value);
    list.value = "";
  });
}

export function startCompose() {
  each("[data-counts]", counter);
  each("[data-canned]", canned);
}
