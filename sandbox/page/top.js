// The bar at the top: what this is, the clock, who else has news, the language.

import { avatar } from "./avatars.js";
import { closeWith, confirm, show } from "./dialogs.js";
import { h, icon, reconcile } from "./dom.js";
import { clockTime, dayName, fullTime, span } from "./times.js";
import { language, t } from "./words.js";

const HOUR = 3600;
const DAY = 24 * HOUR;
const STEPS = [["clock.hour", HOUR], ["clock.day", DAY], ["clock.three", 3 * DAY], ["clock.week", 7 * DAY]];
const UNITS = [["clock.days", DAY], ["clock.hours", HOUR], ["clock.weeks", 7 * DAY]];
const AHEAD_SHOWN = HOUR / 2;
const MOST_CHIPS = 6;
const MOST_NAMES = 3;

export class Top {
  constructor(app, element) {
    this.app = app;
    this.element = element;
    this.elsewhere = h("div.elsewhere");
    this.time = h("span.time");
    this.ahead = h("span.ahead");
    setInterval(() => this.#tick(), 1000);
  }

  /** Build it in the page's language. */
  build() {
    const { app } = this;
    this.elsewhere.setAttribute("aria-label", t("elsewhere"));
    this.elsewhere.setAttribute("role", "group");
    const round = (name, label, onclick, classes = "") => h(`button.round${classes}`, { type: "button", "aria-label": label, title: label, onclick }, icon(name));
    const forward = round("clock", t("clock.forward"), () => this.#custom(), ".only-narrow");
    this.element.replaceChildren(
      h("div.brand", {}, h("img", { src: "/page/icon.svg", alt: "", width: 34, height: 34 }), h("div", {}, h("h1", {}, t("title")), h("p", {}, t("subtitle")))),
      this.elsewhere,
      h(
        "div.clock",
        { role: "group", "aria-label": t("clock.forward"), title: t("clock.explain") },
        h("div.now", {}, icon("clock"), h("span", {}, h("small", {}, t("clock.label"), this.ahead), this.time)),
        h("div.steps", {}, STEPS.map(([label, seconds]) => h("button", { type: "button", onclick: () => this.#move(seconds) }, t(label))), h("button", { type: "button", onclick: () => this.#custom() }, t("clock.custom"))),
      ),
      h(
        "div.tools",
        {},
        forward,
        round("help", t("guide.open"), () => app.guide.open()),
        app.world.scene.start_over ? round("again", t("again.open"), () => this.#again()) : null,
        h("button.language", { type: "button", "aria-label": t("language.switch"), title: t("language.switch"), onclick: () => app.speak(language() === "zh" ? "en" : "zh") }, t("language.short")),
      ),
    );
    this.render();
  }

  render() {
    this.#tick();
    const { app } = this;
    const news = app.world.people
      .map((person) => ({ person, unread: app.hasColumn(person.id) ? 0 : app.unread(person.id) }))
      .filter(({ unread }) => unread)
      .slice(0, MOST_CHIPS);
    this.elsewhere.classList.toggle("many", news.length > MOST_NAMES);
    reconcile(this.elsewhere, news.map(({ person, unread }) => ({ key: person.id, mark: `${unread} ${language()}`, make: () => this.#chip(person, unread) })));
  }

  #chip(person, unread) {
    const label = t("elsewhere.open", { name: person.name, n: unread });
    return h("button.news", { type: "button", "aria-label": label, title: label, onclick: () => this.app.bring(person.id) }, avatar(person), h("span", {}, person.name), h("span.count", {}, unread));
  }

  #tick() {
    const { world } = this.app;
    const now = world.now();
    const written = `${dayName(now)} ${clockTime(now)}`;
    if (this.time.textContent !== written) {
      this.time.textContent = written;
      this.time.title = fullTime(now);
    }
    const seconds = world.ahead / 1000;
    const ahead = seconds > AHEAD_SHOWN ? ` · ${t("clock.ahead", { time: span(seconds) })}` : "";
    if (this.ahead.textContent !== ahead) this.ahead.textContent = ahead;
  }

  async #move(seconds) {
    this.app.did({ kind: "clock" });
    const answer = await this.app.act("clock", { seconds });
    if (!answer) return;
    const now = new Date(answer.now);
    this.app.announce(t("clock.moved", { time: `${dayName(now)} ${clockTime(now)}` }));
  }

  async #custom() {
    const amount = h("input", { type: "number", min: 1, max: 999, value: 10, "aria-label": t("clock.amount") });
    const unit = h("select", { "aria-label": t("clock.amount") }, UNITS.map(([label, seconds]) => h("option", { value: seconds }, t(label))));
    const submit = (event) => {
      event.preventDefault();
      closeWith(form, String(amount.valueAsNumber * Number(unit.value)));
    };
    const steps = h("div.steps", {}, STEPS.map(([label, seconds]) => h("button", { type: "button", onclick: (event) => closeWith(event.currentTarget, String(seconds)) }, t(label))));
    const form = h("form", { onsubmit: submit }, h("h2", {}, t("clock.forward")), h("p", {}, t("clock.explain")), steps, h("div.pair", {}, amount, unit, h("button.primary", { type: "submit" }, t("clock.go"))));
    const seconds = Number(await show(form, ".small"));
    if (seconds > 0) this.#move(seconds);
  }

  async #again() {
    if (await confirm(t("again.ask"), t("again.explain"), t("again.yes"))) this.app.startOver();
  }
}
