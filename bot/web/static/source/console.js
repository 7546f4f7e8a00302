// Spares pages from being loaded anew, and lets passkeys be used. Without this file every form still works.
import {
  Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, SkipLink, Tabs, createAll,
} from "nhsuk-frontend";
import htmx from "htmx.org";

const PARTS = [Button, CharacterCount, Checkboxes, ErrorSummary, NotificationBanner, PasswordInput, Radios, SkipLink, Tabs];
// After a part of the page was replaced, what was there before is awake already.
const onError = (error) => {
  if (error.name !== "InitError") throw error;
};
const wake = () => {
  for (const part of PARTS) createAll(part, undefined, { scope: document, onError });
};

const bytes = (text) => {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

const described = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

const ask = async (options, making) => {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (making) {
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = described(options.excludeCredentials);
    return navigator.credentials.create({ publicKey });
  }
  publicKey.allowCredentials = described(options.allowCredentials);
  return navigator.credentials.get({ publicKey });
};

const answered = (credential) => {
  const { response } = credential;
  const fields = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const found = {};
  for (const name of fields) if (response[name]) found[name] = text(response[name]);
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response: found });
};

// <form data-passkey="new|known" data-options="..." data-failed="..."> with a field `answer` that is sent.
const passkeys = (form) => {
  if (!window.PublicKeyCredential) return;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    const line = form.querySelector("[role=status]");
    line.textContent = "";
    try {
      const begun = await fetch(form.dataset.options, {
        method: "POST", credentials: "same-origin", body: new URLSearchParams({ form_key: form.elements.form_key.value }),
      });
      if (!begun.ok) throw new Error(String(begun.status));
      const credential = await ask(await begun.json(), form.dataset.passkey === "new");
      form.elements.answer.value = answered(credential);
      form.submit();
    } catch {
      line.textContent = form.dataset.failed;
    }
  });
};

document.body.classList.add("js-enabled", "nhsuk-frontend-supported");
wake();
for (const form of document.querySelectorAll("form[data-passkey]")) passkeys(form);
document.addEventListener("htmx:after:swap", wake);
window.htmx = htmx;
