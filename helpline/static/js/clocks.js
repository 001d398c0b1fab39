// Clocks count from the moment they arrive on the page, so the computer's own clock may be wrong.
import { duration, each, say, word } from "./words.js";

const running = new Map();

function drawCountdown(chip, clock, passed) {
  const left = clock.left - passed;
  const used = Math.min(1, Math.max(0, 1 - left / clock.total));
  const kind = left < 0 ? "late" : used >= 0.8 ? "soon" : "running";
  const text = chip.querySelector("[data-clock-text]");
  const pattern = chip.dataset.pattern;
  const words = pattern
    ? pattern.replace("{t}", duration(Math.max(0, left)))
    : word(left < 0 ? "late" : "left", { t: duration(left) });
  if (text && text.textContent !== words) text.textContent = words;
  chip.querySelector(".pie circle")?.setAttribute("stroke-dasharray", `${(used * 100).toFixed(1)} 100`);
  if (kind !== clock.kind) {
    chip.classList.remove(`clock-${clock.kind}`);
    chip.classList.add(`clock-${kind}`);
    if (!pattern) say(word(kind === "late" ? "nowLate" : "nearlyDue"));
    clock.kind = kind;
  }
}

function drawStopwatch(watch, clock, passed) {
  const seconds = Math.trunc(clock.from + passed);
  const two = (number) => String(number).padStart(2, "0");
  const text = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  if (watch.textContent !== text) watch.textContent = text;
}

function tick() {
  for (const [element, clock] of running) {
    if (!element.isConnected) { running.delete(element); continue; }
    clock.draw(element, clock, (Date.now() - clock.since) / 1000);
  }
}

function hideNumber(element) {
  if (!element.dataset.masked) return;
  element.textContent = element.dataset.masked;
  delete element.dataset.masked;
  element.parentElement?.querySelector("[data-number-note]")?.remove();
  say(word("numberHidden"));
}

export function startClocks() {
  each("[data-left]", (chip) => {
    const left = Number(chip.dataset.left);
    const kind = ["late", "soon", "running"].find((name) => chip.classList.contains(`clock-${name}`));
    running.set(chip, {
      draw: drawCountdown, since: Date.now(), left, total: Number(chip.dataset.total) || 1, kind,
    });
  });
  each("[data-counts]", (watch) => {
    running.set(watch, { draw: drawStopwatch, since: Date.now(), from: Number(watch.dataset.counts) });
  });
  each("[data-hide-after]", (element) => {
    setTimeout(() => hideNumber(element), Number(element.dataset.hideAfter) * 1000);
  });
  addEventListener("pagehide", () => document.querySelectorAll("[data-hide-after]").forEach(hideNumber));
  setInterval(tick, 1000);
}
