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

The chart in the chat, of a week and of a month: received and closed, how long open cases have waited in each stage,
what people say. Beside the workbook's overview stand charts of its own: received and closed, open cases by stage, what
people say.

![The chart of a week](pictures/summary-chart.png) ![The chart of a month](pictures/summary-chart-month.png)

![The overview of a workbook, with its charts](pictures/summary-book.png)

The last column is where the figure stands in `python bot.py summary --format json`; with `--cases` the numbers of the
cases that each counts come with it.

| figure | what it counts | how | JSON |
| --- | --- | --- | --- |
""",
    "zh": """\
# 工作小结的口径

聊天里的 `/summary`、数据表、通报和 `python bot.py summary`，数字都按下面的口径统计。口径写在
`liaisonbot/data/figures.toml` 里，本页由它生成（`make docs`），每份文件的末尾也附着。

聊天里的图表，一周的和一个月的：收到和办结，各环节未办结的等了多久，群众评价。数据表的概览旁边另有三张图：收到和办结，
期末未办结（按环节），群众评价。

![一周的图表](pictures/summary-chart.png) ![一个月的图表（英文）](pictures/summary-chart-month.png)

![数据表的概览和图表](pictures/summary-book.png)

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
