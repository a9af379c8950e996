"""Reads of the catalogue. What an import has staged but not revealed is seen only where a docstring says so."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Generic, Literal, NamedTuple, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Left
from django.utils.translation import gettext_lazy as _

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch, Location
from pustaka.catalog import crosswalk, headings, rules
from pustaka.catalog.differences import Difference, between
from pustaka.catalog.labels.sheets import LENGTHS, READY, Design, Look, Sheet
from pustaka.catalog.matching import holders_of
from pustaka.catalog.models import (
    STATE,
    Authority,
    AuthorityVersion,
    BatchChange,
    BatchLine,
    Bib,
    BibRecord,
    BibTombstone,
    BibVersion,
    CareJob,
    Change,
    ColumnMap,
    Cover,
    Draft,
    Holding,
    ImportEntry,
    ImportJob,
    Item,
    ItemType,
    ItemVersion,
    LabelDesign,
    LabelRun,
    Merge,
    NumberPattern,
    Offer,
    Question,
    Reply,
    StockTake,
    StockTakeCopy,
    StockTakeScan,
    StockTakeSettlement,
    Target,
    Withdrawal,
    WithdrawalReport,
)
from pustaka.foundation.errors import NotFound
from pustaka.standards import identifiers, marc
from pustaka.standards.citation import Item as CitedItem

WITH_COVER = ("cover__small", "cover__large")  # what `bib.cover` needs, so that a list costs no statement for each
AT_HAND = rules.AT_HAND


@dataclass(frozen=True, slots=True)
class Row:
    """One title of a list, with what its copies come to: how many, how many at hand, where they stand."""

    bib: Bib
    copies: int
    available: int
    call_number: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """What the library owns; `forms` counts titles by form."""

    titles: int
    copies: int
    authorities: int
    forms: dict[str, int]
    newest_at: datetime | None


class IndexedBib(NamedTuple):
    """The columns of a title that a search asks for; lighter than a `Bib`, as an index takes them by the million."""

    pk: int
    batch_id: int | None
    form: str
    language: str
    year: int | None
    classification: str
    call_number: str
    title_sort: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Indexable:
    """A title with all that a search may ask of it; `marc` is the storage form."""

    bib: IndexedBib
    marc: bytes
    items: list[Item]


class TitleGone(NotFound):
    """The title was in the catalogue and isn't any more."""

    status = 410


def bib(bib_id: int) -> Bib:
    """The title.

    Raises:
        NotFound: there is none of that number, or an import hides it still.
        TitleGone: it was taken out of the catalogue.
    """
    found: Bib | None = Bib.objects.select_related(*WITH_COVER).filter(pk=bib_id).first()
    if found is None:
        if stone := tombstone(bib_id):
            raise TitleGone(
                _(
                    "“%(title)s” was taken out of the catalogue. Look for it again: the library may have another"
                    " edition."
                )
                % {"title": stone.title[:200]}
            )
        raise NotFound(_("There is no title %(number)s in the catalogue.") % {"number": bib_id})
    return found


def bib_or_successor(bib_id: int) -> Bib:
    """The title; where a merge has put it into another, that one, at the end of any chain.

    Raises:
        NotFound: there is none of that number, or an import hides it still.
        TitleGone: it was taken out of the catalogue, and nothing took its place.
    """
    found: Bib | None = Bib.objects.select_related(*WITH_COVER).filter(pk=bib_id).first()
    seen = {bib_id}
    place = bib_id
    while found is None and (stone := tombstone(place)) and stone.successor_id and stone.successor_id not in seen:
        place = stone.successor_id
        seen.add(place)
        found = Bib.objects.select_related(*WITH_COVER).filter(pk=place).first()
    return found or bib(bib_id)


def all_bibs() -> QuerySet[Bib]:
    """By id."""
    return Bib.objects.order_by("pk")


def rows(ids: Sequence[int]) -> list[Row]:
    """In the order of `ids`; those that are gone or hidden are left out. Two statements for any number.

    The database counts the copies: a title with a thousand of them costs what one with two does.
    """
    bibs: dict[int, Bib] = {found.pk: found for found in Bib.objects.select_related(*WITH_COVER).filter(pk__in=ids)}
    groups: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    counted = (
        Item.objects.filter(bib__in=bibs)
        .order_by("bib", "branch", "call_number", "location", "status")
        .values_list("bib", "status", "call_number", "branch__name", "location__name")
        .annotate(count=Count("pk"))
    )
    for group in counted:
        groups[group[0]].append(group)
    return [_row(bibs[bib_id], groups[bib_id]) for bib_id in ids if bib_id in bibs]


def _row(found: Bib, groups: list[tuple[Any, ...]]) -> Row:
    at_hand = [group for group in groups if group[1] in AT_HAND]
    places = {f"{branch}, {location}" if location else branch: None for *_, branch, location, _ in groups}
    return Row(
        bib=found,
        copies=sum(group[-1] for group in groups),
        available=sum(group[-1] for group in at_hand),
        call_number=next((number for _, _, number, *_ in (*at_hand, *groups) if number), found.call_number),
        places=tuple(places),
    )


def cover_of(bib: Bib) -> Cover:
    """The picture of the title's cover, with the files behind it.

    Raises:
        NotFound: it has none.
    """
    found = Cover.objects.select_related("original", "shown", "small", "large").filter(bib=bib).first()
    if found is None:
        raise NotFound(_("This title has no picture of its cover."))
    return found


