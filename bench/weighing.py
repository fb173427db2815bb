"""What comes over the line: pages as the proxy would compress them, and what a browser loads along with them."""

import gzip
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin

from .serving import Browser

LEVEL = 1  # of gzip: what nginx does with HTML when nobody told it otherwise, so that ours may only be smaller
STYLES = re.compile(r'<link[^>]*rel="(?:stylesheet|icon|modulepreload)"[^>]*>')
SOURCES = re.compile(r'<(?:script|img)[^>]*\ssrc="([^"]+)"')
HREF = re.compile(r'href="([^"]+)"')
FROM_CSS = re.compile(r'@import\s+(?:url\()?["\']?([^"\')\s]+)')
FROM_JS = re.compile(r'(?:^|;|\s)(?:import|export)\b[^"\';]*["\'](\.{0,2}/[^"\']+)["\']')


def packed(body: bytes) -> int:
    """The bytes of a page that came without compression, as the proxy sends it."""
    return len(gzip.compress(body, LEVEL, mtime=0))


@dataclass
class Cache:
    """What a browser has loaded of a page's static files, each once; the fonts are left out (quality.md 31)."""

    browser: Browser
    known: dict[str, int] = field(default_factory=dict)

    def load(self, page: str) -> int:
        """The bytes of what the page needs and is not there yet, as they came: compressed when they were deployed."""
        before = sum(self.known.values())
        sources = [found.group(1) for link in STYLES.findall(page) if (found := HREF.search(link))]
        for address in [*sources, *SOURCES.findall(page)]:
            self._load(address)
        return sum(self.known.values()) - before

    def _load(self, address: str) -> None:
        """One file, and those that it imports."""
        if address in self.known or not address.startswith("/static/"):
            return
        answer = self.browser.get(address, Accept_Encoding="gzip")
        if answer.status != 200:
            raise RuntimeError(f"{address} answered {answer.status}: are the static files collected?")
        self.known[address] = len(answer.content)
        is_packed = answer.headers.get("content-encoding") == "gzip"
        text = (gzip.decompress(answer.content) if is_packed else answer.content).decode(errors="replace")
        pattern = FROM_CSS if ".css" in address else FROM_JS
        if address.partition("?")[0].endswith((".css", ".js")):
            for other in pattern.findall(text):
                self._load(urljoin(address, other))
