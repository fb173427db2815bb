"""A page as a test reads it: parsed, and with its forms as a browser would send them."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.test import Client

from ministries.models import User

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
HTMX = {"HX-Request": "true"}

Fields = dict[str, list[str]]


class Element:
    """One element with its attributes (None for one without a value) and what stands in it."""

    def __init__(self, tag: str, attrs: dict[str, str | None], parent: "Element | None") -> None:
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.children: list[Element | str] = []

    def __repr__(self) -> str:
        return f"<{self.tag} {self.attrs}>"

    def __getitem__(self, name: str) -> str:
        return self.attrs.get(name) or ""

    def __contains__(self, name: str) -> bool:
        return name in self.attrs

    def walk(self) -> Iterator["Element"]:
        """Every element within this one, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    def all(self, *tags: str, **attrs: str) -> list["Element"]:
        """The elements with one of these tags and all of these attributes; `class_` is `class`, `_` is `-`."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [
            row
            for row in self.walk()
            if (not tags or row.tag in tags) and all(row.attrs.get(name) == value for name, value in wanted.items())
        ]

    def one(self, *tags: str, **attrs: str) -> "Element":
        found = self.all(*tags, **attrs)
        assert len(found) == 1, f"{len(found)} of {tags} {attrs}"
        return found[0]

    @property
    def raw_text(self) -> str:
        if self.tag == "br":
            return "\n"
        return "".join(child if isinstance(child, str) else child.raw_text for child in self.children)

    @property
    def text(self) -> str:
        """The words, with single blanks."""
        return " ".join(self.raw_text.split())


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.here = self.root = Element("", {}, None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(reversed(attrs)), self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Element(tag, dict(reversed(attrs)), self.here))

    def handle_endtag(self, tag: str) -> None:
        opened: Element | None = self.here
        while opened is not None and opened.tag != tag:
            opened = opened.parent
        if opened is not None and opened.parent is not None:
            self.here = opened.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def parse(html: str) -> Element:
    builder = _Builder()
    builder.feed(html.replace("\r\n", "\n").replace("\r", "\n"))  # as every browser reads it
    builder.close()
    return builder.root


def page(response: Any) -> Element:
    """The page that was answered."""
    return parse(response.content.decode())


def form(answer: Element, action: str) -> Element:
    """The form of a page that goes to `action`, by its own address or by that of one of its buttons."""
    found = [row for row in answer.all("form") if row["action"] == action]
    for button in answer.all("button", formaction=action):
        found += [_owner(answer, button)]
    assert len({id(row) for row in found}) == 1, f"{len(found)} forms to {action}"
    return found[0]


def _owner(answer: Element, control: Element) -> Element:
    """The form that a control belongs to: the one it names, else the one it stands in."""
    if "form" in control:
        return answer.one("form", id=control["form"])
    above: Element | None = control
    while above is not None and above.tag != "form":
        above = above.parent
    assert above is not None, f"{control} belongs to no form"
    return above


def fields(answer: Element, of: Element) -> Fields:
    """What the browser would send of a form, without any button: names with their values, lines ended by CRLF."""
    sent: Fields = {}
    for control in answer.all("input", "textarea", "select"):
        named = control["form"] == of["id"] if "form" in control else _within(control, of)
        if not named or not control["name"] or "disabled" in control:
            continue
        kind = control["type"] if control.tag == "input" else control.tag
        if kind in ("checkbox", "radio"):
            values = [control.attrs.get("value") or "on"] if "checked" in control else []
        elif kind == "textarea":
            values = [control.raw_text.removeprefix("\n").replace("\n", "\r\n")]
        elif kind == "select":
            options = control.all("option")
            chosen = [row for row in options if "selected" in row] or options[:1]
            values = [row.attrs.get("value", row.text) or "" for row in chosen]
        else:
            values = [control["value"]]
        if values:
            sent.setdefault(control["name"], []).extend(values)
    return sent


def _within(control: Element, of: Element) -> bool:
    above = control.parent
    while above is not None and above is not of:
        above = above.parent
    return above is of


def filled(answer: Element, action: str) -> Fields:
    """The fields of the form that goes to `action`, as the page fills them."""
    return fields(answer, form(answer, action))


def visitor(user: User | None = None, *, language: str = "en", **options: Any) -> Client:
    """A browser, signed in as the person; the page's own words are then in the language named."""
    client = Client(**options)
    client.cookies["django_language"] = language
    if user is not None:
        client.force_login(user)
    return client


def dead_links(client: Client, answer: Any, *, known: set[str] | None = None) -> list[str]:
    """The links of an answered page that lead nowhere, and the way back of its language switch if that does.

    Relative addresses count from where the page was answered, which after a refused form is the form's address. What
    is in `known` is not asked for again; what was asked for comes into it.
    """
    here, dead = answer.wsgi_request.get_full_path(), []
    known = set() if known is None else known
    found = page(answer)
    links = [link for link in found.all("a") if "href" in link]  # a template's gets its address from the script
    for target in [link["href"] for link in links] + [row["value"] for row in found.all("input", name="next")]:
        address = urljoin(here, target).partition("#")[0]
        if target.startswith(("#", "mailto:")) or address in known:
            continue
        known.add(address)
        if client.get(address).status_code not in (200, 302):
            dead.append(f"{target} on {here}")
    return dead
