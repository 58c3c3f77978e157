"""What a group may read: no number by which somebody could be found, and everything else as it was written."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaisonbot import masking

MASKED = [
    # mobile numbers
    "13812345678",
    "8613812345678",
    "+8613812345678",
    "+86 138 1234 5678",
    "0086-138-1234-5678",
    "86 138-1234-5678",
    "138 1234 5678",
    "138  1234   5678",
    "138-1234-5678",
    "138—1234—5678",
    "138,1234,5678",
    "138，1234，5678",
    "138、1234、5678",
    "138/1234/5678",
    "138~1234~5678",
    "138:1234:5678",
    "138：1234：5678",
    "138.1234.5678",
    "138_1234_5678",
    "138·1234·5678",
    "138*1234*5678",
    "138😀1234😀5678",
    "(138)1234-5678",
    "1 3 8 1 2 3 4 5 6 7 8",
    "138 12 345 678",
    "138 1234 56783",  # 号楼: the next word glued to it
    "138\n1234\n5678",
    "138\u200b1234\u200d5678",
    "1\u20603\u20608\u20601\u20602\u20603\u20604\u20605\u20606\u20607\u20608",
    "１３８１２３４５６７８",
    "１３８　１２３４　５６７８",
    "١٣٨١٢٣٤٥٦٧٨",
    "𝟏𝟑𝟖𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖",
    "①③⑧①②③④⑤⑥⑦⑧",
    "1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣",
    "一三八一二三四五六七八",
    "幺三八幺二三四五六七八",
    "壹叁捌壹贰叁肆伍陆柒捌",
    "一三八 一二三四 五六七八",
    "138一二三四5678",
    # landlines, service lines, other countries
    "电话 8555 1234",
    "请打8555-1234",
    "联系 555-1234",
    "tel 555 1234",
    "please call 555-1234",
    "Phone: 8 5 5 5 1 2 3 4",
    "8555-1234",
    "8555 1234",
    "85551234",
    "5551234",
    "电话85551234。",
    "010-85551234",
    "(010) 8555 1234",
    "（0571）87654321",
    "0571 8765 4321",
    "0571-8765432-801",
    "400-800-1234",
    "400 8001 234",
    "4008001234",
    "800-810-1234",
    "415-555-2671",
    "(415) 555-2671",
    "1-415-555-2671",
    "+1 415 555 2671",
    "+44 20 7946 0958",
    "+852 9123 4567",
    "852-9123-4567",
    "06 12 34 56 78",
    "138123456789",  # one digit too many
    # identity numbers and other documents
    "11010119900307123X",
    "11010119900307123x",
    "11010119900307123×",
    "110101199003071234",
    "110101 1990 0307 1234",
    "110101-1990-03-07-1234",
    "110 101 199 003 071 234",
    "1 1 0 1 0 1 1 9 9 0 0 3 0 7 1 2 3 X",
    "１１０１０１１９９００３０７１２３Ｘ",
    "一一〇一〇一一九九〇〇三〇七一二三四",
    "110101199013991234",  # mistyped: no such month
    "110101900307123",
    "E12345678",
    "EA1234567",
    "E12 345678",
    "台胞证12345678",
    "G12345678",
    "C12345678",
    "H1234567890",
    "M12345678",
    "A123456(7)",
    "护照号码：AB123456",
    "passport no. X 1234 567",
    # bank cards and accounts
    "6222021234567890123",
    "6222 0212 3456 7890",
    "6222   0212   3456   7890",
    "6222 0021 2345 6789",
    "4000 1000 1000 1000",
    "622202-1234567890100",
    "4000 8001 2345 6789",
    "6222-0212-3456-7890-123",
    "6222、0212、3456、7890",
    "622202 1234567890123",
    "622 202 123 456 789 012 3",
    "3782 822463 10005",
    "６２２２　０２１２　３４５６　７８９０",
    "卡号：62220212",
    "DE89 3704 0044 0532 0130 00",
    "6222 0212 3456 7890 138 1234 5678",
    # what is called a parcel's number and leads to somebody all the same
    "单号13812345678",
    "快递单号 6222021234567890128",  # a card by its check digit
    "订单号：110101199003071234",  # a birthday in it
    "parcel number 110101900307123",
    "单号 62220212 34567890 128",
    "快递85551234",
    "银行卡号773012345678901",
    # e-mail
    "zhang@qq.com",
    "zhang.san+a@mail.example.org",
    "zhang @qq.com",
    "zhang@ qq.com",
    "zhang@qq。com",
    "ｚｈａｎｇ＠ｑｑ．ｃｏｍ",
    "zhang(at)qq.com",
    "zhang[at]qq[dot]com",
    "zhang @ qq . com",
    "zhang_san @ example.co.uk",
    "zhang at qq dot com",
    "zhang#qq.com",
    "zhang艾特qq点com",
    "123456789@qq",
    "13812345678@139.com",
    "zhang@例子.中国",
    # ids and plates
    "QQ：12345",
    "qq 123 456 789",
    "微信号 zhang_san88",
    "微信：zhangsan",
    "wx: zhang88",
    "WeChat zhang-88",
    "加V：zs1988",
    "京A12345",
    "粤B·D12345",
]

READABLE = [
    "快递单号773012345678901",
    "快递单号 773012345678901 一直不送",
    "运单号：SF1234567890123",
    "订单号 202611250001234 买的票退不了",
    "parcel number 123456789012345 never came",
    "tracking no. 773012345678901",
    "工单号2026112500012345",
    "2500000",
    "共3000000元",
    "共 3,000,000 元",
    "¥85551234",
    "$2345678",
    "85551234元",
    "8555123.50",
    "金额：2345678",
    "面积2345678平方米",
    "2345678 ㎡",
    "1234567890元",
    "约8234567人次",
    "打算花2500000",
    "3456789 people",
    "total 2345678",
    "13,812,345,678元",
    "工资5000-8000",
    "3000 4500 6000 12000",
    "5000、8000、12000、15000元",
    "1,200 3,400 5,600 7,800",
    "2020-2021-2022-2023",
    "2020-2021",
    "2026-2027学年 12345热线",
    "2019、2020、2021、2022",
    "2026-11-01 2026-11-30",
    "2026-11-01",
    "2026-11-01至2026-11-30",
    "2026.11.01-2026.11.30",
    "2026/11/23 10:30",
    "2026/11/23 10:30-11:30",
    "20261123",
    "20261101-20261130",
    "20261123103000",
    "23/11/2026 08:15:30",
    "2026年11月23日",
    "二〇二六年十一月",
    "8:30-11:30 13:00-17:30",
    "09:30 10:30 11:30 12:30",
    "101 102 103 104 105 106",
    "101、102、103、104、105、106号房",
    "1201 1202 1203 1204",
    "2201 2202",
    "3-2-1201 3-2-1202 3-2-1203",
    "3-2-1201 5-1-402 7-3-803",
    "3-1201、3-1202、3-1203",
    "3号楼12单元",
    "3号楼12单元1201室",
    "12-1201",
    "公交12、35、48、90、101、102、120路",
    "98 97 96 95 94 93 92 91",
    "12.50 23.80 45.60 100.00",
    "人口8234567",
    "电梯编号12345678",
    "京政发〔2026〕12号",
    "thanks @wang. me too",
    "1、2、3、4、5、6、7、8、9、10、11、12",
    "1 2 3 4 5 6 7 8 9 10 11",
    "一、二、三、四、五、六、七、八",
    "三三两两，一五一十",
    "12345",
    "请打12345",
    "打110、119或120",
    "call 110 or 12345",
    "95588",
    "#123",
    "#1234567",
    "编号1234567",
    "/case 42",
    "G6 K1234",
    "GB 11643-1999",
    "3.14159",
    "99.95",
    "¥128.50",
    "12.5%",
    "第3条第2款",
    "1/2",
    "5G 4K 100M",
    "32路公交车",
    "邮编100010",
    "@LiaisonBot",
    "thanks @wang, see you",
    "look at example.com",
    "http://example.com/a",
    "微信支付",
    "the wechat group is quiet",
    "QQ群里有人说",
    "passport office",
    "路灯坏了三天了",
    "The lamp in my street has been broken for 3 days",
    "",
    "****",
]


def digits(text: str) -> int:
    return sum(
        1
        for sign in text
        if unicodedata.digit(sign, None) is not None or sign in "一二三四五六七八九〇壹贰叁肆伍陆柒捌幺"
    )


@pytest.mark.parametrize("around", ["{}", "路灯坏了，{}，谢谢", "The lamp is broken. {} Thank you."])
@pytest.mark.parametrize("number", MASKED)
def test_what_leads_to_a_person_is_masked(number: str, around: str) -> None:
    """At most the first three and the last two digits stay, however the number is written."""
    shown = masking.mask(around.format(number))

    before, _, after = around.partition("{}")
    assert shown.startswith(before)
    assert shown.endswith(after)
    inner = shown[len(before) : len(shown) - len(after)]
    assert "*" in inner
    assert digits(inner) <= 5, inner
    assert len(shown) == len(around.format(number))


@pytest.mark.parametrize("around", ["{}", "路灯坏了，{}，谢谢", "The lamp is broken. {} Thank you."])
@pytest.mark.parametrize("text", READABLE)
def test_what_leads_to_nobody_stays_readable(text: str, around: str) -> None:
    """Dates, amounts, rooms, hotlines and numbers of cases are what a report is about."""
    assert masking.mask(around.format(text)) == around.format(text)


def test_every_number_of_a_text_is_masked() -> None:
    """Not only the first of each kind; the words between them stay."""
    text = (
        "找13812345678或139 0000 1111，身份证11010119900307123X，卡6222 0212 3456 7890，a@qq.com、b@163.com，8555-1234"
    )

    shown = masking.mask(text)

    assert re.sub(r"[*\s]", "", shown) == "找13878或13911，身份证，卡，a、b，-34"


def test_a_telephone_behind_the_number_of_a_parcel_is_masked() -> None:
    assert masking.mask("单号 7730123456 13812345678") == "单号 7730123456 138******78"
    assert masking.mask("单号773012345678901，电话13812345678") == "单号773012345678901，电话138******78"


def test_masking_twice_changes_nothing_more() -> None:
    """A text may pass several doors on its way out."""
    for number in (*MASKED, *READABLE):
        once = masking.mask(f"路灯坏了，{number}，谢谢")
        assert masking.mask(once) == once


SEPARATORS = st.sampled_from(
    ["", " ", "-", "  ", "   ", "，", ",", "、", "/", ".", "~", "：", "_", "·", "\u200b", "—", "\n"]
)
SCRIPTS = st.sampled_from(["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "〇一二三四五六七八九"])
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
IDENTITIES = st.from_regex(
    r"[1-6][0-9]{5}(19[0-9]{2}|200[0-9])(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{4}", fullmatch=True
)
CARDS = st.from_regex(r"(62|4[0-9]|5[1-5])[0-9]{14}([0-9]{3})?", fullmatch=True)
WORDS = st.sampled_from(
    ["", "路灯坏了", "请联系我：", "the lamp, ", "3号楼", "（", "hello ", "谢谢。", "，住3号楼", "\n"]
)


@st.composite
def written(draw: st.DrawFn) -> tuple[str, str]:
    """A number, and one of the ways people write it."""
    kind = draw(st.integers(0, 2))
    number, cuts = (
        (draw(MOBILES), (3, 7)),
        (draw(IDENTITIES), (6, 10, 14)),
        (draw(CARDS), (4, 8, 12, 16)),
    )[kind]
    between, script = draw(SEPARATORS), draw(SCRIPTS)
    groups = [number[a:b] for a, b in zip((0, *cuts), (*cuts, len(number)), strict=True) if number[a:b]]
    return number, between.join(groups).translate(str.maketrans("0123456789", script))


@given(written(), WORDS, WORDS)
def test_no_way_of_writing_a_number_survives(form: tuple[str, str], before: str, after: str) -> None:
    """Whatever stands around it, most of it is gone; length and words are what they were."""
    text = before + form[1] + after

    shown = masking.mask(text)

    assert len(shown) == len(text)
    assert shown.startswith(before)
    assert shown.endswith(after.removeprefix("3")), "a digit glued to a number may go with it"
    assert digits(shown[len(before) : len(shown) - len(after)]) <= 5


@given(
    st.text()
    | st.lists(st.sampled_from([*"0128 -,./:_()+@#xaQ号点一元A京\u200b", "138", "1234", "qq", "com", " at "])).map(
        "".join
    )
)
def test_any_text_keeps_its_length_and_differs_by_stars_only(text: str) -> None:
    """Masking never fails, moves or invents anything."""
    shown = masking.mask(text)

    assert len(shown) == len(text)
    assert all(after in (before, "*") for before, after in zip(text, shown, strict=True))


LONGEST = 4096
"""As many characters as a message of Telegram may have."""

HARD = [
    "1",
    "1 ",
    "1  ",
    "12 ",
    "138-",
    "a",
    "a.",
    "@",
    "a@",
    "a@a.",
    "a@" + "b" * 62,
    "1,",
    "1:",
    "0",
    "+",
    "+1",
    "8 6 ",
]
HARD += [
    "qq",
    "QQ ",
    "电话",
    "电话1",
    "卡号1 ",
    "一",
    "一 ",
    "①",
    "\u200b1",
    " ",
    "1    ",
    "1     ",
    "a1",
    "京A1",
    "8555-1234号 ",
]
HARD += ["555-", "2020-", "1-2-3", "ab12 ", "zhang at ", "点", "at ", "#", "is ", "号码", "a b", "2026-11-"]


def seconds(text: str) -> float:
    """Of the processor, the best of a few: other tests run at the same time."""
    times = []
    for _ in range(4):
        began = time.process_time()
        masking.mask(text)
        times.append(time.process_time() - began)
    return min(times)


@pytest.mark.parametrize("part", HARD)
def test_no_text_keeps_the_bot_busy(part: str) -> None:
    """The longest message of nothing but beginnings of numbers takes milliseconds, not seconds."""
    assert seconds((part * LONGEST)[:LONGEST]) < 0.2


def test_an_ordinary_text_takes_next_to_no_time() -> None:
    """It happens for each card of a group; the bound is wide, for machines that are busy."""
    words = "我家门口的路灯坏了三天了，晚上很黑，请尽快派人来修，谢谢！" * 200

    assert seconds(words[: LONGEST - 40] + "电话13812345678，邮箱zhang@qq.com") < 0.01


def test_a_long_text_is_shortened_with_a_sign_that_it_was() -> None:
    """In one piece, and never longer than asked for."""
    assert masking.shorten("路灯坏了", 4) == "路灯坏了"
    assert masking.shorten("路灯 坏了", 4) == "路灯…"
