"""One chunk of a file, written hidden into the catalogue: matched, with copies, and with what must be said of it."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from pustaka.branches import queries as branches
from pustaka.branches.models import Branch
from pustaka.branches.services.places import ensure_branch, ensure_location
from pustaka.catalog import bulk, derive, rules
from pustaka.catalog.importing import copies
from pustaka.catalog.importing.reading import Parsed
from pustaka.catalog.matching import Match, Matcher
from pustaka.catalog.models import (
    Authority,
    Bib,
    BibKey,
    BibRecord,
    Holding,
    ImportEntry,
    ImportJob,
    Item,
    ItemChange,
    ItemType,
)

BIB_COLUMNS = derive.Columns._fields
ITEM_COLUMNS = (
    "batch_id", "bib_id", "barcode", "inventory_number", "call_number", "branch_id", "location_id", "item_type_id",
    "status", "source", "price_idr", "copy_number", "volume", "note", "received_on", "condition", "unplaced",
    "created_at", "version",
)  # fmt: skip
MOST_PLACES = 200  # unknown branch and shelf codes that are counted by name
_NOT_SLUG = re.compile(r"[^\w-]+")

Messages = list[tuple[str, str]]


class Places:
    """Branches, shelves and item types by the codes or names of a file; unknown ones are made, or the job's own."""

    def __init__(self, job: ImportJob) -> None:
        self._job = job
        # Codes come last, so that they count before another one's name.
        known, places, kinds = list(branches.branches()), list(branches.locations()), list(ItemType.objects.all())
        self._branches = {slug(branch.name).casefold(): branch for branch in known}
        self._branches |= {branch.code.casefold(): branch for branch in known}
        self._locations = {(place.branch_id, slug(place.name).casefold()): place.pk for place in places}
        self._locations |= {(place.branch_id, place.code.casefold()): place.pk for place in places}
        self._types = {slug(kind.name).casefold(): kind.pk for kind in kinds}
        self._types |= {kind.code.casefold(): kind.pk for kind in kinds}
        self.unknown: Counter[str] = Counter()

    def find(self, copy: derive.Copy) -> tuple[int, int | None]:
        """Where a copy stands: the ids of branch and location."""
        branch = self._branch(copy.branch)
        if branch is None:
            return self._job.branch_id, self._job.location_id  # type: ignore[return-value]  # every job has a branch
        if not (code := slug(copy.location)):
            return branch.pk, self._job.location_id if branch.pk == self._job.branch_id else None
        known = self._locations.get((branch.pk, code.casefold()))
        if known is None:
            if not self._job.creates_places:
                self.unknown[f"{copy.branch} {copy.location}".strip()] += 1
                return branch.pk, self._job.location_id if branch.pk == self._job.branch_id else None
            known = ensure_location(branch=branch, code=code, name=copy.location.strip()[:120]).pk
            self._locations[branch.pk, code.casefold()] = known
        return branch.pk, known

    def _branch(self, written: str) -> Branch | None:
        if not (code := slug(written)):
            return self._job.branch
        branch = self._branches.get(code.casefold())
        if branch is None:
            if not self._job.creates_places:
                self.unknown[written.strip()] += 1
                return None
            branch = self._branches[code.casefold()] = ensure_branch(code=code, name=written.strip()[:120])
        return branch

    def type_of(self, copy: derive.Copy) -> int | None:
        """The item type; a code that isn't known yet becomes one."""
        if not (code := slug(copy.item_type)):
            return None
        if code.casefold() not in self._types:
            kind, _ = ItemType.objects.get_or_create(code=code, defaults={"name": copy.item_type.strip()[:80]})
            self._types[code.casefold()] = kind.pk
        return self._types[code.casefold()]


def slug(text: str) -> str:
    """A code of at most 20 letters, digits, hyphens and underscores.

    Long names that begin alike ("Perpustakaan Fakultas Teknik", "… Hukum") get codes of their own.
    """
    code = _NOT_SLUG.sub("-", text.strip()).strip("-")
    return code if len(code) <= 20 else f"{code[:15]}-{rules.digest('code', code.casefold()) & 0xFFFF:04x}"


