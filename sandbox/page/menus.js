// Small menus that open at a button or at a point, and close at a press elsewhere or with Escape.

import { h, icon } from "./dom.js";

const MARGIN = 8;
let open = null;

/**
 * Open a menu. `entries` are { label, symbol, choose, danger }; `head` stands above them. `at` is the element it
 * belongs to, or a point { x, y }. Arrow keys move, Escape leaves.
 */
export function openMenu(at, entries, head = null) {
  closeMenu();
  const before = document.activeElement;
  const menu = h(
    "div.menu",
    { role: "menu" },
    head,
    entries.filter(Boolean).map(({ label, symbol, choose, danger }) =>
      h(`button.entry${danger ? ".danger" : ""}`, { type: "button", role: "menuitem", onclick: () => { closeMenu(); choose(); } }, icon(symbol), label),
    ),
  );
  menu.addEventListener("keydown", (event) => move(menu, event));
  document.body.append(menu);
  place(menu, at);
  menu.querySelector("button")?.focus({ preventScroll: true });
  const outside = (event) => {
    if (!menu.contains(event.target)) closeMenu();
  };
  setTimeout(() => document.addEventListener("pointerdown", outside, true));
  open = () => {
    document.removeEventListener("pointerdown", outside, true);
    menu.remove();
    if (document.activeElement === document.body) before?.focus?.({ preventScroll: true });
  };
}

export function closeMenu() {
  open?.();
  open = null;
}

function move(menu, event) {
  const buttons = [...menu.querySelectorAll("button")];
  const index = buttons.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (step) buttons[(index + step + buttons.length) % buttons.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Beside the point or below the element, inside the window. */
function place(menu, at) {
  const box = at instanceof Element ? at.getBoundingClientRect() : { left: at.x, right: at.x, top: at.y, bottom: at.y };
  const left = Math.min(box.left, innerWidth - menu.offsetWidth - MARGIN);
  const below = box.bottom + 4;
  const top = below + menu.offsetHeight + MARGIN > innerHeight ? box.top - menu.offsetHeight - 4 : below;
  menu.style.setProperty("left", `${Math.max(left, MARGIN)}px`);
  menu.style.setProperty("top", `${Math.max(top, MARGIN)}px`);
}
