"""A document as HWPX (KS X 6101, OWPML), which Hangul opens and every ministry writes.

The package around the text, its parts and their manifest, come from python-hwpx; the text and its looks are written
here (`hwpx_body`, `hwpx_styles`). Nothing comes from the machine's clock, its account or chance: the same document
gives the same bytes, and so the same hash.
"""

import re
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.utils import timezone, translation
from hwpx import HwpxDocument, HwpxPackage

from .blocks import Boxed, Document, Heading, Paragraph, Table, Title
from .common import clean, spans_of
from .hwpx_body import MM, Body
from .hwpx_styles import Looks

HEADER, SECTION, PREVIEW = "Contents/header.xml", "Contents/section0.xml", "Preview/PrvText.txt"
OPF = "{http://www.idpf.org/2007/opf/}"
MARGINS = {"left": 20, "right": 20, "top": 10, "bottom": 10, "header": 14, "footer": 12}  # mm; the text begins at 24
PREVIEWED = 1000  # characters, which a file manager shows
WEEKDAYS = "월화수목금토일"
NO_NUMBERS = "".join(
    f'<hh:paraHead start="1" level="{level}" align="LEFT" useInstWidth="1" autoIndent="1" widthAdjust="0" '
    'textOffsetType="PERCENT" textOffset="50" numFormat="DIGIT" charPrIDRef="4294967295" checkable="0"/>'
    for level in range(1, 11)
)


def write_hwpx(document: Document) -> bytes:
    """The file. The same document gives the same bytes."""
    made = HwpxDocument.new()
    package = made.package
    header = package.get_part(HEADER).decode()
    looks = Looks(
        chars=_count(header, "charPr"),
        paras=_count(header, "paraPr"),
        borders=_count(header, "borderFill"),
        styles=_count(header, "style"),
    )
    with translation.override(document.language):
        section = _section(package.get_part(SECTION).decode(), Body(looks), document)
    package.set_part(SECTION, section)
    package.set_part(HEADER, _header(header, looks, document.language))
    made.parts.clear_preview()
    package.set_part(PREVIEW, _preview(document))
    _set_metadata(package, document)
    return _packed(package, document.made_at)


def _count(header: str, tag: str) -> int:
    return len(re.findall(f"<hh:{tag} ", header))


def _section(given: str, body: Body, document: Document) -> str:
    """The section part: the root and the properties of the page from the library's empty one, and our paragraphs."""
    root, properties = re.search(r"<hs:sec[^>]*>", given), re.search(r"<hp:secPr.*</hp:secPr>", given, re.DOTALL)
    columns = re.search(r"<hp:ctrl><hp:colPr[^>]*/></hp:ctrl>", given)
    if not (root and properties and columns):
        raise ValueError("The library's empty document is not as it was: see docs/adr/0023-documents.md")
    margins = " ".join(f'{name}="{round(wide * MM)}"' for name, wide in MARGINS.items())
    before = re.sub(r"<hp:margin [^>]*/>", f'<hp:margin gutter="0" {margins}/>', properties[0])
    before = before.replace('outlineShapeIDRef="1"', 'outlineShapeIDRef="2"') + columns[0]
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{root[0]}{body.write(document, before)}</hs:sec>'


def _header(header: str, looks: Looks, language: str) -> str:
    """The header part with our looks behind the library's, and an outline that numbers nothing: our headings bring
    their numbers with them."""
    added = {
        "borderFill": ("borderFills", looks.border_xml()),
        "charPr": ("charProperties", looks.char_xml()),
        "numbering": ("numberings", f'<hh:numbering id="2" start="0">{NO_NUMBERS}</hh:numbering>'),
        "paraPr": ("paraProperties", looks.para_xml()),
        "style": ("styles", looks.style_xml(language)),
    }
    for tag, (group, xml) in added.items():
        before, after = header.split(f"</hh:{group}>")
        header = f"{before}{xml}</hh:{group}>{after}"
        header = re.sub(f'<hh:{group} itemCnt="\\d+">', f'<hh:{group} itemCnt="{_count(header, tag)}">', header)
    instead = '<hh:substFont face="맑은 고딕" type="TTF" isEmbedded="0" binaryItemIDRef=""/>'
    return re.sub(r'(<hh:font id="\d+" face="함초롬[^>]*>)', rf"\g<1>{instead}", header)


def _set_metadata(package: HwpxPackage, document: Document) -> None:
    """Who made it, when, and what it is. The library leaves whoever saved it last, and the day in words, as they stand
    in its own empty document: a placeholder."""
    made_at = document.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    author = clean(document.author)
    package.set_document_metadata(
        title=clean(document.title),
        creator=author,
        subject=clean(document.subject),
        created_date=made_at,
        modified_date=made_at,
    )
    root = package.manifest_tree()
    words = {"lastsaveby": author, "date": _in_words(document.made_at), "description": clean(document.subject)}
    for meta in root.iter(f"{OPF}meta"):
        if (name := meta.get("name", "")) in words:
            meta.text = words[name]
    for language in root.iter(f"{OPF}language"):
        language.text = document.language
    package.set_part(package.main_content.full_path, root)


def _in_words(moment: datetime) -> str:
    """As Hangul writes it: 2021년 3월 23일 화요일 오후 5:30:00, in Seoul."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    half = "오전" if local.hour < 12 else "오후"
    day = f"{local.year}년 {local.month}월 {local.day}일 {WEEKDAYS[local.weekday()]}요일"
    return f"{day} {half} {local.hour % 12 or 12}:{local:%M:%S}"


def _preview(document: Document) -> str:
    """The document's first words."""
    words: list[str] = []
    for block in document.blocks:
        match block:
            case Title() | Heading():
                words.append(clean(block.text))
            case Paragraph():
                words.append(_plain(block))
            case Boxed():
                words += map(_plain, block.blocks)
            case Table():
                words.append(clean(block.caption))
            case _:
                pass
        if sum(map(len, words)) > PREVIEWED:
            break
    return "\n".join(words)[:PREVIEWED].replace("\n", "\r\n")


def _plain(paragraph: Paragraph) -> str:
    return f"{paragraph.level.value} {''.join(span.text for span in spans_of(paragraph.content))}".strip()


def _packed(package: HwpxPackage, made_at: datetime) -> bytes:
    """The package as a ZIP whose entries have the document's own time: first its type, as it is, for whoever looks at a
    file's first bytes."""
    local = timezone.localtime(made_at, timezone.get_default_timezone())
    stamp = (max(1980, local.year), local.month, local.day, local.hour, local.minute, local.second)
    kept = BytesIO()
    with ZipFile(kept, "w") as packed:
        for name in ("mimetype", *sorted(set(package.part_names()) - {"mimetype"})):
            entry = ZipInfo(name, stamp)
            entry.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            entry.create_system, entry.external_attr = 0, 0
            packed.writestr(entry, package.get_part(name))
    return kept.getvalue()
