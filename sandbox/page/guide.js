// The first visit's hint: five steps of one case, each noticed when it is done.

import { h, icon } from "./dom.js";
import { t } from "./words.js";

const DISMISSED = "liaison.guide";
const GROUP = 0;
const CONSTITUENT = 1;
const DEPUTY = 2;
const ACCEPTED = /^do:accept:(\d+)/;
/** What does a step, in which column it is done, and what can be filled in for the visitor, who need only send it. */
const STEPS = [
  { column: GROUP, example: () => t("guide.example"), done: ({ kind, column, text }) => kind === "write" && !column.isPrivate && (text.startsWith("/") || text.includes("@")) },
  { column: DEPUTY, done: ({ kind, data }) => kind === "press" && ACCEPTED.test(data) },
  { column: DEPUTY, example: (number) => number && `/reply ${number} ${t("guide.reply")}`, done: ({ kind, ratable }) => kind === "came" && ratable },
  { column: CONSTITUENT, done: ({ kind, data }) => kind === "press" && /^rate:\d+:result:[1-3]$/.test(data) },
  { column: null, done: ({ kind }) => kind === "clock" },
];

export class Guide {
  constructor(app, element) {
    this.app = app;
    this.element = element;
    this.step = 0;
    this.element.hidden = localStorage.getItem(DISMISSED) === "yes";
  }

  open() {
    localStorage.removeItem(DISMISSED);
    this.step = 0;
    this.element.hidden = false;
    this.render();
  }

  close() {
    localStorage.setItem(DISMISSED, "yes");
    this.element.hidden = true;
    this.app.changed();
  }

  /** Something was done on the page, or came; the step goes on if it was what the step asks for. */
  notice(event) {
    this.number = ACCEPTED.exec(event.data)?.[1] ?? this.number;
    if (!this.element.hidden && STEPS[this.step]?.done(event)) this.#go(this.step + 1);
  }

  #go(step) {
    this.step = step;
    this.render();
    this.app.changed();
  }

  /** The column in which the present step is done. */
  get column() {
    const index = STEPS[this.step]?.column;
    return this.element.hidden || index === null || index === undefined ? null : this.app.columns[index];
  }

  render() {
    const { element, step } = this;
    if (element.hidden) return;
    element.setAttribute("aria-label", t("guide.title"));
    const over = step >= STEPS.length;
    const dots = STEPS.map((_, index) => {
      const state = index < step ? "done" : index === step ? "now" : "later";
      return h(`li.${state}`, { "aria-current": index === step ? "step" : null }, h("span.number", {}, index < step ? icon("check") : index + 1), h("span", {}, t(`guide.${index + 1}.name`)));
    });
    element.replaceChildren(
      h("ol", {}, dots),
      h("p", { "aria-live": "polite" }, over ? t("guide.done") : t(`guide.${step + 1}`)),
      h("div.choices", {}, over ? null : this.#helpers(STEPS[step])),
      h("button.round", { type: "button", "aria-label": t("guide.dismiss"), title: t("guide.dismiss"), onclick: () => this.close() }, icon("close")),
    );
  }

  #helpers({ column, example }) {
    const { app } = this;
    const words = example?.(this.number);
    const there = () => {
      app.activate(column);
      app.columns[column].element.scrollIntoView({ behavior: "smooth", inline: "center" });
      app.columns[column].toEnd();
    };
    const fill = () => {
      there();
      app.columns[column].composer.fill(words);
    };
    return [
      words ? h("button.primary", { type: "button", onclick: fill }, t("guide.fill")) : null,
      column !== null && !words ? h("button.primary.only-phone", { type: "button", onclick: there }, t("guide.show")) : null,
      h("button", { type: "button", onclick: () => this.#go(this.step + 1) }, t("guide.skip")),
    ];
  }
}
