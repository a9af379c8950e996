"""What the invented readers made of the books: lists, ratings, reviews, tags, saved searches, and reports."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pustaka.catalog import queries as catalog
from pustaka.discovery import queries as discovery
from pustaka.discovery import saved_searches
from pustaka.discovery.rules import NO_FILTERS, quoted
from pustaka.foundation.actors import SYSTEM
from pustaka.patrons import queries as patrons
from pustaka.patrons.models import Patron, Role
from pustaka.patrons.services import people, roles
from pustaka.readers import queries as reading
from pustaka.readers.models import Problem, Tag
from pustaka.readers.services import lists, moderation, opinions, problems

MEMBERS = [
    ("klub", "Klub Baca Kamis"),
    ("202310114", "Andi Nurfadillah"),
    ("202310287", "Made Arya Wiguna"),
    ("202410052", "Yosef Kambu"),
    ("202410336", "Siti Rohmah"),
]


@dataclass(frozen=True, slots=True)
class ShownList:
    """A list, and how its owner shares it."""

    owner: str
    title: str
    description: str
    visibility: str
    signed_as: str
    titles: tuple[tuple[str, str], ...]  # what to look for, and the note


LISTS = (
    ShownList(
        "dosen", "Sastra Indonesia modern: bacaan semester ini",
        "Baca berurutan. Yang bertanda bintang dibahas pada pertemuan kelima dan keenam.", "public", "real",
        (
            ("Sitti Nurbaya", "* Perhatikan cara Datuk Meringgih digambarkan, bukan hanya apa yang ia lakukan."),
            ("Azab dan Sengsara", ""),
            ("Bumi Manusia", "* Bab 1 sampai 5. Siapkan satu pertanyaan."),
            ("Anak Semua Bangsa", "Untuk yang menulis makalah akhir."),
            ("Laskar Pelangi", ""),
            ("Memang Jodoh", "Bandingkan dengan Sitti Nurbaya: pengarang yang sama, hampir seabad kemudian terbit."),
        ),
    ),
    ShownList(
        "klub", "Klub Baca Kamis: yang sudah kami baca",
        "Setiap Kamis pukul empat di ruang baca lantai 2. Siapa saja boleh datang, tidak harus sudah selesai membaca.",
        "public", "real",
        (
            ("Bumi Manusia", "Diskusi paling ramai sejauh ini."),
            ("Laskar Pelangi", ""),
            ("Bumi Manusia English", ""),
            ("Sejarah Indonesia", "Bacaan pendamping."),
        ),
    ),
    ShownList(
        "mahasiswa", "Bahan skripsi", "", "private", "anonymous",
        (
            ("metode penelitian", "Bab tentang sampel."),
            ("statistika", ""),
            ("pendidikan", "Tanya Bu Nurul: edisi berapa?"),
        ),
    ),
    ShownList(
        "mahasiswa", "Novel untuk akhir pekan", "Pinjam satu, kembalikan Senin.", "link", "anonymous",
        (("Laskar Pelangi", ""), ("Sitti Nurbaya", ""), ("Azab dan Sengsara", "")),
    ),
)  # fmt: skip
# Who, of what, stars, words, how signed, pen name, and whether a librarian has shown it.
OPINIONS = (
    (
        "202310114", "Bumi Manusia", 5,
        "Saya kira buku wajib pasti membosankan. Ternyata tiga malam tidak tidur: sejarah kolonial jadi masuk akal.",
        "real", "", True,
    ),
    (
        "202310287", "Bumi Manusia", 5,
        "Mulailah dari sini, baru lanjut ke Anak Semua Bangsa. Kadang lambat, tetapi terbayar di sidang pengadilan.",
        "pen", "Pembaca Malam", True,
    ),
    ("202410052", "Bumi Manusia", 4, "", "anonymous", "", True),
    ("202410336", "Bumi Manusia", 4, "", "anonymous", "", True),
    (
        "202410336", "Laskar Pelangi", 4,
        "Ringan dan menghangatkan. Untuk tugas sastra anak, bab tentang Lintang paling banyak bahannya.",
        "real", "", True,
    ),
    ("202310114", "Laskar Pelangi", 5, "", "anonymous", "", True),
    (
        "mahasiswa", "Sitti Nurbaya", 3,
        "Ejaannya sudah disesuaikan, jadi lebih mudah daripada yang saya takutkan. Eksemplarnya sudah tipis.",
        "pen", "Anak Flores", False,
    ),
)  # fmt: skip
TAGS = (
    ("202310114", "Bumi Manusia", ("kolonialisme", "novel sejarah"), True),
    ("202310287", "Bumi Manusia", ("novel sejarah", "tetralogi buru"), True),
    ("202410336", "Laskar Pelangi", ("pendidikan", "belitung"), True),
    ("202410052", "Laskar Pelangi", ("Pendidikan", "film bagus"), False),
)
PROBLEMS = (
    ("202410052", "Laskar Pelangi", "shelf", "Di rak hanya ada satu, padahal tertulis lebih. Mungkin salah letak?", ""),
    ("", "Sitti Nurbaya", "facts", "Di buku saya tertulis cetakan ke-44, bukan cetakan pertama.", ""),
    (
        "mahasiswa", "Azab dan Sengsara", "facts", "Nama pengarangnya tertulis terbalik di halaman hasil pencarian.",
        "Terima kasih. Nama keluarga memang kami tulis di depan supaya urut abjad; halamannya sudah kami perjelas.",
    ),
)  # fmt: skip


def build(*, at: datetime) -> None:
    """Lists, opinions, tags, saved searches and reports, all of the last weeks."""
    readers = {number: _member(number, name, at) for number, name in MEMBERS}
    readers |= {number: _known(number) for number in ("dosen", "mahasiswa")}
    for place, shown in enumerate(LISTS):
        _put_together(shown, readers[shown.owner], at - timedelta(days=20 - 4 * place))
    _say(readers, at)
    for number, sought, about, text, answer in PROBLEMS:
        if bib_id := _found(sought):
            told = problems.report(
                bib_id=bib_id, about=about, text=text, patron=readers.get(number), source="" if number else "demo",
                at=at - timedelta(days=3),
            )  # fmt: skip
            if answer:
                state = Problem.State.ANSWERED
                problems.answer(problem_id=told.pk, state=state, text=answer, at=at - timedelta(days=2), by=SYSTEM)
    for name, text, alert in (("Skripsi metode penelitian", "metode penelitian", "weekly"), ("Novel", "novel", "none")):
        saved_searches.save(
            patron=readers["mahasiswa"], name=name, text=text, filters=NO_FILTERS, sort="relevance",
            alert=alert, at=at,
        )  # fmt: skip


def _say(readers: dict[str, Patron], at: datetime) -> None:
    for place, (number, sought, stars, text, signed_as, pen_name, is_shown) in enumerate(OPINIONS):
        if bib_id := _found(sought):
            given = opinions.give(
                patron=readers[number], bib_id=bib_id, stars=stars, text=text, signed_as=signed_as, pen_name=pen_name,
                at=at - timedelta(days=16 - 2 * place),
            )  # fmt: skip
            if text and is_shown:
                moderation.decide_review(
                    opinion_id=given.pk, is_shown=True, at=at - timedelta(days=15 - 2 * place), by=SYSTEM
                )
    for number, sought, names, is_shown in TAGS:
        if bib_id := _found(sought):
            for tag in opinions.tag(patron=readers[number], bib_id=bib_id, names=names, at=at - timedelta(days=5)):
                if is_shown and tag.state == Tag.State.WAITING:
                    moderation.decide_tag(tag_id=tag.pk, is_shown=True, at=at - timedelta(days=4), by=SYSTEM)


def _put_together(shown: ShownList, owner: Patron, at: datetime) -> None:
    notes = {bib_id: note for sought, note in shown.titles if (bib_id := _found(sought))}
    made = lists.create(owner=owner, title=shown.title, description=shown.description, bib_ids=list(notes), at=at)
    for entry in reading.entries(made):
        if notes[entry.bib_id]:
            lists.note(owner=owner, list_id=made.pk, entry_id=entry.pk, text=notes[entry.bib_id], at=at)
    lists.share(owner=owner, list_id=made.pk, visibility=shown.visibility, signed_as=shown.signed_as, at=at)


def _found(sought: str) -> int | None:
    """The title of exactly that name, or else the first that fits."""
    exact = discovery.find(text=f"judul:{quoted(sought)}", with_facets=False).ids
    named = [bib.pk for bib in catalog.titles(exact) if bib.title.casefold() == sought.casefold()]
    fitting = [*sorted(named), *exact, *discovery.find(text=sought, with_facets=False).ids]
    return fitting[0] if fitting else None


def _member(number: str, name: str, at: datetime) -> Patron:
    made = people.add(number=number, name=name, email=f"{number}@umn.example", password=None, at=at, by=SYSTEM)
    roles.grant(patron=made, role=Role.MEMBER, at=at, by=SYSTEM)
    return made


def _known(number: str) -> Patron:
    found = patrons.by_number(number)
    if found is None:
        raise ValueError(f"the campus has nobody with the number {number}")
    return found
