"""What constituents write, in the measurements and in the large database: always the same texts for the same seed.

``various`` makes them as people do: a matter at a place, told in one's own words; now and then somebody tells of what a
neighbour has told already. ``alike`` are eight texts again and again, the worst case of the search for like ones.
"""

from __future__ import annotations

import random
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Final

EIGHT: Final = (
    "阳光小区3号楼东侧的路灯坏了两个多星期，晚上老人下楼很不方便，物业一直推脱，请帮忙协调。",
    "学校门口每天早晚高峰乱停车严重，孩子过马路很危险，能不能增设护栏或者安排交警疏导？",
    "楼下新开的烧烤店油烟很大，每天营业到凌晨两点，噪音影响休息，打过几次电话没有结果。",
    "小区自来水最近发黄有异味，已经持续三天，请有关部门检测一下水质，给大家一个说法。",
    "建议在社区活动中心增加健身器材，现在的器材损坏多年无人维修，老年人活动没有地方去。",
    "河道两岸垃圾很多，夏天味道很重，希望定期清理，并在岸边设置垃圾箱和警示牌。",
    "去年征地的补偿款到现在还没有发放到户，问了村里和镇里都说在走流程，想了解具体进度。",
    "The lift in building 7 has been out of order since Monday; my mother uses a wheelchair and cannot leave the flat.",
)
RETOLD: Final = 0.15
"""So many reports tell of a matter that was told before, in other words."""
REMEMBERED: Final = 60
"""Of so many matters neighbours still speak."""
ENGLISH: Final = 0.08
_HOW_MANY: Final = (0, 1, 1, 2, 2, 2, 3)
"""Things that are said besides what is wrong."""


@dataclass(frozen=True)
class Matter:
    """What is wrong, and where: the same for all who tell of it."""

    place: str
    thing: str
    trouble: str
    language: str


def various(seed: int) -> Iterator[str]:
    """Reports as people write them, without end."""
    dice = random.Random(seed)
    told: deque[Matter] = deque(maxlen=REMEMBERED)
    while True:
        if told and dice.random() < RETOLD:
            matter = dice.choice(told)
        else:
            matter = _matter(dice)
            told.append(matter)
        yield _TELL[matter.language](dice, matter)


def alike() -> Iterator[str]:
    """Eight texts again and again."""
    return cycle(EIGHT)


def _matter(dice: random.Random) -> Matter:
    language = "en" if dice.random() < ENGLISH else "zh"
    thing = dice.choice(list(_TROUBLES[language]))
    place = _place_in_english(dice) if language == "en" else _place(dice)
    return Matter(place, thing, dice.choice(_TROUBLES[language][thing]), language)


def _place(dice: random.Random) -> str:
    if dice.random() < 0.6:
        estate = dice.choice(_ESTATES) + dice.choice(("小区", "花园", "家园", "苑", "新村", "公寓"))
        return estate + dice.choice(
            (f"{dice.randint(1, 40)}号楼", f"{dice.randint(1, 40)}栋{dice.randint(1, 4)}单元", *_SPOTS)
        )
    return (
        dice.choice(_ROADS)
        + dice.choice(("路", "街", "大道", "巷"))
        + dice.choice((f"{dice.randint(1, 300)}号", *_LANDMARKS))
    )


def _place_in_english(dice: random.Random) -> str:
    estate = f"{dice.choice(_ESTATES_IN_ENGLISH)} {dice.choice(('Estate', 'Court', 'Village'))}"
    return f"{dice.choice(('building', 'block', 'gate'))} {dice.randint(1, 40)} of {estate}"


def _in_chinese(dice: random.Random, matter: Matter) -> str:
    what = f"{matter.place}{matter.thing}{matter.trouble}"
    if dice.random() < 0.3:
        what = f"{matter.thing.removeprefix('的')}{matter.trouble}，在{matter.place}"
    what = re.sub(_SAID_OTHERWISE, lambda found: dice.choice(_OTHERWISE[found[0]]), what)
    more = (part.format(**_filled(dice)) for part in dice.sample(_PARTS, dice.choice(_HOW_MANY)))
    return dice.choice(_OPENINGS) + "，".join([what, *more]) + dice.choice(_WISHES)


def _filled(dice: random.Random) -> dict[str, str]:
    return {blank: dice.choice(words) for blank, words in _BLANKS.items()}


def _in_english(dice: random.Random, matter: Matter) -> str:
    since = dice.choice(("", " since last week", f" for {dice.randint(2, 9)} days", " for almost a month"))
    opening, more = dice.choice(("", "Hello, ", "Good morning. ")), dice.choice(_MORE_IN_ENGLISH)
    return f"{opening}the {matter.thing} at {matter.place} {matter.trouble}{since}.{more}"


