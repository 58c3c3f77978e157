// Text with Telegram's entities as elements. Offsets are UTF-16 units, as in JavaScript's strings.

import { h } from "./dom.js";

const BLOCKS = new Set(["blockquote", "expandable_blockquote", "pre"]);

/**
 * The text as nodes. `links` says what pressing does: `open(url)` for links, `command(text)` for /commands;
 * without it nothing can be pressed, as in a quotation.
 */
export function rich(text, entities = [], links = null) {
  const ordered = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(text, 0, text.length, ordered, links);
}

function between(text, from, to, entities, links) {
  const nodes = [];
  let place = from;
  for (let index = 0; index < entities.length; index++) {
    const entity = entities[index];
    const start = Math.max(entity.offset, place);
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < place || start >= end) continue;
    nodes.push(text.slice(place, start));
    const inside = entities.slice(index + 1).filter((inner) => inner.offset < end);
    nodes.push(wrapped(entity, text.slice(start, end), between(text, start, end, inside, links), links));
    place = end;
    if (BLOCKS.has(entity.type) && text[place] === "\n") place += 1; // a block ends its line by itself
  }
  nodes.push(text.slice(place, to));
  return nodes.filter((node) => node !== "");
}

function wrapped({ type, url, language, user }, text, nodes, links) {
  switch (type) {
    case "bold": return h("b", {}, nodes);
    case "italic": return h("i", {}, nodes);
    case "underline": return h("u", {}, nodes);
    case "strikethrough": return h("s", {}, nodes);
    case "code": return h("code", {}, nodes);
    case "pre": return h("pre", { data: language ? { language } : {} }, nodes);
    case "blockquote":
    case "expandable_blockquote": return h("blockquote", {}, nodes);
    case "spoiler": return spoiler(nodes);
    case "url": return link(/^[a-z]+:/i.test(text) ? text : `https://${text}`, nodes, links);
    case "text_link": return link(url, nodes, links);
    case "email": return link(`mailto:${text}`, nodes, links);
    case "phone_number": return link(`tel:${text.replace(/[^+\d]/g, "")}`, nodes, links);
    case "bot_command": return links ? h("button.inline", { type: "button", onclick: () => links.command(text) }, nodes) : h("span", {}, nodes);
    case "mention":
    case "hashtag":
    case "cashtag":
    case "text_mention": return h("span.mention", { title: user?.first_name }, nodes);
    default: return h("span", {}, nodes);
  }
}

function spoiler(nodes) {
  const reveal = (event) => event.currentTarget.classList.remove("hidden");
  return h("span.spoiler.hidden", { tabIndex: 0, role: "button", onclick: reveal, onkeydown: reveal }, nodes);
}

/** A link; addresses other than the web's, mail's and the telephone's lead nowhere. */
function link(url, nodes, links) {
  if (!links || !/^(https?|mailto|tel|tg):/i.test(url)) return h("span.mention", {}, nodes);
  const onclick = (event) => {
    if (links.open(url)) event.preventDefault();
  };
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer", onclick }, nodes);
}
