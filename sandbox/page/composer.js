// Where one writes: words, files, an answer, an edit, a command.

import { avatar } from "./avatars.js";
import { CommandList } from "./command-list.js";
import { h, icon, reconcile } from "./dom.js";
import { inWords } from "./media.js";
import { openMenu } from "./menus.js";
import { chooseSpeaker } from "./picker.js";
import { t } from "./words.js";
import { author } from "./world.js";

const HIGHEST = 160;
const MOST_FILES = 10;

export class Composer {
  constructor(column) {
    this.column = column;
    this.files = [];
    this.commands = new CommandList(this);
    this.#build();
  }

  /** Forget what was begun. */
  reset() {
    this.answered = null;
    this.edited = null;
    this.files = [];
    this.field.value = "";
    this.commands.close();
  }

  // What the message will be

  /** Answer a message. */
  reply(message) {
    this.answered = message;
    this.edited = null;
    this.render();
    this.focus();
  }

  /** Change the words of one's own message, or put another file in it. */
  edit(message) {
    this.answered = null;
    this.edited = message;
    this.files = [];
    this.fill(message.text ?? message.caption ?? "");
  }

  /** Put words into the field, ready to be sent. */
  fill(text) {
    this.field.value = text;
    this.render();
    this.focus();
    this.field.setSelectionRange(text.length, text.length);
  }

  /** Add files to what is being written; in a message that is being edited, the last one takes the other's place. */
  add(files, kind = null) {
    this.kind = kind;
    const all = [...this.files, ...files];
    this.files = this.edited ? all.slice(-1) : all.slice(0, MOST_FILES);
    this.render();
    this.focus();
  }

  /** Write one's answer to nobody, and one's edit not at all. */
  leave() {
    if (this.edited) {
      this.field.value = "";
      this.files = [];
    }
    this.answered = null;
    this.edited = null;
    this.render();
    this.focus();
  }

  async send() {
    const { answered, edited, files, kind } = this;
    const text = this.field.value.trim();
    if (!text && !files.length) return;
    this.reset();
    this.render();
    const sent = await this.#sent({ text, answered, edited, files, kind });
    if (!sent && !this.field.value && !this.files.length) this.#takeBack({ text, answered, edited, files, kind });
  }

  /** Send what was written; null if it did not arrive, which was said. */
  async #sent({ text, answered, edited, files, kind }) {
    const { column } = this;
    const what = { text, ...(kind && { kind }) };
    if (edited && !files.length) return column.actOn(edited, "edit", { text });
    if (edited) return column.app.act("edit", this.#form({ ...what, chat: edited.chat_id, message: edited.message_id }, files), column);
    const reply = answered && column.holds(answered) ? { reply_to: answered.message_id } : {};
    if (!files.length) return column.write({ text, ...reply });
    const form = this.#form({ ...what, ...reply, ...(column.topic && { thread: column.topic }) }, files);
    column.app.did({ kind: "write", column, text });
    const sent = await column.app.act("write", form, column);
    column.toEnd();
    return sent;
  }

