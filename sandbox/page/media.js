// What can be in a message besides words: photos, albums, sound, places, contacts, files.

import { h, icon } from "./dom.js";
import { fileUrl } from "./server.js";
import { duration, size } from "./times.js";
import { t } from "./words.js";
import { avatar } from "./avatars.js";
import { enlarge } from "./dialogs.js";

const WIDEST = 270;
const HIGHEST = 340;

const PICTURES = new Set(["photo", "video", "animation"]);
const MAKERS = {
  photo: ({ photo }) => picture(photo),
  video: ({ video }) => film(video, {}),
  animation: ({ animation }) => film(animation, { loop: true, muted: true, autoplay: true }),
  voice: ({ voice }) => voiceBar(voice),
  video_note: ({ video_note: note }) => roundFilm(note),
  audio: ({ audio }) => h("div.attachment", {}, sound(audio), details(audio.title ?? audio.file_name ?? t("media.audio"), duration(audio.duration))),
  document: ({ document: file }) => paper(file),
  sticker: ({ sticker }) => stickerOf(sticker),
  location: ({ location }) => h("div.place", {}, map(), h("small", {}, coordinates(location))),
  venue: ({ venue }) => h("div.place", {}, map(), h("b", {}, venue.title), h("small", {}, venue.address)),
  contact: ({ contact }) => card(contact),
};

/** The element for a message's media; null if there is none. */
export function media(message) {
  return MAKERS[message.kind]?.(message) ?? null;
}

/** Whether the media is a picture that fills the bubble up to its edges. */
export const isPicture = (message) => PICTURES.has(message.kind);

/** A few words for what a message is, where its media cannot be shown. */
export function inWords(message) {
  if (!message) return t("message.gone");
  const text = message.text ?? message.caption;
  if (message.kind === "poll") return `📊 ${message.poll.question}`;
  if (message.kind === "text" || !(message.kind in MAKERS)) return text ?? "";
  const label = message.kind === "sticker" ? message.sticker.emoji ?? "" : t(`media.${message.kind}`);
  return text ? `${label} · ${text}` : label;
}

/** Several photos or videos of one album as a grid, each with a menu of its own; other kinds one below the other. */
export function album(messages) {
  if (!messages.every(isPicture)) return h("div.stack", {}, messages.map(media));
  return h(`div.album.of-${Math.min(messages.length, 10)}`, {}, messages.map((message) => h("div.tile", { data: { id: message.message_id } }, media(message))));
}

function picture(sizes) {
  const largest = sizes.at(-1);
  const shape = fitted(largest.width, largest.height);
  const image = h("img", { src: fileUrl(largest.file_id), alt: t("media.photo"), loading: "lazy", width: shape.width, height: shape.height });
  const frame = h("button.picture", { type: "button", "aria-label": t("media.enlarge"), onclick: () => enlarge(image.src) }, image);
  frame.style.setProperty("--shape", `${shape.width} / ${shape.height}`);
  image.addEventListener("load", () => {
    const real = fitted(image.naturalWidth, image.naturalHeight); // the sandbox does not measure photos
    frame.style.setProperty("--shape", `${real.width} / ${real.height}`);
  });
  image.addEventListener("error", () => frame.replaceWith(sample("photo", shape)));
  return frame;
}

function fitted(width = 4, height = 3) {
  const scale = Math.min(WIDEST / width, HIGHEST / height, 1);
  return { width: Math.max(Math.round(width * scale), 90), height: Math.max(Math.round(height * scale), 70) };
}

/** Stands where made-up bytes cannot be shown. */
function sample(kind, shape = { width: 240, height: 150 }, more = null) {
  const frame = h("div.sample", { title: t("media.sample") }, icon(kind === "photo" ? "photo" : "play"), h("span", {}, t(`media.${kind}`), more && ` · ${more}`));
  frame.style.setProperty("--shape", `${shape.width} / ${shape.height}`);
  return frame;
}

function film(video, how) {
  const shape = fitted(video.width, video.height);
  const player = h("video", { src: fileUrl(video.file_id), controls: !how.loop, preload: "metadata", playsInline: true, ...how });
  player.style.setProperty("aspect-ratio", `${shape.width} / ${shape.height}`);
  const kind = how.loop ? "animation" : "video";
  player.addEventListener("error", () => player.replaceWith(sample(kind, shape, duration(video.duration))));
  return player;
}

function roundFilm(note) {
  const player = h("video.round", { src: fileUrl(note.file_id), controls: true, preload: "metadata", playsInline: true });
  player.addEventListener("error", () => player.replaceWith(h("div.round.sample", { title: t("media.sample") }, icon("play"), h("span", {}, duration(note.duration)))));
  return player;
}

/** A play button for a file that may turn out to be a sample. */
function sound(file) {
  const audio = new Audio();
  audio.preload = "none";
  const button = h("button.play", { type: "button", "aria-label": t("media.play") }, icon("play"));
  button.addEventListener("click", () => {
    audio.src ||= fileUrl(file.file_id);
    if (audio.paused) audio.play().catch(() => { button.disabled = true; button.title = t("media.sample"); });
    else audio.pause();
  });
  audio.addEventListener("play", () => button.classList.add("playing"));
  for (const end of ["pause", "ended"]) audio.addEventListener(end, () => button.classList.remove("playing"));
  return button;
}

function voiceBar(voice) {
  const bars = Array.from({ length: 26 }, (_, index) => {
    const height = 25 + 70 * Math.abs(Math.sin(index * 1.7) * Math.cos(index * 0.6));
    return h("i", { style: { height: `${Math.round(height)}%` } });
  });
  return h("div.attachment.voice", {}, sound(voice), h("div.wave", { "aria-hidden": "true" }, bars), h("small", {}, `${t("media.voice")} ${duration(voice.duration)}`));
}

function paper(file) {
  const name = file.file_name ?? t("media.document");
  return h("a.attachment", { href: fileUrl(file.file_id), download: name }, h("span.badge", {}, icon("file")), details(name, size(file.file_size ?? 0)));
}

const details = (title, more) => h("div.details", {}, h("b", {}, title), h("small", {}, more));

function stickerOf(sticker) {
  const image = h("img.sticker", { src: fileUrl(sticker.file_id), alt: sticker.emoji ?? t("media.sticker") });
  image.addEventListener("error", () => image.replaceWith(h("div.sticker", { role: "img", "aria-label": t("media.sticker") }, sticker.emoji ?? "🙂")));
  return image;
}

const map = () => h("div.map", { "aria-hidden": "true" }, icon("place"));

const coordinates = ({ latitude, longitude }) => `${t("media.location")} ${latitude.toFixed(4)}, ${longitude.toFixed(4)}`;

function card(contact) {
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ");
  return h("div.attachment", {}, avatar({ id: contact.user_id ?? 0, name }), details(name, contact.phone_number));
}
