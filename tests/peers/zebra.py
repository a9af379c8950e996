"""Debian's Zebra over records that the test gives: Z39.50 and SRU at one port.

Zebra keeps MARCXML (filter "dom"); its front end makes ISO 2709 of it in the character set of the database.
"""

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pustaka.standards import marc
from tests.peers.servers import free_port, running

TABLES = "/usr/share/idzebra-2.0/tab"

_INDEX = """<?xml version="1.0"?>
<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:z="http://indexdata.com/zebra-2.0"
 xmlns:m="http://www.loc.gov/MARC21/slim" exclude-result-prefixes="m" version="1.0">
<xsl:template match="m:record"><z:record z:id="{m:controlfield[@tag='001']}">
<xsl:for-each select="m:datafield[@tag='020']/m:subfield[@code='a']">
<z:index name="isbn:w"><xsl:value-of select="."/></z:index></xsl:for-each>
<xsl:for-each select="m:datafield[@tag='022']/m:subfield[@code='a']">
<z:index name="issn:w"><xsl:value-of select="."/></z:index></xsl:for-each>
<xsl:for-each select="m:datafield[@tag='245']/m:subfield[@code='a' or @code='b']">
<z:index name="title:w title:p any:w"><xsl:value-of select="."/></z:index></xsl:for-each>
<xsl:for-each select="m:datafield[@tag='100' or @tag='700']/m:subfield[@code='a']">
<z:index name="author:w any:w"><xsl:value-of select="."/></z:index></xsl:for-each>
</z:record></xsl:template><xsl:template match="text()"/></xsl:stylesheet>
"""
_COPY = """<?xml version="1.0"?>
<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">
<xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template>
</xsl:stylesheet>
"""
_DOM = """<dom xmlns="http://indexdata.com/zebra-2.0">
<extract name="index"><xslt stylesheet="index.xsl"/></extract>
<retrieve name="marcxml"><xslt stylesheet="copy.xsl"/></retrieve>
<input><xmlreader level="1"/></input>
</dom>
"""
_ATTRIBUTES = "name bib1\nreference Bib-1\natt 7 isbn\natt 8 issn\natt 4 title\natt 1003 author\n"
_CONFIG = """profilePath: .:{tables}
modulePath: {modules}
attset: ours.att
recordType: dom.dom.xml
index: default.idx
root: {root}
database: {database}
register: register:50M
shadow: shadow:50M
storeData: 1
encoding: utf-8
perm.anonymous: r
perm.pustaka: r
{locks}
"""
_CQL = """set.cql = info:srw/cql-context-set/1/cql-v1.1
set.bath = http://zing.z3950.org/cql/bath/2.0/
set.dc = info:srw/cql-context-set/1/dc-v1.1
set = info:srw/cql-context-set/1/dc-v1.1
index.cql.serverChoice = 1=4
index.bath.isbn = 1=7
index.bath.issn = 1=8
index.dc.title = 1=4
index.dc.creator = 1=1003
relation.eq = 2=3
relation.scr = 2=3
relation.all = 2=3
relation.any = 2=3
structure.all = 4=6
structure.any = 4=6
structure.* = 4=2
relationModifier.relevant = 2=102
position.any = 3=3 6=1
"""
_SERVER = """<server id="{name}" listenref="one"><directory>{folder}</directory><config>zebra.cfg</config>
<cql2rpn>cql.txt</cql2rpn><retrievalinfo>
<retrieval syntax="usmarc" name="F"><backend syntax="xml" name="marcxml">
<marc inputformat="xml" outputformat="marc" inputcharset="utf-8" outputcharset="{charset}"{leader}/>
</backend></retrieval>
<retrieval syntax="xml" name="marcxml" identifier="info:srw/schema/1/marcxml-v1.1">
<backend syntax="xml" name="marcxml"/></retrieval>
</retrievalinfo></server>
"""


@dataclass(frozen=True, slots=True)
class Zebra:
    """A running Zebra: the port, the database, and the address of its SRU server."""

    port: int
    database: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{self.database}"


@contextmanager
def zebra(
    records: Iterable[marc.Record],
    *,
    folder: Path,
    charset: str = "utf-8",
    is_honest: bool = True,
    is_locked: bool = False,
) -> Iterator[Zebra]:
    """Zebra over these records, each with a 001, until the end of the block.

    With MARC-8 the text has to be decomposed, as YAZ knows no letters with marks; unless `is_honest` the leader still
    says that it is UTF-8. A locked one asks for user and password (pustaka, rahasia).
    """
    folder.mkdir(parents=True, exist_ok=True)
    modules = next(Path("/usr/lib").glob("*/idzebra-2.0/modules"))
    database, port = "buku", free_port()
    for name in ("register", "shadow", "records"):
        (folder / name).mkdir(exist_ok=True)
    locks = "passwd: passwd" if is_locked else ""
    leader = ' leaderspec="9=32"' if charset == "marc-8" and is_honest else ""
    written = {
        "index.xsl": _INDEX,
        "copy.xsl": _COPY,
        "dom.xml": _DOM,
        "ours.att": _ATTRIBUTES,
        "cql.txt": _CQL,
        "passwd": "pustaka:rahasia\n",
        "zebra.cfg": _CONFIG.format(tables=TABLES, modules=modules, root=folder, database=database, locks=locks),
        "records/all.xml": "".join(marc.collection(records)),
        "server.xml": (
            f'<yazgfs><listen id="one">tcp:127.0.0.1:{port}</listen>'
            f"{_SERVER.format(name='one', folder=folder, charset=charset, leader=leader)}</yazgfs>"
        ),
    }
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    for step in (["init"], ["update", "records"], ["commit"]):
        subprocess.run(["zebraidx", "-c", "zebra.cfg", *step], cwd=folder, check=True, capture_output=True, timeout=60)
    with running(["zebrasrv", "-f", "server.xml"], folder=folder, ports=[port]):
        yield Zebra(port=port, database=database)
