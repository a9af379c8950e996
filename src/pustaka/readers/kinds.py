"""What readers are told by letter."""

from django.utils.translation import gettext_lazy as _

from pustaka.notices.kinds import Kind, Placeholder

REVIEW_DECIDED = Kind(
    code="review_decided",
    name=_("What became of your review"),
    sentence=_("When a librarian has looked at the review."),
    subject=_("Your review of “{title}”"),
    text=_("Dear {name},\n\n{decision}\n\nYour reviews and ratings are here:\n{address}\n\n{library}"),
    placeholders=(
        Placeholder("title", _("the title that was reviewed"), "Bumi Manusia"),
        Placeholder(
            "decision",
            _("what was decided, and why"),
            _("Your review can be read in the catalogue now."),
            is_needed=True,
        ),
        Placeholder("address", _("the address of the person's own reviews"), "https://pustaka.example/account/voice/"),
    ),
)
PROBLEM_ANSWERED = Kind(
    code="problem_answered",
    name=_("Answers to what you reported"),
    sentence=_("When a librarian has answered what somebody reported about a record."),
    subject=_("What you reported about “{title}”"),
    text=_(
        "Dear {name},\n\nYou wrote to us:\n\n{report}\n\nOur answer:\n\n{answer}\n\n{address}\n\nThank you!\n{library}"
    ),
    placeholders=(
        Placeholder("title", _("the title that the report is about"), "Bumi Manusia"),
        Placeholder("report", _("what was reported"), _("The year is wrong: my copy says 1980.")),
        Placeholder("answer", _("what the library answers"), _("You are right, we have corrected it."), is_needed=True),
        Placeholder("address", _("the address of the record"), "https://pustaka.example/record/1"),
    ),
)
