"""The looks of an HWPX document: how characters and paragraphs look and what borders there are, each numbered when it
is first asked for, and written into the header part in that order."""

from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from .blocks import Level

INK, NAVY, RED, LINE = "#000000", "#052B57", "#BD2C0F", "#464C53"
HEAD_FILL, SIDE_FILL = "#E7EDF5", "#F4F5F6"
LANGUAGES = ("hangul", "latin", "hanja", "japanese", "other", "symbol", "user")
UNIT = "HWPUNIT"  # 7,200 to an inch, 100 to a point


@dataclass(frozen=True)
class Char:
    """How characters look. `size`: in hundredths of a point. `is_plain`: 함초롬돋움, else 함초롬바탕; both come with
    every Hangul since 2010, and 맑은 고딕 stands in where they are missing."""

    size: int = 1300
    is_bold: bool = False
    colour: str = INK
    is_struck: bool = False
    is_plain: bool = False


@dataclass(frozen=True)
class Para:
    """How a paragraph stands. `hang`: by how much its further lines stand in behind the first. `outline`: its level in
    the document's outline, 0 for none."""

    align: str = "JUSTIFY"
    left: int = 0
    hang: int = 0
    before: int = 0
    after: int = 0
    line: int = 160  # percent
    outline: int = 0
    keeps_next: bool = False
    breaks_words: bool = False  # as in narrow cells


@dataclass(frozen=True)
class Border:
    """The four borders, each "type width", and the fill."""

    left: str = "NONE 0.1"
    right: str = "NONE 0.1"
    top: str = "NONE 0.1"
    bottom: str = "NONE 0.1"
    fill: str = ""
    colour: str = LINE


THIN, THICK = "SOLID 0.12", "SOLID 0.5"
NO_BORDER = Border()
BOX = Border(THIN, THIN, THIN, THIN)
TITLE_BOX = Border("NONE 0.1", "NONE 0.1", THICK, THICK, HEAD_FILL, NAVY)
HEAD_CELL = Border(THIN, THIN, THIN, THIN, HEAD_FILL)
SIDE_CELL = Border(THIN, THIN, THIN, THIN, SIDE_FILL)
RUNNING = Border(bottom=THIN)


@dataclass(frozen=True)
class Style:
    """A paragraph style by name: who opens the file can change all paragraphs of it at once."""

    name: str
    english: str
    para: Para
    char: Char


TITLE = Style(
    "문서 제목", "Document title", Para("CENTER", before=300, after=300, line=140), Char(2000, True, is_plain=True)
)
UNDER = Style("문서 부제", "Document subtitle", Para("CENTER", after=300, line=140), Char(1200, is_plain=True))
CHAPTER = Style(
    "장 제목",
    "Chapter",
    Para("LEFT", before=1400, after=500, outline=1, keeps_next=True),
    Char(1600, True, NAVY, is_plain=True),
)
PART = Style(
    "절 제목", "Part", Para("LEFT", before=1000, after=300, outline=2, keeps_next=True), Char(1400, True, is_plain=True)
)
LEVELS = {
    Level.TOPIC: Style(
        "□ 항목", "Topic", Para(hang=2100, before=700, keeps_next=True), Char(1400, True, is_plain=True)
    ),
    Level.ITEM: Style("ㅇ 항목", "Item", Para(left=900, hang=1950, before=300), Char()),
    Level.DETAIL: Style("- 항목", "Detail", Para(left=2600, hang=1150, before=200), Char()),
    Level.NOTE: Style("* 주석", "Note", Para(left=3700, hang=1000, before=100, line=140), Char(1100)),
    Level.TEXT: Style("본문 글", "Text", Para(before=200), Char()),
}
CELL = Style("표 내용", "Table text", Para("LEFT", line=130, breaks_words=True), Char(1000, is_plain=True))
HEAD = Style("표 머리", "Table head", Para("CENTER", line=130, breaks_words=True), Char(1000, True, is_plain=True))
SIDE = Style("표 옆머리", "Table side", Para("LEFT", line=130, breaks_words=True), Char(1000, True, is_plain=True))
CAPTION = Style("표 제목", "Table caption", Para("LEFT", line=130, keeps_next=True), Char(1100, True, is_plain=True))
MARK = Style("쪽 머리말", "Running head", Para("LEFT", line=120), Char(900, is_plain=True))
# A paragraph that only holds a table takes the least room there is below it.
HOLDER = Style("표 자리", "Table place", Para("LEFT", after=500, line=100), Char(600))
STYLES = (TITLE, UNDER, CHAPTER, PART, *LEVELS.values(), CELL, HEAD, SIDE, CAPTION, MARK, HOLDER)