def items_of(bib: Bib) -> QuerySet[Item]:
    """By branch, call number and copy; joined with branch, location and item type.

    `care_kind`, `care_state` and `expected_back` say for what a copy is off the shelf, how far that is and until which
    day it takes, where a job holds it.
    """
    holding = CareJob.objects.filter(item=OuterRef("pk"), is_held=True).order_by("-pk")
    at_work = holding.filter(state__in=rules.OPEN_CARE)
    found: QuerySet[Item] = Item.objects.filter(bib=bib).annotate(
        care_kind=Subquery(holding.values("kind")[:1]),
        care_state=Subquery(holding.values("state")[:1]),
        expected_back=Subquery(at_work.values("expected_on")[:1]),
    )
    return found.select_related("branch", "location", "item_type").order_by(
        "branch__name", "call_number", "volume", "copy_number", "pk"
    )


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies of a title that only their barcodes tell apart."""

    branch: str
    branch_address: str
    location: str
    floor: str
    call_number: str
    status: str
    item_type: str
    branch_id: int
    count: int
    barcode: str

    @property
    def status_name(self) -> Any:
        return Item.Status(self.status).label

    @property
    def is_at_hand(self) -> bool:
        return self.status in AT_HAND


def grouped_copies(bib: Bib, *, most: int = 60) -> list[Copies]:
    """The copies of a title counted where they stand, by branch, shelf and call number; one statement.

    The `barcode` of a group is that of any of its copies, as all of them stand at one place.
    """
    names = (
        "branch__name", "branch__address", "location__name", "location__floor", "call_number", "status",
        "item_type__name", "branch_id",
    )  # fmt: skip
    found = Item.objects.filter(bib=bib).order_by(*names).values_list(*names)
    return [
        Copies(branch, address, location or "", floor or "", number, status, item_type or "", *rest)
        for branch, address, location, floor, number, status, item_type, *rest in found.annotate(
            count=Count("pk"), barcode=Min("barcode")
        )[:most]
    ]


def count_copies(bib: Bib) -> tuple[int, int]:
    """How many copies a title has, and how many of them are at hand."""
    found = Item.objects.filter(bib=bib).aggregate(
        copies=Count("pk"), available=Count("pk", filter=Q(status__in=list(AT_HAND)))
    )
    return found["copies"], found["available"]


def holdings_of(bib: Bib) -> QuerySet[Holding]:
    """By place."""
    return Holding.objects.filter(bib=bib).order_by("place", "call_number", "pk")


def item(item_id: int) -> Item:
    """The copy, joined with its title, branch and location.

    Raises:
        NotFound: there is none of that number.
    """
    return _one_item(Q(pk=item_id), item_id)


def item_by_barcode(barcode: str) -> Item:
    """The copy, joined with its title, branch and location.

    Raises:
        NotFound: no copy carries that barcode.
    """
    return _one_item(Q(barcode=barcode.strip()), barcode)


def _one_item(condition: Q, asked: object) -> Item:
    found: Item | None = Item.objects.filter(condition).select_related("bib", "branch", "location", "item_type").first()
    if found is None:
        raise NotFound(
            _("No copy carries the number %(number)s. Scan it again, or look for its title.") % {"number": asked}
        )
    return found


def record_of(bib: Bib) -> marc.Record:
    """The whole MARC record of a title."""
    return marc.load(bytes(BibRecord.objects.values_list("marc", flat=True).get(bib=bib)))


def works(ids: Sequence[int]) -> list[CitedItem]:
    """What references and reference managers need of these titles (CSL-JSON, `id` is ours), in the order of `ids`.

    Those that are gone or hidden are left out. One statement for any number.
    """
    visible = Bib.objects.filter(pk__in=ids)
    stored = dict(BibRecord.objects.filter(bib__in=visible).values_list("bib_id", "marc"))
    return [crosswalk.item(marc.load(bytes(stored[bib_id])), key=str(bib_id)) for bib_id in ids if bib_id in stored]


def work(bib: Bib, record: marc.Record) -> CitedItem:
    """The same of one title whose record is at hand."""
    return crosswalk.item(record, key=str(bib.pk))


def by_identifier(text: str) -> list[Bib]:
    """Titles with this ISBN (10 or 13 digits, hyphens or not), ISSN or control number, oldest first; at most 20."""
    keys: list[tuple[str, int]] = []
    if isbn := identifiers.isbn13(text):
        keys.append(("isbn", rules.digest("isbn", isbn)))
    if issn := identifiers.issn(text):
        keys.append(("issn", rules.digest("issn", issn)))
    found = Q(control_number=text.strip()) & ~Q(control_number="") | Q(pk__in=holders_of(keys))
    return list(Bib.objects.filter(found).order_by("pk")[:20])


def authority(heading: str) -> Authority | None:
    """The controlled heading with these words, whatever their case and punctuation; `None` where none is controlled."""
    found: Authority | None = Authority.objects.filter(heading_key=rules.fold(heading)[:200]).order_by("pk").first()
    return found


def authority_of(authority_id: int) -> Authority:
    """The controlled heading.

    Raises:
        NotFound: there is none of that number, or an import hides it still.
    """
    if (found := find_authority(authority_id)) is None:
        raise NotFound(_("There is no heading %(number)s.") % {"number": authority_id})
    return found


def find_authority(authority_id: int) -> Authority | None:
    """The controlled heading of that number, or `None`."""
    found: Authority | None = Authority.objects.filter(pk=authority_id).first()
    return found


def authority_list(*, text: str = "", kind: str = "") -> QuerySet[Authority]:
    """Controlled headings in the order of their words, from those that begin like `text`."""
    found: QuerySet[Authority] = Authority.objects.all()
    if key := headings.key(text):
        found = found.filter(heading_key__startswith=key)
    return (found.filter(kind=kind) if kind else found).order_by("heading_key", "pk")


def controlled(words: Iterable[str]) -> set[str]:
    """Those of these headings that are controlled, whatever their case and punctuation."""
    by_key = {headings.key(one): one for one in words}
    known = Authority.objects.filter(heading_key__in=list(by_key)).values_list("heading_key", flat=True)
    return {by_key[key] for key in known}


class Reference(NamedTuple):
    """Where a heading refers to: how ("broader", "narrower", "related"), and to which words."""

    relation: headings.Relation
    words: str


def references_of(words: Iterable[str]) -> list[Reference]:
    """What the authorities of these headings say to see also, each once; one statement for any number."""
    own = {headings.key(one) for one in words}
    found: dict[str, Reference] = {}
    for content in Authority.objects.filter(heading_key__in=own).order_by("pk").values_list("marc", flat=True):
        for field in marc.load(bytes(content)).all("5XX"):
            said = headings.text_of(field)
            if said and headings.key(said) not in own:
                found.setdefault(headings.key(said), Reference(headings.relation_of(field), said))
    return list(found.values())


def authorities(ids: Collection[int], *, with_hidden: bool = False) -> list[Authority]:
    """These authorities, in no order; those that are gone or hidden are left out."""
    found = Authority.with_hidden if with_hidden else Authority.objects
    return list(found.filter(pk__in=ids))


def authorities_after(*, after: int, most: int, job_id: int | None = None) -> list[Authority]:
    """Authorities with an id beyond `after`, by id, hidden ones too; with `job_id` only those of that import."""
    found = Authority.with_hidden.filter(pk__gt=after)
    if job_id is not None:
        found = found.filter(batch=job_id)
    return list(found.order_by("pk")[:most])


def filed_titles(ids: Collection[int], *, with_hidden: bool = False) -> dict[int, str]:
    """Under what these titles are filed; those that are gone or hidden are left out."""
    found = Bib.with_hidden if with_hidden else Bib.objects
    return dict(found.filter(pk__in=ids).values_list("pk", "title_sort"))


def shelf_marks(ids: Collection[int], *, with_hidden: bool = False) -> dict[int, list[tuple[int, str]]]:
    """(branch, call number) of each place where these titles stand; branch 0 for a title without copies.

    Two statements for any number of copies.
    """
    items, bibs = (Item.with_hidden, Bib.with_hidden) if with_hidden else (Item.objects, Bib.objects)
    marks: dict[int, list[tuple[int, str]]] = defaultdict(list)
    numbers = dict(bibs.filter(pk__in=ids).order_by("pk").values_list("pk", "call_number"))
    copies = items.filter(bib__in=list(numbers)).exclude(status=Item.Status.WITHDRAWN).order_by("bib", "branch")
    for bib_id, branch_id, number in copies.values_list("bib_id", "branch_id", "call_number").distinct():
        if mark := number or numbers[bib_id]:
            marks[bib_id].append((branch_id, mark))
        else:
            marks[bib_id] = marks[bib_id]
    for bib_id, number in numbers.items():
        if number and bib_id not in marks:
            marks[bib_id].append((0, number))
    return dict(marks)


def totals() -> Totals:
    """Four statements."""
    forms = {row["form"]: row["count"] for row in Bib.objects.order_by().values("form").annotate(count=Count("pk"))}
    return Totals(
        titles=sum(forms.values()),
        copies=Item.objects.exclude(status=Item.Status.WITHDRAWN).count(),
        authorities=Authority.objects.count(),
        forms=forms,
        newest_at=Bib.objects.aggregate(newest=Max("created_at"))["newest"],
    )


def newest(most: int = 12) -> list[Bib]:
    """The titles that came last, newest first."""
    return list(Bib.objects.select_related(*WITH_COVER).order_by("-pk")[:most])


def classes() -> dict[str, int]:
    """How many titles each hundred of the Dewey classification has: {"600": 123}."""
    found: Counter[str] = Counter()
    for row in Bib.objects.exclude(classification="").order_by().values("classification").annotate(count=Count("pk")):
        found[f"{row['classification'][:1]}00"] += row["count"]
    return dict(found)


def titles(ids: Collection[int]) -> list[Bib]:
    """These titles without their copies, in no order; those that are gone or hidden are left out."""
    return list(Bib.objects.select_related(*WITH_COVER).filter(pk__in=ids))


def stretches(size: int) -> list[tuple[int, datetime]]:
    """The stretches of `size` ids that have titles, by number from 0, each with its latest change. One statement."""
    found = (
        Bib.objects.order_by()
        .annotate(stretch=(F("pk") - 1) / Value(size))
        .values_list("stretch")
        .annotate(changed_at=Max("changed_at"))
        .order_by("stretch")
    )
    return [(int(stretch), changed_at) for stretch, changed_at in found]


def changes_in(stretch: int, *, size: int) -> list[tuple[int, datetime]]:
    """Id and latest change of each title of a stretch of ids, by id. One statement, whatever lies before it."""
    start = stretch * size
    found = Bib.objects.filter(pk__gt=start, pk__lte=start + size)
    return list(found.order_by("pk").values_list("pk", "changed_at"))


def item_types() -> QuerySet[ItemType]:
    """By name."""
    return ItemType.objects.order_by("name", "pk")


# --- History ---------------------------------------------------------------------------------------------------------

Kept = TypeVar("Kept", BibVersion, AuthorityVersion)


@dataclass(frozen=True, slots=True)
class RecordStep(Generic[Kept]):
    """One change of a record: `told` says who, when and why; `has_before` whether there is a state to go back to."""

    told: Kept
    has_before: bool
    differences: list[Difference]


class Changed(NamedTuple):
    """A column of a copy that was changed, with its values as the database has them."""

    column: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ItemStep:
    """One change of a copy: `told` says who, when and why; `has_before` whether there is a state to go back to."""

    told: ItemVersion
    has_before: bool
    changes: list[Changed]


def tombstone(bib_id: int) -> BibTombstone | None:
    """What tells of a title that was taken out; `None` where it wasn't."""
    return BibTombstone.objects.filter(pk=bib_id).first()


