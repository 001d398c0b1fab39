// One-letter keys. Off inside fields, with a modifier, under an open sheet, or when turned off.
import { isSeen } from "./words.js";

const OFF = "helpline-keys-off";
const field = "input, textarea, select, [contenteditable]";

function keysAreOn() {
  return localStorage.getItem(OFF) === null;
}

function rows() {
  return [...document.querySelectorAll("[data-row]")].filter(isSeen);
}

function moveRow(step) {
  const all = rows();
  if (!all.length) return false;
  const now = all.findIndex((row) => row.contains(document.activeElement));
  const next = now < 0 ? 0 : Math.min(all.length - 1, Math.max(0, now + step));
  const link = all[next].querySelector(".row-link");
  link?.focus();
  all[next].scrollIntoView({ block: "nearest" });
  return true;
}

/** The element a key stands for: in the focused row, in a ringing call, elsewhere; never in another row. */
function target(key) {
  const found = [...document.querySelectorAll("[data-key]")]
    .filter((element) => element.dataset.key === key && isSeen(element));
  const row = document.activeElement?.closest("[data-row]");
  return found.find((element) => row?.contains(element))
    ?? found.find((element) => element.closest("[data-ring]"))
    ?? found.find((element) => !element.closest("[data-row]"));
}

function press(key) {
  if (key === "j" || key === "k") return moveRow(key === "j" ? 1 : -1);
  if (key === "?") {
    document.getElementById("key-sheet")?.showModal();
    return true;
  }
  const row = document.activeElement?.closest("[data-row]");
  const element = target(key) ?? (key === "o" ? row?.querySelector(".row-link") : undefined);
  if (!element) return key === "t" && !row ? moveRow(0) : false;
  if (element.matches(field)) element.focus();
  else element.click();
  return true;
}

export function startKeys() {
  const box = document.querySelector("[data-keys-switch]");
  if (box) {
    box.checked = keysAreOn();
    box.addEventListener("change", () => {
      if (box.checked) localStorage.removeItem(OFF);
      else localStorage.setItem(OFF, "1");
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && !/^[jk]$/i.test(event.key)) return;
    if (event.key.length !== 1 || event.target.closest?.(field) || document.querySelector("dialog[open]")) return;
    if (!keysAreOn() && event.key !== "?") return;
    if (press(event.key.toLowerCase())) event.preventDefault();
  });
}
