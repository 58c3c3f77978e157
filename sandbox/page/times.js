// How moments are written. The zone is the office's where it is known, so that the page and the bot agree.

import { locale, language } from "./words.js";

let zone;
const formats = new Map(); // making one takes longer than using it a hundred times

/** Write all times in that zone from now on; the browser's own if it is unknown. */
export function useZone(name) {
  zone = name || undefined;
  formats.clear();
}

function written(options, moment) {
  const key = `${locale()} ${Object.entries(options)}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options }));
  return formats.get(key).format(moment);
}

/** 14:05 */
export const clockTime = (moment) => written({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, moment);

/** 11月23日 周一, Mon, 23 Nov */
export const dayName = (moment) => written({ weekday: "short", day: "numeric", month: language() === "zh" ? "long" : "short" }, moment);

/** Equal for two moments of the same day. */
export const dayKey = (moment) => written({ dateStyle: "short" }, moment);

/** Everything, for a tooltip. */
export const fullTime = (moment) => written({ dateStyle: "full", timeStyle: "medium" }, moment);

/** 3 天, 5 小时; 3 days, 5 hours */
export function span(seconds) {
  const hours = Math.round(seconds / 3600);
  const [amount, unit] = hours >= 48 ? [Math.round(hours / 24), "day"] : [hours, "hour"];
  return new Intl.NumberFormat(locale(), { style: "unit", unit, unitDisplay: "long" }).format(amount);
}

/** 0:07 */
export const duration = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** 340 KB */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