def record_steps(bib_id: int, *, below: int | None = None, most: int = 25) -> list[RecordStep[BibVersion]]:
    """The changes of a title's record, latest first, of versions below `below`; three statements.

    A title that an import has brought and nobody has changed has none.
    """
    return _steps(BibVersion.objects.filter(bib_id=bib_id), BibRecord.objects.filter(bib_id=bib_id), below, most)


def heading_steps(authority_id: int, *, below: int | None = None, most: int = 25) -> list[RecordStep[AuthorityVersion]]:
    """The changes of a controlled heading, as `record_steps`; it may be gone by now."""
    kept = AuthorityVersion.objects.filter(authority_id=authority_id)
    return _steps(kept, Authority.objects.filter(pk=authority_id), below, most)


def _steps(kept: QuerySet[Kept], present: QuerySet[Any], below: int | None, most: int) -> list[RecordStep[Kept]]:
    """What each change ended, latest first; the record after the last of them is the `present` one."""
    rows: list[Kept] = list(_versions(kept, below)[:most])
    if not rows:
        return []
    after = kept.filter(version=rows[0].version + 1).values_list("marc", flat=True).first()
    if after is None:
        after = present.values_list("marc", flat=True).first()
    later = bytes(after or b"")
    steps = []
    for row in rows:
        earlier = bytes(row.marc)
        found = between(marc.load(earlier), marc.load(later)) if earlier and later else []
        steps.append(RecordStep(row, bool(earlier), found))
        later = earlier
    return steps


