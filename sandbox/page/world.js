// What the page knows of the sandbox: people, chats, messages, the clock. Filled by the server's state and changes.

export class World {
  constructor() {
    this.epoch = 0;
    this.load({ users: [], chats: [], messages: [], commands: {}, bot: { id: 0, name: "" }, scene: {} });
  }

  /** Take over the server's whole state. */
  load(state) {
    this.epoch += 1; // it may be another world, whose messages have the same numbers
    this.bot = state.bot;
    this.scene = state.scene ?? {};
    this.commands = state.commands;
    this.users = new Map(state.users.map((user) => [user.id, user]));
    this.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
    this.messages = new Map();
    for (const message of state.messages) this.#keep(message);
    this.setNow(state.now);
  }

  /** Take over one change. */
  apply({ kind, value }) {
    if (value === null) return;
    if (kind === "message") this.#keep(value);
    else if (kind === "chat") this.chats.set(value.id, value);
    else if (kind === "user") this.users.set(value.id, value);
    else if (kind === "commands") this.commands = value.commands;
    else if (kind === "scene") this.#set(value);
    else if (kind === "clock") this.setNow(value.now);
  }

  #set(scene) {
    this.epoch += 1; // times are written in its zone
    this.scene = scene;
  }

  #keep(message) {
    const chat = this.messages.get(message.chat_id) ?? new Map();
    this.messages.set(message.chat_id, chat);
    if (message.deleted) chat.delete(message.message_id);
    else chat.set(message.message_id, message);
    this.#know(message);
  }

  /** A private chat comes into being with its first message. */
  #know({ chat, chat_id: id }) {
    if (chat && !this.chats.has(id)) this.chats.set(id, chat.type === "private" ? this.#unopened(id, true) : chat);
  }

  // Time

  setNow(iso) {
    this.ahead = iso ? Date.parse(iso) - Date.now() : 0;
  }

  /** The sandbox's present moment. */
  now() {
    return new Date(Date.now() + this.ahead);
  }

  // People and chats

  user(id) {
    return id === this.bot.id ? this.bot : this.users.get(id);
  }

  name(id) {
    return this.user(id)?.name ?? "?";
  }

  /** constituent, deputy, staff or owner, as far as the demo tells. */
  role(id) {
    return this.scene.roles?.[id] ?? "constituent";
  }

  chat(id) {
    return this.chats.get(id) ?? this.#unopened(id, false);
  }

  #unopened(id, started) {
    return { id, type: "private", title: this.name(id), members: [id, this.bot.id], started, blocked: false, topics: [], pinned: [], keyboard: null };
  }

  get people() {
    return [...this.users.values()].filter((user) => !user.deactivated);
  }

  /** The groups that can be written in; those that became supergroups stand under their new number. */
  get groups() {
    return [...this.chats.values()].filter((chat) => ["group", "supergroup"].includes(chat.type) && !chat.upgraded_to);
  }

  /** The chat that this one has become. */
  successor(id) {
    const next = this.chats.get(id)?.upgraded_to;
    return next ? this.successor(next) : id;
  }

  // Messages

  /** What was said in a chat, oldest first, from before it became a supergroup as well. */
  history(id) {
    const own = [...(this.messages.get(id)?.values() ?? [])];
    const former = [...this.chats.values()].find((chat) => chat.upgraded_to === id);
    return former ? [...this.history(former.id), ...own] : own;
  }

  message(chatId, id) {
    return this.messages.get(chatId)?.get(id);
  }

  // Commands

  /** The command menu somebody sees in a chat: the narrowest scope that has one, in their language before any. */
  menu(chat, viewer) {
    const scopes = chat.type === "private"
      ? [{ type: "chat", chat_id: chat.id }, { type: "all_private_chats" }, { type: "default" }]
      : [{ type: "chat_member", chat_id: chat.id, user_id: viewer }, { type: "chat", chat_id: chat.id }, { type: "all_group_chats" }, { type: "default" }];
    const language = (this.user(viewer)?.language_code ?? "").slice(0, 2);
    const filed = Object.entries(this.commands).map(([key, list]) => {
      const end = key.lastIndexOf("}") + 1;
      return { scope: JSON.parse(key.slice(0, end)), language: key.slice(end), list };
    });
    for (const wanted of scopes) {
      for (const speech of [language, ""]) {
        const found = filed.find(({ scope, language: own }) => own === speech && same(scope, wanted));
        if (found) return found.list;
      }
    }
    return [];
  }
}

const same = (one, other) => Object.keys(other).length === Object.keys(one).length && Object.entries(other).every(([key, value]) => one[key] === value);

/** Who wrote a message, as it is shown: a person, the bot, or a chat in whose name somebody wrote. */
export function author(message) {
  const chat = message.sender_chat;
  if (chat) return { id: chat.id, name: chat.title };
  const { id, first_name: first, last_name: last } = message.from ?? { id: message.chat_id, first_name: message.chat?.title ?? "" };
  return { id, name: [first, last].filter(Boolean).join(" ") };
}
