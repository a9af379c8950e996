"""What the classes of Dewey are about, in words of our own: the hundreds, the tens, and what a campus shelves most.

The numbers are those of the Dewey Decimal Classification (Melvil Dewey, 1876); the captions were written here. With the
Indonesian expansion 2X for Islam, and 899.22 and 959.8 for the literature and history of Indonesia.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from pustaka.catalog import rules


class DeweyClass(NamedTuple):
    """A class with its caption."""

    number: str
    caption: Any


CLASSES: Mapping[str, Any] = {
    "000": _("Computing, information, general works"),
    "004": _("Computers, networks, operating systems"),
    "005": _("Programming, software, data"),
    "006": _("Artificial intelligence, graphics, multimedia"),
    "010": _("Bibliographies"),
    "020": _("Libraries and information science"),
    "025": _("Running a library: acquisition, cataloguing"),
    "027": _("Kinds of libraries"),
    "030": _("Encyclopaedias"),
    "050": _("Magazines on everything"),
    "060": _("Associations and museums"),
    "070": _("News, journalism, publishing"),
    "080": _("Collected writings, quotations"),
    "090": _("Manuscripts and rare books"),
    "100": _("Philosophy and psychology"),
    "110": _("Metaphysics"),
    "120": _("Knowledge, cause, purpose"),
    "121": _("Theory of knowledge"),
    "130": _("The occult, dreams"),
    "140": _("Schools of philosophy"),
    "150": _("Psychology"),
    "153": _("Thinking, memory, intelligence"),
    "155": _("Psychology of growing up"),
    "158": _("Psychology of everyday life, success"),
    "160": _("Logic"),
    "170": _("Ethics"),
    "180": _("Philosophy of antiquity and the East"),
    "190": _("Philosophy of the modern West"),
    "200": _("Religion"),
    "210": _("Philosophy of religion"),
    "220": _("Bible"),
    "230": _("Christian teaching"),
    "240": _("Christian life"),
    "250": _("Pastoral work, parishes"),
    "260": _("Church and society"),
    "270": _("History of the Church"),
    "280": _("Churches and denominations"),
    "290": _("Other religions"),
    "294": _("Hinduism and Buddhism"),
    "297": _("Islam"),
    "2X1": _("Qur'an and its study"),
    "2X2": _("Hadith"),
    "2X3": _("Islamic theology"),
    "2X4": _("Islamic law and worship"),
    "2X5": _("Sufism and ethics in Islam"),
    "2X6": _("Islam and society"),
    "2X7": _("Islamic mission and education"),
    "2X8": _("Schools and movements in Islam"),
    "2X9": _("History of Islam"),
    "300": _("Social sciences"),
    "301": _("Sociology and anthropology"),
    "302": _("Communication between people"),
    "303": _("Social change"),
    "305": _("Groups in society, women, youth"),
    "306": _("Culture, family"),
    "307": _("Villages and cities"),
    "310": _("Statistics of countries"),
    "320": _("Politics"),
    "321": _("Forms of state"),
    "324": _("Elections and parties"),
    "327": _("International relations"),
    "330": _("Economics"),
    "331": _("Work and labour"),
    "332": _("Banks, money, investment"),
    "336": _("Taxes and public finance"),
    "338": _("Production, industry, development"),
    "340": _("Law"),
    "341": _("International law"),
    "342": _("Constitutional and administrative law"),
    "343": _("Law of taxes, trade, industry"),
    "344": _("Law of labour, health, education"),
    "345": _("Criminal law"),
    "346": _("Private law"),
    "347": _("Courts and procedure"),
    "348": _("Laws and decisions, texts"),
    "350": _("Public administration, military"),
    "351": _("Government offices"),
    "355": _("Military"),
    "360": _("Social problems and services"),
    "362": _("Welfare and health services"),
    "363": _("Safety, environment, police"),
    "364": _("Crime"),
    "370": _("Education"),
    "371": _("Schools, teaching, teachers"),
    "372": _("Primary schools"),
    "373": _("Secondary schools"),
    "374": _("Education of adults"),
    "375": _("Curricula"),
    "378": _("Universities"),
    "379": _("Education and the state"),
    "380": _("Trade, transport, communications"),
    "390": _("Customs, dress, folklore"),
    "398": _("Folk tales and proverbs"),
    "400": _("Language"),
    "410": _("Linguistics"),
    "420": _("English language"),
    "428": _("English in use, courses"),
    "430": _("German and Dutch language"),
    "440": _("French language"),
    "450": _("Italian and Romanian language"),
    "460": _("Spanish and Portuguese language"),
    "470": _("Latin"),
    "480": _("Greek"),
    "490": _("Other languages"),
    "492.7": _("Arabic language"),
    "495.6": _("Japanese language"),
    "499.221": _("Indonesian and Malay language"),
    "499.222": _("Javanese language"),
    "499.223": _("Sundanese, Balinese and related languages"),
    "500": _("Natural sciences"),
    "510": _("Mathematics"),
    "511": _("Foundations of mathematics, graphs"),
    "512": _("Algebra"),
    "515": _("Calculus and analysis"),
    "516": _("Geometry"),
    "519": _("Probability and statistics"),
    "520": _("Astronomy"),
    "530": _("Physics"),
    "540": _("Chemistry"),
    "546": _("Inorganic chemistry"),
    "547": _("Organic chemistry"),
    "550": _("Earth, weather, volcanoes"),
    "551": _("Geology and climate"),
    "560": _("Fossils"),
    "570": _("Life, biology"),
    "572": _("Biochemistry"),
    "576": _("Genetics and evolution"),
    "577": _("Ecology"),
    "579": _("Microbes, fungi, algae"),
    "580": _("Plants"),
    "590": _("Animals"),
    "600": _("Technology and applied sciences"),
    "610": _("Medicine and health"),
    "611": _("Anatomy"),
    "612": _("Physiology"),
    "613": _("Staying healthy, nutrition"),
    "614": _("Public health, epidemics"),
    "615": _("Drugs and therapies"),
    "616": _("Diseases"),
    "617": _("Surgery, teeth, eyes"),
    "618": _("Women, birth, children: medicine"),
    "620": _("Engineering"),
    "621": _("Mechanical and electrical engineering"),
    "621.3": _("Electrical and electronic engineering"),
    "624": _("Civil engineering"),
    "625": _("Roads and railways"),
    "628": _("Water, sanitation, environment"),
    "629": _("Vehicles, aircraft, robots"),
    "630": _("Farming"),
    "631": _("Soil and farming techniques"),
    "634": _("Fruit and forestry"),
    "636": _("Livestock and pets"),
    "639": _("Fishing and fish farming"),
    "640": _("Home and family"),
    "641": _("Food and cooking"),
    "650": _("Management and business"),
    "657": _("Accounting"),
    "658": _("Running a company"),
    "658.3": _("Managing people"),
    "658.8": _("Marketing"),
    "659": _("Advertising and public relations"),
    "660": _("Chemical engineering"),
    "664": _("Food technology"),
    "670": _("Manufacturing"),
    "680": _("Crafts and special products"),
    "690": _("Building"),
    "700": _("Arts"),
    "710": _("Landscape and town planning"),
    "720": _("Architecture"),
    "730": _("Sculpture and ceramics"),
    "740": _("Drawing, design, batik"),
    "750": _("Painting"),
    "760": _("Prints"),
    "770": _("Photography"),
    "780": _("Music"),
    "790": _("Games, performing arts, sport"),
    "791": _("Film, radio, theatre, wayang"),
    "796": _("Sport"),
    "800": _("Literature"),
    "808": _("Writing and speaking well"),
    "810": _("American literature"),
    "813": _("American novels"),
    "820": _("English literature"),
    "830": _("German and Dutch literature"),
    "840": _("French literature"),
    "850": _("Italian literature"),
    "860": _("Spanish literature"),
    "870": _("Latin literature"),
    "880": _("Greek literature"),
    "890": _("Other literatures"),
    "892.7": _("Arabic literature"),
    "895.6": _("Japanese literature"),
    "899.221": _("Indonesian literature"),
    "899.2211": _("Indonesian poems"),
    "899.2212": _("Indonesian plays"),
    "899.2213": _("Indonesian novels and stories"),
    "899.222": _("Javanese literature"),
    "900": _("History and geography"),
    "910": _("Geography and travel"),
    "912": _("Maps and atlases"),
    "915.98": _("Travel in Indonesia"),
    "920": _("Lives of people"),
    "929": _("Families, names, flags"),
    "930": _("The ancient world"),
    "940": _("History of Europe"),
    "950": _("History of Asia"),
    "952": _("History of Japan"),
    "956": _("History of the Middle East"),
    "959": _("History of South East Asia"),
    "959.8": _("History of Indonesia"),
    "960": _("History of Africa"),
    "970": _("History of North America"),
    "980": _("History of South America"),
    "990": _("History of Oceania and the rest"),
}

HUNDREDS = tuple(f"{digit}00" for digit in range(10))


def find(text: str, *, most: int = 30) -> list[DeweyClass]:
    """Classes whose number begins like `text`, or whose caption has all its words, in either language, by number."""
    words = rules.fold(text).split()
    if not words:
        return [DeweyClass(number, CLASSES[number]) for number in HUNDREDS]
    if words[0][:1].isdigit():
        asked = text.strip().upper().replace(",", ".")
        return [DeweyClass(number, caption) for number, caption in CLASSES.items() if number.startswith(asked)][:most]
    found = [
        DeweyClass(number, caption)
        for number, caption in CLASSES.items()
        if all(any(said.startswith(word) for said in _words(caption)) for word in words)
    ]
    return found[:most]


def within(number: str) -> list[DeweyClass]:
    """What lies in a class of the table, one step down: the tens of a hundred, the units of a ten, the decimals."""
    stem = number.rstrip("0") if number.isdigit() and len(number) == 3 else number
    stem = stem or number[:1]
    inside = [other for other in CLASSES if other.startswith(stem) and other != number]
    if number in HUNDREDS:
        inside = [other for other in inside if other.endswith("0") or "X" in other]
    return [DeweyClass(other, CLASSES[other]) for other in inside]


def _words(caption: Any) -> list[str]:
    with override("en"):
        said = str(caption)
    with override("id"):
        return rules.fold(f"{said} {caption}").split()