def record_at(bib_id: int, version: int) -> marc.Record:
    """What the record was at that version.

    Raises:
        NotFound: it was never in that state.
    """
    kept = BibVersion.objects.filter(bib_id=bib_id, version=version).exclude(marc=b"").values_list("marc", flat=True)
    if (content := kept.first()) is None:
        content = BibRecord.objects.filter(bib_id=bib_id, bib__version=version).values_list("marc", flat=True).first()
    if content is None:
        raise NotFound(_("This title has no version %(number)s.") % {"number": version})
    return marc.load(bytes(content))


def item_steps(item_id: int, *, below: int | None = None, most: int = 25) -> list[ItemStep]:
    """The changes of a copy, latest first, of versions below `below`; three statements. It may be gone by now."""
    rows = list(_versions(ItemVersion.objects.filter(item_id=item_id), below)[:most])
    if not rows:
        return []
    following = ItemVersion.objects.filter(item_id=item_id, version=rows[0].version + 1).first()
    later = following.state if following else state_of(item_id)
    steps = []
    for row in rows:
        changes = [
            Changed(column, row.state.get(column), value)
            for column, value in later.items()
            if row.state and row.state.get(column) != value
        ]
        steps.append(ItemStep(row, bool(row.state), changes))
        later = row.state
    return steps


def state_of(item_id: int) -> dict[str, Any]:
    """The columns of a copy as its history keeps them; empty where it is gone."""
    row = Item.objects.filter(pk=item_id).values(*STATE).first()
    state: dict[str, Any] = json.loads(json.dumps(row, cls=DjangoJSONEncoder)) if row else {}
    return state


def removed_items(bib_id: int) -> list[ItemVersion]:
    """The last states of copies that this title had once, latest removal first; at most 50."""
    gone = ItemVersion.objects.filter(bib_id=bib_id, change__in=[Change.REMOVED, Change.IMPORT_UNDONE])
    return list(gone.exclude(item_id__in=Item.objects.values("pk")).order_by("-at", "-pk")[:50])


def _versions(found: QuerySet[Any], below: int | None) -> QuerySet[Any]:
    return (found.filter(version__lt=below) if below is not None else found).order_by("-version")


# --- Labels ----------------------------------------------------------------------------------------------------------

NOT_LENT = frozenset({Item.Status.WITHDRAWN, Item.Status.LOST, Item.Status.MISSING, Item.Status.REFERENCE})


def copies_at_hand(bib_id: int, *, besides: int) -> int:
    """How many copies of a title stand on a shelf to be borrowed, without that one."""
    return Item.objects.filter(bib=bib_id, status=Item.Status.AVAILABLE).exclude(pk=besides).count()


def circulating_copies(bib_id: int) -> QuerySet[Item]:
    """Copies of a title that are there to be lent, now or later."""
    return Item.objects.filter(bib=bib_id).exclude(status__in=NOT_LENT).order_by("pk")


def lendable_copies() -> QuerySet[Item]:
    """Copies that stand on a shelf to be borrowed, by barcode."""
    there = Item.objects.filter(status=Item.Status.AVAILABLE)
    return there.select_related("bib", "branch", "item_type").order_by("barcode")


def copies_by_class(branch: Branch | None = None) -> dict[str, int]:
    """How many copies there are of each hundred of the classification, by its first digit; "" for those without."""
    rows = Item.objects.exclude(status=Item.Status.WITHDRAWN)
    rows = (rows.filter(branch=branch) if branch else rows).order_by()
    found: dict[str, int] = {}
    grouped = rows.annotate(hundred=Left("bib__classification", 1)).values_list("hundred").annotate(count=Count("pk"))
    for digit, count in grouped:
        key = digit if digit.isdigit() else ""
        found[key] = found.get(key, 0) + count
    return found


def on_shelf(bib_ids: Collection[int], *, branch: Branch) -> QuerySet[Item]:
    """Copies of these titles that stand on the shelves of a branch, in shelf order."""
    there = Item.objects.filter(bib__in=bib_ids, branch=branch, status=Item.Status.AVAILABLE)
    return there.select_related("bib", "location").order_by("call_number", "pk")


