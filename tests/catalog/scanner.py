"""What a barcode scanner sees of a PDF: pages as a printer of 300 dpi puts them on paper, read by ZXing."""

import pypdfium2
import zxingcpp

DPI = 300


def pages(content):
    """The pages as gray pictures."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.render(scale=DPI / 72, grayscale=True).to_pil() for page in document]
    finally:
        document.close()


def read(content):
    """Kind and text of every symbol, page by page, in the order in which one reads a page."""
    found = []
    for page in pages(content):
        seen = zxingcpp.read_barcodes(page)
        row = page.height / 60
        seen.sort(key=lambda one: (round(one.position.top_left.y / row), one.position.top_left.x))
        found += [(str(one.format).replace(" ", ""), one.text) for one in seen]
    return found


def words(content):
    """The text of each page, as a screen reader or a search gets it."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