class Staging:
    """Writes the chunks of one import; holds what stays the same from chunk to chunk."""

    def __init__(self, job: ImportJob, *, at: datetime) -> None:
        self._job = job
        self._at = bulk.moment(at)
        self._moment = at
        self._places = Places(job)

    def write(self, records: Sequence[Parsed]) -> Counter[str]:
        """Write one chunk in the transaction that is open, and say how many of what there were."""
        counts: Counter[str] = Counter(records=len(records))
        entries: list[ImportEntry] = []
        for record in records:
            if record.error:
                counts["broken"] += 1
                entries.append(self._entry(record, "broken", messages=[("broken", record.error)]))
        bibs = [record for record in records if record.columns is not None]
        if bibs:
            entries += self._bibs(bibs, counts)
        self._authorities([record for record in records if record.heading is not None], counts, entries)
        self._holdings([record for record in records if record.shelf is not None], counts, entries)
        self._copies([record for record in records if record.kind == "copy"], counts, entries)
        for record in records:
            if not record.error and record.kind not in {"bibliographic", "authority", "holdings", "copy"}:
                counts["other"] += 1
                entries.append(
                    self._entry(record, "noted", messages=[("kind", f"A {record.kind} record: it has no place here.")])
                )
            elif record.columns is None and record.kind != "copy" and record.messages:
                entries.append(self._said(record, list(record.messages), counts))
        ImportEntry.objects.bulk_create(entries, batch_size=500)
        if self._places.unknown:
            self._note_places()
        return counts

    def _entry(self, record: Parsed, outcome: str, *, messages: Messages, **more: object) -> ImportEntry:
        title = record.columns.title if record.columns else record.heading.heading if record.heading else record.title
        number = (record.columns or record.heading or record.shelf or derive.NO_SHELF).control_number
        return ImportEntry(
            job=self._job,
            number=record.number,
            offset=record.offset,
            outcome=outcome,
            title=title[:300],
            control_number=number,
            messages=[list(message) for message in messages],
            **more,
        )

    def _said(
        self, record: Parsed, messages: Messages, counts: Counter[str], staged_id: int | None = None
    ) -> ImportEntry:
        outcome = "mended" if record.is_mended else "noted"
        counts[outcome] += 1
        return self._entry(record, outcome, messages=messages, staged_id=staged_id)

    def _bibs(self, bibs: Sequence[Parsed], counts: Counter[str]) -> list[ImportEntry]:
        ids = bulk.next_ids(Bib, len(bibs))
        matcher = Matcher((digest for record in bibs for _, digest in record.keys), job=self._job)
        matches: dict[int, Match] = {}
        said: dict[int, Messages] = {}
        staged = list(zip(ids, bibs, strict=True))
        for bib_id, record in staged:
            columns = record.columns or derive.NO_COLUMNS
            match, doubts = matcher.find(columns, record.keys)
            if match is not None:
                matches[bib_id] = match
            messages = [*record.messages, *doubts]
            if messages:
                said[bib_id] = messages
            matcher.add(bib_id, columns, record.keys)
        identical = _identical(staged, matches)
        self._insert(staged)
        counts["bibs"] += len(bibs)
        self._items(staged, matches, said, counts)
        entries = []
        for bib_id, record in staged:
            if match := matches.get(bib_id):
                counts["matched"] += 1
                counts["matched_in_file" if match.is_in_file else f"matched_{match.by}"] += 1
                counts["identical"] += bib_id in identical
                entries.append(
                    self._entry(
                        record,
                        "matched",
                        messages=[],
                        staged_id=bib_id,
                        matched_id=match.bib_id,
                        matched_by=match.by,
                        is_in_file=match.is_in_file,
                        is_identical=bib_id in identical,
                    )
                )
            if bib_id in said:
                entries.append(self._said(record, said[bib_id], counts, bib_id))
        return entries

    def _insert(self, staged: Sequence[tuple[int, Parsed]]) -> None:
        batch, at = self._job.pk, self._at
        bulk.insert(
            Bib,
            ("id", "batch_id", "created_at", "changed_at", "version", *BIB_COLUMNS),
            [(bib_id, batch, at, at, 1, *(record.columns or ())) for bib_id, record in staged],
        )
        form = self._job.format
        bulk.insert(
            BibRecord,
            ("bib_id", "marc", "original", "original_format"),
            [(bib_id, record.marc, record.original, form if record.original else "") for bib_id, record in staged],
        )
        # In the order of the index, so that neighbours land on one page.
        keys = {(digest, bib_id) for bib_id, record in staged for _, digest in record.keys}
        bulk.insert(BibKey, ("digest", "bib_id"), sorted(keys))

    def _items(
        self,
        staged: Sequence[tuple[int, Parsed]],
        matches: dict[int, Match],
        said: dict[int, Messages],
        counts: Counter[str],
    ) -> None:
        wanted = [copy.barcode for _, record in staged for copy in record.copies]
        if not wanted:
            return
        known = _holders_of_barcodes(wanted)
        rows = []
        for bib_id, record in staged:
            for copy in record.copies:
                holder = known.get(copy.barcode)
                if holder is None:
                    known[copy.barcode] = bib_id
                    branch_id, location_id = self._places.find(copy)
                    rows.append(
                        item_row(
                            copy, bib_id, branch_id, location_id, self._places.type_of(copy), self._job.pk, self._at
                        )
                    )
                elif bib_id in matches and _same_title(holder, matches[bib_id], matches):
                    counts["items_known"] += 1
                else:
                    counts["items_refused"] += 1
                    said.setdefault(bib_id, list(record.messages)).append(
                        (
                            "barcode-taken",
                            f"Barcode {copy.barcode} belongs to another title already: this copy is left out.",
                        )
                    )
        counts["items"] += len(rows)
        bulk.insert(Item, ITEM_COLUMNS, rows)

    def _authorities(self, records: Sequence[Parsed], counts: Counter[str], entries: list[ImportEntry]) -> None:
        if not records:
            return
        known = _known_authorities(records, self._job)
        new = []
        for record in records:
            heading = record.heading or derive.NO_HEADING
            counts["authorities"] += 1
            if (earlier := known.get(_authority_key(heading))) is not None:
                counts["authorities_known"] += 1
                same = derive.essence(earlier) == derive.essence(record.marc)
                entries.append(
                    self._entry(
                        record, "matched", messages=[], matched_by="heading", action="identical" if same else "skipped"
                    )
                )
                continue
            known[_authority_key(heading)] = record.marc
            new.append(
                Authority(
                    **heading._asdict(),
                    batch=self._job,
                    marc=record.marc,
                    original=record.original,
                    original_format=self._job.format if record.original else "",
                    created_at=self._moment,
                    changed_at=self._moment,
                )
            )
        Authority.with_hidden.bulk_create(new, batch_size=500)

    def _holdings(self, records: Sequence[Parsed], counts: Counter[str], entries: list[ImportEntry]) -> None:
        if not records:
            return
        shelves = [record.shelf for record in records if record.shelf]
        known = {
            derive.essence(bytes(marc))
            for marc in _visible(Holding, self._job)
            .filter(
                control_number__in={shelf.control_number for shelf in shelves},
                bib_control_number__in={shelf.bib_control_number for shelf in shelves},
            )
            .values_list("marc", flat=True)
        }
        new = []
        for record in records:
            shelf = record.shelf or derive.NO_SHELF
            counts["holdings"] += 1
            if derive.essence(record.marc) in known:
                counts["holdings_known"] += 1
                entries.append(self._entry(record, "matched", messages=[], matched_by="content", action="identical"))
                continue
            known.add(derive.essence(record.marc))
            new.append(
                Holding(
                    **shelf._asdict(),
                    batch=self._job,
                    marc=record.marc,
                    original=record.original,
                    original_format=self._job.format if record.original else "",
                )
            )
        Holding.with_hidden.bulk_create(new, batch_size=500)

    def _copies(self, records: Sequence[Parsed], counts: Counter[str], entries: list[ImportEntry]) -> None:
        """Rows that tell of copies which are here: what they would change is kept until the import is taken over."""
        if not records:
            return
        found = copies.compare(records, job=self._job, places=self._places)
        ItemChange.objects.bulk_create(found.changes, batch_size=500)
        counts.update(found.counts)
        for record in records:
            if record.number in found.refused:
                entries.append(self._entry(record, "broken", messages=[found.refused[record.number]]))
            elif messages := [*record.messages, *found.noted.get(record.number, ())]:
                entries.append(self._said(record, messages, counts))

    def _note_places(self) -> None:
        noted: dict[str, int] = self._job.counts.setdefault("unknown_places", {})
        for code, count in self._places.unknown.items():
            if code in noted or len(noted) < MOST_PLACES:
                noted[code] = noted.get(code, 0) + count
        self._places.unknown.clear()