class Looks:
    """Numbers for looks. The library's own header has some already, and ours come after them."""

    def __init__(self, *, chars: int, paras: int, borders: int, styles: int) -> None:
        self.first_char, self.first_para, self.first_border = chars, paras, borders + 1  # borders count from 1
        self.chars: dict[Char, int] = {}
        self.paras: dict[Para, int] = {}
        self.borders: dict[Border, int] = {}
        self.styles = {style: number for number, style in enumerate(STYLES, styles)}
        for style in STYLES:
            self.char(style.char)
            self.para(style.para)

    def char(self, char: Char) -> int:
        return self.chars.setdefault(char, self.first_char + len(self.chars))

    def para(self, para: Para) -> int:
        return self.paras.setdefault(para, self.first_para + len(self.paras))

    def border(self, border: Border) -> int:
        return self.borders.setdefault(border, self.first_border + len(self.borders))

    # what goes into the header part

    def char_xml(self) -> str:
        return "".join(_char_xml(number, char) for char, number in self.chars.items())

    def para_xml(self) -> str:
        return "".join(_para_xml(number, para) for para, number in self.paras.items())

    def border_xml(self) -> str:
        return "".join(_border_xml(number, border) for border, number in self.borders.items())

    def style_xml(self, language: str) -> str:
        code = 1033 if language == "en" else 1042
        return "".join(
            f'<hh:style id="{number}" type="PARA" name={quoteattr(style.name)} engName={quoteattr(style.english)} '
            f'paraPrIDRef="{self.para(style.para)}" charPrIDRef="{self.char(style.char)}" nextStyleIDRef="{number}" '
            f'langID="{code}" lockForm="0"/>'
            for style, number in self.styles.items()
        )


def _each(tag: str, value: int) -> str:
    return f"<hh:{tag} " + " ".join(f'{language}="{value}"' for language in LANGUAGES) + "/>"


def _char_xml(number: int, char: Char) -> str:
    return (
        f'<hh:charPr id="{number}" height="{char.size}" textColor="{char.colour}" shadeColor="none" useFontSpace="0" '
        'useKerning="0" symMark="NONE" borderFillIDRef="2">'
        + _each("fontRef", 0 if char.is_plain else 1)
        + _each("ratio", 100)
        + _each("spacing", 0)
        + _each("relSz", 100)
        + _each("offset", 0)
        + ("<hh:bold/>" if char.is_bold else "")
        + f'<hh:underline type="NONE" shape="SOLID" color="#000000"/>'
        f'<hh:strikeout shape="{"SOLID" if char.is_struck else "NONE"}" color="{char.colour}"/>'
        '<hh:outline type="NONE"/><hh:shadow type="NONE" color="#C0C0C0" offsetX="10" offsetY="10"/></hh:charPr>'
    )


def _para_xml(number: int, para: Para) -> str:
    heading = (
        f'type="OUTLINE" idRef="0" level="{para.outline - 1}"' if para.outline else 'type="NONE" idRef="0" level="0"'
    )
    word = "BREAK_WORD" if para.breaks_words else "KEEP_WORD"
    return (
        f'<hh:paraPr id="{number}" tabPrIDRef="0" condense="0" fontLineHeight="0" snapToGrid="1" '
        'suppressLineNumbers="0" checked="0" textDir="LTR">'
        f'<hh:align horizontal="{para.align}" vertical="BASELINE"/><hh:heading {heading}/>'
        f'<hh:breakSetting breakLatinWord="{word}" breakNonLatinWord="{word}" widowOrphan="1" '
        f'keepWithNext="{int(para.keeps_next)}" keepLines="0" pageBreakBefore="0" lineWrap="BREAK"/>'
        '<hh:autoSpacing eAsianEng="0" eAsianNum="0"/><hp:switch>'
        '<hp:case hp:required-namespace="http://www.hancom.co.kr/hwpml/2016/HwpUnitChar">'
        f"{_margins(para, 1)}</hp:case><hp:default>{_margins(para, 2)}</hp:default></hp:switch>"
        '<hh:border borderFillIDRef="2" offsetLeft="0" offsetRight="0" offsetTop="0" offsetBottom="0" connect="0" '
        'ignoreMargin="0"/></hh:paraPr>'
    )


def _margins(para: Para, times: int) -> str:
    """A reader that does not know the namespace above takes half of what stands there, so twice as much does."""
    values = {"intent": -para.hang, "left": para.left, "right": 0, "prev": para.before, "next": para.after}
    margins = "".join(f'<hc:{name} value="{value * times}" unit="{UNIT}"/>' for name, value in values.items())
    return f'<hh:margin>{margins}</hh:margin><hh:lineSpacing type="PERCENT" value="{para.line}" unit="{UNIT}"/>'


def _border_xml(number: int, border: Border) -> str:
    sides = ""
    for name in ("left", "right", "top", "bottom"):
        kind, width = getattr(border, name).split()
        sides += f'<hh:{name}Border type="{kind}" width="{width} mm" color="{border.colour}"/>'
    fill = f'<hc:fillBrush><hc:winBrush faceColor="{border.fill}" hatchColor="#999999" alpha="0"/></hc:fillBrush>'
    return (
        f'<hh:borderFill id="{number}" threeD="0" shadow="0" centerLine="NONE" breakCellSeparateLine="0">'
        '<hh:slash type="NONE" Crooked="0" isCounter="0"/><hh:backSlash type="NONE" Crooked="0" isCounter="0"/>'
        f'{sides}<hh:diagonal type="SOLID" width="0.1 mm" color="#000000"/>{fill if border.fill else ""}'
        "</hh:borderFill>"
    )
