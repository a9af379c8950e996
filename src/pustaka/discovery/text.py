"""From what is written to what is compared: folding, tokens and word forms. Plain Python, the same on both sides.

An engine gets tokens, blank-separated, and only has to split at blanks; so every engine finds the same.

- Case and diacritics are folded (NFKD, combining marks off), vowel marks of Arabic and Hebrew as well.
- An apostrophe in a word, in any of its many shapes, is dropped: Qur'an, Qur’an and Quran are one.
- `C++`, `F#` stay whole. Han, kana, Thai, Lao, Khmer and Burmese, which part no words, become one token a character.
- Stems are Snowball's, Indonesian and English. They are further tokens of a title, never a replacement of the word.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import Stemmer

LANGUAGES_OF_MALAY_KIND = frozenset({"ind", "may", "msa", "jav", "sun", "min", "ban", "bug", "mad", "ace", "btk"})

_APOSTROPHES = "'`´\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u2018\u2019\u201b\u2032\uff07\u05f3\u02b1"
_DROP_APOSTROPHES = str.maketrans("", "", _APOSTROPHES)
_ELISION = re.compile(f"\\b([cdjlmnst]|qu)[{_APOSTROPHES}](?=\\w)")
# Kana voicing (U+3099, U+309A) and the vowel signs of Indic and Javanese letters tell words apart and stay.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u20d0-\u20ff\u2060\ufe20-\ufe2f\ufeff\u00ad]+"
)
_LETTERS = {
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŋ": "n",
    "ى": "ي", "ة": "ه", "ک": "ك", "ی": "ي", "ٱ": "ا",
}  # fmt: skip
_SPECIAL = re.compile("[" + "".join(_LETTERS) + "]")
_UNPARTED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_SIGNS = "\u0900-\u0963\u0966-\u0dff\ua980-\ua9c0\u1b00-\u1b7f\u1b80-\u1bbf"
_PLAIN = re.compile(r"[a-z0-9]+")
_PLAIN_SIGNED = re.compile(r"[a-z0-9]+(?:\+\+|#(?![a-z0-9]))?")
_ANY = re.compile(f"[{_UNPARTED}]|(?:(?![{_UNPARTED}])[^\\W_]|[{_SIGNS}])+(?:\\+\\+|#(?!\\w))?")
_JOINED = re.compile(r"\w+(?:[-\u2010\u2011]\w+)+")

_INDONESIAN: Any = Stemmer.Stemmer("indonesian", 0)
_ENGLISH: Any = Stemmer.Stemmer("english", 0)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_MOST_KEPT = 150_000  # words; a bound for the two memories below, about 20 MB when full


def fold(text: str) -> str:
    """Lower case without diacritics, apostrophes dropped; blanks and punctuation stay."""
    if text.isascii():
        text = text.lower()
        if "'" in text or "`" in text:
            text = _ELISION.sub(r"\1 ", text).translate(_DROP_APOSTROPHES)
        return text
    text = _MARKS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    text = _ELISION.sub(r"\1 ", text).translate(_DROP_APOSTROPHES)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = _SPECIAL.sub(lambda found: _LETTERS[found[0]], text)
    return text


def tokens(text: str) -> list[str]:
    """The words of `text` in their order, folded."""
    folded = fold(text)
    if folded.isascii():
        return (_PLAIN_SIGNED if "+" in folded or "#" in folded else _PLAIN).findall(folded)
    return _ANY.findall(folded)


def key(text: str) -> str:
    """The tokens of `text` joined by single blanks: equal for titles that differ only in punctuation and accents."""
    return " ".join(tokens(text))


def compounds(text: str) -> list[str]:
    """Hyphenated words written together, folded: `alquran` for `Al-Qur'an`; none for doublings (anak-anak)."""
    if "-" not in text and "\u2010" not in text and "\u2011" not in text:
        return []
    found = []
    for whole in _JOINED.findall(fold(text)):
        parts = tokens(whole)
        if len(parts) > 1 and len(set(parts)) == len(parts) and len(whole) < 40:
            found.append("".join(parts))
    return found


def is_unparted(token: str) -> bool:
    """Whether `token` is one character of a script that writes without blanks, so that its neighbors belong to it."""
    return len(token) == 1 and not token.isascii() and re.match(f"[{_UNPARTED}]", token) is not None


class _Stems(dict[str, str]):
    """Word to stem, remembered: titles use the same words over and over."""

    def __init__(self, stemmer: Any) -> None:
        super().__init__()
        self._stem_of = stemmer.stemWord

    def __missing__(self, word: str) -> str:
        if len(self) >= _MOST_KEPT:
            self.clear()
        if word.isascii():
            # Two letters carry no meaning of their own: the Indonesian stemmer leaves such scraps of foreign words.
            stem = self._stem_of(word) if len(word) > 3 and word.isalpha() else word
            stem = stem if len(stem) > 2 else word
        else:
            stem = word[2:] if word.startswith("ال") and len(word) > 4 else word
        self[word] = stem
        return stem


_indonesian = _Stems(_INDONESIAN)
_english = _Stems(_ENGLISH)


def with_stems(words: Iterable[str], *, indonesian: bool, english: bool) -> set[str]:
    """The words and their stems. Without either language only the words."""
    found = set(words)
    if not (indonesian or english):
        return found
    kept = list(found)
    if indonesian:
        found.update([_indonesian[word] for word in kept])
    if english:
        found.update([_english[word] for word in kept])
    return found


def stems(word: str) -> tuple[str, ...]:
    """The stems of a word that was asked for, in both languages, without the word itself."""
    return tuple({_indonesian[word]: None, _english[word]: None}.keys() - {word})


def distance(one: str, other: str, *, most: int) -> int:
    """Typing errors between two words: letters added, left out, changed, and neighbors swapped each count one.

    Source: optimal string alignment (restricted Damerau-Levenshtein). More than `most` is told as `most + 1`.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        row = [i]
        for j, other_letter in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other_letter))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other_letter:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def one_error_away(word: str) -> set[str]:
    """Every text that is one typing error from `word`; letters are added and changed only in words of a to z."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {begin + end[1:] for begin, end in halves if end}
    found.update([begin + end[1] + end[0] + end[2:] for begin, end in halves if len(end) > 1])
    if word.isascii():
        found.update([begin + letter + end[1:] for begin, end in halves if end for letter in _ALPHABET])
        found.update([begin + letter + end for begin, end in halves for letter in _ALPHABET])
    return found - {word, ""}


def forgiven(word: str) -> int:
    """How many typing errors are forgiven in a word: 1 from four letters, 2 from eight, none in numbers."""
    if not word.isalpha():
        return 0
    return 2 if len(word) >= 8 else 1 if len(word) >= 4 else 0