def by_barcode(barcode: str) -> Item | None:
    """The copy with that label, joined for lending it."""
    joined = Item.objects.select_related("bib", "branch", "location", "item_type")
    return joined.filter(barcode=barcode.strip()).first()


HAVE_NO_LABEL = (Item.Status.WITHDRAWN, Item.Status.LOST)


def without_label(branch: Branch | None = None) -> QuerySet[Item]:
    """Copies added by hand whose label was never printed, newest first; joined with title and branch."""
    found = Item.objects.filter(batch=None, labelled_at=None).exclude(status__in=HAVE_NO_LABEL)
    if branch is not None:
        found = found.filter(branch=branch)
    return found.select_related("bib", "branch", "item_type").order_by("-pk")


def copies(ids: Sequence[int]) -> list[Item]:
    """In the order of `ids`, joined with title, branch and collection; those that are gone or hidden are left out."""
    found = Item.objects.select_related("bib", "branch", "item_type").in_bulk(list(ids))
    return [found[item_id] for item_id in dict.fromkeys(ids) if item_id in found]


def copies_by_barcode(barcodes: Sequence[str]) -> tuple[list[int], list[str]]:
    """Ids of the copies in the order of their barcodes, and the barcodes that no copy carries."""
    known = dict(Item.objects.filter(barcode__in=barcodes).values_list("barcode", "pk"))
    return [known[code] for code in barcodes if code in known], [code for code in barcodes if code not in known]


def copies_of(bib_ids: Sequence[int]) -> list[int]:
    """Ids of all copies of these titles, in the order of the titles, then of their copies."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Item.objects.filter(bib__in=bib_ids).exclude(status__in=HAVE_NO_LABEL).order_by("copy_number", "pk")
    for bib_id, item_id in rows.values_list("bib", "pk"):
        found[bib_id].append(item_id)
    return [item_id for bib_id in bib_ids for item_id in found[bib_id]]


def records_of(ids: Collection[int]) -> dict[int, marc.Record]:
    """The MARC records of these titles by their ids."""
    rows = BibRecord.objects.filter(bib__in=ids).values_list("bib", "marc")
    return {bib_id: marc.load(bytes(content)) for bib_id, content in rows}


def designs() -> list[Design]:
    """The library's own sheets by name, then those that everyone can buy."""
    return [design_of(row) for row in LabelDesign.objects.order_by("name", "pk")] + list(READY)


def design(key: str) -> Design:
    """One of `designs`.

    Raises:
        NotFound: there is none of that key.
    """
    own = key.removeprefix("own-")
    if key != own and own.isdecimal():
        row = LabelDesign.objects.filter(pk=int(own)).first()
        if row is not None:
            return design_of(row)
    for ready in READY:
        if ready.key == key:
            return ready
    raise NotFound(_("There is no such sheet any more. Choose another one."))


def design_of(row: LabelDesign) -> Design:
    """A saved sheet as a value."""
    look = {field.name: getattr(row, field.name) for field in fields(Look)}
    look |= {"font_size": float(row.font_size), "cards": tuple(row.cards)}
    return Design(
        key=f"own-{row.pk}",
        name=row.name,
        sheet=Sheet(columns=row.columns, rows=row.rows, **{name: float(getattr(row, name)) for name in LENGTHS}),
        look=Look(**look),
    )


def label_runs() -> QuerySet[LabelRun]:
    """Newest first."""
    return LabelRun.objects.order_by("-pk")


def label_run(run_id: int) -> LabelRun:
    """One printing of labels.

    Raises:
        NotFound: there is none of that number.
    """
    found = LabelRun.objects.filter(pk=run_id).first()
    if found is None:
        raise NotFound(_("There is no printing %(number)s.") % {"number": run_id})
    return found


# --- Stock take ------------------------------------------------------------------------------------------------------

# The lists of a stock take, and what they hold. Until it is closed, what nobody has seen is waiting, not missing.
STOCK_TAKE_LISTS: dict[str, tuple[rules.Finding | Literal[""], ...]] = {
    "waiting": ("",),
    "missing": (rules.Finding.MISSING,),
    "misplaced": (rules.Finding.WRONG_SHELF, rules.Finding.OTHER_BRANCH),
    "returned": (rules.Finding.OUT, rules.Finding.FOUND, rules.Finding.WITHDRAWN),
    "seen": (rules.Finding.SEEN,),
    "beside": (rules.Finding.NOT_ASKED,),
    "away": (rules.Finding.AWAY,),
}


@dataclass(frozen=True, slots=True)
class ShelfProgress:
    """How far a stock take is at one shelf; without a shelf, with the copies whose place the catalogue doesn't know."""

    shelf: Location | None
    expected: int
    seen: int

    @property
    def share(self) -> float:
        return self.seen / self.expected if self.expected else 1.0


@dataclass(frozen=True, slots=True)
class UnknownBarcode:
    """A barcode that was scanned in a stock take and that no copy carries."""

    barcode: str
    times: int
    shelf: str
    scanned_at: datetime


def stock_takes() -> QuerySet[StockTake]:
    """Newest first, joined with the branch."""
    return StockTake.objects.select_related("branch").order_by("-pk")


def stock_take(stock_take_id: int) -> StockTake:
    """The stock take, joined with its branch.

    Raises:
        NotFound: there is none of that number.
    """
    found = StockTake.objects.select_related("branch").filter(pk=stock_take_id).first()
    if found is None:
        raise NotFound(_("There is no stock take %(number)s.") % {"number": stock_take_id})
    return found


