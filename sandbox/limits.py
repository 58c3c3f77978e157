"""Telegram's limits that its schema states only in prose, and its words for exceeding one.

Limits that the schema states as numbers (lengths, ranges, list sizes) are checked from `data/botapi.json`.
"""

from datetime import timedelta

TEXT = 4096
CAPTION = 1024
ALBUM = 10
POLL_DESCRIPTION = 1024
POLL_EXPLANATION = 200
POLL_EXPLANATION_LINE_FEEDS = 2
BUTTONS = 100
BUTTONS_IN_A_ROW = 8
PHOTO_BYTES = 10 << 20
PHOTO_SIDES = 10_000
"""Width and height together."""
PHOTO_RATIO = 20
UPLOAD_BYTES = 50 << 20
DOWNLOAD_BYTES = 20 << 20
CALLBACK_QUERY_LIFETIME = timedelta(minutes=2)
DELETION_WINDOW = timedelta(hours=48)
UPDATE_LIFETIME = timedelta(hours=24)
LONG_POLL_SECONDS = 50
BOT_REACTIONS = 1

CHAT_ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)

TEXT_BUTTON = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
WORDS_MISSING = {
    ("ReplyParameters", "message_id"): 'can\'t find field "message_id"',
    ("sendMessage", "text"): "message text is empty",
    ("editMessageText", "text"): "message text is empty",
    ("getFile", "file_id"): "file_id not specified",
    ("sendPoll", "question"): "poll question must be non-empty",
    ("sendPhoto", "photo"): "there is no photo in the request",
    ("sendVideo", "video"): "there is no video in the request",
    ("sendVoice", "voice"): "there is no voice in the request",
    ("sendVideoNote", "video_note"): "there is no video note in the request",
    ("sendAudio", "audio"): "there is no audio in the request",
    ("sendDocument", "document"): "there is no document in the request",
    ("sendAnimation", "animation"): "there is no animation in the request",
    ("sendSticker", "sticker"): "there is no sticker in the request",
    ("copyMessages", "message_ids"): "message identifiers are not specified",
    ("deleteMessages", "message_ids"): "message identifiers are not specified",
}
WORDS_TOO_SHORT = {
    ("InlineKeyboardButton", "callback_data"): TEXT_BUTTON,
    ("CopyTextButton", "text"): "BUTTON_COPY_TEXT_INVALID",
    ("BotCommand", "command"): "BOT_COMMAND_INVALID",
    ("BotCommand", "description"): "BOT_COMMAND_DESCRIPTION_INVALID",
    ("InputPollOption", "text"): "poll options must be non-empty",
    ("sendPoll", "question"): "poll question must be non-empty",
    ("createForumTopic", "name"): "TOPIC_TITLE_EMPTY",
}
WORDS_TOO_LONG = {
    ("CopyTextButton", "text"): "BUTTON_COPY_TEXT_INVALID",
    ("InlineKeyboardButton", "callback_data"): "BUTTON_DATA_INVALID",
    ("BotCommand", "command"): "BOT_COMMAND_INVALID",
    ("BotCommand", "description"): "BOT_COMMAND_DESCRIPTION_INVALID",
    ("InputPollOption", "text"): "poll options length must not exceed 100",
    ("sendPoll", "question"): "poll question length must not exceed 300",
    ("answerCallbackQuery", "text"): "MESSAGE_TOO_LONG",
}
WORDS_TOO_FEW = {
    ("sendPoll", "options"): "poll must have at least 1 option",
    ("sendMediaGroup", "media"): "there are too few messages to send as an album",
}
WORDS_TOO_MANY = {
    ("sendPoll", "options"): "poll can't have more than 12 options",
    ("sendMediaGroup", "media"): "too many messages to send as an album",
    ("setMyCommands", "commands"): "BOT_COMMANDS_TOO_MUCH",
    ("deleteMessages", "message_ids"): "too many message identifiers specified",
    ("copyMessages", "message_ids"): "too many message identifiers specified",
    ("forwardMessages", "message_ids"): "too many message identifiers specified",
}
