// Round pictures for people and chats: their first letter on a colour of their own.

import { h } from "./dom.js";

const COLOURS = 7;

/** The number of the colour that belongs to an id. */
export const hue = (id) => Math.abs(Number(id)) % COLOURS;

/** An avatar; decoration, since the name always stands beside it. */
export function avatar({ id, name, bot = false }, extra = "") {
  const letter = bot ? "联" : [...(name || "?").trim()][0]?.toUpperCase();
  return h(`span.avatar.hue-${bot ? "bot" : hue(id)}${extra}`, { "aria-hidden": "true" }, letter);
}
