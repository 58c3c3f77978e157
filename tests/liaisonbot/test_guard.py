"""What the guard finds, and what it leaves alone; measured on messages that were labelled by hand."""

from __future__ import annotations

import re
import time
import tomllib
from collections.abc import Collection, Iterable
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaisonbot import guard
from liaisonbot.guard import Does
from tests.support.source import ROOT


class Example(NamedTuple):
    part: str
    topic: str
    language: str
    sign: str
    text: str


def read(name: str, *part: str) -> list[Example]:
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    return [Example(*part, *line.split("\t")) for line in lines if not line.startswith("#")]


EXAMPLES = read("guard_cases.tsv")
BLIND = read("guard_blind.tsv", "blind")
"""Only to be counted."""
BOUNDS = {
    # part        least precision and recall of each topic
    "tune": (0.95, 0.95),
    "held_out": (0.95, 0.95),
    "second": (0.85, 0.95),
    "third": (0.95, 0.95),
    "fourth": (0.94, 0.95),
    "fresh": (0.85, 0.95),
    "unseen": (0.84, 0.95),  # two children locked in cars are an emergency, too
    "scenes": (0.88, 0.95),
    "plain": (0.9, 0.95),
    "blind": (0.85, 0.95),
}


def topics(text: str, *deputies: str) -> set[str]:
    return {finding.topic for finding in [*guard.find(text, deputies), *guard.find_numbers(text)]}


def measured(part: str, topic: str) -> tuple[int, int, int]:
    """Found rightly, found wrongly, overlooked."""
    right = wrong = overlooked = 0
    for example in (*EXAMPLES, *BLIND):
        if example.part != part:
            continue
        found, wanted = topic in topics(example.text), (example.topic, example.sign) == (topic, "+")
        right += found and wanted
        wrong += found and not wanted
        overlooked += wanted and not found
    return right, wrong, overlooked


def test_the_list_is_large_and_half_of_it_is_harmless() -> None:
    """At least two hundred messages before the words were written, in both languages, and as many look-alikes."""
    first = [example for example in EXAMPLES if example.part in ("tune", "held_out")]
    assert len(first) >= 200
    assert sum(example.sign == "-" for example in first) / len(first) >= 0.5
    assert {example.language for example in first} == {"zh", "en"}
    assert {example.topic for example in EXAMPLES} == set(guard.TOPICS)
    assert len({example.text for example in EXAMPLES}) == len(EXAMPLES)


MEASURED = sorted({(example.part, example.topic) for example in (*EXAMPLES, *BLIND) if example.sign == "+"})


@pytest.mark.parametrize(("part", "topic"), [pair for pair in MEASURED if pair[0] in BOUNDS])
def test_precision_and_recall(part: str, topic: str) -> None:
    """They are printed (``-s`` shows them), and no change of words may make them worse."""
    right, wrong, overlooked = measured(part, topic)
    precision = right / (right + wrong) if right + wrong else 1.0
    recall = right / (right + overlooked)
    print(f"{part:9} {topic:11} precision {precision:.2f} recall {recall:.2f} of {right + overlooked}")  # noqa: T201
    least_precision, least_recall = BOUNDS[part]
    assert precision >= least_precision
    assert recall >= least_recall


def test_what_was_written_blind_is_found() -> None:
    """A table of its own (``-s`` shows it): nine in ten emergencies, eight in ten of the rest, and nine in ten of
    what is found rightly so, at least.
    """
    assert len(BLIND) >= 150
    assert sum(example.sign == "-" for example in BLIND) / len(BLIND) >= 0.45
    all_together = [0, 0, 0]
    print()  # noqa: T201
    for topic in guard.TOPICS:
        counts = measured("blind", topic)
        right, wrong, overlooked = counts
        all_together = [total + count for total, count in zip(all_together, counts, strict=True)]
        recall = right / (right + overlooked)
        print(f"blind {topic:11} precision {right / (right + wrong):.2f} recall {recall:.2f} of {right + overlooked}")  # noqa: T201
        assert recall >= (0.9 if topic == "emergency" else 0.8)
    right, wrong, overlooked = all_together
    print(f"blind all         precision {right / (right + wrong):.2f} recall {right / (right + overlooked):.2f}")  # noqa: T201
    assert right / (right + wrong) >= 0.9


def test_what_people_usually_write_about_is_left_alone() -> None:
    """Roads, lamps, schools and papers, whatever words they are told in: none is held or answered with numbers."""
    everyday = [example.text for example in EXAMPLES if example.part == "everyday"]
    assert len(everyday) > 100
    assert [text for text in everyday if topics(text)] == []


