"""What discovery tells people by letter."""

from django.utils.translation import gettext_lazy as _

from pustaka.notices.kinds import Kind, Placeholder
from pustaka.notices.rules import Line

DIGEST = Kind(
    code="saved_search_digest",
    name=_("New titles that fit a saved search"),
    sentence=_("Once a day or once a week, when something new fits a saved search."),
    subject=_("New titles for you: {count}"),
    text=_(
        "Dear {name},\n\n"
        "{library} has new titles that fit the searches you have saved:\n\n"
        "{titles}\n\n"
        "You can change your saved searches, or how often we write, here:\n{settings}"
    ),
    placeholders=(
        Placeholder(
            "titles",
            _("the new titles, under the name of each search"),
            (
                Line("Akuntansi syariah", "https://pustaka.example/search?q=akuntansi+syariah", is_heading=True),
                Line("Akuntansi Syariah di Indonesia, Sri Nurhayati", "https://pustaka.example/record/1", "2024"),
            ),
            is_needed=True,
        ),
        Placeholder("count", _("how many titles there are"), "3"),
        Placeholder(
            "settings", _("the address of the person's saved searches"), "https://pustaka.example/account/searches/"
        ),
    ),
)
