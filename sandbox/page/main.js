// The page as a whole: four columns, one world, and what they have in common.

import { avatar } from "./avatars.js";
import { Column } from "./column.js";
import { h } from "./dom.js";
import { Guide } from "./guide.js";
import { addPerson, insider } from "./picker.js";
import { act, follow } from "./server.js";
import { useZone } from "./times.js";
import { Top } from "./top.js";
import { locale, speak, t } from "./words.js";
import { World } from "./world.js";

const COLUMNS = 4;
const CHOSEN = "liaison.columns";
const GONE_AFTER_MS = 1500;
const BACK_SHOWN_MS = 2000;
const narrow = matchMedia("(max-width: 640px)");

const same = (one, other) => one?.chat === other.chat && one.viewer === other.viewer;

class App {
  constructor() {
    this.world = new World();
    this.columns = [];
    this.active = 0;
    this.seen = new Map();
    this.top = new Top(this, document.getElementById("top"));
    this.guide = new Guide(this, document.getElementById("guide"));
    this.banner = document.getElementById("banner");
    this.main = document.getElementById("columns");
    this.tabs = document.getElementById("tabs");
    narrow.addEventListener("change", () => this.changed());
    this.speak();
    follow({ onState: (state) => this.#load(state), onChange: (change) => this.#apply(change), onLink: (there) => this.#linked(there) });
  }

  // The world

  #load(state) {
    this.world.load(state);
    this.#set();
    for (const chat of this.world.messages.keys()) {
      const last = this.#last(chat);
      this.seen.set(chat, Math.min(this.seen.get(chat) ?? last, last));
    }
    if (this.columns.length && this.columns.every(({ place }) => this.#exists(place))) this.columns.forEach((column) => column.render());
    else this.#arrange();
    this.changed();
  }

  /** What the scene says besides the columns: the time zone, starting over, and whether the examples are still being made. */
  #set() {
    const { preparing, timezone } = this.world.scene;
    useZone(timezone);
    for (const part of [this.top.element, this.guide.element, this.main, this.tabs]) part.inert = Boolean(preparing);
    if (preparing) this.#say("busy", t("banner.preparing"));
    else if (this.banner.dataset.state === "busy") this.#prepared();
    this.top.build();
    this.changed();
  }

  /** The examples are there: what was said in them is no news. */
  #prepared() {
    this.#say("", "");
    for (const chat of this.world.messages.keys()) this.seen.set(chat, this.#last(chat));
  }

  #apply(change) {
    const { kind, value } = change;
    const isNew = kind === "message" && !value.deleted && !this.world.message(value.chat_id, value.message_id);
    this.world.apply(change);
    if (kind === "message") {
      for (const column of this.columns) if (column.place.chat === value.chat_id && !value.deleted) column.noticed(value, isNew);
      if (isNew && value.by_bot) this.did({ kind: "came", ratable: JSON.stringify(value.reply_markup ?? null).includes('"rate:') });
    } else if (kind === "chat" && value?.keyboard?.force_reply) {
      for (const column of this.columns) if (column.place.chat === value.id) column.wantsReply();
    } else if (value?.action) {
      for (const column of this.columns) if (column.place.chat === value.chat_id) column.typing();
    }
    if (kind === "scene") this.#set();
    if (kind === "scene" || !this.columns.length) this.#arrange();
    this.changed();
  }

  /** Show, before the next frame, what has changed. */
  changed() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.#render();
    });
  }

  #render() {
    const guided = this.guide.column;
    this.columns.forEach((column, index) => {
      column.element.classList.toggle("active", index === this.active);
      column.element.classList.toggle("guided", column === guided);
      column.render();
      if (this.isShown(column.place.chat)) this.seen.set(column.place.chat, this.#last(column.place.chat));
    });
    this.top.render();
    this.#renderTabs();
  }

  #last = (chat) => [...(this.world.messages.get(chat)?.keys() ?? [])].at(-1) ?? 0;

  // What is shown

  #exists = ({ chat, viewer }) => Boolean(this.world.user(viewer)) && (chat === viewer || this.world.chats.has(chat));

  /** Fill the columns: with what this tab showed before, else as the demo proposes, else with whoever is there. */
  #arrange() {
    const { world } = this;
    const remembered = JSON.parse(sessionStorage.getItem(CHOSEN) ?? "[]");
    const proposed = (world.scene.columns ?? []).map(({ chat, viewer }) => ({ chat, viewer: viewer ?? chat }));
    const anybody = [...world.groups.slice(0, 1).map(({ id }) => ({ chat: id, viewer: insider(world, id) })), ...world.people.map(({ id }) => ({ chat: id, viewer: id }))];
    const places = ([remembered, proposed, anybody].find((list) => list.length && list.every(this.#exists)) ?? []).slice(0, COLUMNS);
    const former = this.columns;
    this.columns = places.map((place, index) => (same(former[index]?.place, place) ? former[index] : new Column(this, place)));
    this.main.replaceChildren(...this.columns.map(({ element }) => element));
    if (!this.columns.length && !world.scene.preparing) this.main.append(h("div.nobody", {}, h("button.primary", { type: "button", onclick: () => addPerson(null, this) }, t("picker.person"))));
    this.#render();
    for (const column of this.columns) column.toEnd();
    this.guide.render();
  }

  /** Show another chat in a column, and remember that for this tab. */
  put(column, place) {
    column.show(place);
    sessionStorage.setItem(CHOSEN, JSON.stringify(this.columns.map((one) => one.place)));
    this.changed();
  }

  /** Bring somebody's phone into view, in the column of those with the same role if it is not shown yet. */
  bring(person) {
    const { world } = this;
    const place = { chat: person, viewer: person };
    let index = this.columns.findIndex((column) => column.place.chat === person);
    if (index < 0) {
      const alike = this.columns.findIndex((column) => column.isPrivate && world.role(column.viewer) === world.role(person));
      index = alike < 0 ? this.columns.findIndex((column) => column.isPrivate) : alike;
      if (index < 0) index = this.columns.length - 1;
      this.put(this.columns[index], place);
    }
    this.activate(index);
    const { element } = this.columns[index];
    element.scrollIntoView({ behavior: "smooth", inline: "nearest" });
    element.classList.remove("lit");
    requestAnimationFrame(() => element.classList.add("lit"));
  }

  /** On a phone: show that column. */
  activate(index) {
    if (index === null) return;
    this.active = index;
    this.#render();
    if (narrow.matches) this.columns[index]?.toEnd();
  }

  /** Whether a chat can be seen now. */
  isShown(chat) {
    return this.columns.some((column, index) => column.place.chat === chat && (!narrow.matches || index === this.active));
  }

  /** Whether a chat has a column, which counts what is new in it by itself. */
  hasColumn(chat) {
    return this.columns.some((column) => column.place.chat === chat);
  }

  /** How many messages of others came to a chat since it was last seen. */
  unread(chat) {
    const seen = this.seen.get(chat) ?? 0;
    return [...(this.world.messages.get(chat)?.values() ?? [])].filter((message) => message.message_id > seen && (message.by_bot || chat < 0)).length;
  }

  #renderTabs() {
    this.tabs.replaceChildren(
      ...this.columns.map((column, index) => {
        const unread = index === this.active ? 0 : this.unread(column.place.chat);
        const { name } = column;
        const about = { id: column.isPrivate ? column.viewer : column.chat.id, name };
        return h(
          "button",
          { type: "button", "aria-current": index === this.active ? "page" : null, "aria-label": unread ? t("tab.new", { name, n: unread }) : name, onclick: () => this.activate(index) },
          h("span.face", {}, avatar(about, column.isPrivate ? "" : ".square"), unread ? h("span.count", {}, unread) : null),
          h("span", {}, t(`role.${column.role}`)),
        );
      }),
    );
  }

  // What is done

  /** Do something on the server; a refusal is said in words where it was tried, and gives null. */
  async act(action, parameters, column = null) {
    try {
      return await act(action, parameters);
    } catch (error) {
      const words = error instanceof TypeError ? t("failed.lost") : t("failed", { why: error.message }); // what fetch throws
      if (column) column.say(words, true);
      else this.announce(words);
      return null;
    }
  }

  /** Somebody did something that the guide may be waiting for. */
  did(event) {
    this.guide.notice(event);
  }

  /** Follow a link from a column. Links to the bot press Start in the private chat of whoever looks there. */
  open(column, url) {
    const address = new URL(url, location.href);
    const toBot = ["t.me", "telegram.me"].includes(address.hostname) && address.pathname.slice(1) === this.world.bot.username;
    if (!toBot || address.searchParams.has("startgroup")) return false;
    this.bring(column.viewer);
    if (address.searchParams.has("start")) this.act("follow", { user: column.viewer, url }, column);
    return true;
  }

  /** Speak a language (the present one if none is named) everywhere on the page. */
  speak(language = null) {
    if (language) speak(language);
    document.documentElement.lang = locale();
    document.title = t("title");
    this.tabs.setAttribute("aria-label", t("picker.title"));
    this.top.build();
    this.guide.render();
    this.changed();
  }

  async startOver() {
    sessionStorage.removeItem(CHOSEN);
    this.columns = [];
    this.seen.clear();
    this.guide.open();
    await this.act("start-over", {});
  }

  // Whether the server is there

  #linked(there) {
    const wasLost = ["lost", "gone"].includes(this.banner.dataset.state);
    if (there && wasLost) this.announce(t("banner.back"));
    if (there || wasLost) return;
    this.#say("lost", t("banner.lost"));
    this.bannerTimer = setTimeout(() => this.#say("gone", t("banner.gone")), GONE_AFTER_MS);
  }

  /** Say something to everybody for a moment. */
  announce(words) {
    this.#say("fine", words);
    this.bannerTimer = setTimeout(() => this.#say("", ""), BACK_SHOWN_MS);
  }

  #say(state, words) {
    clearTimeout(this.bannerTimer);
    this.banner.dataset.state = state;
    this.banner.textContent = words;
  }
}

new App();
