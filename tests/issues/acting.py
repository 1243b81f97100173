"""What of a page would act in a browser: for tests that nothing of what somebody typed does."""

import html5lib

ACTING = {"script", "iframe", "object", "embed", "form", "base"}


def acting(html: str) -> list[str]:
    """What of a page a browser would run, load into itself or send, by elements and attributes."""
    found = []
    for element in html5lib.parse(html, namespaceHTMLElements=False).iter():
        found += [str(element.tag)] if element.tag in ACTING else []
        for name, value in element.items():
            is_code = "".join(value.split()).lower().startswith(("javascript:", "data:", "vbscript:"))
            found += [f"{name}={value}"] if name.startswith("on") or is_code else []
    return found
