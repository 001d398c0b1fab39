// A list that refreshes never moves under somebody: while a row has the focus, what is new waits
// behind a bar. After any other swap the focus returns to where it was.
import { say, word } from "./words.js";

const waiting = new WeakMap();
let held = null;

const idsOf = (list) => [...list.querySelectorAll("[data-row]")].map((row) => row.id);

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html").querySelector("[data-row-list]");
}

function renewInPlace(list, fresh) {
  for (const row of fresh.querySelectorAll("[data-row]")) {
    const old = document.getElementById(row.id);
    if (!old || old.contains(document.activeElement) || old.isEqualNode(row)) continue;
    old.replaceWith(row.cloneNode(true));
    htmx.process(document.getElementById(row.id));
  }
}

function offer(list, html, added) {
  const bar = list.querySelector("[data-new-bar]");
  if (!bar) return;
  const text = added ? word("newRows", { n: added }) : word("changedRows");
  waiting.set(list, html);
  if (bar.textContent !== text) say(text);
  bar.textContent = text;
  bar.hidden = false;
}

function show(bar) {
  const list = bar.closest("[data-row-list]");
  const html = waiting.get(list);
  if (!html) return;
  const id = list.id;
  const known = new Set(idsOf(list));
  waiting.delete(list);
  bar.blur();
  htmx.swap(list, html, { swapStyle: "outerHTML", swapDelay: 0, settleDelay: 0 });
  const fresh = document.getElementById(id);
  const first = [...fresh?.querySelectorAll("[data-row]") ?? []].find((row) => !known.has(row.id));
  (first ?? fresh)?.querySelector(".row-link")?.focus();
}

function beforeSwap(event) {
  const list = event.detail.target;
  rememberFocus();
  if (!list?.matches?.("[data-row-list]") || event.detail.requestConfig?.elt !== list) return;
  if (!list.contains(document.activeElement) || event.detail.xhr.status !== 200) return;
  const fresh = parse(event.detail.serverResponse);
  if (!fresh) return;
  event.detail.shouldSwap = false;
  const old = idsOf(list);
  const now = idsOf(fresh);
  if (old.join() === now.join()) renewInPlace(list, fresh);
  else offer(list, event.detail.serverResponse, now.filter((id) => !old.includes(id)).length);
}

function rememberFocus() {
  const element = document.activeElement;
  if (!element || element === document.body) { held = null; return; }
  const row = element.closest("[data-row]");
  held = {
    id: element.id,
    row: row?.id,
    key: element.dataset.key,
    name: element.getAttribute("name"),
  };
}

function restoreFocus() {
  if (!held || document.activeElement !== document.body) return;
  const row = held.row && document.getElementById(held.row);
  const again = (held.id && document.getElementById(held.id))
    || (row && held.key && row.querySelector(`[data-key="${CSS.escape(held.key)}"]`))
    || (row && row.querySelector(".row-link"))
    || (held.key && document.querySelector(`[data-key="${CSS.escape(held.key)}"]`));
  again?.focus({ preventScroll: true });
}

export function startLists() {
  document.addEventListener("htmx:beforeSwap", beforeSwap);
  document.addEventListener("htmx:afterSettle", restoreFocus);
  document.addEventListener("click", (event) => {
    const bar = event.target.closest?.("[data-new-bar]");
    if (bar) show(bar);
  });
}
