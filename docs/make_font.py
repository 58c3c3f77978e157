"""Make the charts' font anew: the part of Noto Sans CJK SC that Chinese and Latin texts need.

python -m docs.make_font [/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

SOURCE: Final = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
MADE: Final = Path(__file__).parent.parent / "liaisonbot" / "data" / "fonts" / "NotoSansSC-subset.otf"
NAME: Final = "Noto Sans CJK SC"
RANGES: Final = (
    (0x20, 0x7F),
    (0xA0, 0x100),
    (0x2010, 0x2040),
    (0x2190, 0x2194),
    (0x2460, 0x2500),
    (0x2500, 0x2600),
    (0x3000, 0x3030),
    (0xFF00, 0xFF5F),
)
MORE: Final = "★☆✓✔✗‖·—…≥≤×÷±°℃元喆堃玥珺昇淼镕堉頔翀旻晟彧炜祎赟甯邨垚犇骉羴"


def characters() -> Iterator[int]:
    """What the subset holds."""
    for first, after in RANGES:
        yield from range(first, after)
    yield from map(ord, MORE)
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            yield from map(ord, bytes([row, cell]).decode("gb2312", errors="ignore"))


def make(source: Path) -> None:
    """Write the subset. Raises StopIteration if the collection has no such font."""
    font: TTFont = next(font for font in TTCollection(source).fonts if font["name"].getDebugName(4) == NAME)
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "vhea", "vmtx", "VORG", "BASE"]
    maker = subset.Subsetter(options)
    maker.populate(unicodes=set(characters()))
    maker.subset(font)
    font.save(MADE)


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE)
