// A chat's messages as the items of a list: days, service messages, bubbles and albums.

import { bubble } from "./bubble.js";
import { h } from "./dom.js";
import { isService, sentence } from "./services.js";
import { dayKey, dayName } from "./times.js";
import { language } from "./words.js";
import { author } from "./world.js";

const RUN_SECONDS = 300;

/** The list's items for `reconcile`, made of what is shown in the column. */
export function items(messages, column) {
  const groups = albums(messages);
  const list = [];
  let day = "";
  groups.forEach((group, index) => {
    const [message] = group;
    const moment = new Date(message.date * 1000);
    if (dayKey(moment) !== day) {
      day = dayKey(moment);
      list.push(item(`day ${day} ${message.message_id}`, language(), () => h("div.day", {}, h("span", {}, dayName(moment)))));
    }
    list.push(isService(message) ? service(message, column) : said(group, column, { first: breaks(groups[index - 1], group), last: breaks(group, groups[index + 1]) }));
  });
  return list;
}

const item = (key, mark, make) => ({ key, mark, make });

function said(group, column, run) {
  const [{ chat_id: chat, message_id: id }] = group;
  const seqs = group.map((one) => one.seq).join("+");
  const answered = column.world.message(chat, group[0].reply_to_id)?.seq ?? 0;
  const mark = [column.world.epoch, seqs, answered, run.first, run.last, column.viewer, column.topic, language()].join(" ");
  return item(`${chat}/${id}`, mark, () => bubble(group, column, run));
}

function service(message, column) {
  const text = sentence(message, column.world);
  const make = () => h("div.service", { data: { id: message.message_id } }, text ? h("span", {}, text) : null);
  return item(`${message.chat_id}/${message.message_id}`, `${column.world.epoch} ${message.seq} ${language()}`, make);
}

/** Messages that belong to one album stand together. */
function albums(messages) {
  const groups = [];
  for (const message of messages) {
    const last = groups.at(-1);
    if (message.media_group_id && last?.[0].media_group_id === message.media_group_id) last.push(message);
    else groups.push([message]);
  }
  return groups;
}

/** Whether a new run of bubbles begins between two neighbours. */
function breaks(former, latter) {
  if (!former || !latter) return true;
  const [one, other] = [former[0], latter[0]];
  if (isService(one) || isService(other)) return true;
  return author(one).id !== author(other).id || other.date - one.date > RUN_SECONDS || dayKey(new Date(one.date * 1000)) !== dayKey(new Date(other.date * 1000));
}
