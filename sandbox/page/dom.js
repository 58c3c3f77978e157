// Small helpers for making elements. Strings become text nodes, never markup, so nothing anybody typed can be run.

/**
 * Make an element: h("button.send", { title: "Send", onclick }, "Send").
 * The name may carry classes; `on…` properties become listeners, `data` and `style` take objects; null children are left out.
 */
export function h(name, properties = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const element = document.createElement(tag || "div");
  if (classes.length) element.classList.add(...classes);
  for (const [key, value] of Object.entries(properties)) set(element, key, value);
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function set(element, key, value) {
  if (value === null || value === undefined || value === false) return;
  if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
  else if (key === "data") Object.assign(element.dataset, value);
  else if (key === "style") for (const [name, content] of Object.entries(value)) element.style.setProperty(name, content);
  else if (key in element && key !== "role" && !key.includes("-")) element[key] = value;
  else element.setAttribute(key, value === true ? "" : value);
}

/**
 * Make a parent's children those of `items`, keeping the nodes of items whose `key` and `mark` are as before,
 * so that what is being read, played or pressed stays where it is.
 */
export function reconcile(parent, items) {
  const known = parent.known ?? new Map();
  const next = new Map();
  let place = parent.firstChild;
  for (const { key, mark, make } of items) {
    let entry = known.get(key);
    let left = null;
    if (entry?.mark !== mark) {
      const node = make();
      left = entry?.node.contains(document.activeElement) ? document.activeElement : null;
      if (entry?.node === place) place = place.nextSibling;
      entry?.node.remove();
      entry = { mark, node };
    }
    next.set(key, entry);
    if (entry.node === place) place = place.nextSibling;
    else parent.insertBefore(entry.node, place);
    if (left) goOn(entry.node, left);
  }
  for (const [key, { node }] of known) if (!next.has(key)) node.remove();
  parent.known = next;
}

/** The keyboard goes on where it was: at the button with the same words, else at the first one there is. */
function goOn(node, left) {
  const buttons = [...node.querySelectorAll("button")];
  const called = (button) => button.getAttribute("aria-label") ?? button.textContent;
  (buttons.find((button) => called(button) === called(left)) ?? buttons[0])?.focus({ preventScroll: true });
}

const PATHS = {
  send: "M4 12 20 4l-5 16-3.5-6.5z M11.5 13.5 20 4",
  clip: "M19 11.5 11.8 18.7a4.6 4.6 0 0 1-6.5-6.5l7.9-7.9a3 3 0 0 1 4.3 4.3l-7.8 7.8a1.4 1.4 0 0 1-2-2l6.9-6.9",
  close: "M6 6l12 12M18 6 6 18",
  down: "M6 9.5l6 6 6-6",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  reply: "M10 8V4.5L3.5 11 10 17.5V13.5c5 0 8.5 1.5 10.5 5.5-.5-6-4-11-10.5-11z",
  edit: "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19z",
  copy: "M9 9h10v11H9z M15 9V4.5H5V15.5h4",
  bin: "M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13",
  pin: "M9 4h6l-.7 6 3.2 3.5H6.5L9.7 10zM12 13.5V20",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3.2 2",
  help: "M9.3 9.3a2.8 2.8 0 1 1 3.9 2.6c-.8.4-1.2 1-1.2 2M12 17.2v.01M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z",
  again: "M5 5v5h5M5.5 10A7.5 7.5 0 1 1 4.5 13",
  link: "M8 16 17 7M10 7h7v7",
  slash: "M14.5 5l-5 14",
  photo: "M4 6h16v12.5H4zM4 15.5l4.5-4 4 3.5 3-2.5 4.5 4M15.5 10v.01",
  file: "M6.5 3.5h7l4.5 4.5v12.5h-11.5zM13.5 3.5V8H18",
  place: "M12 21s7-6.3 7-11.5a7 7 0 0 0-14 0C5 14.7 12 21 12 21zM12 12.3a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
  group: "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19.5c.5-3.5 3-5.3 6.5-5.3s6 1.8 6.5 5.3M15.5 5a3.3 3.3 0 0 1 0 6.3M17.5 14.7c2.2.6 3.6 2.2 4 4.8",
  play: "M8 5.5v13l11-6.5z",
  stop: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM6 6l12 12",
  check: "M5 12.5 10 17.5 19.5 7",
  plus: "M12 5v14M5 12h14",
  up: "M12 19V5M6 11l6-6 6 6",
};

/** A line icon; decoration only, so the button that carries it needs a label. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", `icon icon-${name}`);
  picture.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", PATHS[name]);
  picture.append(line);
  return picture;
}