_TELL: Final = {"zh": _in_chinese, "en": _in_english}

_TROUBLES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "zh": {
        "的路灯": ("不亮了", "坏了好几盏", "一闪一闪的", "天没黑就亮，半夜又灭"),
        "的电梯": ("老是停运", "门关不严", "运行时有异响", "坏了没人修"),
        "的下水道": ("堵了，脏水往外冒", "返味很大", "井盖松了，车一压就响"),
        "的自来水": ("发黄", "水压很低，楼上没水", "有股怪味"),
        "的暖气": ("不热，屋里只有十几度", "漏水", "交了费一直没通"),
        "的停车位": ("被人用地锁占了", "太少，天天为抢车位吵架", "收费比物价局定的高"),
        "的消防通道": ("停满了车", "堆着杂物", "被锁上了"),
        "的垃圾": ("好几天没人收", "堆得到处都是，招苍蝇", "分类的桶撤了没补"),
        "的健身器材": ("锈断了", "少了几个零件", "都是坏的，老人没地方活动"),
        "的树": ("长得太高挡光", "枯枝快掉下来了", "根把路面拱坏了"),
        "楼下的烧烤店": ("油烟直往窗户里灌", "营业到后半夜", "把桌子摆到人行道上"),
        "旁边的工地": ("夜里还在施工", "尘土很大", "渣土车把路压坏了"),
        "的广场舞": ("音响开得太大", "从早跳到晚"),
        "的路面": ("坑坑洼洼", "一下雨就积水", "挖开以后没有恢复"),
        "的公交车": ("间隔太长", "站牌的字看不清", "末班车太早，下夜班回不去"),
        "门口的斑马线": ("磨没了", "没有红绿灯，孩子过马路不放心"),
        "的充电桩": ("装了不通电", "太少，电动车只能飞线"),
        "的物业费": ("涨了，事先没有征求意见", "收了不开票", "账目从来不公开"),
        "的房产证": ("交房几年了办不下来", "材料退了三次，每次说法不一样"),
        "的养老金": ("这个月没到账", "调整以后不知道怎么算的"),
        "的医保报销": ("跑了几趟没办成", "比例和通知上说的不一样"),
        "的孩子": ("上学学位不够，要分到很远的学校", "放学没人托管"),
        "的流浪狗": ("越来越多，吓着老人孩子", "在单元门口做窝"),
        "的河道": ("水发黑发臭", "岸边都是垃圾", "护栏缺了一段"),
        "的网络信号": ("在家打不了电话", "宽带只能装一家的"),
        "的拆迁安置房": ("过渡期都过了还没交房", "面积和协议对不上"),
        "的工资": ("拖了两个月没发", "老板说没钱，让等"),
        "的营业执照": ("网上申请一直显示审核中", "变更地址要跑好几个窗口"),
        "的社区食堂": ("停了，独居老人吃饭难", "饭菜太贵"),
        "的图书室": ("总是关着门", "没有孩子看的书"),
    },
    "en": {
        "lift": ("is out of order", "stops between floors"),
        "street lamp": ("does not work", "flickers all night"),
        "water": ("is brown", "has hardly any pressure"),
        "rubbish": ("has not been collected", "attracts rats"),
        "parking": ("blocks the entrance", "leaves no room for wheelchairs"),
        "playground": ("has a broken slide", "is full of broken glass"),
        "bus stop": ("has no shelter", "was moved without notice"),
        "restaurant": ("is noisy until two in the morning", "fills our flat with smoke"),
        "pavement": ("is full of holes", "floods whenever it rains"),
    },
}
_OTHERWISE: Final[Mapping[str, tuple[str, ...]]] = {
    "不亮了": ("黑着", "一盏都没亮", "瞎了一个礼拜", "不亮了"),
    "坏了好几盏": ("坏了一大半", "十盏有七盏不行", "只剩两盏能用"),
    "老是停运": ("动不动就停", "三天两头罢工", "又挂了维修牌", "经常关人"),
    "坏了没人修": ("趴窝了", "出毛病也不来检修", "按了没反应"),
    "堵了，脏水往外冒": ("不通，粪水漫出来", "淤死了，污水倒灌进屋", "冒泡，满地黑水"),
    "返味很大": ("臭气熏天", "味儿顶得人头晕"),
    "发黄": ("黄得像茶水", "浑浊，放半天都不清", "有铁锈"),
    "水压很低，楼上没水": ("水流细得像线", "高层接不满一盆", "洗澡都冲不开泡沫"),
    "不热，屋里只有十几度": ("摸着冰凉，盖两床被", "温乎乎的，穿棉袄看电视", "量了才十四度"),
    "太少，天天为抢车位吵架": ("根本不够，回来晚就没地方停", "抢破头，昨天还动了手"),
    "停满了车": ("被私家车堵死", "让面包车占着，救火车进不来"),
    "堆着杂物": ("让旧沙发挡了半边", "摞满纸箱子"),
    "好几天没人收": ("堆成小山", "从周一放到现在", "满出来淌汤"),
    "锈断了": ("一碰就掉渣", "只剩架子", "断了根腿"),
    "油烟直往窗户里灌": ("呛得人睁不开眼", "把晾的衣服都熏黑", "炒辣椒味满屋"),
    "营业到后半夜": ("吵到凌晨", "划拳喝酒没个完"),
    "夜里还在施工": ("通宵打桩", "凌晨三点切割钢筋", "挖机轰隆隆"),
    "尘土很大": ("一刮风全是沙", "窗台半天一层灰"),
    "音响开得太大": ("吵得电视都听不见", "喇叭震得玻璃响"),
    "坑坑洼洼": ("全是坑，颠得慌", "裂得像蜘蛛网", "破得没法骑车"),
    "一下雨就积水": ("成了水塘", "雨后没过脚脖子", "排不走水"),
    "间隔太长": ("等四十分钟都不来", "半天一趟", "总是两辆连着来"),
    "磨没了": ("看不见了", "只剩几道白印子"),
    "装了不通电": ("是摆设，扫了没反应", "插上不充"),
    "涨了，事先没有征求意见": ("说涨就涨", "多了三毛钱，谁同意的"),
    "交房几年了办不下来": ("拖了五年还没影", "一直卡着不给"),
    "材料退了三次，每次说法不一样": ("交一回退一回", "今天缺这个明天缺那个"),
    "这个月没到账": ("断了", "少发了两百", "查不到"),
    "跑了几趟没办成": ("卡在复印件上", "系统总说不符合"),
    "上学学位不够，要分到很远的学校": ("报不上名", "要去五公里外读书"),
    "放学没人托管": ("三点半没处去", "接不了，大人都上班"),
    "越来越多，吓着老人孩子": ("成群结队", "追着人咬", "有七八条"),
    "水发黑发臭": ("像墨汁", "漂着死鱼", "泛绿沫"),
    "岸边都是垃圾": ("边上扔满塑料袋", "倒了几车建筑渣土"),
    "在家打不了电话": ("进门就没信号", "断断续续听不清"),
    "过渡期都过了还没交房": ("说好两年，第四年了还租房", "封顶后就停了"),
    "拖了两个月没发": ("一分没见着", "欠着四个人的"),
    "网上申请一直显示审核中": ("提交半个月没动静", "页面转圈打不开"),
    "停了，独居老人吃饭难": ("关门了，爷爷奶奶天天煮面", "没人做饭了"),
    "总是关着门": ("从没见开过", "锁着，钥匙不知在谁那"),
}
"""What many complain of, in the words of different people."""
_SAID_OTHERWISE: Final = "|".join(sorted(map(re.escape, _OTHERWISE), key=len, reverse=True))
_ESTATES: Final = (
    *("阳光", "槐荫", "翠湖", "金桂", "东城", "和平", "望江", "锦绣", "银杏", "碧水", "丽景", "朝阳", "幸福", "梧桐"),
    *("紫荆", "南苑", "北辰", "书香", "滨河", "福星", "龙泉", "桃源", "天鹅湖", "玫瑰", "春晓", "云山", "荷塘", "安康"),
)
_ESTATES_IN_ENGLISH: Final = ("Sunshine", "Riverside", "Green Lake", "Garden", "Maple", "Lotus")
_SPOTS: Final = (
    "东门",
    "西门",
    "南门",
    "地下车库",
    "中心花园",
    "门卫室旁边",
    "快递柜边上",
    "后面的空地",
    "物业办公室对面",
)
_ROADS: Final = (
    *("人民", "解放", "建设", "新华", "文化", "中山", "长江", "黄河", "育才", "胜利", "光明", "工农", "学府", "青年"),
    *(
        "迎宾",
        "滨江",
        "环城南",
        "站前",
        "东风",
        "兴业",
        "科技",
        "朝阳北",
        "凤凰",
        "龙山",
        "花园",
        "体育场",
        "西关",
        "柳树",
    ),
)
_LANDMARKS: Final = (
    "菜市场",
    "小学门口",
    "中学对面",
    "公交站",
    "十字路口",
    "卫生院旁边",
    "立交桥下",
    "超市门口",
    "银行门前",
)
_OPENINGS: Final = (
    "",
    "",
    "",
    "您好，",
    "代表好，",
    "你好，我是住户，",
    "想反映一下，",
    "麻烦问一下，",
    "各位领导，",
    "在吗？",
)
_BLANKS: Final[Mapping[str, tuple[str, ...]]] = {
    "when": (
        *(
            "上周",
            "前天",
            "昨天夜里",
            "国庆前",
            "入冬",
            "开学",
            "端午",
            "今年春天",
            "五月份",
            "去年年底",
            "搬来那天",
            "下大雨那次",
        ),
        *(
            "八号",
            "上个月中旬",
            "换了物业",
            "修地铁",
            "礼拜二",
            "疫情过后",
            "前年",
            "大年初三",
            "清明",
            "二十号",
            "立秋",
            "刚才",
        ),
    ),
    "who": (
        *(
            "老人",
            "我妈",
            "孩子",
            "隔壁大爷",
            "抱娃的",
            "上夜班的人",
            "坐轮椅的邻居",
            "外卖员",
            "我爱人",
            "一楼住户",
            "租客",
            "学生",
        ),
        *(
            "岳父",
            "孕妇",
            "商户",
            "环卫大姐",
            "接孩子的家长",
            "骑车的",
            "快递小哥",
            "楼上老两口",
            "小孙女",
            "开店的",
            "保安",
            "残疾人",
        ),
    ),
    "suffers": (
        *(
            "摔过一跤",
            "急得掉泪",
            "绕半里地",
            "整宿没合眼",
            "不敢下楼",
            "咳嗽个没完",
            "迟到好几回",
            "只好借住亲戚家",
            "吓哭了",
        ),
        *(
            "血压都高了",
            "挤在门口吵",
            "差点被撞",
            "踩一脚泥",
            "闻着就恶心",
            "天天念叨",
            "写不成作业",
            "投诉无门",
            "干着急",
            "被刮破裤子",
        ),
        *("买菜都犯愁", "起夜看不见", "请假在家守着", "多花好几百", "白跑一趟", "戴着口罩睡", "扛着车上楼", "打水洗脸"),
    ),
    "office": (
        *(
            "物业",
            "居委会",
            "街道办",
            "城管",
            "供电所",
            "自来水公司",
            "热线",
            "网格员",
            "村委会",
            "派出所",
            "窗口",
            "开发商",
            "业委会",
        ),
        *("环卫所", "住建局", "燃气站", "公交公司", "教育局", "社保大厅", "施工队", "房东", "维修班", "楼长", "交警队"),
    ),
    "said": (
        *(
            "让等通知",
            "电话没人接",
            "推给别家",
            "拍完照就走了",
            "说经费没批",
            "登记了没下文",
            "说下个月弄",
            "踢皮球",
            "说查不到记录",
        ),
        *(
            "要我自己出钱",
            "叫我发邮件",
            "换了三个人接待",
            "说人手紧",
            "只会道歉",
            "说已办结",
            "答应得好好的",
            "让找领导",
            "说图纸丢了",
        ),
        *(
            "劝我想开点",
            "说是历史遗留",
            "挂断了",
            "要补五样材料",
            "建了个群就不吭声",
            "说招标呢",
            "指了另一个门",
            "写了张条子",
        ),
    ),
}
_PARTS: Final = (
    "从{when}开始的",
    "{when}起就这样",
    "{who}{suffers}",
    "{office}{said}",
    "找了{office}，{said}",
    "害得{who}{suffers}",
)
_WISHES: Final = (
    *(
        "。",
        "，请帮忙协调。",
        "，希望尽快解决，谢谢！",
        "，能不能派人来看看？",
        "，该找哪个部门？",
        "，给个准话就行。",
        "",
    ),
    *(
        "，麻烦代表跟进一下。",
        "，建议统一整治。",
        "，盼回复",
        "。这事到底谁管？",
        "，辛苦了。",
        "，拜托",
        "。在线等",
        "？",
        "！",
    ),
)
_MORE_IN_ENGLISH: Final = (
    *("", " Please help.", " Nobody answers our calls.", " The management office says it is not their business."),
    *(" Could somebody have a look?", " My mother cannot leave the flat.", " Several neighbours feel the same."),
)
