// Native polls: voting, taking a vote back, and the bars.

import { h, icon } from "./dom.js";
import { t } from "./words.js";

/** A poll as `viewer` sees it; `vote(options)` casts, changes, or with no options takes back. */
export function poll(message, viewer, vote) {
  const { poll: asked, votes } = message;
  const mine = votes.find((one) => one.user === viewer)?.options ?? [];
  const hidden = message.hides_votes;
  const shown = asked.is_closed || mine.length > 0;
  const kind = asked.is_closed ? t("poll.closed") : asked.is_anonymous ? t("poll.anonymous") : t("poll.public");
  const total = asked.total_voter_count;
  return h(
    "div.poll",
    {},
    h("b.question", {}, asked.question),
    asked.description ? h("p.about", {}, asked.description) : null,
    h("small", {}, kind, asked.allows_multiple_answers && !asked.is_closed ? ` · ${t("poll.multiple")}` : null),
    shown ? results(asked, mine, hidden ? null : total) : ballot(asked, vote),
    hidden ? h("small.voters", {}, t("poll.hidden")) : h("small.voters", {}, total ? t("poll.voters", { n: total }) : t("poll.none")),
    mine.length > 0 && !asked.is_closed ? h("button.inline", { type: "button", onclick: () => vote([]) }, t("poll.retract")) : null,
  );
}

function results(asked, mine, total) {
  return asked.options.map((option, index) => {
    const share = total ? Math.round((100 * option.voter_count) / total) : 0;
    return h(
      "div.result",
      {},
      h("span.share", {}, total === null ? "·" : `${share}%`),
      h("span", {}, option.text, mine.includes(index) ? icon("check") : null),
      h("span.bar", { style: { "--share": `${share}%` }, "aria-hidden": "true" }),
    );
  });
}

function ballot(asked, vote) {
  if (!asked.allows_multiple_answers) {
    return asked.options.map((option, index) =>
      h("button.option", { type: "button", onclick: () => vote([index]) }, h("i", { "aria-hidden": "true" }), option.text),
    );
  }
  const choose = () => { send.disabled = !boxes.some((box) => box.checked); };
  const boxes = asked.options.map(() => h("input", { type: "checkbox", onchange: choose }));
  const send = h("button.inline", { type: "button", disabled: true, onclick: () => vote(boxes.flatMap((box, index) => (box.checked ? [index] : []))) }, t("poll.vote"));
  return [asked.options.map((option, index) => h("label.option", {}, boxes[index], option.text)), send];
}
