// Records the microphone as a carrier hears it: WAV, 8 kHz, 16 bit, mono, at most ten seconds.

const RATE = 8000;
const LONGEST = 10;

export class Microphone {
  static possible() {
    return Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
  }

  get running() {
    return Boolean(this.recorder);
  }

  async start() {
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    this.recorder = new MediaRecorder(this.stream);
    this.pieces = [];
    this.recorder.ondataavailable = (event) => this.pieces.push(event.data);
    this.recorder.start();
  }

  async stop() {
    const recorder = this.recorder;
    const ended = new Promise((resolve) => { recorder.onstop = resolve; });
    recorder.stop();
    await ended;
    this.stream.getTracks().forEach((track) => track.stop());
    this.recorder = undefined;
    const data = await new Blob(this.pieces).arrayBuffer();
    return base64(wav(await samples(data)));
  }
}

async function samples(data) {
  const decoded = await new AudioContext().decodeAudioData(data);
  const seconds = Math.min(LONGEST, decoded.duration);
  const context = new OfflineAudioContext(1, Math.max(1, Math.ceil(seconds * RATE)), RATE);
  const source = context.createBufferSource();
  source.buffer = decoded;
  source.connect(context.destination);
  source.start();
  return (await context.startRendering()).getChannelData(0);
}

function wav(sound) {
  const view = new DataView(new ArrayBuffer(44 + sound.length * 2));
  const word = (at, text) => [...text].forEach((c, i) => view.setUint8(at + i, c.charCodeAt(0)));
  word(0, "RIFF");
  view.setUint32(4, 36 + sound.length * 2, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, sound.length * 2, true);
  sound.forEach((value, i) => {
    view.setInt16(44 + i * 2, Math.max(-1, Math.min(1, value)) * 32767, true);
  });
  return new Uint8Array(view.buffer);
}

function base64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
