"""What every page owes its reader, checked on every HTML answer that a test gets."""

import re
from collections import Counter
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
UNLABELLED = frozenset({"hidden", "submit", "button"})


class Outline(HTMLParser):
    """Elements, texts and balance of a page or of a fragment."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.problems: list[str] = []
        self.words: list[str] = []
        self.within_label: list[bool] = []
        self.feed(text)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.within_label.append("label" in self.open)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.within_label.append(False)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.problems.append(f"</{tag}> closes {self.open[-1] if self.open else 'nothing'}")
            return
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def compact(text: str) -> str:
    """The page without the white space that only lays it out, to compare an element or a line with."""
    return re.sub(r"\s*(<[^>]*?)\s*(>)\s*", r"\1\2", re.sub(r"\s+", " ", text))


def problems(text: str) -> list[str]:
    """Everything that is wrong with a page, or with a fragment (which has no <html>), each in a line."""
    outline = Outline(text)
    found = list(outline.problems)
    tags = Counter(tag for tag, _ in outline.elements)
    by_tag = [(tag, attrs) for tag, attrs in outline.elements]
    ids = Counter(attrs["id"] for _, attrs in by_tag if attrs.get("id"))
    found += [f"id {name!r} stands {count} times" for name, count in ids.items() if count > 1]
    for tag, attrs in by_tag:
        found += [f"<{tag}> has {name}" for name in attrs if name == "style" or re.fullmatch(r"on[a-z]+", name)]
        if tag == "style" or (tag == "script" and not attrs.get("src")):
            found.append(f"inline <{tag}>")
        if attrs.get("href", "").startswith("javascript:"):
            found.append("a javascript: link")
        if tag == "img" and "alt" not in attrs:
            found.append("<img> without alt")
        found += [f"an address with a local number in it: {attrs[name]}" for name in ("href", "action", "hx-get")
                  if re.search(r"/\d{1,3}[.,]\d{3}(/|$)", attrs.get(name, ""))]  # fmt: skip
        found += [f"{name} points to #{target}, which isn't there" for name in ("aria-labelledby", "aria-describedby")
                  for target in attrs.get(name, "").split() if target not in ids]  # fmt: skip
    labelled = {attrs["for"] for tag, attrs in by_tag if tag == "label" and attrs.get("for")}
    for (tag, attrs), is_within in zip(outline.elements, outline.within_label, strict=True):
        is_asking = tag in {"input", "select", "textarea"} and attrs.get("type") not in UNLABELLED
        if is_asking and attrs.get("id") not in labelled and not is_within and not attrs.get("aria-label"):
            found.append(f"<{tag} name={attrs.get('name')}> has no label")
    words = " ".join(outline.words)
    found += [f"leaked {leak!r}" for leak in ("{{", "{%", "<c-", "None ", "object at 0x") if leak in words]
    if tags["html"]:
        found += _page_problems(outline, tags)
    return found


def _page_problems(outline: Outline, tags: Counter[str]) -> list[str]:
    found = [] if tags["h1"] == 1 else [f"{tags['h1']} h1"]
    found += [f"{tags[tag]} <{tag}>" for tag in ("main", "title") if tags[tag] != 1]
    html = next(attrs for tag, attrs in outline.elements if tag == "html")
    if html.get("lang") not in {"id", "en"}:
        found.append(f"lang is {html.get('lang')!r}")
    names = {attrs.get("name") for tag, attrs in outline.elements if tag == "meta"}
    if "viewport" not in names:
        found.append("no viewport")
    return found
