// Records with the browser into the file field of the form. Without this file a recording is uploaded from a file.
(() => {
  "use strict";
  const part = document.querySelector("[data-recorder]");
  if (!part || !window.MediaRecorder || !navigator.mediaDevices) return;
  const file = document.getElementById("recording");
  const [record, stop, said, heard] = ["record", "stop", "said", "heard"].map((name) => part.querySelector(`[data-${name}]`));
  const types = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus"];
  const type = types.find((one) => MediaRecorder.isTypeSupported(one));
  // What this browser records otherwise, WhatsApp may not play.
  if (!type) return;
  let recorder = null;

  const finish = (parts, stream) => {
    stream.getTracks().forEach((track) => track.stop());
    const blob = new Blob(parts, { type });
    const kept = new DataTransfer();
    kept.items.add(new File([blob], type.startsWith("audio/ogg") ? "recording.ogg" : "recording.webm", { type }));
    file.files = kept.files;
    if (heard.src) URL.revokeObjectURL(heard.src);
    heard.src = URL.createObjectURL(blob);
    heard.hidden = false;
    stop.hidden = true;
    record.hidden = false;
    said.textContent = part.dataset.ready;
    heard.focus();
  };

  const start = async () => {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      said.textContent = part.dataset.refused;
      return;
    }
    const parts = [];
    recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 32000 });
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data));
    recorder.addEventListener("stop", () => finish(parts, stream));
    recorder.start();
    record.hidden = true;
    stop.hidden = false;
    stop.focus();
    said.textContent = part.dataset.running;
  };

  part.hidden = false;
  record.addEventListener("click", start);
  stop.addEventListener("click", () => recorder.stop());
})();
