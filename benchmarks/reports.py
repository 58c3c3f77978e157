"""What constituents write, in the measurements and in the large database: everyday reports, told apart by number."""

from __future__ import annotations

from typing import Final

REPORTS: Final = (
    "阳光小区3号楼东侧的路灯坏了两个多星期，晚上老人下楼很不方便，物业一直推脱，请帮忙协调。",
    "学校门口每天早晚高峰乱停车严重，孩子过马路很危险，能不能增设护栏或者安排交警疏导？",
    "楼下新开的烧烤店油烟很大，每天营业到凌晨两点，噪音影响休息，打过几次电话没有结果。",
    "小区自来水最近发黄有异味，已经持续三天，请有关部门检测一下水质，给大家一个说法。",
    "建议在社区活动中心增加健身器材，现在的器材损坏多年无人维修，老年人活动没有地方去。",
    "河道两岸垃圾很多，夏天味道很重，希望定期清理，并在岸边设置垃圾箱和警示牌。",
    "去年征地的补偿款到现在还没有发放到户，问了村里和镇里都说在走流程，想了解具体进度。",
    "The lift in building 7 has been out of order since Monday; my mother uses a wheelchair and cannot leave the flat.",
)


def report(number: int) -> str:
    """The text of that report; it begins with its number, by which an echo of it is known."""
    return f"{number} {REPORTS[number % len(REPORTS)]}"
