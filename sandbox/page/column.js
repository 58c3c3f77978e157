// One column: a chat as one person sees it on their phone.

import { avatar } from "./avatars.js";
import { Composer } from "./composer.js";
import { items } from "./conversation.js";
import { alert } from "./dialogs.js";
import { h, icon, reconcile } from "./dom.js";
import { inWords } from "./media.js";
import { openMenu } from "./menus.js";
import { chooseChat, chooseSpeaker } from "./picker.js";
import { language, t } from "./words.js";
import { author } from "./world.js";

const NEAR_END = 90;
const SHOWN_FIRST = 150;
const TOAST_MS = 3500;
const TYPING_MS = 5000;

export class Column {
  /** `place` is { chat, viewer }: which chat, and who looks at it. */
  constructor(app, place) {
    this.app = app;
    this.world = app.world;
    this.links = { open: (url) => app.open(this, url), command: (text) => this.write({ text }) };
    this.composer = new Composer(this);
    this.#build();
    this.show(place);
  }

  // What is shown

  /** Show another chat, or the same one as somebody else sees it. */
  show({ chat, viewer }) {
    if (chat !== this.place?.chat) this.composer.reset(); // another speaker may go on with what was begun
    this.place = { chat, viewer };
    this.topic = null;
    this.limit = SHOWN_FIRST;
    this.missed = 0;
    this.stays = true;
    this.typingUntil = 0;
    this.toast.replaceChildren();
    this.render();
    this.toEnd();
  }

  get viewer() {
    return this.place.viewer;
  }

  get chat() {
    return this.world.chat(this.place.chat);
  }

  get isPrivate() {
    return this.chat.type === "private";
  }

  /** The name over the column: of the group, or of the person whose phone it is. */
  get name() {
    return this.isPrivate ? this.world.name(this.viewer) : this.chat.title;
  }

  get role() {
    return this.isPrivate ? this.world.role(this.viewer) : "group";
  }

