from django.utils.translation import gettext_lazy as _

from pustaka.foundation.actors import PermissionEnum


class Permission(PermissionEnum):
    """What one may do with the catalogue."""

    IMPORT = "catalog.import", _("May bring files of records into the catalogue, and undo it.")
    EDIT = "catalog.edit", _("May add and change titles and copies.")
    BATCH = "catalog.batch", _("May change many titles and copies at once, merge duplicates, and undo it.")
    WITHDRAW = "catalog.withdraw", _("May withdraw copies, and draw up the report that is signed.")
    EXPORT = "catalog.export", _("May take the whole catalogue out as a file.")
    PRINT_LABELS = "catalog.print_labels", _("May print labels and catalogue cards, and set up the library's sheets.")
    TAKE_STOCK = "catalog.take_stock", _("May scan copies in a stock take, and see how far it is.")
    SETTLE_STOCK_TAKE = (
        "catalog.settle_stock_take",
        _("May begin and close a stock take, and decide about copies that are missing or stand elsewhere."),
    )
    CONFIGURE_TARGETS = (
        "catalog.configure_targets",
        _("May say which other catalogues are asked for records, and at which address."),
    )
    SEE_STAFF_PAGES = "catalog.see_staff_pages", _("May see the pages behind the desk.")
    SET_NUMBERING = "catalog.set_numbering", _("May set how copies are numbered.")
    NOTE_CONDITION = (
        "catalog.note_condition",
        _("May note the condition of copies, and ask for repair, binding, cleaning or digitizing."),
    )
    CARE = (
        "catalog.care",
        _("May decide what is repaired, bound, cleaned or digitized, send volumes to a bindery and take them back."),
    )
    ADD_DIGITAL_COPIES = (
        "catalog.add_digital_copies",
        _("May add digitized copies of titles, and say by which right they may be read."),
    )
    READ_PRESERVATION_COPIES = (
        "catalog.read_preservation_copies",
        _("May open digitized copies that are kept for preservation only."),
    )
