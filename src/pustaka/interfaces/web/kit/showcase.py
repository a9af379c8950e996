"""What the page of the design system shows: invented works and figures for every state of every component."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class Example(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label=_("Name"), help_text=_("As it stands on the card."))
    note = forms.CharField(label=_("Remark"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    kind = forms.ChoiceField(label=_("Kind"), choices=[("book", _("Book")), ("map", _("Map"))])
    agrees = forms.BooleanField(label=_("I have read it"), required=False)


WORKS = [
    {"title": "Bumi Manusia", "author": "Toer, Pramoedya Ananta", "ddc": "899.2213"},
    {"title": "Computer networks", "author": "Tanenbaum, Andrew S.", "ddc": "004.6"},
    {"title": "Pengantar filsafat ilmu", "author": "Suriasumantri, Jujun S.", "ddc": "121"},
    {
        "title": "Tafsir al-Mishbah: pesan, kesan, dan keserasian Al-Qur'an",
        "author": "Shihab, M. Quraish",
        "ddc": "297.1",
    },
    {"title": "Pengantar ilmu hukum", "author": "Mertokusumo, Sudikno", "ddc": "340"},
    {"title": "Tata bahasa baku bahasa Indonesia", "author": "Alwi, Hasan", "ddc": "499.221"},
    {"title": "Kalkulus", "author": "Purcell, Edwin J.", "ddc": "515"},
    {"title": "Akuntansi biaya", "author": "Mulyadi", "ddc": "657.42"},
    {"title": "Seni rupa modern", "author": "Soedarso Sp.", "ddc": "709"},
    {"title": "Sejarah Indonesia modern 1200-2004", "author": "Ricklefs, M.C.", "ddc": "959.8"},
    {"title": "مقدمة ابن خلدون", "author": "ابن خلدون", "ddc": ""},
]
COUNTS = [3, 9, 14, 22, 40, 31, 12]


def context() -> dict[str, Any]:
    """Everything that the page needs."""
    wrong = Example({"name": "", "kind": "book"})
    wrong.is_valid()
    most = max(COUNTS)
    return {
        "form": Example(auto_id="ok_%s"),
        "wrong": wrong,
        "works": WORKS,
        "bars": [
            {
                "label": f"{1960 + 10 * index}",
                "count": count,
                "href": "#histogram",
                "top": 72 - round(count / most * 72),
                "height": round(count / most * 72),
                "is_active": index == 4,
            }
            for index, count in enumerate(COUNTS)
        ],
        "pages": [
            {"number": number, "href": "#pager", "is_current": number == 4, "is_gap": number in {2, 6}}
            for number in (1, 2, 3, 4, 5, 6, 9)
        ],
        "steps": [
            {"name": _("Read the file"), "state": "past"},
            {"name": _("Decide"), "state": "now"},
            {"name": _("Done"), "state": "later"},
        ],
        "colors": [
            "paper",
            "sheet",
            "sunk",
            "line",
            "edge",
            "ink",
            "soft",
            "accent",
            "accent-wash",
            "good",
            "warn",
            "bad",
        ],
        "amount": 5_000,
    }
