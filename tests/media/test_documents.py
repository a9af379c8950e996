"""PDF files from outside: kept byte for byte where they are whole and passive, refused with words where they aren't."""

from io import BytesIO

import pytest
from fpdf import FPDF

from pustaka.foundation.errors import Invalid
from pustaka.media import documents, services, shelf
from pustaka.media.models import File
from tests.documents import pdf, stream
from tests.media.test_services import AT

pytestmark = pytest.mark.django_db
SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


@pytest.fixture(autouse=True)
def _own_shelf(settings, tmp_path):
    settings.MEDIA = tmp_path / "media"


def taken(file):
    return services.take_in_document(file=file, at=AT)


def drawn(**encryption):
    """A PDF as a program writes it, with compressed streams."""
    paper = FPDF()
    for number in range(3):
        paper.add_page()
        paper.set_font("helvetica", size=20)
        paper.cell(text=f"Halaman {number + 1}")
    if encryption:
        paper.set_encryption(**encryption)
    return BytesIO(bytes(paper.output()))


def test_a_pdf_is_kept_as_it_is_and_its_pages_are_counted(settings):
    content = drawn().getvalue()

    file, pages = taken(BytesIO(content))

    assert (pages, file.content_type, file.size) == (3, "application/pdf", len(content))
    assert shelf.place(file.digest).read_bytes() == content
    assert [path.name for path in settings.MEDIA.rglob("*") if path.is_file()] == [file.digest]


def test_the_same_pdf_is_kept_once():
    first, _ = taken(pdf(pages=2))
    second, _ = taken(pdf(pages=2))

    assert (first.pk, File.objects.count()) == (second.pk, 1)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (BytesIO(b""), "is empty"),
        (BytesIO(b"<html><script>alert(1)</script></html>"), "is no PDF"),
        (BytesIO(b"\x89PNG\r\n\x1a\n%PDF-1.5 %%EOF"), "is no PDF"),
        (BytesIO(pdf().getvalue()[:-6]), "breaks off"),
        (BytesIO(b"%PDF-1.5\nhello\n%%EOF"), "damaged"),
        (pdf(pages=0), "damaged"),
        (drawn(owner_password="a", user_password="b"), "asks for a password"),
        (pdf(SCRIPT, catalog=b"/OpenAction 4 0 R"), "holds scripts"),
        (pdf(SCRIPT, catalog=b"/Names << /JavaScript << /Names [(a) 4 0 R] >> >>"), "holds scripts"),
        (pdf(b"<< /S /JavaScr#69pt /J#53 (1) >>"), "holds scripts"),
        (pdf(b"<< /S /Launch /F (cmd.exe) >>"), "holds scripts"),
        (pdf(stream(b"/Type /EmbeddedFile", b"MZ")), "holds scripts"),
        (pdf(stream(b"/Type /ObjStm /N 1 /First 4", b"9 0 " + SCRIPT, is_packed=True)), "holds scripts"),
    ],
)
def test_what_is_no_plain_document_is_refused_with_words(settings, file, said):
    with pytest.raises(Invalid, match=said):
        taken(file)

    assert not File.objects.exists()
    assert [path for path in settings.MEDIA.rglob("*") if path.is_file()] == []


def test_words_inside_the_text_of_a_page_are_no_action():
    file, pages = taken(pdf(stream(b"", b"BT (the name /JavaScript in a book on PDF) Tj ET")))

    assert (file.content_type, pages) == ("application/pdf", 1)


@pytest.mark.parametrize(("most", "is_kept"), [(0, True), (-1, False)])
def test_a_pdf_may_be_as_large_as_the_limit(monkeypatch, most, is_kept):
    content = pdf().getvalue()
    monkeypatch.setattr(documents, "MOST_BYTES", len(content) + most)

    if is_kept:
        assert taken(BytesIO(content))[1] == 1
    else:
        with pytest.raises(Invalid, match="larger than 200 MB"):
            taken(BytesIO(content))


def test_a_look_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(documents, "LONGEST_LOOK_S", 0.001)

    with pytest.raises(Invalid, match="takes too long"):
        taken(pdf())
