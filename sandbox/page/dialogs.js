// What opens above the page: questions, alerts, an enlarged photo.

import { h, icon } from "./dom.js";
import { t } from "./words.js";

/** Show a modal dialog with that content until it is closed; resolves with its return value ("" if it was dismissed). */
export function show(content, classes = "") {
  const dialog = h(`dialog${classes}`, {}, content);
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close("");
  });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
  });
}

const closing = (label, value, classes = "") =>
  h(`button${classes}`, { type: "button", onclick: (event) => event.currentTarget.closest("dialog").close(value) }, label);

/** Close the dialog an element stands in, with a value. */
export const closeWith = (element, value) => element.closest("dialog").close(value);

/** A bot's alert: words and OK. */
export const alert = (text) => show([h("p.said", {}, text), h("div.choices", {}, closing(t("ok"), "ok", ".primary"))], ".small");

/** Ask before something that cannot be undone; resolves to whether it was confirmed. */
export async function confirm(title, explanation, yes) {
  const choices = h("div.choices", {}, closing(t("cancel"), ""), closing(yes, "yes", ".primary.danger"));
  return (await show([h("h2", {}, title), h("p", {}, explanation), choices], ".small")) === "yes";
}

/** Ask for one line; resolves to it, or to "". */
export function ask(title, label, yes) {
  const field = h("input", { type: "text", maxLength: 60, required: true, autocomplete: "off", "aria-label": label, placeholder: label });
  const form = h(
    "form",
    { onsubmit: (event) => { event.preventDefault(); closeWith(form, field.value.trim()); } },
    h("h2", {}, title),
    field,
    h("div.choices", {}, closing(t("cancel"), ""), h("button.primary", { type: "submit" }, yes)),
  );
  return show(form, ".small");
}

/** A photo as large as the window. */
export function enlarge(url) {
  const close = h("button.round.close", { type: "button", "aria-label": t("close"), onclick: (event) => closeWith(event.currentTarget, "") }, icon("close"));
  return show([h("img", { src: url, alt: t("media.photo"), onclick: (event) => closeWith(event.currentTarget, "") }), close], ".viewer");
}
