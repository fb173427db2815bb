"""Reads an HWPX file with nothing but the standard library, so that what python-hwpx and our own code write is judged by
neither. What Hangul does not open is an error here: a part that is missing, a look that nobody defined, a table whose
cells leave a hole."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree as ET

HANCOM = "http://www.hancom.co.kr/hwpml/2011/"
HP, HH, HS, HC = f"{{{HANCOM}paragraph}}", f"{{{HANCOM}head}}", f"{{{HANCOM}section}}", f"{{{HANCOM}core}}"
OPF = "{http://www.idpf.org/2007/opf/}"
OCF = "{urn:oasis:names:tc:opendocument:xmlns:container}"
TYPE = b"application/hwp+zip"
NEEDED = {"mimetype", "version.xml", "settings.xml", "META-INF/container.xml", "META-INF/manifest.xml"}
BREAKS = {f"{HP}lineBreak": "\n", f"{HP}tab": "\t", f"{HP}nbSpace": "\u00a0", f"{HP}fwSpace": "\u3000"}


@dataclass
class Run:
    text: str
    size: int
    colour: str
    is_bold: bool
    is_struck: bool


@dataclass
class Cell:
    row: int
    column: int
    rows: int
    columns: int
    width: int
    height: int
    is_head: bool
    borders: dict[str, str]
    fill: str
    paragraphs: list["Paragraph"]

    @property
    def text(self) -> str:
        return "\n".join(paragraph.text for paragraph in self.paragraphs)


@dataclass
class Table:
    rows: int
    columns: int
    width: int
    height: int
    caption: str
    repeats_head: bool
    goes_over_pages: bool
    cells: list[Cell]

    def at(self, row: int, column: int) -> Cell:
        """The cell that covers this place."""
        return next(
            cell
            for cell in self.cells
            if cell.row <= row < cell.row + cell.rows and cell.column <= column < cell.column + cell.columns
        )


@dataclass
class Paragraph:
    """`left`, `hang`: in Hangul's units, 100 to a point. `outline`: its level, 0 for none. `has_page_number`: from its
    page on pages have one; `starts_at`: with which number its page begins to count anew."""

    style: str
    align: str
    left: int
    hang: int
    outline: int
    begins_page: bool
    runs: list[Run]
    tables: list[Table]
    has_page_number: bool = False
    starts_at: int | None = None

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass
class Reading:
    names: list[str]
    metadata: dict[str, str]
    title: str
    language: str
    paragraphs: list[Paragraph]
    heads: list[str] = field(default_factory=list)  # of every page
    head_runs: list[Run] = field(default_factory=list)
    page_number: dict[str, str] = field(default_factory=dict)
    sheet: dict[str, int] = field(default_factory=dict)
    margins: dict[str, int] = field(default_factory=dict)
    numbering: list[str] = field(default_factory=list)  # what the outline puts before headings, level by level
    preview: str = ""

    @property
    def lines(self) -> list[str]:
        """All the text in its order, table by table and cell by cell, without the heads of the pages."""
        return list(_lines(self.paragraphs))

    @property
    def tables(self) -> list[Table]:
        return [table for paragraph in self.paragraphs for table in paragraph.tables]


def _lines(paragraphs: list[Paragraph]) -> Iterator[str]:
    for paragraph in paragraphs:
        for table in paragraph.tables:
            if table.caption:
                yield table.caption
            for cell in table.cells:
                yield from _lines(cell.paragraphs)
        if paragraph.text or not paragraph.tables:
            yield paragraph.text


def read(data: bytes) -> Reading:
    """What the file holds. AssertionError where it is not as KS X 6101 has it."""
    # First of all the type, uncompressed and without an extra field: whoever looks at the bytes finds it at byte 38.
    assert data[:4] == b"PK\x03\x04"
    assert data[30 : 38 + len(TYPE)] == b"mimetype" + TYPE, "the type is not the first thing in the file"
    with zipfile.ZipFile(BytesIO(data)) as package:
        assert package.testzip() is None
        parts = {entry.filename: package.read(entry) for entry in package.infolist()}
        assert len(parts) == len(package.infolist()), "a part is there twice"
    assert parts.keys() >= NEEDED, NEEDED - parts.keys()
    trees = {name: ET.fromstring(part) for name, part in parts.items() if name.endswith((".xml", ".hpf", ".rdf"))}
    assert trees["version.xml"].get("tagetApplication") == "WORDPROCESSOR"  # Hancom's own spelling
    roots = {
        node.get("full-path"): node.get("media-type") for node in trees["META-INF/container.xml"].iter(f"{OCF}rootfile")
    }
    assert roots.get("Contents/content.hpf") == "application/hwpml-package+xml"
    assert set(roots) <= set(parts), "the container names what is not there"
    manifest = trees["Contents/content.hpf"]
    items = {node.get("id"): node.get("href") for node in manifest.iter(f"{OPF}item")}
    assert set(items.values()) <= set(parts), "the manifest names what is not there"
    spine = [items[node.get("idref")] for node in manifest.iter(f"{OPF}itemref")]
    assert spine == ["Contents/header.xml", "Contents/section0.xml"]
    section = trees["Contents/section0.xml"]
    assert section.tag == f"{HS}sec"
    reading = _Section(_Head(trees["Contents/header.xml"])).read(section)
    reading.names = list(parts)
    reading.metadata = {node.get("name", ""): node.text or "" for node in manifest.iter(f"{OPF}meta")}
    reading.title = next(manifest.iter(f"{OPF}title")).text or ""
    reading.language = next(manifest.iter(f"{OPF}language")).text or ""
    reading.preview = parts["Preview/PrvText.txt"].decode()
    return reading


class _Head:
    """The header part: what the numbers in the text mean."""

    def __init__(self, root: ET.Element) -> None:
        assert root.tag == f"{HH}head"
        self.chars = self._numbered(root, "charProperties", "charPr")
        self.paras = self._numbered(root, "paraProperties", "paraPr")
        self.styles = self._numbered(root, "styles", "style")
        self.borders = self._numbered(root, "borderFills", "borderFill")
        self.numberings = self._numbered(root, "numberings", "numbering")
        self.fonts = {
            (face.get("lang"), font.get("id")): font.get("face") for face in root.iter(f"{HH}fontface") for font in face
        }
        for style in self.styles.values():
            assert style.get("charPrIDRef") in self.chars
            assert style.get("paraPrIDRef") in self.paras
            assert style.get("nextStyleIDRef") in self.styles
        for char in self.chars.values():
            assert char.get("borderFillIDRef") in self.borders
            font = char.find(f"{HH}fontRef")
            assert font is not None
            assert all((lang.upper(), number) in self.fonts for lang, number in font.attrib.items())

    def _numbered(self, root: ET.Element, group: str, tag: str) -> dict[str | None, ET.Element]:
        whole = next(root.iter(f"{HH}{group}"))
        found = {node.get("id"): node for node in whole.findall(f"{HH}{tag}")}
        assert len(found) == len(whole), f"a {tag} has the number of another"
        assert whole.get("itemCnt") == str(len(whole)), f"there are more or fewer {tag} than it says"
        return found


class _Section:
    def __init__(self, head: _Head) -> None:
        self.head = head

    def read(self, section: ET.Element) -> Reading:
        paragraphs = [self._paragraph(node) for node in section]
        numbers = [node.get("id") for node in section.iter(f"{HP}tbl")]
        assert len(set(numbers)) == len(numbers), "two tables have one number"
        reading = Reading([], {}, "", "", paragraphs)
        properties = section[0].find(f"{HP}run/{HP}secPr")
        assert properties is not None, "the first paragraph holds no properties of the section"
        numbering = self.head.numberings[properties.get("outlineShapeIDRef")]
        reading.numbering = [level.text or "" for level in numbering.findall(f"{HH}paraHead")]
        page = properties.find(f"{HP}pagePr")
        assert page is not None
        margin = page.find(f"{HP}margin")
        assert margin is not None
        reading.sheet = {name: int(page.get(name, "0")) for name in ("width", "height")}
        reading.margins = {name: int(value) for name, value in margin.attrib.items()}
        for header in section.iter(f"{HP}header"):
            assert header.get("applyPageType") == "BOTH"
            inner = [self._paragraph(node) for node in header.findall(f"{HP}subList/{HP}p")]
            reading.heads += [line for line in _lines(inner) if line]
            reading.head_runs += [
                run
                for one in inner
                for table in one.tables
                for cell in table.cells
                for p in cell.paragraphs
                for run in p.runs
            ]
        fields = list(section.iter(f"{HP}pageNum"))
        reading.page_number = dict(fields[0].attrib) if len(fields) == 1 else {}
        return reading

    def _paragraph(self, node: ET.Element) -> Paragraph:
        assert node.tag == f"{HP}p", node.tag
        para = self.head.paras[node.get("paraPrIDRef")]
        style = self.head.styles[node.get("styleIDRef")]
        align, heading = para.find(f"{HH}align"), para.find(f"{HH}heading")
        assert align is not None
        assert heading is not None
        values = {
            margin.tag.removeprefix(HC): int(margin.get("value", "0")) for margin in para.findall(f".//{HP}case//{HC}*")
        }
        twice = {
            margin.tag.removeprefix(HC): int(margin.get("value", "0"))
            for margin in para.findall(f".//{HP}default//{HC}*")
        }
        assert twice == {name: value * 2 for name, value in values.items()}
        runs, tables = [], []
        for run in node:
            assert run.tag == f"{HP}run", run.tag
            tables += [self._table(table) for table in run.findall(f"{HP}tbl")]
            text = "".join(_text(piece) for piece in run.findall(f"{HP}t"))
            if text:
                runs.append(self._run(run, text))
        return Paragraph(
            style.get("name", ""),
            align.get("horizontal", ""),
            values["left"],
            -values["intent"],
            int(heading.get("level", "0")) + 1 if heading.get("type") == "OUTLINE" else 0,
            node.get("pageBreak") == "1",
            runs,
            tables,
            node.find(f"{HP}run/{HP}ctrl/{HP}pageNum") is not None,
            self._start(node),
        )

    @staticmethod
    def _start(node: ET.Element) -> int | None:
        found = node.find(f"{HP}run/{HP}ctrl/{HP}newNum[@numType='PAGE']")
        return int(found.get("num", "")) if found is not None else None

    def _run(self, run: ET.Element, text: str) -> Run:
        char = self.head.chars[run.get("charPrIDRef")]
        strike = char.find(f"{HH}strikeout")
        return Run(
            text,
            int(char.get("height", "0")),
            char.get("textColor", ""),
            char.find(f"{HH}bold") is not None,
            strike is not None and strike.get("shape") != "NONE",
        )

    def _table(self, node: ET.Element) -> Table:
        size, place = node.find(f"{HP}sz"), node.find(f"{HP}pos")
        assert size is not None
        assert place is not None
        caption = node.find(f"{HP}caption")
        cells = [self._cell(cell) for row in node.findall(f"{HP}tr") for cell in row.findall(f"{HP}tc")]
        table = Table(
            int(node.get("rowCnt", "0")),
            int(node.get("colCnt", "0")),
            int(size.get("width", "0")),
            int(size.get("height", "0")),
            "\n".join(self._paragraph(one).text for one in caption.iter(f"{HP}p")) if caption is not None else "",
            node.get("repeatHeader") == "1",
            node.get("pageBreak") == "CELL" and place.get("treatAsChar") == "0",
            cells,
        )
        assert node.get("borderFillIDRef") in self.head.borders
        assert len(node.findall(f"{HP}tr")) == table.rows
        covered = [
            (cell.row + down, cell.column + right)
            for cell in cells
            for down in range(cell.rows)
            for right in range(cell.columns)
        ]
        assert sorted(covered) == [(row, column) for row in range(table.rows) for column in range(table.columns)], (
            "the cells leave a hole or lie on each other"
        )
        for row in range(table.rows):
            across = {id(cell): cell for column in range(table.columns) for cell in [table.at(row, column)]}
            assert sum(cell.width for cell in across.values()) == table.width
        for column in range(table.columns):
            down = {id(cell): cell for row in range(table.rows) for cell in [table.at(row, column)]}
            assert sum(cell.height for cell in down.values()) == table.height
        return table

    def _cell(self, node: ET.Element) -> Cell:
        address, span, size = (node.find(f"{HP}{name}") for name in ("cellAddr", "cellSpan", "cellSz"))
        assert address is not None
        assert span is not None
        assert size is not None
        border = self.head.borders[node.get("borderFillIDRef")]
        brush = border.find(f"{HC}fillBrush/{HC}winBrush")
        return Cell(
            int(address.get("rowAddr", "-1")),
            int(address.get("colAddr", "-1")),
            int(span.get("rowSpan", "0")),
            int(span.get("colSpan", "0")),
            int(size.get("width", "0")),
            int(size.get("height", "0")),
            node.get("header") == "1",
            {
                side: found.get("type", "")
                for side in ("left", "right", "top", "bottom")
                if (found := border.find(f"{HH}{side}Border")) is not None
            },
            brush.get("faceColor", "") if brush is not None else "",
            [self._paragraph(one) for one in node.findall(f"{HP}subList/{HP}p")],
        )


def _text(node: ET.Element) -> str:
    pieces = [node.text or ""]
    for inner in node:
        pieces += [BREAKS[inner.tag], inner.tail or ""]
    return "".join(pieces)
