// Keys for going through texts. Every one of them only does what a link or a button on the page does.
(() => {
  "use strict";
  const OFF = "awaaz-keys-off";
  const line = document.querySelector("[data-keys]");
  if (!line) return;
  const turnOff = line.querySelector("[data-keys-off]");
  const turnOn = line.querySelector("[data-keys-on]");
  let on = true;

  const remembered = () => {
    try { return localStorage.getItem(OFF) === null; } catch { return true; }
  };

  const show = (active) => {
    on = active;
    turnOff.hidden = !active;
    turnOn.hidden = active;
  };

  const turn = (active) => {
    show(active);
    try {
      if (active) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "1");
    } catch { /* Then they are as they were on the next page. */ }
    (active ? turnOff : turnOn).focus();
  };

  line.hidden = false;
  show(remembered());
  turnOff.addEventListener("click", () => turn(false));
  turnOn.addEventListener("click", () => turn(true));

  const writes = (one) => one.matches("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const box = event.target;
    if (event.key === "Enter" && box.matches("[data-saves]") && !event.shiftKey) {
      // A text of one line has one line in every language, too; Shift and Enter begin a new one.
      event.preventDefault();
      box.form.requestSubmit();
      return;
    }
    if (!on || event.ctrlKey || event.metaKey || event.shiftKey || writes(box)) return;
    const found = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!found) return;
    event.preventDefault();
    // Nothing is signed off by a single letter: it leads to the button, and Enter presses that.
    if (found.matches("button")) found.focus(); else found.click();
  });
})();
