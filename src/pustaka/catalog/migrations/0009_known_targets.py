"""Catalogues elsewhere that a new library finds set up; on are those whose address is documented and open to all.

None of them could be asked where this was written. What is not sure says so in its note and is switched off.
"""

from django.db import migrations

Z3950 = {
    "protocol": "z3950",
    "isbn_index": "1=7",
    "issn_index": "1=8",
    "title_index": "1=4, 4=6",
    "author_index": "1=1003, 4=6",
}
SRU = {"protocol": "sru", "syntax": "marcxml"}
ALMA = {
    **SRU,
    "version": "1.2",
    "isbn_index": "alma.isbn",
    "issn_index": "alma.issn",
    "title_index": "alma.title all",
    "author_index": "alma.creator all",
}
UNSURE = "Alamat belum pasti / address not confirmed. "

KNOWN = (
    {
        **Z3950,
        "name": "Perpustakaan Nasional RI",
        "host": "z3950.perpusnas.go.id",
        "database": "Default",
        "organization": "ID-JaPN",
        "is_active": False,
        "note": UNSURE + "Tanyakan kepada Perpusnas, betulkan, coba, lalu aktifkan.",
    },
    {
        **Z3950,
        "name": "Library of Congress",
        "host": "lx2.loc.gov",
        "database": "LCDB",
        "organization": "DLC",
        "note": "loc.gov/z3950/lcserver.html",
    },
    {
        **SRU,
        "name": "Library of Congress (SRU)",
        "url": "http://lx2.loc.gov:210/LCDB",
        "isbn_index": "bath.isbn",
        "issn_index": "bath.issn",
        "title_index": "dc.title all",
        "author_index": "dc.creator all",
        "organization": "DLC",
        "is_active": False,
        "note": "Katalog yang sama melalui SRU / the same catalogue by SRU, where Z39.50 can't be spoken.",
    },
    {
        **SRU,
        "name": "K10plus",
        "url": "https://sru.k10plus.de/opac-de-627",
        "isbn_index": "pica.isb",
        "issn_index": "pica.iss",
        "title_index": "pica.tit",
        "author_index": "pica.per",
        "organization": "DE-627",
        "note": "Katalog induk perpustakaan universitas Jerman / German university libraries.",
    },
    {
        **SRU,
        "name": "Deutsche Nationalbibliothek",
        "url": "https://services.dnb.de/sru/dnb",
        "syntax": "MARC21-xml",
        "isbn_index": "num",
        "issn_index": "num",
        "title_index": "tit",
        "author_index": "per",
        "organization": "DE-101",
        "is_active": False,
        "note": "Perpustakaan nasional Jerman / German national library.",
    },
    {
        **ALMA,
        "name": "BIBSYS",
        "url": "https://bibsys.alma.exlibrisgroup.com/view/sru/47BIBSYS_NETWORK",
        "organization": "NO-TrBIB",
        "is_active": False,
        "note": "Perpustakaan universitas Norwegia / Norwegian university libraries.",
    },
    {
        **ALMA,
        "name": "Leiden (KITLV)",
        "url": "https://leidenuniv.alma.exlibrisgroup.com/view/sru/31UKB_LEU",
        "organization": "NL-LeU",
        "is_active": False,
        "note": UNSURE + "Koleksi Indonesia terbesar di luar negeri / the largest collection on Indonesia abroad.",
    },
    {
        **Z3950,
        "name": "National Library of Australia (Trove)",
        "host": "catalogue.nla.gov.au",
        "port": 7090,
        "database": "Voyager",
        "organization": "AuCNL",
        "is_active": False,
        "note": UNSURE + "Trove Collaborative Services memberi alamat dan login kepada anggotanya.",
    },
    {
        **Z3950,
        "name": "Libris",
        "host": "z3950.libris.kb.se",
        "database": "LIBRIS",
        "organization": "SE-LIBR",
        "is_active": False,
        "note": UNSURE + "Perpustakaan Swedia / Swedish libraries.",
    },
)


def add(apps, schema_editor):
    targets = apps.get_model("catalog", "Target").objects
    for position, known in enumerate(KNOWN, 1):
        targets.get_or_create(name=known["name"], defaults={**known, "position": position})


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_targets_and_questions")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
