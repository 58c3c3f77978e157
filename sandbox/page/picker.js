// Choosing what a column shows, and who speaks in a group.

import { avatar } from "./avatars.js";
import { ask, closeWith, show } from "./dialogs.js";
import { h, icon } from "./dom.js";
import { t } from "./words.js";

const ROLES = ["constituent", "deputy", "staff", "owner"];

/** Let somebody choose which chat the column shows. */
export async function chooseChat(column) {
  const { world, app } = column;
  const people = [...world.people].sort((a, b) => ROLES.indexOf(world.role(a.id)) - ROLES.indexOf(world.role(b.id)));
  const content = [
    h("h2", {}, t("picker.title")),
    h("h3", {}, t("picker.groups")),
    world.groups.map((group) => choice(`group ${group.id}`, { id: group.id, name: group.title }, t("role.group"), app.unread(group.id), group.id === column.place.chat)),
    adding("new group", t("picker.group")),
    h("h3", {}, t("picker.people")),
    people.map((person) => choice(`person ${person.id}`, person, t(`role.${world.role(person.id)}`), app.unread(person.id), person.id === column.place.chat)),
    adding("new person", t("picker.person")),
  ];
  const [kind, what] = (await show(content, ".picker")).split(" ");
  if (kind === "group") app.put(column, { chat: Number(what), viewer: insider(world, Number(what), column.viewer) });
  else if (kind === "person") app.put(column, { chat: Number(what), viewer: Number(what) });
  else if (kind === "new") (what === "person" ? addPerson : addGroup)(column);
}

/** Let somebody choose who speaks in the column's group. */
export async function chooseSpeaker(column) {
  const { world, app } = column;
  const members = column.chat.members.filter((id) => id !== world.bot.id && world.user(id));
  const content = [
    h("h2", {}, t("picker.speaker")),
    members.map((id) => choice(String(id), { id, name: world.name(id) }, t(`role.${world.role(id)}`), 0, id === column.viewer)),
  ];
  const chosen = Number(await show(content, ".picker"));
  if (chosen) app.put(column, { chat: column.place.chat, viewer: chosen });
}

/** A member of the group: the preferred person if they are one, else a constituent. */
export function insider(world, group, preferred) {
  const members = world.chat(group).members.filter((id) => id !== world.bot.id);
  if (members.includes(preferred)) return preferred;
  return members.find((id) => world.role(id) === "constituent") ?? members[0] ?? preferred;
}

function choice(value, who, role, unread, current) {
  return h(
    "button.choice",
    { type: "button", "aria-current": current ? "true" : null, onclick: (event) => closeWith(event.currentTarget, value) },
    avatar(who, value.startsWith("group") ? ".square" : ""),
    h("span", {}, who.name),
    unread ? h("span.count", {}, unread) : null,
    h("small", {}, role),
    current ? icon("check") : null,
  );
}

const adding = (value, label) => h("button.choice.adding", { type: "button", onclick: (event) => closeWith(event.currentTarget, value) }, icon("plus"), label);

/** Make somebody new and show their phone in the column; without one, only make them. */
export async function addPerson(column, app = column.app) {
  const name = await ask(t("picker.person"), t("picker.person.name"), t("picker.add"));
  const made = name && (await app.act("user", { name, language: document.documentElement.lang }, column));
  if (!made) return;
  app.world.users.set(made.id, made);
  if (column) app.put(column, { chat: made.id, viewer: made.id });
}

async function addGroup(column) {
  const { app, world } = column;
  const title = await ask(t("picker.group"), t("picker.group.name"), t("picker.add"));
  const made = title && (await app.act("group", { title, bot: true, members: [column.viewer, ...world.people.map(({ id }) => id).filter((id) => id !== column.viewer)] }, column));
  if (!made) return;
  world.chats.set(made.id, made);
  app.put(column, { chat: made.id, viewer: column.viewer });
}
