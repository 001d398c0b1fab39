// Small helpers for the staff pages. Every page works without them; they save steps and speak up.
import { startCalls } from "./js/calls.js";
import { startClocks } from "./js/clocks.js";
import { startCompose } from "./js/compose.js";
import { startForms } from "./js/forms.js";
import { startKept } from "./js/kept.js";
import { startKeys } from "./js/keys.js";
import { startLists } from "./js/lists.js";
import { startPage } from "./js/page.js";

document.documentElement.classList.add("has-script");
for (const start of [startPage, startClocks, startCompose, startForms, startLists, startKeys, startKept, startCalls]) start();
