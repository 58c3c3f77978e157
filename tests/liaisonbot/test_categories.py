"""What a text is about is proposed from its words, in both languages."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from liaisonbot import categories
from liaisonbot.categories import CATEGORIES, KINDS


@pytest.mark.parametrize(
    ("text", "category", "kind"),
    [
        ("The lamp in my street is broken", "municipal_facilities", "help"),
        ("我家门口的路灯坏了三天了", "municipal_facilities", "help"),
        ("The buses never come on time", "roads_transport", "help"),
        ("请问医保报销需要什么材料？", "social_security", "enquiry"),
        ("Noise from the site keeps me awake at night", "environment", "complaint"),
        ("建议在学校门口的马路增设斑马线", "roads_transport", "suggestion"),
        ("谢谢代表帮我们修好了路灯", "municipal_facilities", "praise"),
        ("感谢王代表帮忙", "other", "praise"),
        ("谢谢你们帮我们修好了路灯", "municipal_facilities", "praise"),
        ("Thanks for your help with the lamp", "municipal_facilities", "praise"),
        ("请帮忙修一下路灯，谢谢", "municipal_facilities", "help"),
        ("路灯坏了，谢谢代表帮忙", "municipal_facilities", "help"),
        ("感谢王代表帮忙，路灯又坏了，请修一下", "municipal_facilities", "help"),
        ("Please help with the lamp, thanks", "municipal_facilities", "help"),
        ("楼上邻居漏水不肯赔", "housing", "dispute"),
        ("村里的水渠坏了没法灌溉", "farming_village", "help"),
        ("电动车充电着火了", "public_safety", "help"),
        ("公司又被乱罚款了", "business_climate", "help"),
        ("举报有人贪污", "other", "accusation"),
        ("我坐bus上班", "roads_transport", "help"),
        ("民生实事项目：建一个口袋公园", "other", "project_idea"),
        ("小区门口有个坑，晚上看不见", "roads_transport", "help"),
        ("东门花坛里的树枯死了", "environment", "help"),
        ("河水发臭，夏天没法开窗", "environment", "help"),
        ("工地半夜施工吵得睡不着", "urban_order", "help"),
        ("老人食堂什么时候开", "elderly_child_care", "enquiry"),
        ("电动车在楼道充电，很危险", "public_safety", "help"),
        ("村里的路没修", "roads_transport", "help"),
        ("The tree by the east gate has died", "environment", "help"),
        ("A dog bit my neighbour", "public_safety", "help"),
        ("How do I apply for low-income support", "social_security", "enquiry"),
        ("hello", "other", "help"),
        ("", "other", "help"),
    ],
)
def test_the_words_of_a_text_propose_category_and_kind(text: str, category: str, kind: str) -> None:
    """A first proposal spares most people the question."""
    assert (categories.propose_category(text), categories.propose_kind(text)) == (category, kind)
    assert categories.propose(text) == categories.Proposal(category, kind, categories.propose_tags(text))


@pytest.mark.parametrize("text", ["abroad", "embus", "tax-free rented gymnasts"])
def test_a_word_inside_another_word_does_not_count(text: str) -> None:
    """``road`` does not stand in ``abroad``."""
    assert categories.propose_category(text) in {"other", "business_climate"}


def test_repeating_a_word_does_not_make_it_heavier() -> None:
    """Somebody who shouts is not more right."""
    assert categories.propose_category("bus bus bus bus: the public toilet is closed") == "municipal_facilities"


@pytest.mark.parametrize(
    "name",
    ["roads_transport", "道路交通", "Roads & transport", "roads and transport", " ROADS TRANSPORT ", "Roads&Transport"],
)
def test_a_category_is_understood_by_key_and_by_either_name(name: str) -> None:
    """Roster files come from people."""
    found = categories.by_name(name)

    assert found is not None
    assert found.key == "roads_transport"


def test_names_of_both_tables_are_understood() -> None:
    """Each in both languages, none shared."""
    for entry in CATEGORIES.values():
        assert {categories.by_name(name) for name in (entry.key, entry.zh, entry.en)} == {entry}
    for entry in KINDS.values():
        assert {categories.kind_by_name(name) for name in (entry.key, entry.zh, entry.en)} == {entry}
    assert categories.by_name("nonsense") is None
    assert categories.by_name("") is None


def test_the_field_has_twenty_categories_and_eight_kinds() -> None:
    """The fixed top level; the defaults are among them."""
    assert (len(CATEGORIES), len(KINDS)) == (20, 8)
    assert categories.DEFAULT_CATEGORY in CATEGORIES
    assert categories.DEFAULT_KIND in KINDS


@pytest.mark.parametrize("table", [CATEGORIES, KINDS], ids=["categories", "kinds"])
def test_a_word_speaks_for_one_entry(table: dict[str, categories.Entry]) -> None:
    """Else the order of the file would decide in secret."""
    counted = Counter(word for entry in table.values() for word in entry.words)

    assert [word for word, times in counted.items() if times > 1] == []


def test_a_long_text_is_gone_through_quickly() -> None:
    """The proposal is made while the constituent waits: a text of Telegram's full length takes some milliseconds."""
    text = ("我家门口的路灯坏了三天了，晚上很黑。The lamp is broken. " * 120)[:4096]
    started = time.thread_time()
    for _ in range(5):
        categories.propose_category(text)

    assert (time.thread_time() - started) / 5 < 0.05
