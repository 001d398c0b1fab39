// Translated words come with the page, in a meta element; the live regions stand at its end.
const meta = document.querySelector('meta[name="helpline-words"]');
const words = meta ? JSON.parse(meta.content) : {};

/** The sentence `name`, its {places} filled from `values`. */
export function word(name, values = {}) {
  return (words[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

/** Seconds as "38 days", "2 h 05 min", "16 min", "40 s"; the same steps as the server's macro. */
export function duration(seconds) {
  const s = Math.abs(Math.trunc(seconds));
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor((s % 3600) / 60);
  if (s >= 172800) return word("days", { n: Math.floor(s / 86400) });
  if (s >= 3600 && minutes === 0) return word("hours", { h: hours });
  if (s >= 3600) return word("hoursMinutes", { h: hours, m: String(minutes).padStart(2, "0") });
  if (s >= 60) return word("minutes", { m: minutes });
  return word("seconds", { s });
}

/** Let a screen reader say `text`; how is "polite" or "assertive". */
export function say(text, how = "polite") {
  const place = document.getElementById(`say-${how}`);
  if (!place || !text) return;
  place.textContent = "";
  setTimeout(() => { place.textContent = text; }, 50);
}

/** Run `work` once on every element of `selector`: now, and on those that htmx brings later. */
export function each(selector, work) {
  const done = new WeakSet();
  const once = (element) => {
    if (done.has(element)) return;
    done.add(element);
    work(element);
  };
  const visit = (root) => {
    if (root.matches?.(selector)) once(root);
    root.querySelectorAll?.(selector).forEach(once);
  };
  visit(document);
  document.addEventListener("htmx:load", (event) => visit(event.detail.elt));
}

export const isSeen = (element) => element.getClientRects().length > 0;