def item_row(
    copy: derive.Copy,
    bib_id: int,
    branch_id: int,
    location_id: int | None,
    type_id: int | None,
    batch_id: int | None,
    at: object,
) -> tuple[object, ...]:
    """The values of `ITEM_COLUMNS`."""
    return (
        batch_id, bib_id, copy.barcode, copy.inventory_number, copy.call_number, branch_id, location_id, type_id,
        copy.status, copy.source, copy.price_idr, copy.copy_number, copy.volume, copy.note,
        bulk.day(copy.received_on), copy.condition, json.dumps(dict(copy.unplaced)), at, 1,
    )  # fmt: skip


def _same_title(holder: int, match: Match, matches: dict[int, Match]) -> bool:
    """Whether the title that has the barcode is the one that the record is the same as, itself or through the file."""
    return holder == match.bib_id or (holder in matches and matches[holder].bib_id == match.bib_id)


def _holders_of_barcodes(barcodes: Sequence[str]) -> dict[str, int]:
    known: dict[str, int] = {}
    for begin in range(0, len(barcodes), 500):
        known.update(
            Item.with_hidden.filter(barcode__in=barcodes[begin : begin + 500]).values_list("barcode", "bib_id")
        )
    return known


def _identical(staged: Sequence[tuple[int, Parsed]], matches: dict[int, Match]) -> set[int]:
    """Those staged records that are, field for field, what they match."""
    if not matches:
        return set()
    contents = {bib_id: record.marc for bib_id, record in staged}
    elsewhere = {match.bib_id for match in matches.values()} - contents.keys()
    contents |= records_of(elsewhere)
    return {
        bib_id
        for bib_id, match in matches.items()
        if derive.essence(contents.get(match.bib_id, b"")) == derive.essence(contents[bib_id])
    }


