"""What every XML document of ours needs: elements by short names, and text that XML can hold."""

import re
from collections.abc import Mapping

from lxml import etree

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def clean(text: object) -> str:
    """Without the control characters and halves of surrogate pairs that XML 1.0 forbids."""
    return _NOT_XML.sub("", str(text))


def root(name: str, namespaces: Mapping[str | None, str], **attributes: str) -> etree._Element:
    """The outermost element, in the namespace under `None` or before the colon of `name`."""
    prefix, _, local = name.rpartition(":")
    return etree.Element(
        f"{{{namespaces[prefix or None]}}}{local}",
        {key: clean(value) for key, value in attributes.items()},
        nsmap=dict(namespaces),  # type: ignore[arg-type]  # the stubs know no default namespace
    )


def bare(name: str, namespaces: Mapping[str, str], **attributes: str) -> etree._Element:
    """The outermost element of a document whose own elements stand in no namespace."""
    return etree.Element(name, {key: clean(value) for key, value in attributes.items()}, nsmap=dict(namespaces))


def add(parent: etree._Element, name: str, text: object = None, /, **attributes: str) -> etree._Element:
    """A child in the namespace of its prefix, or that of its parent where it has none. Empty attributes are left out.

    An underscore at the end of an attribute's name is left out ("type_"), "xml_lang" becomes xml:lang.
    """
    prefix, _, local = name.rpartition(":")
    namespace = parent.nsmap[prefix] if prefix else etree.QName(parent).namespace
    child = etree.SubElement(parent, f"{{{namespace}}}{local}" if namespace else local)
    for key, value in attributes.items():
        if value:
            key = "{http://www.w3.org/XML/1998/namespace}lang" if key == "xml_lang" else key.rstrip("_")  # noqa: PLW2901
            child.set(key, clean(value))
    if text is not None:
        child.text = clean(text)
    return child


def document(element: etree._Element) -> bytes:
    """The whole document in UTF-8, with its declaration."""
    return etree.tostring(element, xml_declaration=True, encoding="UTF-8")
