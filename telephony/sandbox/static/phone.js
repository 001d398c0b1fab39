// The telephones of the demo: asks the carrier how things stand, and passes on what is pressed.

import { Microphone } from "./microphone.js";

const api = document.body.dataset.api;
const EVERY = 700;
const NAMES = {
  cmn: "Mandarin", zh: "Mandarin", yue: "Cantonese", hi: "Hindi", ta: "Tamil", en: "English",
};
const SPOKEN = { cmn: "zh-CN", yue: "zh-HK" };

async function ask(path, wish) {
  const answer = await fetch(api + path, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Sandbox": "1" },
    body: JSON.stringify(wish),
  });
  const facts = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(facts.error || "The demo does not answer.");
  return facts;
}

const element = (name, className, text) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
};

const languageName = (tag) => {
  if (/^zh-(hk|mo)/i.test(tag)) return NAMES.yue;
  return NAMES[tag.split("-")[0].toLowerCase()] || tag;
};

class Voice {
  constructor() {
    this.on = "speechSynthesis" in window;
  }

  say(text, language) {
    if (!this.on || !("speechSynthesis" in window)) return;
    const speech = new SpeechSynthesisUtterance(text);
    speech.lang = SPOKEN[language.split("-")[0]] || language;
    window.speechSynthesis.speak(speech);
  }

  hush() {
    if ("speechSynthesis" in window) window.speechSynthesis.cancel();
  }
}

class Phone {
  constructor(root, voice) {
    this.root = root;
    this.voice = voice;
    this.shown = "";
    this.count = 0;
    this.number = "";
  }

  part(name) {
    return this.root.querySelector(`[data-show="${name}"]`);
  }

  write(name, text) {
    const part = this.part(name);
    if (part && part.textContent !== text) part.textContent = text;
  }

  problem(text) {
    this.write("problem", text);
  }

  captions(call) {
    const box = this.part("captions");
    const sid = call ? call.sid : "";
    if (sid !== this.shown) {
      box.replaceChildren();
      this.shown = sid;
      this.count = 0;
    }
    const all = call ? call.captions : [];
    for (const caption of all.slice(this.count)) {
      box.append(this.caption(caption));
      if (caption.kind === "say" && !call.ended) this.voice.say(caption.text, caption.language);
    }
    if (all.length > this.count) box.scrollTop = box.scrollHeight;
    this.count = all.length;
  }

  caption(caption) {
    const made = element("div", caption.kind);
    const from = { say: `Caption, ${languageName(caption.language)}`, voice: "The other person",
      play: "A recorded prompt" }[caption.kind];
    if (from) made.append(element("p", "from", from));
    const words = element("p", "words", caption.text);
    words.dir = "auto";
    if (caption.language) words.lang = caption.language;
    if (caption.text) made.append(words);
    if (caption.gloss) made.append(element("p", "gloss", caption.gloss));
    if (caption.kind === "play") made.append(this.recorded(caption.url));
    return made;
  }

  recorded(url) {
    const sound = element("audio");
    sound.controls = true;
    sound.src = url;
    if (this.voice.on) sound.play().catch(() => {});
    return sound;
  }

  state(call, ringing) {
    if (ringing) return "rings";
    if (!call) return "ready";
    if (call.talking) return this.talking;
    if (call.ended) return call.status === "completed" ? "call ended" : `call ended: ${call.status}`;
    if (call.doing === "recording") return "recording, speak now";
    return call.status === "ringing" ? "ringing" : "in call";
  }

  show(facts) {
    const call = facts ? facts.call : null;
    const live = Boolean(call) && !call.ended;
    this.captions(call);
    this.write("state", this.state(call, Boolean(facts) && facts.ringing));
    this.root.querySelector(".call-state").classList.toggle("live", live);
    const time = live ? call.seconds : 0;
    const two = (part) => String(Math.floor(part)).padStart(2, "0");
    this.write("time", live ? `${two(time / 60)}:${two(time % 60)}` : "");
    return { call, live };
  }

  enable(act, possible) {
    for (const button of this.root.querySelectorAll(`[data-act="${act}"]`)) {
      if (button.tagName === "BUTTON") button.setAttribute("aria-disabled", String(!possible));
    }
  }
}

class WorkerPhone extends Phone {
  talking = "Talking with the counsellor";

  show(facts) {
    const { live } = super.show(facts);
    this.write("number", facts.number === "anonymous" ? "Number withheld" : facts.number);
    this.root.querySelector("form.dialling").hidden = live;
    for (const act of ["press", "hang-up"]) this.enable(act, live);
    this.root.querySelector(".speak").hidden = !live;
  }
}

class DeskPhone extends Phone {
  talking = "Talking with the worker";

  show(facts) {
    const { call, live } = super.show(facts);
    const ringing = Boolean(facts) && facts.ringing;
    this.write("shows", live ? `shows: ${call.shows}` : facts?.number ?? "No call");
    this.enable("pick-up", ringing);
    this.enable("decline", ringing);
    this.enable("press", live && !ringing);
    const talking = live && !ringing;
    this.root.querySelector('[data-act="hang-up"]').hidden = !talking;
    this.root.querySelector('[data-act="decline"]').hidden = talking;
    for (const button of this.root.querySelectorAll('[data-act="behave"]')) {
      const on = Boolean(facts) && facts.behaves === button.dataset.how;
      button.setAttribute("aria-pressed", String(on));
    }
  }
}

