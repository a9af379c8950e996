"""Controlled headings of the demo: what readers also look for, and what lies beside it."""

from datetime import datetime

from pustaka.catalog.headings import Names
from pustaka.catalog.services import authorities
from pustaka.foundation.actors import SYSTEM

HEADINGS: tuple[tuple[str, str, Names], ...] = (
    ("topic", "Ekonomi", Names(see=("Perekonomian", "Iktisad"), narrower=("Ekonomi mikro", "Ekonomi makro"))),
    ("topic", "Ekonomi mikro", Names(see=("Mikroekonomi",), broader=("Ekonomi",))),
    ("topic", "Ekonomi makro", Names(see=("Makroekonomi",), broader=("Ekonomi",))),
    ("topic", "Ekonomi Islam", Names(see=("Ekonomi syariah",), related=("Ekonomi", "Islam"))),
    ("topic", "Akuntansi", Names(see=("Tata buku", "Pembukuan"), related=("Ekonomi",))),
    ("topic", "Pembelajaran mesin", Names(see=("Machine learning",), related=("Rekayasa perangkat lunak",))),
    ("topic", "Rekayasa perangkat lunak", Names(see=("Software engineering",))),
    ("topic", "Pendidikan", Names(see=("Edukasi",), narrower=("Evaluasi pendidikan",))),
    ("topic", "Evaluasi pendidikan", Names(see=("Penilaian pendidikan",), broader=("Pendidikan",))),
    ("topic", "Hukum pidana", Names(see=("Pidana",), broader=("Hukum",))),
    ("topic", "Perempuan", Names(see=("Wanita",))),
    ("topic", "Kesusastraan Indonesia", Names(see=("Sastra Indonesia",), broader=("Kesusastraan",))),
    ("place", "Jawa", Names(see=("Pulau Jawa", "Java"))),
    ("person", "Toer, Pramoedya Ananta", Names(see=("Toer, Pramudya Ananta", "Pramoedya Ananta Toer"))),
    ("person", "Hamka", Names(see=("Amrullah, Haji Abdul Malik Karim",))),
    ("person", "Lestari, Dewi", Names(see=("Dee", "Dewi Lestari"))),
    ("person", "Dini, Nh.", Names(see=("Sri Hardini, Nurhayati", "Nh. Dini"))),
)


def build(*, at: datetime) -> None:
    """Control them; titles have them already."""
    for kind, heading, names in HEADINGS:
        authorities.add(kind=kind, heading=heading, names=names, at=at, by=SYSTEM)
