"""What lies on the cataloguer's table of the demo: covers of the newest titles, copies without a label, a sheet."""

from dataclasses import replace
from datetime import datetime, timedelta

from pustaka.branches import queries as branches
from pustaka.catalog import queries as catalog
from pustaka.catalog.labels.sheets import READY, Contents
from pustaka.catalog.models import Item
from pustaka.catalog.services import covers, items, labels
from pustaka.foundation.actors import SYSTEM
from pustaka.interfaces.cli.demo import covers as drawn

COVERS, NEW_COPIES = 8, 6
FIRST_BARCODE = 900_001


def build(*, at: datetime) -> None:
    """Pictures for every other of the newest titles; new copies of some; the library's own sheet."""
    newest = catalog.newest(most=2 * COVERS)
    for bib in newest[::2]:
        covers.put(bib_id=bib.pk, picture=drawn.draw(title=bib.title, author=bib.author), at=at, by=SYSTEM)
    shelf = next(one for one in branches.locations() if (one.branch.code, one.code) == ("PUSAT", "UMUM"))
    for n, bib in enumerate(newest[1 : 2 * NEW_COPIES : 2]):
        copy = items.NewCopy(
            barcode=f"UMN{FIRST_BARCODE + n:07}",
            branch=shelf.branch,
            location=shelf,
            status=Item.Status.IN_PROCESS,
            source=Item.Source.GIFT if n % 3 == 2 else Item.Source.PURCHASE,
            copy_number=9,
            received_on=(at - timedelta(days=n % 3)).date(),
        )
        items.add(bib=bib, copy=copy, at=at - timedelta(hours=NEW_COPIES - n), by=SYSTEM)
    base = READY[0]
    labels.save_design(
        design_id=None,
        name="Label punggung Perpustakaan Pusat (A4, 21)",
        sheet=replace(base.sheet, offset_x=0.5),
        look=replace(base.look, contents=Contents.BOTH, prefixes={"RUJUKAN": "R", "KARYA": "SKR"}),
        at=at,
        by=SYSTEM,
    )
