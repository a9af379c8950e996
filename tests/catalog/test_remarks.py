import ast
from pathlib import Path

import pytest
from django.utils import translation

import pustaka
from pustaka.catalog.importing import remarks
from pustaka.catalog.importing.remarks import in_words, in_words_of

HOUSE = Path(pustaka.__file__).parent
FILES = [*(HOUSE / "standards" / "marc").glob("*.py"), *(HOUSE / "standards" / "sheets").glob("*.py")]
SPEAKERS = {"Mend": 1, "Broken": 0, "NotMarc": 0, "StreamDamaged": 0, "NotTable": 0, "Row": 1}


def _example(node: ast.expr) -> str | None:
    """The sentence that an expression makes, each placeholder a 7; `None` where it only hands one on."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else "7" for part in node.values]
        return "245" + "".join(parts)[1:] if "".join(parts).startswith("7: ") else "".join(parts)
    return None


def _spoken() -> list[tuple[str, str]]:
    """Every code and sentence in the source of `standards.marc`; the code is empty where the sentence has none."""
    found = []
    for path in FILES:
        for call in ast.walk(ast.parse(path.read_text())):
            name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
            if name in SPEAKERS and (example := _example(call.args[SPEAKERS[name]])):
                code = _example(call.args[0]) if name == "Mend" else ""
                if code is not None:
                    found.append((code, example))
    return found


@pytest.mark.parametrize(("code", "sentence"), _spoken())
def test_every_sentence_of_the_standard_is_known(code, sentence):
    bare = sentence.removeprefix("245: ")

    assert code in remarks.ABOUT or any(pattern.fullmatch(bare) for _, pattern in remarks._patterns())


def test_the_sentences_were_found():
    assert len(_spoken()) > 40


def test_remark_is_said_in_the_language_of_the_reader():
    messages = [
        ("declared-marc8-is-utf8", "245: leader/09 says MARC-8, the text is UTF-8"),
        ("over-99999", "the record has 120,345 bytes, more than ISO 2709 allows"),
        ("bad-tag", "'2A5'"),
        ("kept", "It was changed after the import."),
    ]

    with translation.override("en"):
        english = in_words(messages)
    with translation.override("id"):
        indonesian = in_words(messages)

    assert english == [
        "245: leader/09 says MARC-8, the text is UTF-8",
        "the record has 120,345 bytes, more than ISO 2709 allows",
        "tags that MARC does not have: '2A5'",
        "It was changed after the import.",
    ]
    assert indonesian == [
        "245: leader/09 menyebut MARC-8, teksnya UTF-8",
        "cantuman ini 120.345 bita, lebih dari yang dibolehkan ISO 2709",
        "tengara yang tidak dikenal MARC: '2A5'",
        "Judul ini diubah sesudah impor.",
    ]


def test_sentence_that_nobody_knows_is_shown_as_it_came():
    with translation.override("id"):
        assert in_words([("new", "245: something else")]) == ["245: something else"]
        assert in_words_of("Something else.") == "Something else."