  /** Whether the last thing said can be seen. `stays` is the same before something was added below it. */
  get atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END;
  }

  render() {
    this.place.chat = this.world.successor(this.place.chat);
    const label = this.isPrivate ? t("column.private", { name: this.name }) : t("column.group", { name: this.name });
    this.element.setAttribute("aria-label", label);
    this.element.dataset.role = this.role;
    this.log.setAttribute("aria-label", t("column.log", { name: this.name }));
    this.skip.textContent = t("column.skip");
    this.#renderHeader();
    this.#renderPinned();
    this.#renderTopics();
    this.#renderMessages();
    this.#renderEnd();
    this.composer.render();
    if (this.stays) this.toEnd();
  }

  /** A message came or changed in this column's chat. */
  noticed(message, isNew) {
    if (message.by_bot) this.typingUntil = 0;
    if (isNew && !this.stays && author(message).id !== this.viewer) this.missed += 1;
  }

  /** The bot has asked, in this chat, for an answer to its newest message. */
  wantsReply() {
    const asked = this.world.history(this.place.chat).findLast((message) => message.by_bot);
    const { selective } = this.chat.keyboard;
    const addressee = this.world.message(this.place.chat, asked?.reply_to_id);
    if (asked && (!selective || this.isPrivate || addressee?.from?.id === this.viewer)) this.composer.reply(asked);
  }

  /** The bot is writing here. */
  typing() {
    this.typingUntil = Date.now() + TYPING_MS;
    setTimeout(() => this.app.changed(), TYPING_MS + 50);
  }

  toEnd() {
    this.stays = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.missed = 0;
    this.#renderEnd();
  }

  /** Scroll to a message and light it up for a moment. */
  reveal(id) {
    const found = [...this.list.children].find((node) => node.dataset.id === String(id));
    if (!found) return;
    found.scrollIntoView({ block: "center", behavior: "smooth" });
    found.classList.remove("lit");
    requestAnimationFrame(() => found.classList.add("lit"));
  }

  // What the person at this column does

  /** Do something as the viewer in this chat; a refusal is shown, and gives null. */
  async act(action, parameters = {}) {
    return this.app.act(action, { user: this.viewer, chat: this.place.chat, ...parameters }, this);
  }

  /** The same to a message: one from before the group became a supergroup has the number of its own chat. */
  actOn(message, action, parameters = {}) {
    return this.act(action, { chat: message.chat_id, message: message.message_id, ...parameters });
  }

  /** Whether a message can be answered and changed here: not if it is from before the group became a supergroup. */
  holds = (message) => message.chat_id === this.place.chat;

  write(parameters) {
    const topic = this.topic || undefined;
    this.app.did({ kind: "write", column: this, text: parameters.text ?? "" });
    const sent = this.act("write", { ...(topic && { thread: topic }), ...parameters });
    sent.then((answer) => answer && this.toEnd());
    return sent;
  }

  react = (message, emoji) => this.actOn(message, "react", { emoji });

  vote = (message, options) => this.actOn(message, "vote", { options });

  /** Press an inline button: it waits until the bot has answered, and the answer is shown. */
  async press(message, button, element) {
    if (button.url) return this.app.open(this, button.url) || window.open(button.url, "_blank", "noopener");
    if (button.copy_text) return this.copy(button.copy_text.text);
    if (element.getAttribute("aria-busy")) return null;
    element.setAttribute("aria-busy", "true");
    this.app.did({ kind: "press", column: this, data: button.callback_data });
    const answer = await this.actOn(message, "press", { data: button.callback_data });
    element.removeAttribute("aria-busy");
    if (answer?.text) return answer.alert ? alert(answer.text) : this.say(answer.text);
    if (answer?.url) this.app.open(this, answer.url);
    return null;
  }

  async copy(text) {
    await navigator.clipboard?.writeText(text).catch(() => null);
    this.say(t("menu.copied"));
  }

  /** A short word over the chat that goes by itself, as Telegram shows a bot's answer to a press. */
  say(text, failed = false) {
    const words = h(`div.toast${failed ? ".failed" : ""}`, {}, text);
    this.toast.replaceChildren(words);
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => words.remove(), TOAST_MS);
  }

  // How it is built

  #build() {
    this.header = h("header.column-head");
    this.pinned = h("div.pinned", { hidden: true });
    this.topics = h("div.topics", { hidden: true });
    this.list = h("div.list", { role: "log", "aria-live": "polite", "aria-relevant": "additions" });
    this.log = h("div.log", { tabIndex: 0, onscroll: () => this.#scrolled(), onkeydown: (event) => this.#walk(event) }, this.list);
    this.skip = h("button.primary.skip", { type: "button", onclick: () => this.composer.focus() });
    this.end = h("button.round.to-end", { type: "button", hidden: true, onclick: () => this.toEnd() });
    this.toast = h("div.toasts", { role: "status" });
    this.element = h("section.column", {}, this.header, this.pinned, this.topics, h("div.middle", {}, this.skip, this.log, this.end, this.toast), this.composer.element);
    this.composer.acceptDrops(this.element);
    // Who reads the newest message goes on doing so when a picture has loaded, or the window has changed its size.
    const observer = new ResizeObserver(() => this.stays && this.toEnd());
    observer.observe(this.log);
    observer.observe(this.list);
  }

  #renderHeader() {
    const mark = [this.name, this.role, this.viewer, this.#subtitle(), document.documentElement.lang].join("|");
    if (this.headed === mark) return;
    this.headed = mark;
    const subtitle = h("span.subtitle", {}, this.#subtitle());
    const title = h("span.title", {}, this.name, h("span.role", {}, t(`role.${this.role}`)));
    const about = this.isPrivate ? { id: this.viewer, name: this.name } : { id: this.chat.id, name: this.name };
    const choose = h("button.who", { type: "button", "aria-label": t("column.choose", { name: this.name }), onclick: () => chooseChat(this) }, avatar(about, this.isPrivate ? "" : ".square"), h("span.names", {}, title, subtitle), icon("down"));
    const more = h("button.round", { type: "button", "aria-label": t("column.more"), onclick: () => this.#more(more) }, icon("more"));
    this.header.replaceChildren(choose, more);
  }

  #subtitle() {
    if (Date.now() < this.typingUntil) return t("column.typing");
    if (this.isPrivate) return t("column.with", { bot: this.world.bot.name });
    return t("column.members", { n: this.chat.members.length, name: this.world.name(this.viewer) });
  }

  #more(button) {
    const { chat } = this;
    const member = (user, what) => this.app.act("member", { chat: chat.id, user, do: what }, this);
    const inside = chat.members.includes(this.world.bot.id);
    openMenu(button, this.isPrivate
      ? [
          { label: t("menu.start"), symbol: "play", choose: () => this.act("start") },
          { label: t("menu.language"), symbol: "edit", choose: () => this.write({ text: `/language ${language()}` }) },
          chat.blocked
            ? { label: t("menu.unblock"), symbol: "check", choose: () => this.act("unblock") }
            : { label: t("menu.block"), symbol: "stop", danger: true, choose: () => this.act("block") },
        ]
      : [
          { label: t("picker.speaker"), symbol: "person", choose: () => chooseSpeaker(this) },
          chat.type === "group" && { label: t("menu.upgrade"), symbol: "group", choose: () => this.app.act("upgrade", { chat: chat.id }, this) },
          inside && { label: t("menu.promote"), symbol: "check", choose: () => member("bot", "promote") },
          inside
            ? { label: t("menu.kick"), symbol: "stop", danger: true, choose: () => member("bot", "leave") }
            : { label: t("menu.invite"), symbol: "plus", choose: () => member("bot", "join") },
        ]);
  }

  #renderPinned() {
    const id = this.chat.pinned?.at(-1);
    const message = id && this.world.message(this.place.chat, id);
    this.pinned.hidden = !message;
    if (message) this.pinned.replaceChildren(h("button", { type: "button", onclick: () => this.reveal(id) }, icon("pin"), h("b", {}, t("message.pinned")), h("span", {}, inWords(message))));
  }

  #renderTopics() {
    this.topics.hidden = !this.chat.is_forum;
    if (this.topics.hidden) return;
    const choices = [[null, t("topic.all")], [0, t("topic.general")], ...this.chat.topics.map((topic) => [topic.message_thread_id, topic.name])];
    const choose = (topic) => {
      this.topic = topic;
      this.render();
      this.toEnd();
    };
    this.topics.replaceChildren(...choices.map(([id, name]) => h("button", { type: "button", "aria-pressed": String(this.topic === id), onclick: () => choose(id) }, name)));
  }

  #renderMessages() {
    const all = this.world.history(this.place.chat);
    const wanted = this.topic === null ? all : all.filter((message) => (message.message_thread_id ?? 0) === this.topic);
    const shown = wanted.slice(-this.limit);
    const list = items(shown, this);
    if (shown.length < wanted.length) list.unshift({ key: "earlier", mark: document.documentElement.lang, make: () => this.#earlier() });
    if (!list.length) list.push({ key: "empty", mark: document.documentElement.lang, make: () => h("div.service", {}, h("span", {}, t("column.empty"))) });
    reconcile(this.list, list);
  }

  #earlier() {
    const more = () => {
      const fromEnd = this.log.scrollHeight - this.log.scrollTop;
      this.limit *= 3;
      this.render();
      this.log.scrollTop = this.log.scrollHeight - fromEnd;
    };
    return h("div.service", {}, h("button.inline", { type: "button", onclick: more }, t("column.earlier")));
  }

  #renderEnd() {
    this.end.hidden = this.atEnd;
    this.end.setAttribute("aria-label", t("column.latest"));
    this.end.replaceChildren(icon("down"), ...(this.missed ? [h("span.count", {}, this.missed)] : []));
  }

  #scrolled() {
    this.stays = this.atEnd;
    if (this.stays) this.missed = 0;
    this.#renderEnd();
  }

  /** Arrow keys walk through the messages, Enter opens the menu of the one reached. */
  #walk(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.target.closest("textarea, input, video, audio")) return;
    const tools = [...this.list.querySelectorAll(".tools")];
    const index = tools.indexOf(document.activeElement);
    const next = tools[index < 0 ? tools.length - 1 : index + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}
