// What can be done with a message: react, answer, edit, copy, delete.

import { h } from "./dom.js";
import { isPicture } from "./media.js";
import { closeMenu, openMenu } from "./menus.js";
import { t } from "./words.js";
import { author } from "./world.js";

const REACTIONS = ["👍", "❤", "🙏", "👏", "🤔", "👎"];

/** Open the menu of a message at an element or a point. */
export function openMessageMenu(at, message, column) {
  const own = author(message).id === column.viewer;
  const here = column.holds(message);
  const text = message.text ?? message.caption ?? "";
  const given = message.reactions.find((one) => one.user === column.viewer)?.emoji ?? [];
  const choose = (emoji) => {
    closeMenu();
    column.react(message, given.includes(emoji) ? null : emoji);
  };
  const bar = h(
    "div.choose-reaction",
    {},
    REACTIONS.map((emoji) => h(`button${given.includes(emoji) ? ".own" : ""}`, { type: "button", role: "menuitem", "aria-label": t("menu.react", { emoji }), onclick: () => choose(emoji) }, emoji)),
  );
  openMenu(
    at,
    [
      here && { label: t("menu.reply"), symbol: "reply", choose: () => column.composer.reply(message) },
      here && own && (text || isPicture(message)) && { label: t("menu.edit"), symbol: "edit", choose: () => column.composer.edit(message) },
      text && { label: t("menu.copy"), symbol: "copy", choose: () => column.copy(text) },
      own && { label: t("menu.delete"), symbol: "bin", danger: true, choose: () => column.actOn(message, "delete") },
    ],
    here ? bar : null,
  );
}
