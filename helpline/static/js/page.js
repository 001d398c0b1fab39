// The page as a whole: conditional polling, a server that is away, tabs on phones, locking.
import { keepAllDrafts } from "./forms.js";
import { each } from "./words.js";

const seen = new WeakMap();

/* An element with data-keeps-etag asks "changed since?"; 304 leaves it alone. */
function askConditionally(event) {
  const tag = seen.get(event.detail.elt);
  if (tag) event.detail.headers["If-None-Match"] = tag;
}

function rememberTag(event) {
  const { elt, xhr, successful } = event.detail;
  if (successful && elt.matches("[data-keeps-etag]")) {
    const tag = xhr.getResponseHeader("ETag");
    if (tag && xhr.status === 200) seen.set(elt, tag);
  }
}

function trouble(isOn) {
  const box = document.getElementById("trouble");
  if (box && box.hidden === isOn) box.hidden = !isOn;
}

function leaveFor(address) {
  if (!address && performance.now() < 5000) return; // never reload in a circle
  keepAllDrafts().finally(() => {
    if (address) location.assign(address);
    else location.reload();
  });
}

function answered(event) {
  const status = event.detail.xhr?.status ?? 0;
  if (status === 401) leaveFor();
  else trouble(status === 0 || status >= 500);
}

/* A whole page where a part was asked for (the login, after a lock): go there, never show it inside. */
function wholePage(event) {
  const { xhr, serverResponse, requestConfig } = event.detail;
  if (!/^\s*<!doctype html/i.test(serverResponse ?? "")) return;
  event.detail.shouldSwap = false;
  leaveFor(requestConfig?.verb === "get" ? "" : xhr.responseURL);
}

function narrowTabs(nav) {
  const links = [...nav.querySelectorAll("a")];
  const open = (link) => {
    for (const each of links) {
      document.getElementById(each.hash.slice(1))?.classList.toggle("is-off", each !== link);
      if (each === link) each.setAttribute("aria-current", "true");
      else each.removeAttribute("aria-current");
    }
  };
  nav.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    open(link);
  });
  if (links.length) open(links.find((link) => link.hash === location.hash) ?? links[0]);
}

function lockWhenIdle() {
  const seconds = Number(document.body.dataset.lockAfter);
  const form = document.querySelector("[data-lock-form]");
  if (form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      keepAllDrafts().finally(() => HTMLFormElement.prototype.submit.call(form));
    });
  }
  if (!seconds || !form) return;
  let last = Date.now();
  for (const act of ["keydown", "pointerdown", "helpline:talking"]) {
    addEventListener(act, () => { last = Date.now(); }, { passive: true, capture: true });
  }
  const watch = setInterval(() => {
    if (Date.now() - last < seconds * 1000) return;
    clearInterval(watch);
    form.requestSubmit();
  }, 5000);
}

export function startPage() {
  document.addEventListener("htmx:configRequest", askConditionally);
  document.addEventListener("htmx:afterRequest", rememberTag);
  document.addEventListener("htmx:afterRequest", answered);
  document.addEventListener("htmx:beforeSwap", wholePage);
  each("[data-narrow-tabs]", narrowTabs);
  lockWhenIdle();
}
