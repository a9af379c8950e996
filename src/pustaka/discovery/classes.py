"""The classification as a tree: hundreds, tens, sections; below 2 also 2X, where Indonesian libraries put Islam."""

from pustaka.discovery.captions import CAPTIONS
from pustaka.discovery.labels import CLASSES

DEEPEST = 3  # figures; below that stand the titles


def is_known(code: str) -> bool:
    """Whether there is such a class."""
    return code in CLASSES or code in CAPTIONS


def below(code: str) -> list[str]:
    """The classes one step down, in their order; the ten main ones below nothing."""
    if not code:
        return list(CLASSES)
    found = [one for one in CAPTIONS if len(one) == len(code) + 1 and one.startswith(code)]
    # The sections that a division names as a whole (`650`) come under the same number as the division.
    return sorted(found)


def above(code: str) -> list[str]:
    """The classes on the way there, largest first, itself left out."""
    return [code[:end] for end in range(1, len(code))]


def number(code: str) -> str:
    """As it is written on a shelf: `600` for `6`, `650` for `65`."""
    return code.ljust(3, "0") if code.isdigit() else code


def caption(code: str) -> str:
    """What stands there, in the reader's language."""
    return str(CLASSES.get(code) or CAPTIONS.get(code, code))
