"""The description by which a browser takes a catalogue among its search engines.

Source: OpenSearch 1.1, draft 6, description documents; OpenSearch Suggestions 1.1.
"""

from collections.abc import Sequence

from pustaka.standards import xml

NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
CONTENT_TYPE = "application/opensearchdescription+xml"
SUGGESTIONS_TYPE = "application/x-suggestions+json"


def description(
    *, name: str, about: str, language: str, itself: str, icon: str, urls: Sequence[tuple[str, str]]
) -> bytes:
    """The document.

    Args:
        name: cut to the 16 characters that the specification allows for ShortName; the whole stands in LongName (48).
        urls: pairs of content type and template with {searchTerms}.
    """
    root = xml.root("OpenSearchDescription", {None: NAMESPACE})
    xml.add(root, "ShortName", name[:16].strip())
    xml.add(root, "LongName", name[:48].strip())
    xml.add(root, "Description", about[:1024])
    for kind, template in urls:
        is_suggestion = kind == SUGGESTIONS_TYPE
        xml.add(root, "Url", type_=kind, rel="suggestions" if is_suggestion else "results", template=template)
    url = xml.add(root, "Url", type_=CONTENT_TYPE, rel="self")
    url.set("template", itself)
    xml.add(root, "Image", icon, type_="image/svg+xml")
    xml.add(root, "Language", language)
    xml.add(root, "InputEncoding", "UTF-8")
    xml.add(root, "OutputEncoding", "UTF-8")
    return xml.document(root)
