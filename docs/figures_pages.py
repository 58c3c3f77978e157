"""Writes ``docs/figures.md`` and ``docs/figures.zh.md`` from ``liaisonbot/data/figures.toml``: what each figure of a
summary counts, how, and where it stands in the JSON.

``python -m docs.figures_pages`` (part of ``make docs``) writes them anew; a test notices when they and the data differ.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from liaisonbot.definitions import DEFINITIONS, Definition
from liaisonbot.texts import LANGUAGES

HERE: Final = Path(__file__).parent
_HEADS: Final = {
    "en": """\
# What the figures of a summary mean

`/summary` in the chat, its workbook and its bulletin, and `python bot.py summary` count the same, by these rules. They
stand in `liaisonbot/data/figures.toml`, from which this page is written (`make docs`), and at the end of every file.

![The overview of a workbook](pictures/summary-book.png)

The last column is where the figure stands in `python bot.py summary --format json`; with `--cases` the numbers of the
cases that each counts come with it.

| figure | what it counts | how | JSON |
| --- | --- | --- | --- |
""",
    "zh": """\
# 工作小结的口径

聊天里的 `/summary`、数据表、简报和 `python bot.py summary`，数字都按下面的口径统计。口径写在
`liaisonbot/data/figures.toml` 里，本页由它生成（`make docs`），每份文件的末尾也附着。

![数据表的概览](pictures/summary-book.png)

最后一栏是它在 `python bot.py summary --format json` 里的位置；加上 `--cases`，会列出每个数字包括哪些民情。

| 指标 | 数的是什么 | 怎么数 | JSON |
| --- | --- | --- | --- |
""",
}


def pages() -> dict[Path, str]:
    """Both files, with what belongs in them."""
    endings = {"en": "figures.md", "zh": "figures.zh.md"}
    return {HERE / endings[language]: page(language) for language in LANGUAGES}


def page(language: str) -> str:
    """The page in that language."""
    return _HEADS[language] + "".join(_row(definition, language) for definition in DEFINITIONS.values())


def _row(definition: Definition, language: str) -> str:
    name, counts, how = (forms[language] for forms in definition.said().values())
    place = f"`{definition.json}`" if definition.json else ""
    return f"| {name} | {counts} | {how} | {place} |\n"


if __name__ == "__main__":
    for path, words in pages().items():
        path.write_text(words, "utf-8")