def scope_of(stock_take: StockTake) -> rules.Scope:
    """Which copies it asks for; two statements."""
    return rules.Scope(
        branch=stock_take.branch_id,
        shelves=frozenset(stock_take.locations.values_list("pk", flat=True)),
        collections=frozenset(stock_take.item_types.values_list("pk", flat=True)),
        first_call=stock_take.first_call,
        last_call=stock_take.last_call,
    )


def shelves_to_stand_at(stock_take: StockTake) -> list[Location]:
    """By name: the shelves that were chosen, or else all of the branch."""
    return list(stock_take.locations.order_by("name", "pk")) or shelves_of(stock_take)


def shelves_of(stock_take: StockTake) -> list[Location]:
    """By name, all shelves of its branch."""
    return list(branches.locations().filter(branch=stock_take.branch_id).order_by("name", "pk"))


def shelf_progress(stock_take: StockTake) -> list[ShelfProgress]:
    """By the name of the shelf, copies without one last; two statements, and the database counts."""
    counted = (
        StockTakeCopy.objects.filter(stock_take=stock_take, is_expected=True)
        .order_by()
        .values_list("location")
        .annotate(expected=Count("pk"), seen=Count("pk", filter=~Q(finding__in=rules.UNSEEN)))
    )
    numbers = {shelf_id: (expected, seen) for shelf_id, expected, seen in counted}
    shelves = branches.locations().in_bulk([pk for pk in numbers if pk])
    found = [ShelfProgress(shelves.get(pk), *pair) for pk, pair in numbers.items()]
    return sorted(found, key=lambda row: (row.shelf is None, row.shelf.name if row.shelf else ""))


def findings(stock_take: StockTake) -> dict[str, int]:
    """How many copies each of `STOCK_TAKE_LISTS` holds, and how many barcodes are `unknown`; two statements."""
    rows = StockTakeCopy.objects.filter(stock_take=stock_take).order_by().values_list("finding").annotate(Count("pk"))
    counts = dict(rows)
    figures = {name: sum(counts.get(one, 0) for one in ones) for name, ones in STOCK_TAKE_LISTS.items()}
    unknown = StockTakeScan.objects.filter(stock_take=stock_take, finding=rules.Finding.UNKNOWN)
    return {**figures, "unknown": unknown.aggregate(count=Count("barcode", distinct=True))["count"]}


def stock_take_copies(
    stock_take: StockTake, findings: Sequence[str] | None = None, *, shelf_id: int | None = None
) -> QuerySet[StockTakeCopy]:
    """As they stand on the shelf, joined with title and places; with `findings` only those."""
    found = StockTakeCopy.objects.filter(stock_take=stock_take)
    if findings is not None:
        found = found.filter(finding__in=findings)
    if shelf_id is not None:
        found = found.filter(location=shelf_id)
    joined = found.select_related("item__bib", "item__branch", "location", "seen_location", "settlement")
    return joined.order_by("call_sort", "pk")


def unknown_barcodes(stock_take: StockTake, *, most: int = 500) -> list[UnknownBarcode]:
    """By barcode; those that a copy carries by now are told as well, for they were scanned before."""
    rows = (
        StockTakeScan.objects.filter(stock_take=stock_take, finding=rules.Finding.UNKNOWN)
        .order_by("barcode")
        .values_list("barcode")
        .annotate(times=Count("pk"), shelf=Max("location__name"), scanned_at=Max("scanned_at"))
    )
    return [UnknownBarcode(barcode, times, shelf or "", at) for barcode, times, shelf, at in rows[:most]]


def latest_scans(stock_take: StockTake, *, patron_id: int | None, most: int = 12) -> QuerySet[StockTakeScan]:
    """What this person has scanned last, joined with title and places."""
    mine = StockTakeScan.objects.filter(stock_take=stock_take, patron_id=patron_id)
    return mine.select_related("item__bib", "item__branch", "item__location", "location").order_by("-pk")[:most]


def scanners(stock_take: StockTake) -> list[tuple[str, int]]:
    """Who has scanned, and how much; the most first."""
    rows = StockTakeScan.objects.filter(stock_take=stock_take).order_by().values_list("by").annotate(count=Count("pk"))
    return list(rows.order_by("-count", "by"))


def settlements(stock_take: StockTake) -> QuerySet[StockTakeSettlement]:
    """Newest first."""
    return StockTakeSettlement.objects.filter(stock_take=stock_take).order_by("-pk")


# --- Other catalogues ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edition:
    """What several catalogues offer as one edition; the fullest record first."""

    offers: list[Offer]

    @property
    def best(self) -> Offer:
        return self.offers[0]

    @property
    def matched_id(self) -> int | None:
        """Our title that seems to be the same."""
        return next((offer.matched_id for offer in self.offers if offer.matched_id), None)


def targets() -> QuerySet[Target]:
    """In the order in which the library wants to see them."""
    return Target.objects.order_by("position", "pk")


def target(target_id: int) -> Target:
    """The target.

    Raises:
        NotFound: there is none of that number.
    """
    found = Target.objects.filter(pk=target_id).first()
    if found is None:
        raise NotFound(_("There is no target %(number)s.") % {"number": target_id})
    return found


def question(question_id: int) -> Question:
    """The question to other catalogues.

    Raises:
        NotFound: there is none of that number, or it is forgotten.
    """
    found = Question.objects.filter(pk=question_id).first()
    if found is None:
        raise NotFound(_("This question is no longer kept. Ask it again."))
    return found


def recent_questions(most: int = 8) -> QuerySet[Question]:
    """Newest first, without trials."""
    return Question.objects.filter(is_trial=False).order_by("-pk")[:most]


def replies(question: Question) -> list[Reply]:
    """In the order of the targets."""
    return list(question.replies.order_by("position"))