  #form(fields, files) {
    const { column } = this;
    const form = new FormData();
    for (const [name, value] of Object.entries({ user: column.viewer, chat: column.place.chat, ...fields })) form.append(name, value);
    files.forEach((file, index) => form.append(`file${index}`, file, file.name));
    return form;
  }

  /** What did not arrive stands in the field again, to be sent once more. */
  #takeBack({ text, answered, edited, files, kind }) {
    Object.assign(this, { answered, edited, files, kind });
    this.field.value = text;
    this.render();
  }

  // How it looks

  render() {
    const { column } = this;
    const { chat } = column;
    const gate = this.#gate(chat);
    this.form.hidden = gate !== null;
    this.gate.hidden = gate === null;
    this.gate.replaceChildren(...(gate ?? []));
    this.#renderContext();
    this.#renderFiles();
    this.#renderKeyboard(chat);
    this.#renderButtons();
    this.commands.render();
    this.#grow();
  }

  /** What stands where one would write, if one cannot. */
  #gate(chat) {
    const { column } = this;
    const button = (label, action, parameters) => h("button.primary", { type: "button", onclick: () => column.act(action, parameters) }, label);
    if (column.isPrivate) {
      if (chat.blocked) return [h("p", {}, t("write.blocked")), button(t("write.unblock"), "unblock")];
      if (!chat.started) return [h("p", {}, t("write.start.explain")), button(t("write.start"), "start")];
    } else if (!chat.members.includes(column.viewer)) {
      return [h("p", {}, t("write.nobody", { name: column.world.name(column.viewer) })), button(t("write.join"), "member", { do: "join" })];
    }
    return null;
  }

  #renderContext() {
    const message = this.edited ?? this.answered;
    this.context.hidden = !message;
    if (!message) return;
    const title = this.edited ? t("write.editing") : t("write.reply", { name: author(message).name });
    this.context.replaceChildren(
      icon(this.edited ? "edit" : "reply"),
      h("span.about", {}, h("b", {}, title), h("span", {}, inWords(message))),
      h("button.round", { type: "button", "aria-label": t("write.leave"), onclick: () => this.leave() }, icon("close")),
    );
  }

  #renderFiles() {
    this.tray.hidden = !this.files.length;
    reconcile(this.tray, this.files.map((file) => ({ key: file, mark: document.documentElement.lang, make: () => this.#chip(file) })));
  }

  #chip(file) {
    const picture = file.type.startsWith("image/") ? h("img", { src: URL.createObjectURL(file), alt: "" }) : icon("file");
    const remove = () => {
      this.files = this.files.filter((other) => other !== file);
      this.render();
    };
    return h("div.chip", { title: file.name }, picture, h("button.round", { type: "button", "aria-label": t("write.remove", { name: file.name }), onclick: remove }, icon("close")));
  }

  #renderKeyboard(chat) {
    const rows = this.column.isPrivate && !chat.blocked ? chat.keyboard?.keyboard ?? [] : [];
    this.keys.hidden = !rows.length;
    const label = (button) => button.text ?? button;
    this.keys.replaceChildren(...rows.map((row) => h("div.row", {}, row.map((button) => h("button.key", { type: "button", onclick: () => this.column.act("tap", { label: label(button) }) }, label(button))))));
  }

  #renderButtons() {
    const { column } = this;
    const speaker = { id: column.viewer, name: column.world.name(column.viewer) };
    this.speaker.hidden = column.isPrivate;
    this.speaker.setAttribute("aria-label", t("write.as", speaker));
    this.speaker.title = t("write.as", speaker);
    this.speaker.replaceChildren(avatar(speaker));
    this.menu.hidden = !column.isPrivate || !this.commands.available.length;
    this.menu.setAttribute("aria-label", t("write.commands"));
    this.attach.setAttribute("aria-label", t("write.attach"));
    this.go.setAttribute("aria-label", t("write.send"));
    this.go.disabled = !this.field.value.trim() && !this.files.length;
    this.field.placeholder = column.chat.keyboard?.input_field_placeholder ?? t("write.placeholder");
    this.field.setAttribute("aria-label", `${t("write.placeholder")} ${column.name}`);
    this.form.dataset.drop = t("write.drop");
  }

  #build() {
    this.context = h("div.context", { hidden: true });
    this.tray = h("div.tray", { hidden: true });
    this.keys = h("div.keys", { hidden: true });
    this.gate = h("div.gate", { hidden: true });
    this.speaker = h("button.speaker", { type: "button", onclick: () => chooseSpeaker(this.column) });
    this.menu = h("button.round.slash", { type: "button", onclick: () => this.commands.toggle() }, icon("slash"));
    this.attach = h("button.round", { type: "button", onclick: () => this.#attach() }, icon("clip"));
    this.field = h("textarea", {
      rows: 1,
      oninput: () => { this.#grow(); this.#renderButtons(); this.commands.render(); },
      onkeydown: (event) => this.#key(event),
      onpaste: (event) => this.#paste(event),
    });
    this.go = h("button.round.send", { type: "submit" }, icon("send"));
    this.input = h("input", { type: "file", multiple: true, hidden: true, tabIndex: -1, "aria-hidden": "true" });
    this.input.addEventListener("change", () => {
      this.add([...this.input.files], this.input.dataset.kind || null);
      this.input.value = "";
    });
    const submit = (event) => { event.preventDefault(); this.send(); };
    const line = h("div.line", {}, this.speaker, this.menu, this.attach, this.field, this.go);
    this.form = h("form.writing", { onsubmit: submit }, this.commands.element, this.context, this.tray, line, this.keys, this.input);
    this.element = h("footer.composer", {}, this.form, this.gate);
  }

  #attach() {
    const pick = (accept, kind) => {
      this.input.accept = accept;
      this.input.dataset.kind = kind;
      this.input.click();
    };
    openMenu(this.attach, [
      { label: t("write.photo"), symbol: "photo", choose: () => pick("image/png,image/jpeg,image/webp,video/mp4", "") },
      { label: t("write.file"), symbol: "file", choose: () => pick("", "document") },
      { label: t("write.location"), symbol: "place", choose: () => this.column.write({ kind: "location" }) },
      { label: t("write.contact"), symbol: "person", choose: () => this.column.write({ kind: "contact" }) },
    ]);
  }

  #key(event) {
    if (event.isComposing) return;
    if (this.commands.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) this.send();
    else if (event.key === "Escape" && (this.answered || this.edited)) this.leave();
    else if (event.key === "ArrowUp" && !this.field.value) this.#editLast();
    else return;
    event.preventDefault();
  }

  #editLast() {
    const { column } = this;
    const last = column.world.history(column.place.chat).findLast((message) => author(message).id === column.viewer && (message.text || message.caption));
    if (last && column.holds(last)) this.edit(last);
  }

  #paste(event) {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    this.add(files);
  }

  /** Let files be dropped anywhere on the column. */
  acceptDrops(element) {
    const over = (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      element.classList.add("dropping");
    };
    element.addEventListener("dragenter", over);
    element.addEventListener("dragover", over);
    element.addEventListener("dragleave", (event) => {
      if (!element.contains(event.relatedTarget)) element.classList.remove("dropping");
    });
    element.addEventListener("drop", (event) => {
      element.classList.remove("dropping");
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.add([...event.dataTransfer.files]);
    });
  }

  #grow() {
    this.field.style.setProperty("height", "auto");
    this.field.style.setProperty("height", `${Math.min(this.field.scrollHeight, HIGHEST)}px`);
  }

  /** Let one write here. */
  focus() {
    (this.form.hidden ? this.gate.querySelector("button") : this.field)?.focus({ preventScroll: true });
  }
}
