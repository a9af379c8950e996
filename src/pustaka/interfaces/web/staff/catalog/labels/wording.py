"""What there is to know of single labels, in words that say what to do."""

from typing import Any

from django.utils.translation import gettext_lazy as _

NOTES: dict[str, Any] = {
    "qr_instead": _("Too long for bars on this label: printed as a QR code. Take a wider label for bars."),
    "code128_instead": _("Code 39 can't hold these barcodes: printed as Code 128."),
    "fine_qr": _("The QR code is very small here: try it with your scanner, or take a larger label."),
    "cut": _("The text was longer than its place and ends in an ellipsis. Take a larger label or shorten the text."),
    "no_call_number": _("No call number: the place for it stays empty."),
    "no_font": _(
        "Letters that no font here has stand as a question mark. The operator can install fonts (fonts-droid-fallback)."
    ),
}
