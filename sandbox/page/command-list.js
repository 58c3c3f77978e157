// The list of commands that opens with a "/" or with the menu button.

import { h } from "./dom.js";

export class CommandList {
  constructor(composer) {
    this.composer = composer;
    this.opened = false;
    this.chosen = 0;
    this.element = h("div.commands", { role: "listbox", hidden: true });
  }

  /** What the bot offers this person in this chat. */
  get available() {
    const { column } = this.composer;
    return column.place ? column.world.menu(column.chat, column.viewer) : [];
  }

  /** Those that fit what is written so far; the one that is written out first. */
  get fitting() {
    const { value } = this.composer.field;
    if (this.opened && !value) return this.available;
    const begun = /^\/(\w*)$/.exec(value);
    if (!begun) return [];
    const written = begun[1].toLowerCase();
    const fitting = this.available.filter(({ command }) => command.startsWith(written));
    return fitting.sort((one, other) => (other.command === written) - (one.command === written));
  }

  toggle() {
    this.opened = !this.opened;
    this.composer.field.focus();
    this.render();
  }

  close() {
    this.opened = false;
    this.element.hidden = true;
  }

  render() {
    const { fitting } = this;
    this.element.hidden = !fitting.length;
    this.chosen = Math.min(this.chosen, Math.max(fitting.length - 1, 0));
    this.element.replaceChildren(
      ...fitting.map(({ command, description }, index) =>
        h("button", { type: "button", role: "option", tabIndex: -1, "aria-selected": String(index === this.chosen), onclick: () => this.#send(command) }, h("b", {}, `/${command}`), h("span", {}, description)),
      ),
    );
    this.element.children[this.chosen]?.scrollIntoView({ block: "nearest" });
  }

  /** Handle a key while the list is open; whether it was one for the list. */
  key(event) {
    const { fitting } = this;
    if (!fitting.length) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.chosen = (this.chosen + step + fitting.length) % fitting.length;
    else if (event.key === "Enter" && !event.shiftKey) this.#send(fitting[this.chosen].command);
    else if (event.key === "Tab" && !event.shiftKey) this.composer.fill(`/${fitting[this.chosen].command} `);
    else if (event.key === "Escape") this.opened = false;
    else return false;
    event.preventDefault();
    this.render();
    return true;
  }

  #send(command) {
    this.composer.reset();
    this.chosen = 0;
    this.composer.column.write({ text: `/${command}` });
    this.composer.render();
  }
}