class Page {
  constructor() {
    this.voice = new Voice();
    this.quiet = { on: false, say() {}, hush() {} };
    const at = (name) => document.querySelector(`[data-phone="${name}"]`);
    this.worker = at("worker") && new WorkerPhone(at("worker"), this.voice);
    this.desk = new DeskPhone(at("desk"), this.quiet);
    this.texts = at("texts") && new Phone(at("texts"), this.quiet);
    this.microphone = new Microphone();
    this.seen = "";
    this.asked = 0;
    this.answered = 0;
    document.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("submit", (event) => this.submitted(event));
    document.addEventListener("change", (event) => this.changed(event));
    if (Microphone.possible()) {
      for (const button of document.querySelectorAll('[data-act="record"]')) button.hidden = false;
    }
  }

  phones() {
    return [this.worker, this.desk, this.texts].filter(Boolean);
  }

  around(target) {
    return this.phones().find((phone) => phone.root.contains(target));
  }

  selected(name) {
    const select = document.querySelector(`[data-select="${name}"]`);
    return select ? select.value : "";
  }

  line() {
    return document.getElementById("line").value;
  }

  async clicked(event) {
    const button = event.target.closest("button[data-act]");
    if (!button) return;
    if (button.getAttribute("aria-disabled") === "true") return;
    const phone = this.around(button);
    const { act, key, how, word } = button.dataset;
    if (act === "sound") return this.mute(button);
    if (act === "record") return this.record(phone, button);
    if (act === "word") {
      const body = document.getElementById("body");
      body.value = word;
      body.focus();
      return undefined;
    }
    if (act === "press" || act === "hang-up") this.voice.hush();
    const pressed = button.getAttribute("aria-pressed") === "true";
    return this.act(phone, act, { key, how: pressed ? "hand" : how });
  }

  async changed(event) {
    if (event.target.matches("[data-select]")) await this.look().catch(() => {});
  }

  mute(button) {
    this.voice.on = !this.voice.on;
    button.setAttribute("aria-pressed", String(this.voice.on));
    if (!this.voice.on) this.voice.hush();
  }

  async record(phone, button) {
    if (!this.microphone.running) {
      const started = await this.microphone.start().then(() => true, () => false);
      button.textContent = started ? "Stop" : "Record";
      if (!started) phone.problem("The browser gives no microphone. Write what you say instead.");
      return;
    }
    button.textContent = "Record";
    await this.act(phone, "say", { wav: await this.microphone.stop() });
  }

  async submitted(event) {
    event.preventDefault();
    const form = event.target;
    const phone = this.around(form);
    const wish = Object.fromEntries(new FormData(form));
    if (form.dataset.act === "text") wish.line = this.line();
    const done = await this.act(phone, form.dataset.act, wish);
    const field = form.querySelector("input");
    if (done && field) field.value = "";
  }

  async act(phone, name, wish) {
    const number = this.selected(phone === this.desk ? "desk" : "worker");
    try {
      await ask(name, { ...wish, phone: number });
      phone.problem("");
      await this.look();
      return true;
    } catch (error) {
      phone.problem(error.message);
      return false;
    }
  }

  async look() {
    const workers = document.querySelector('[data-select="worker"]');
    const wish = { worker: workers ? workers.value : "", desk: this.selected("desk") };
    this.asked += 1;
    const turn = this.asked;
    const facts = await ask("state", wish);
    if (turn < this.answered) return; // what was asked later has been shown already
    this.answered = turn;
    this.desks(facts.desks);
    this.desk.show(facts.desk);
    if (!this.worker) return;
    this.worker.show(facts.worker);
    this.showTexts(facts.texts);
    this.showTravels(facts.travels);
  }

  desks(desks) {
    const select = document.querySelector('[data-select="desk"]');
    const known = new Set([...select.options].map((option) => option.value));
    for (const desk of desks) {
      if (known.has(desk.number)) continue;
      select.add(new Option(desk.name, desk.number));
      select.querySelector('option[value=""]')?.remove();
    }
    const chosen = desks.find((desk) => desk.number === select.value);
    const ringing = desks.find((desk) => desk.ringing);
    const idle = !this.desk.root.querySelector(".call-state.live");
    if (this.worker && ringing && idle && !chosen?.ringing) select.value = ringing.number;
    const name = select.selectedOptions[0]?.text || "Desk phone";
    const title = name.includes("hone") ? name : `${name}’s desk phone`;
    const heading = document.getElementById("desk-title");
    if (heading.textContent !== title) heading.textContent = title;
  }

  showTexts(texts) {
    const seen = JSON.stringify(texts);
    if (seen === this.seen) return;
    this.seen = seen;
    const box = this.texts.part("texts");
    box.replaceChildren(...texts.map((text) => {
      const made = element("p", text.mine ? "mine" : "theirs", text.body);
      made.dir = "auto";
      made.prepend(element("span", "away", text.mine ? "Worker: " : "Helpline: "));
      if (!text.mine) made.append(element("small", "", text.parts));
      return made;
    }));
    box.scrollTop = box.scrollHeight;
  }

  showTravels(travels) {
    const list = document.querySelector('[data-show="travels"]');
    list.replaceChildren(...travels.map((made) => {
      const item = element("li");
      const clock = new Date(made.at * 1000).toLocaleTimeString("en-GB");
      const good = made.status >= 200 && made.status < 300;
      const result = made.status ? `${made.status}, ${made.ms} ms` : "no answer";
      item.append(element("time", "", clock), element("span", "", made.about),
        element("span", good ? "good" : "bad", result));
      return item;
    }));
  }

  async watch() {
    try {
      await this.look();
      this.lost = false;
    } catch (error) {
      if (!this.lost) this.desk.problem(error.message);
      this.lost = true;
    }
    setTimeout(() => this.watch(), document.hidden ? EVERY * 4 : EVERY);
  }
}

new Page().watch();