def test_each_language_has_all_the_company_a_rule_asks_for() -> None:
    """Else it could never speak in one of them."""
    data = tomllib.loads((ROOT / "liaisonbot" / "data" / "guard.toml").read_text("utf-8"))
    for topic in data["topic"]:
        for rule in topic.get("rule", ()):
            for language, other in (("zh", "en"), ("en", "zh")):
                for own, groups in (("with", "near"), ("and_with", "and_near")):
                    asked = rule.get(f"{own}_{other}") and f"words_{language}" in rule and groups not in rule
                    assert not asked or rule.get(f"{own}_{language}"), f"{topic['key']}: {rule['key']}, {language}"


def test_every_pattern_of_the_file_can_be_read() -> None:
    """They are made when a text first needs them: a slip in the file must be found before."""
    patterns = {
        pattern
        for rule in guard.RULES
        for words in (*rule.words, *rule.unless, *chain(*rule.company), *guard._HARMLESS.values())
        for pattern in (*words.patterns, *(word.pattern for found in words.by_part.values() for word in found))
    }
    assert len(patterns) > 500
    for pattern in patterns:
        re.compile(pattern)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("三樓著火了快來人", "emergency"),  # traditional characters
        ("老人上不来气了", "emergency"),  # dialect
        ("厨房煤汽味很大", "emergency"),  # a slip
        ("he cant breathe", "emergency"),  # no apostrophe
        ("村书记受hui", "accusation"),  # around a filter
        ("the mayor was bribing people, he gave bribes", "accusation"),  # all forms of a word
    ],
)
def test_spelling_hides_nothing(text: str, topic: str) -> None:
    assert topic in topics(text)


def test_an_excuse_counts_near_what_it_excuses_only() -> None:
    """Who dictates without stops says several things in one breath: what was last year does not excuse what is now."""
    assert topics("去年三号楼着火了") == set()
    long_ago = "去年物业收了我们的钱说要换管子到现在也没有换我去问了好几次也没有人理"
    assert topics(f"{long_ago}现在楼上着火了浓烟很大") == {"emergency"}


@pytest.mark.parametrize("text", ["这个链接打不开 https://t.me/x?start=a7qjK2", "代码 Xqj9T2", "wqj公司的车挡了路"])
def test_two_letters_within_others_mean_nothing(text: str) -> None:
    assert not topics(text)


@pytest.mark.parametrize("text", ["我女儿被qj了", "我女儿被 QJ 了，救救她"])
def test_two_letters_alone_mean_what_they_stand_for(text: str) -> None:
    assert topics(text)


@pytest.mark.parametrize(
    "text", ["电梯坏了半个月，老人下不来楼", "楼上漏水，我去物业坐了一天", "他站在窗口前排队", "煤气费涨了，菜有味道"]
)
def test_two_words_that_stand_together_by_chance_are_nothing(text: str) -> None:
    """Company has to stand near, and of each kind."""
    assert topics(text) == set()


def test_a_message_of_the_usual_length_takes_no_time_to_speak_of() -> None:
    """It is on the way of every message. (Measured: 0.02 to 0.15 ms of 200 characters; the bound leaves room.)"""
    for text in ("小区的路灯坏了三天了没有人来修晚上走路很不方便，希望尽快处理。", "孩子老师打人家里水楼车我"):
        message = (text * 20)[:200]
        guard.find(message)
        assert min(_seconds(message) for _ in range(20)) < 0.001


@pytest.mark.parametrize(
    "text",
    [
        "小区的路灯坏了三天了没有人来修晚上走路很不方便，希望尽快处理。",
        "孩子老师打人家里水楼车我",
        "The street lamp at gate three has been broken for three days. ",
        "着火怕书记收红包判决孩子打了建议去年",
        "。".join(example.text for example in EXAMPLES),
        "火",
        "。",
        " a",
    ],
)
def test_four_thousand_characters_take_about_a_millisecond(text: str) -> None:
    """Whatever stands in them: nobody makes the bot slow by a long message. (Measured: 0.3 to 1.7 ms; the bound leaves
    room for a busy machine.)
    """
    long = (text * 4000)[:4000]
    guard.find(long)
    best = min(_seconds(long) for _ in range(5))
    assert best < 0.005