def records_of(bib_ids: Collection[int]) -> dict[int, bytes]:
    """The storage form of these titles, hidden ones too."""
    listed = list(bib_ids)
    found: dict[int, bytes] = {}
    for begin in range(0, len(listed), 500):
        rows = BibRecord.objects.filter(bib_id__in=listed[begin : begin + 500]).values_list("bib_id", "marc")
        found.update((bib_id, bytes(marc)) for bib_id, marc in rows)
    return found


def _authority_key(heading: derive.Heading) -> tuple[str, str]:
    """What makes two authority records the same: their number in its source, else their heading."""
    if heading.control_number:
        return heading.control_source, heading.control_number
    return f"\x1f{heading.kind}", heading.heading_key


def _known_authorities(records: Sequence[Parsed], job: ImportJob) -> dict[tuple[str, str], bytes]:
    headings = [record.heading for record in records if record.heading]
    numbers = {heading.control_number for heading in headings if heading.control_number}
    words = {heading.heading_key for heading in headings if not heading.control_number}
    known: dict[tuple[str, str], bytes] = {}
    visible = _visible(Authority, job)
    found: dict[str, list[tuple[str, str, str, str, bytes]]] = defaultdict(list)
    for name, values in (("control_number", list(numbers)), ("heading_key", list(words))):
        for begin in range(0, len(values), 500):
            found[name] += visible.filter(**{f"{name}__in": values[begin : begin + 500]}).values_list(
                "control_source", "control_number", "kind", "heading_key", "marc"
            )
    for source, number, _kind, _key, marc in found["control_number"]:
        known[source, number] = bytes(marc)
    for _source, number, kind, key, marc in found["heading_key"]:
        if not number:
            known[f"\x1f{kind}", key] = bytes(marc)
    return known


def _visible(model: type[Authority] | type[Holding], job: ImportJob):  # type: ignore[no-untyped-def]
    """The rows that count, and those of this very import."""
    hidden = ImportJob.objects.filter(is_revealed=False).exclude(pk=job.pk).values("pk")
    return model.with_hidden.exclude(batch__in=hidden)
