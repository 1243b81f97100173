"""Reads a page as a browser does: its words, its links, and its forms with what submitting them would send.

A test that fills a form through here fails when the page stops offering the field, which a test that posts
a dictionary to an address cannot do.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urljoin
from xml.etree.ElementTree import Element

import html5lib

_UNSEEN = {"script", "style", "template", "head", "noscript"}
_BLOCKS = frozenset(
    "address article aside blockquote br button dd details div dl dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hr legend li main nav ol option p pre section summary table td th tr"
    " ul".split()
)


@dataclass
class Form:
    """One form: where it goes and what its controls hold now. `values` is what a submission would send."""

    element: Element
    action: str
    method: str
    controls: list[Element]
    values: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def is_multipart(self) -> bool:
        return self.element.get("enctype") == "multipart/form-data"

    @property
    def buttons(self) -> list[Element]:
        return [control for control in self.controls if _is_button(control)]

    def control(self, name: str) -> list[Element]:
        found = [item for item in self.controls if item.get("name") == name and not _is_button(item)]
        offered = sorted({item.get("name") or "" for item in self.controls})
        assert found, f"the form for {self.action} has no field “{name}”; it has {offered}"
        return found

    def fill(self, name: str, value: Any) -> None:
        """Set a field as a person would: a box is ticked by True, a choice must be among those offered."""
        controls = self.control(name)
        _refuse_the_impossible(controls, name, value)
        self.values = [pair for pair in self.values if pair[0] != name]
        if isinstance(value, bool):
            ticked = controls[0].get("value", "on")
            self.values += [(name, ticked)] if value else []
        elif isinstance(value, list):
            self.values += [(name, item) for item in value]
        else:
            self.values.append((name, value))

    def press(self, label: str | None) -> None:
        """Press the button that reads `label`; without one, the first, as the Enter key does."""
        submits = [button for button in self.buttons if button.get("type", "submit") in {"submit", "image"}]
        if label is not None:
            submits = [button for button in submits if label in _button_words(button)]
            assert submits, f"no button “{label}” in the form for {self.action}"
        if submits and submits[0].get("name"):
            self.values.append((str(submits[0].get("name")), submits[0].get("value", "")))


@dataclass
class WebPage:
    """An answer of the site, read."""

    address: str
    status: int
    source: str
    headers: Any = None

    @cached_property
    def tree(self) -> Element:
        """Give what a browser makes of the source; read when first asked for, as reading takes its time."""
        tree: Element = html5lib.parse(self.source, namespaceHTMLElements=False)
        return tree

    @property
    def title(self) -> str:
        element = self.tree.find(".//title")
        return _squeeze("".join(element.itertext())) if element is not None else ""

    @property
    def words(self) -> str:
        """Give what a person can read, each block on a line of its own."""
        body = self.tree.find("body")
        lines = "".join(_seen(body)).split("\n") if body is not None else []
        return "\n".join(line for line in (_squeeze(item) for item in lines) if line)

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [
            item
            for item in self.tree.iter(tag)
            if all(
                item.get(name.rstrip("_").replace("_", "-")) == value for name, value in attributes.items()
            )
        ]

    @property
    def links(self) -> list[tuple[str, str]]:
        """Give (words, absolute address) of each link in its order."""
        return [
            (
                _squeeze("".join(_seen(item))) or item.get("aria-label") or "",
                urljoin(self.address, item.get("href", "")),
            )
            for item in self.all("a")
            if item.get("href")
        ]

    @property
    def forms(self) -> list[Form]:
        return [self._read_form(element) for element in self.all("form")]

    def form(self, which: str | None = None) -> Form:
        """Give the form by its id, the end of its address or a button; by default the only one that posts."""
        if which is None:
            posts = [form for form in self.forms if form.method == "post" and "sign-out" not in form.action]
            assert len(posts) == 1, f"{self.address} has {len(posts)} forms: say which: {self._form_names()}"
            return posts[0]
        for form in self.forms:
            path = form.action.split("?")[0]
            if (
                form.element.get("id") == which
                or path.endswith(which)
                or any(which in _button_words(b) for b in form.buttons)
            ):
                return form
        raise AssertionError(f"no form “{which}” on {self.address}; there are {self._form_names()}")

    def _form_names(self) -> list[str]:
        return [
            f"{form.method} {form.action} {[_button_words(b) for b in form.buttons]}" for form in self.forms
        ]

    def _read_form(self, element: Element) -> Form:
        identity = element.get("id")
        controls = [item for item in element.iter() if item.tag in {"input", "select", "textarea", "button"}]
        if identity:
            outside = [
                item for item in self.tree.iter() if item.get("form") == identity and item not in controls
            ]
            controls += outside
        controls = [
            item
            for item in controls
            if item.get("disabled") is None and item.get("form", identity) == identity
        ]
        form = Form(
            element=element,
            action=urljoin(self.address, element.get("action") or self.address),
            method=element.get("method", "get").lower(),
            controls=controls,
        )
        form.values = [pair for item in controls for pair in _sent(item)]
        return form


def _is_button(control: Element) -> bool:
    return control.tag == "button" or control.get("type") in {"submit", "image", "button", "reset"}


def _button_words(button: Element) -> str:
    return button.get("value") or "" if button.tag == "input" else _squeeze("".join(button.itertext()))


def _options(select: Element) -> list[tuple[str, bool]]:
    return [
        (option.get("value", _squeeze("".join(option.itertext()))), option.get("selected") is not None)
        for option in select.iter("option")
        if option.get("disabled") is None
    ]


def _sent(control: Element) -> Iterator[tuple[str, Any]]:
    """Give what this control would send untouched (HTML Standard, "constructing the entry list")."""
    name, kind = control.get("name"), control.get("type", "text")
    if not name or _is_button(control):
        return
    if control.tag == "textarea":
        yield name, "".join(control.itertext())
    elif control.tag == "select":
        options = _options(control)
        chosen = [value for value, selected in options if selected]
        if not chosen and options and control.get("multiple") is None:
            chosen = [options[0][0]]
        yield from ((name, value) for value in chosen)
    elif kind in {"checkbox", "radio"}:
        if control.get("checked") is not None:
            yield name, control.get("value", "on")
    elif kind != "file":
        yield name, control.get("value", "")


def _refuse_the_impossible(controls: list[Element], name: str, value: Any) -> None:
    first = controls[0]
    wanted = value if isinstance(value, list) else [value]
    if first.tag == "select":
        offered = [option for option, _ in _options(first)]
    elif first.get("type") == "radio" or (first.get("type") == "checkbox" and not isinstance(value, bool)):
        offered = [item.get("value", "on") for item in controls]
    else:
        return
    assert all(item in offered for item in wanted), f"“{name}” offers {offered}, not {wanted}"


def _seen(element: Element) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN or element.get("hidden") is not None:
        return
    gap = "\n" if element.tag in _BLOCKS else ""
    yield gap
    yield element.text or ""
    for child in element:
        yield from _seen(child)
        yield child.tail or ""
    yield gap


def _squeeze(words: str) -> str:
    return re.sub(r"[ \t\r\n\f]+", " ", words).strip()
