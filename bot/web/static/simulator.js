// Sends the phone's forms without loading the page anew. Without this file the same forms still work.
"use strict";

(() => {
  const composerOf = (phone) => phone.querySelector(".composer");

  const toTheEnd = (phone) => {
    const scroller = phone.querySelector(".scroller");
    scroller.scrollTop = scroller.scrollHeight;
  };

  const say = (phone, text, failed) => {
    const line = phone.querySelector(".delivery");
    line.textContent = text;
    line.classList.toggle("failed", failed);
  };

  // Where the page asks for new messages from.
  const count = (phone) => {
    phone.querySelector("[name=after]").value = phone.querySelectorAll("[data-message]").length;
  };

  const isAtTheEnd = (phone) => Math.abs(phone.querySelector(".scroller").scrollTop) < 40;

  // What was asked for while a message was being sent may have come with its answer already.
  const settle = (thread, wasAtTheEnd) => {
    const phone = thread.closest("[data-phone]");
    const seen = new Set();
    for (const message of [...thread.querySelectorAll("[data-message]")]) {
      if (seen.has(message.id)) message.remove();
      seen.add(message.id);
    }
    const markers = [...thread.querySelectorAll(".latest")];
    for (const marker of markers.slice(0, -1)) marker.remove();
    for (const empty of thread.querySelectorAll(".empty")) empty.remove();
    count(phone);
    if (wasAtTheEnd) toTheEnd(phone);
  };

  // Only what is new is added: a screen reader then speaks the new messages and not the whole thread.
  const addNewMessages = (phone, fresh) => {
    const thread = phone.querySelector(".thread");
    const known = new Set([...thread.querySelectorAll("[data-message]")].map((one) => one.id));
    const added = [...fresh.querySelectorAll("[data-message]")].filter((one) => !known.has(one.id));
    if (added.length) {
      for (const old of thread.querySelectorAll(".latest, .empty")) old.remove();
      for (const list of thread.querySelectorAll(".list[open]")) list.open = false;
    }
    for (const message of added) {
      message.classList.add("arrived");
      thread.append(document.adoptNode(message));
    }
    count(phone);
  };

  // Every form gets the name of the next message: a button tapped twice is two messages, a form sent
  // twice because the connection broke is one.
  const nameNextMessage = (phone, fresh) => {
    const next = composerOf(fresh).elements.message.value;
    for (const field of phone.querySelectorAll("input[name=message]")) field.value = next;
  };

  // Whoever types goes on typing; whoever taps is not given a keyboard that covers the answers.
  const moveOn = (phone, form) => {
    if (form === composerOf(phone)) {
      form.elements.text.value = "";
      form.elements.text.focus({ preventScroll: true });
      return;
    }
    const tap = phone.querySelector(".message:last-child .taps button");
    (tap || phone.querySelector(".scroller")).focus({ preventScroll: true });
  };

  const send = async (phone, form, button) => {
    const body = new URLSearchParams(new FormData(form));
    if (button && button.name) body.set(button.name, button.value);
    phone.setAttribute("aria-busy", "true");
    say(phone, composerOf(phone).dataset.sending, false);
    try {
      const answer = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(`[data-phone="${phone.dataset.phone}"]`);
      addNewMessages(phone, fresh);
      nameNextMessage(phone, fresh);
      say(phone, "", false);
      toTheEnd(phone);
      moveOn(phone, form);
    } catch {
      say(phone, composerOf(phone).dataset.failed, true);
    } finally {
      phone.removeAttribute("aria-busy");
    }
  };

  for (const phone of document.querySelectorAll("[data-phone]")) {
    phone.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!phone.hasAttribute("aria-busy")) send(phone, event.target, event.submitter);
    });
    composerOf(phone).elements.text.addEventListener("keydown", (event) => {
      // While a script is being composed, Enter belongs to the keyboard.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      composerOf(phone).requestSubmit();
    });
    toTheEnd(phone);
    const thread = phone.querySelector(".thread");
    let atTheEnd = true;
    phone.addEventListener("htmx:before:swap", () => { atTheEnd = isAtTheEnd(phone); });
    phone.addEventListener("htmx:after:swap", () => settle(thread, atTheEnd));
  }
})();
