"""What a reader sees of a fragment of HTML, found by a parser that is not ours."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import html5lib

ELEMENTS = set(
    "p h2 h3 h4 h5 h6 ul ol li blockquote em strong a img code br hr span dl div dt dd".split()
    + "table thead tbody tr th td figure figcaption".split()
)
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "li": {"value"},
    "th": {"scope", "class"},
    "td": {"class"},
    "span": {"class"},
    "dl": {"class"},
}


@dataclass
class Page(HTMLParser):
    """A fragment taken apart: its words, its elements, its addresses."""

    html: str
    words: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.elements.append((tag, values))
        self.words.append(
            " " + " ".join(values.get(name, "") for name in ("alt", "href", "src", "title")) + " "
        )

    def handle_endtag(self, tag: str) -> None:
        self.words.append(" ")

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def everything(self) -> str:
        """The words, with descriptions and addresses where they stand."""
        return "".join(self.words)

    @property
    def text(self) -> str:
        """Only the words between the tags, joined as a browser joins them."""
        return text_of(self.html)

    def addresses(self) -> list[str]:
        return [values[name] for _, values in self.elements for name in ("href", "src") if name in values]


def text_of(html: str) -> str:
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return "".join(tree.itertext())


def assert_allowed(html: str) -> None:
    """The fragment parses without one error and holds nothing outside the allow-list."""
    html5lib.HTMLParser(strict=True).parseFragment(html)
    for element, attributes in Page(html).elements:
        assert element in ELEMENTS, element
        assert set(attributes) <= ATTRIBUTES.get(element, set()), (element, attributes)
        for name in ("href", "src"):
            if name in attributes:
                assert attributes[name].lower().startswith(("http://", "https://", "mailto:", "/", "#")), (
                    attributes
                )
                assert not attributes[name].startswith("//"), attributes


def is_subsequence(wanted: list[str] | str, found: list[str] | str) -> bool:
    """Whether all that is wanted is found in the same order."""
    rest = iter(found)
    return all(any(word == other for other in rest) for word in wanted)
