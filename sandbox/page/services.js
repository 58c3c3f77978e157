// Service messages: who came, who went, what became of the group.

import { author } from "./world.js";
import { t } from "./words.js";

/** The sentence for a service message; null if the message is not one. */
export function sentence(message, world) {
  const by = author(message).name;
  switch (message.kind) {
    case "new_chat_members": {
      const names = message.new_chat_members.map(({ id, first_name: first }) => world.user(id)?.name ?? first).join(", ");
      return message.new_chat_members.some(({ id }) => id === message.from?.id) ? t("service.joined", { name: names }) : t("service.added", { by, name: names });
    }
    case "left_chat_member": {
      const { id, first_name: first } = message.left_chat_member;
      const name = world.user(id)?.name ?? first;
      return id === message.from?.id ? t("service.left", { name }) : t("service.removed", { by, name });
    }
    case "new_chat_title": return t("service.title", { by, title: message.new_chat_title });
    case "pinned_message": return t("service.pinned", { by });
    case "group_chat_created":
    case "supergroup_chat_created": return t("service.created", { by });
    case "migrate_to_chat_id": return t("service.upgraded");
    case "migrate_from_chat_id": return null;
    case "forum_topic_created": return t("service.topic", { by, title: message.forum_topic_created.name });
    case "forum_topic_closed": return t("service.topic.closed", { by });
    case "forum_topic_reopened": return t("service.topic.opened", { by });
    case "forum_topic_edited": return t("service.other");
    default: return null;
  }
}

const KINDS = new Set([
  "new_chat_members", "left_chat_member", "new_chat_title", "pinned_message", "group_chat_created", "supergroup_chat_created",
  "migrate_to_chat_id", "migrate_from_chat_id", "forum_topic_created", "forum_topic_closed", "forum_topic_reopened", "forum_topic_edited",
]);

export const isService = (message) => KINDS.has(message.kind);
