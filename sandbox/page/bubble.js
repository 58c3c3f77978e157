// One message, or one album, as it looks to whoever looks at the column.

import { avatar, hue } from "./avatars.js";
import { h, icon } from "./dom.js";
import { rich } from "./entities.js";
import { album, inWords, isPicture, media } from "./media.js";
import { openMessageMenu } from "./message-menu.js";
import { poll } from "./polls.js";
import { clockTime, fullTime } from "./times.js";
import { t } from "./words.js";
import { author } from "./world.js";

const LONG_PRESS = 480;
const EMOJI_ONLY = /^(\p{Extended_Pictographic}|\p{Emoji_Component}|\s){1,8}$/u;

/** The element for the messages of one album, or for one message alone; `run` says whether it begins and ends a run of one author. */
export function bubble(messages, column, run) {
  const [message] = messages;
  const writer = author(message);
  const mine = writer.id === column.viewer;
  const grouped = column.chat.type !== "private";
  const named = grouped && !mine && run.first;
  const classes = [mine ? "mine" : "theirs", run.first && "first", run.last && "last", grouped && !mine && "beside"].filter(Boolean);
  const element = h(
    `article.message.${classes.join(".")}`,
    { data: { id: message.message_id, chat: message.chat_id }, "aria-label": `${writer.name} ${clockTime(sent(message))}` },
    grouped && !mine ? (run.last ? avatar({ ...writer, bot: message.by_bot }) : h("span.avatar.none")) : null,
    h("div.body", {}, contents(messages, column, named ? writer : null), keyboard(message, column)),
  );
  const tools = h("button.tools", { type: "button", tabIndex: -1, "aria-label": t("menu.open"), onclick: () => openMessageMenu(tools, message, column) }, icon("more"));
  element.querySelector(".body").prepend(tools);
  listenForMenu(element.querySelector(".bubble"), messages, column);
  return element;
}

const sent = (message) => new Date(message.date * 1000);

function contents(messages, column, named) {
  const [message] = messages;
  const words = messages.find((one) => one.text || one.caption) ?? message;
  const text = words.text ?? words.caption ?? "";
  const shown = message.kind === "poll" ? poll(message, column.viewer, (options) => column.vote(message, options)) : messages.length > 1 ? album(messages) : media(message);
  const classes = ["bubble"];
  if (messages.every(isPicture)) classes.push("pictured");
  if (!text && ["sticker", "video_note"].includes(message.kind)) classes.push("bare");
  if (message.kind === "text" && EMOJI_ONLY.test(text)) classes.push("large");
  if (!text) classes.push("wordless");
  return h(
    `div.${classes.join(".")}`,
    {},
    named ? h(`div.name.hue-${message.by_bot ? "bot" : hue(named.id)}`, {}, named.name) : null,
    topicTag(message, column),
    message.forward_origin ? h("div.forwarded", {}, t("message.forwarded", { name: originOf(message.forward_origin) })) : null,
    quote(message, column),
    shown,
    text ? h("div.text", {}, rich(text, words.entities ?? words.caption_entities, column.links), meta(message, words)) : meta(message, words),
    reactions(message, column),
  );
}

function meta(message, words) {
  const former = words.versions?.at(-1);
  const edited = words.edit_date && !message.by_bot ? h("span", { title: former ? t("message.earlier", { text: former }) : null }, t("message.edited")) : null;
  return h("span.meta", {}, edited, h("time", { dateTime: sent(message).toISOString(), title: fullTime(sent(message)) }, clockTime(sent(message))));
}

const originOf = (origin) => origin.sender_user?.first_name ?? origin.sender_user_name ?? origin.chat?.title ?? origin.sender_chat?.title ?? "?";

function topicTag(message, column) {
  if (!column.chat.is_forum || column.topic !== null) return null;
  const topic = column.chat.topics.find((one) => one.message_thread_id === message.message_thread_id);
  return topic ? h("div.topic", {}, `# ${topic.name}`) : null;
}

/** The message this one answers, in one or two lines. */
function quote(message, column) {
  if (!message.reply_to_id) return null;
  const answered = column.world.message(message.chat_id, message.reply_to_id);
  const writer = answered ? author(answered) : { id: 0, name: "" };
  const words = message.quote?.text ?? inWords(answered);
  return h(
    `button.quote.hue-${answered?.by_bot ? "bot" : hue(writer.id)}`,
    { type: "button", tabIndex: -1, onclick: () => column.reveal(message.reply_to_id) },
    h("b", {}, writer.name),
    h("span", {}, words),
  );
}

function reactions(message, column) {
  const given = new Map();
  for (const { user, emoji } of message.reactions) for (const one of emoji) given.set(one, [...(given.get(one) ?? []), user]);
  if (!given.size) return null;
  const pills = [...given].map(([emoji, users]) => {
    const mine = users.includes(column.viewer);
    const names = users.map((id) => column.world.name(id)).join(", ");
    const label = t("message.reactions", { emoji, names });
    return h(`button.reaction${mine ? ".own" : ""}`, { type: "button", tabIndex: -1, title: label, "aria-label": label, onclick: () => column.react(message, mine ? null : emoji) }, emoji, users.length > 1 ? h("b", {}, users.length) : null);
  });
  return h("div.reactions", {}, pills);
}

/** The inline keyboard, row by row as the bot gave it. */
function keyboard(message, column) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  return h("div.keyboard", {}, rows.map((row) => h("div.row", {}, row.map((button) => key(button, message, column)))));
}

function key(button, message, column) {
  const onclick = (event) => column.press(message, button, event.currentTarget);
  return h("button.key", { type: "button", onclick }, button.text, button.url ? icon("link") : null, button.copy_text ? icon("copy") : null);
}

/** The right mouse button, and a long press on a touch screen. */
function listenForMenu(element, messages, column) {
  let timer;
  const meant = (event) => messages.find((one) => String(one.message_id) === event.target.closest(".tile")?.dataset.id) ?? messages[0];
  const openAt = (event) => openMessageMenu({ x: event.clientX, y: event.clientY }, meant(event), column);
  element.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, img") && !event.target.closest(".tile")) return;
    event.preventDefault();
    openAt(event);
  });
  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") timer = setTimeout(() => openAt(event), LONG_PRESS);
  });
  for (const end of ["pointerup", "pointercancel", "pointermove"]) element.addEventListener(end, () => clearTimeout(timer));
}