def _seconds(text: str) -> float:
    start = time.thread_time()
    guard.find(text)
    return time.thread_time() - start


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    """What comes is what the data file knows, each topic once, and always the same."""
    found = guard.find(text)
    assert {finding.topic for finding in found} <= set(guard.TOPICS)
    assert len({finding.topic for finding in found}) == len(found)
    assert found == guard.find(text)


@given(st.sampled_from([example for example in EXAMPLES if example.sign == "+"]), st.text("路灯坏了 \n", max_size=40))
def test_what_stands_around_hides_nothing(example: Example, around: str) -> None:
    """Other sentences before and after change nothing about what is found."""
    assert topics(example.text) <= topics(f"{around}。\n{example.text}\n{around}")


@given(
    st.lists(st.sampled_from([example.text for example in (*EXAMPLES, *BLIND)]), min_size=1, max_size=3),
    st.integers(0, 80),
    st.sampled_from([(), ("张敏",), ("他",), ("him", "主任")]),
)
def test_a_rule_that_is_not_asked_would_say_nothing(texts: list[str], cut: int, deputies: tuple[str, ...]) -> None:
    """Most rules are passed over, since something they ask for is nowhere near: asked all the same, none speaks."""
    text = "，".join(text[cut // 2 : cut] + text for text in texts)
    assert guard.find(text, deputies) == found_by_asking_all(text, deputies)


def test_a_deputys_name_is_company_enough_to_be_asked() -> None:
    """Where a rule takes a name for company, it is asked for its word and that name alone."""
    naming = [rule for rule in guard.RULES if rule.names_deputy]
    texts = [f"张敏{word}" for rule in naming for words in rule.words for word in sorted(words.plain)[:8]]
    assert any(guard.find(text, ["张敏"]) and not guard.find(text) for text in texts)
    for text in texts:
        assert guard.find(text, ["张敏"]) == found_by_asking_all(text, ["张敏"])


def test_the_name_of_staff_counts_where_any_official_would() -> None:
    """Taking money is an accusation of either; that something is wrong near the name is one of deputies only."""
    for text, deputy, staff in (("王五收红包", True, True), ("王五告诉我路灯有问题", True, False)):
        assert bool(guard.find(text, ["王五"])) is deputy
        assert bool(guard.find(text, [], ["王五"])) is staff
    assert not guard.find("王五收红包")


def found_by_asking_all(text: str, deputies: Collection[str]) -> list[guard.Finding]:
    def everything(sentences: list[guard._Sentence], _: object) -> dict[int, list[int]]:
        return {place: list(range(len(sentences))) for place in range(len(guard.RULES))}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guard, "_asked", everything)
        return guard.find(text, deputies)


@pytest.mark.parametrize(("plain", "spelled"), [("着火了", "着 火 了"), ("受贿", "受　贿"), ("12岁", "１２岁")])
def test_blanks_and_wide_signs_hide_nothing(plain: str, spelled: str) -> None:
    text = "王主任，{}，我儿子被打了"
    assert topics(text.format(plain)) == topics(text.format(spelled))


def test_a_deputy_is_accused_by_name_only() -> None:
    """Who is no deputy of the station is nobody the guard could protect."""
    assert topics("张敏对我推诿，打人", "张敏") == {"accusation"}
    assert topics("张敏对我推诿，打人", "李强") == set()
    assert topics("感谢张敏帮我们投诉成功", "张敏") == set()


def test_every_topic_says_what_to_do_and_why_in_both_languages() -> None:
    for topic in guard.TOPICS.values():
        assert topic.source
        for language in ("zh", "en"):
            assert topic.say[language].strip()
            assert topic.why[language].strip()
            assert guard.by_name(topic.names[language]) is topic
    assert guard.by_name("nonsense") is None


def test_the_numbers_of_the_field_are_there() -> None:
    """北京 接诉即办 §11: 110, 119, 120, 122 at once; accusations go to 12388 and 12309."""
    for language in ("zh", "en"):
        assert _numbers_in(guard.TOPICS["emergency"].say[language], ("110", "119", "120", "122"))
        assert _numbers_in(guard.TOPICS["accusation"].say[language], ("12388", "12309"))
        assert _numbers_in(guard.TOPICS["litigation"].say[language], ("12368", "12348"))
        assert _numbers_in(guard.TOPICS["minors"].say[language], ("110", "12355"))
    assert guard.TOPICS["emergency"].does is Does.NUMBERS
    assert all(guard.TOPICS[topic].hides for topic in ("accusation", "litigation", "identity", "minors"))


def _numbers_in(text: str, numbers: Iterable[str]) -> bool:
    return all(f"<b>{number}</b>" in text or number in text for number in numbers)