def editions(question: Question) -> list[Edition]:
    """What was offered, one edition after the other: those that most catalogues have first, then as they came.

    The records themselves aren't read.
    """
    offers = Offer.objects.filter(reply__question=question).select_related("reply").defer("marc", "keys")
    found: dict[int, list[Offer]] = defaultdict(list)
    for offer in offers.order_by("reply__position", "number"):
        found[offer.edition or offer.pk].append(offer)
    editions = [Edition(sorted(same, key=lambda offer: -offer.fields)) for same in found.values()]
    return sorted(editions, key=lambda edition: -len({offer.reply_id for offer in edition.offers}))


def offer(offer_id: int) -> Offer:
    """The offered record, joined with its reply and question.

    Raises:
        NotFound: there is none of that number, or it is forgotten.
    """
    found = Offer.objects.filter(pk=offer_id).select_related("reply__question").first()
    if found is None:
        raise NotFound(_("This record is no longer kept. Ask for it again."))
    return found


def same_edition(offer: Offer) -> list[Offer]:
    """The other offers of this edition for the same question, fullest first."""
    others = Offer.objects.filter(reply__question=offer.reply.question_id, edition=offer.edition).exclude(pk=offer.pk)
    return list(others.select_related("reply").order_by("-fields", "pk"))


# --- At the cataloguer's desk ----------------------------------------------------------------------------------------


def drafts_of(patron_id: int | None) -> list[Draft]:
    """What a person has typed and not saved, latest first; those in which nothing was changed are left out."""
    mine = Draft.objects.filter(patron_id=patron_id).exclude(marc=F("base"), rows__isnull=True, origin="")
    return list(mine.order_by("-changed_at")[:50])


def draft(draft_id: int, patron_id: int | None) -> Draft:
    """The draft.

    Raises:
        NotFound: it is gone, or somebody else's.
    """
    found = Draft.objects.filter(pk=draft_id, patron_id=patron_id).first()
    if found is None:
        raise NotFound(_("This draft isn't there any more: it was saved or thrown away."))
    return found


def authorities_like(text: str, kinds: Collection[str], *, most: int = 8) -> list[Authority]:
    """Controlled headings that begin with these words, by heading."""
    words = rules.fold(text)[:200]
    if len(words) < 2:
        return []
    found = Authority.objects.filter(kind__in=kinds, heading_key__startswith=words)
    return list(found.order_by("heading_key", "pk")[:most])


def next_copy_number(bib: Bib, volume: str = "") -> int:
    """One more than the highest among the copies of this volume."""
    highest = Item.with_hidden.filter(bib=bib, volume=volume).aggregate(highest=Max("copy_number"))["highest"]
    return (highest or 0) + 1


def item_at(item_id: int, version: int) -> dict[str, Any]:
    """The columns of a copy at that version, as its history keeps them; empty where it was never in that state."""
    kept = ItemVersion.objects.filter(item_id=item_id, version=version).values_list("state", flat=True).first()
    if kept is None and Item.objects.filter(pk=item_id, version=version).exists():
        return state_of(item_id)
    return kept or {}


def number_patterns(use: str = "") -> QuerySet[NumberPattern]:
    """By use and name."""
    found = NumberPattern.objects.order_by("use", "name")
    return found.filter(use=use) if use else found


# --- Imports ---------------------------------------------------------------------------------------------------------


def column_maps() -> QuerySet[ColumnMap]:
    """By name."""
    return ColumnMap.objects.order_by("name")


def column_map(map_id: int) -> ColumnMap:
    """What is remembered of the columns of a table.

    Raises:
        NotFound: there is none of that number.
    """
    found = ColumnMap.objects.filter(pk=map_id).first()
    if found is None:
        raise NotFound(_("There is no such meaning of columns any more."))
    return found


def jobs() -> QuerySet[ImportJob]:
    """Newest first."""
    return ImportJob.objects.select_related("branch", "location").order_by("-pk")


def job(job_id: int) -> ImportJob:
    """The import.

    Raises:
        NotFound: there is none of that number.
    """
    found = ImportJob.objects.select_related("branch", "location").filter(pk=job_id).first()
    if found is None:
        raise NotFound(_("There is no import %(number)s.") % {"number": job_id})
    return found


def entries(job: ImportJob, outcome: ImportEntry.Outcome) -> QuerySet[ImportEntry]:
    """What is said of the records of an import, in the order of the file."""
    return ImportEntry.objects.filter(job=job, outcome=outcome).order_by("number", "pk")


GONE = (ImportJob.State.UNDONE, ImportJob.State.CANCELLED)


def hidden_batches() -> list[int]:
    """Ids of the imports whose titles are written, and perhaps searchable, but don't count; few at any time."""
    # Asked at every search; plain SQL costs a fifth of what putting the statement together by the ORM does.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM catalog_importjob WHERE NOT is_revealed AND state NOT IN (%s, %s) ORDER BY id", GONE
        )
        return [row[0] for row in cursor.fetchall()]


def revealed_batches(*, since: datetime, until: datetime | None = None) -> list[int]:
    """Ids of the imports that appeared from `since` on and before `until`: that is when their titles were new."""
    found = ImportJob.objects.filter(is_revealed=True, revealed_at__gte=since)
    return list(
        (found if until is None else found.filter(revealed_at__lt=until)).order_by("pk").values_list("pk", flat=True)
    )


def withdrawn_batches() -> list[int]:
    """Ids of the imports whose titles are gone, or on their way out."""
    states = (*GONE, ImportJob.State.UNDOING)
    return list(ImportJob.objects.filter(state__in=states).order_by("pk").values_list("pk", flat=True))


def batches() -> QuerySet[BatchChange]:
    """Newest first."""
    return BatchChange.objects.order_by("-pk")


