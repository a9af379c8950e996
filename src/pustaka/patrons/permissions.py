from django.utils.translation import gettext_lazy as _

from pustaka.foundation.actors import PermissionEnum


class Permission(PermissionEnum):
    """What one may do with people."""

    GRANT_ROLES = "patrons.grant_roles", _("May give roles to people and take them away.")
    ADD_PATRON = "patrons.add", _("May add people.")
    SEE_PATRONS = "patrons.see", _("May find people and open their pages; each look is written down.")
    EDIT_PATRON = "patrons.edit", _("May correct what is known of people, extend memberships and give out cards.")
    BLOCK = "patrons.block", _("May block people from borrowing, with a reason, and lift it.")
    TAKE_MONEY = (
        "patrons.take_money",
        _("May write charges, take payments at the desk, open and close its till."),
    )
    WAIVE = "patrons.waive", _("May waive charges and pay money back, with a reason.")
    SET_CATEGORIES = "patrons.set_categories", _("May set up the categories of members.")
    SEE_LOOKUPS = "patrons.see_lookups", _("May see who has opened whose page.")