def batch(job_id: int) -> BatchChange:
    """The change of many.

    Raises:
        NotFound: there is none of that number.
    """
    found = BatchChange.objects.filter(pk=job_id).first()
    if found is None:
        raise NotFound(_("There is no change of many with the number %(number)s.") % {"number": job_id})
    return found


def batch_lines(job: BatchChange, outcome: BatchLine.Outcome) -> QuerySet[BatchLine]:
    """The lines of which that is said, in the order in which they were listed."""
    return job.lines.filter(outcome=outcome).order_by("number")


def batch_refusals(job: BatchChange) -> list[tuple[str, int]]:
    """Why lines weren't changed, or not restored: the code of the remark and how many; most first."""
    said = job.lines.filter(outcome__in=[BatchLine.Outcome.REFUSED, BatchLine.Outcome.KEPT])
    counted = said.order_by().values("remark").annotate(count=Count("pk"))
    return list(counted.order_by("-count").values_list("remark", "count"))


# --- Withdrawals -----------------------------------------------------------------------------------------------------


def withdrawals(report: WithdrawalReport | None = None) -> QuerySet[Withdrawal]:
    """Those of a report in the order of their inventory numbers, or those that wait for one, latest first."""
    found = Withdrawal.objects.filter(report=report).select_related("item__bib", "item__branch", "item__location")
    return (
        found.order_by("item__inventory_number", "item__barcode") if report else found.order_by("-withdrawn_at", "-pk")
    )


def withdrawal_reports() -> QuerySet[WithdrawalReport]:
    """Latest decision first, with how many copies each has (`copies`)."""
    return WithdrawalReport.objects.annotate(copies=Count("withdrawals")).order_by("-decided_on", "-pk")


def withdrawal_report(report_id: int) -> WithdrawalReport:
    """The report.

    Raises:
        NotFound: there is none of that number.
    """
    found = WithdrawalReport.objects.filter(pk=report_id).first()
    if found is None:
        raise NotFound(_("There is no such report."))
    return found


# --- Duplicates ------------------------------------------------------------------------------------------------------


def merges() -> QuerySet[Merge]:
    """Newest first."""
    return Merge.objects.order_by("-pk")


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One of several titles that are compared: its record, how many copies it has, and who points at it."""

    bib: Bib
    record: marc.Record
    copies: int


def side_by_side(ids: Sequence[int]) -> list[SideBySide]:
    """These titles in the order of `ids`; those that are gone are left out. Three statements."""
    bibs: dict[int, Bib] = Bib.objects.in_bulk(list(ids))
    stored = dict(BibRecord.objects.filter(bib__in=bibs).values_list("bib_id", "marc"))
    copies = dict(
        Item.objects.filter(bib__in=bibs).order_by().values("bib").annotate(n=Count("pk")).values_list("bib", "n")
    )
    return [
        SideBySide(bibs[bib_id], marc.load(bytes(stored[bib_id])), copies.get(bib_id, 0))
        for bib_id in dict.fromkeys(ids)
        if bib_id in bibs
    ]


# --- For the search index --------------------------------------------------------------------------------------------


def for_index(ids: Collection[int]) -> list[Indexable]:
    """These titles by id, hidden ones too; three statements."""
    return _indexables(Bib.with_hidden.filter(pk__in=ids).exclude(pk__in=_will_be_replaced()).order_by("pk"))


def batch_after(job_id: int, *, after: int, most: int) -> list[Indexable]:
    """The titles of an import with an id beyond `after`, by id; without those that replace ours and vanish then."""
    return _indexables(_batch(job_id).filter(pk__gt=after).order_by("pk")[:most])


def all_after(*, after: int, most: int) -> list[Indexable]:
    """The whole catalogue beyond the id `after`, by id, with what is staged."""
    found = Bib.with_hidden.filter(pk__gt=after).exclude(pk__in=_will_be_replaced())
    return _indexables(found.order_by("pk")[:most])


def count_batch(job_id: int) -> int:
    """How many titles `batch_after` has in all."""
    return _batch(job_id).count()


def count_all() -> int:
    """How many titles `all_after` has in all."""
    return Bib.with_hidden.exclude(pk__in=_will_be_replaced()).count()


def _batch(job_id: int) -> QuerySet[Bib]:
    return Bib.with_hidden.filter(batch=job_id).exclude(pk__in=_will_be_replaced(job_id))


def _will_be_replaced(job_id: int | None = None) -> QuerySet[ImportEntry, int | None]:
    """Staged titles that are to be poured into one of ours."""
    found = ImportEntry.objects.filter(action=ImportEntry.Action.REPLACED, staged_id__isnull=False)
    if job_id is not None:
        found = found.filter(job=job_id)
    else:
        found = found.filter(job__in=ImportJob.objects.filter(is_revealed=False).exclude(state__in=GONE))
    return found.filter(outcome=ImportEntry.Outcome.MATCHED).values_list("staged_id", flat=True)


def _indexables(bibs: QuerySet[Bib]) -> list[Indexable]:
    rows = bibs.values_list(*IndexedBib._fields, "record__marc")
    found = [(IndexedBib._make(row[:-1]), bytes(row[-1])) for row in rows if row[-1] is not None]
    batches = {bib.pk: bib.batch_id for bib, _ in found}
    hidden = set(hidden_batches())
    items: dict[int, list[Item]] = {}
    for copy in Item.with_hidden.filter(bib__in=list(batches)).select_related("branch", "location", "item_type"):
        if copy.batch_id not in hidden or copy.batch_id == batches[copy.bib_id]:
            items.setdefault(copy.bib_id, []).append(copy)
    return [Indexable(bib=bib, marc=content, items=items.get(bib.pk, [])) for bib, content in found]
