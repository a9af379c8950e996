"""Other catalogs, and what they answer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pustaka.catalog.importing import remarks
from pustaka.catalog.ports import Failure, in_words


class Target(models.Model):
    """Another library's catalogue that is asked for records, and how it is asked.

    `host`, `port` and `database` are for Z39.50, `url` and `version` for SRU. The indexes are bib-1 attributes
    ("1=4, 4=6") or CQL indexes ("dc.title all"). `login` names one of `settings.SOURCE_LOGINS`; passwords are never
    written down here. `organization` is the MARC code that stands before their numbers in 035 where they name none.
    """

    class Protocol(models.TextChoices):
        Z3950 = "z3950", "Z39.50"
        SRU = "sru", "SRU"

    class Charset(models.TextChoices):
        AS_SAID = "", _("As the record says")
        UTF8 = "utf-8", "UTF-8"
        MARC8 = "marc-8", "MARC-8"
        LATIN1 = "iso-8859-1", "Latin 1 (ISO 8859-1)"
        WINDOWS = "windows-1252", "Windows 1252"
        ARABIC = "windows-1256", _("Arabic (Windows 1256)")
        CHINESE = "gb18030", _("Chinese (GB 18030)")

    name = models.CharField(max_length=80, unique=True)
    protocol = models.CharField(max_length=5, choices=Protocol.choices)
    host = models.CharField(max_length=200, default="", blank=True)
    port = models.PositiveIntegerField(default=210)
    database = models.CharField(max_length=100, default="", blank=True)
    url = models.CharField(max_length=500, default="", blank=True)
    version = models.CharField(max_length=3, default="1.1")
    syntax = models.CharField(max_length=40, default="", blank=True)
    charset = models.CharField(max_length=12, choices=Charset.choices, default=Charset.AS_SAID, blank=True)
    isbn_index = models.CharField(max_length=60, default="", blank=True)
    issn_index = models.CharField(max_length=60, default="", blank=True)
    title_index = models.CharField(max_length=60, default="", blank=True)
    author_index = models.CharField(max_length=60, default="", blank=True)
    login = models.CharField(max_length=40, default="", blank=True)
    organization = models.CharField(max_length=40, default="", blank=True)
    timeout_s = models.PositiveSmallIntegerField(default=10)
    most_records = models.PositiveSmallIntegerField(default=20)
    is_active = models.BooleanField(default=True)
    position = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(protocol__in=["z3950", "sru"]), name="target_protocol_known"),
            models.CheckConstraint(
                condition=Q(protocol="sru") | (~Q(host="") & ~Q(database="")), name="target_z3950_has_host"
            ),
            models.CheckConstraint(
                condition=Q(protocol="z3950") | Q(url__startswith="http://") | Q(url__startswith="https://"),
                name="target_sru_has_url",
            ),
            models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="target_port"),
            models.CheckConstraint(condition=Q(timeout_s__gte=1, timeout_s__lte=60), name="target_timeout"),
            models.CheckConstraint(condition=Q(most_records__gte=1, most_records__lte=100), name="target_most_records"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Where it is, on one line."""
        return self.url if self.protocol == self.Protocol.SRU else f"{self.host}:{self.port}/{self.database}"


class Question(models.Model):
    """One question that a librarian has put to other catalogues; after `deadline_at` nothing more comes."""

    class By(models.TextChoices):
        ISBN = "isbn", _("ISBN")
        ISSN = "issn", _("ISSN")
        TITLE = "title", _("Title")
        AUTHOR = "author", _("Author")

    by = models.CharField(max_length=6, choices=By.choices)
    text = models.CharField(max_length=300)
    terms = models.JSONField()
    is_trial = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    deadline_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["asked_at"], name="question_asked_at")]

    def __str__(self) -> str:
        return f"{self.by} {self.text}"


class Reply(models.Model):
    """What one catalogue has said to one question. Its name and organization are kept as they were then."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Is being asked")
        ANSWERED = "answered", _("Has answered")
        FAILED = "failed", _("No answer")

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="replies")
    target = models.ForeignKey(Target, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=80)
    organization = models.CharField(max_length=40, default="", blank=True)
    position = models.PositiveIntegerField()
    timeout_s = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    failure = models.CharField(max_length=20, default="", blank=True)
    detail = models.CharField(max_length=300, default="", blank=True)
    total = models.PositiveIntegerField(default=0)
    broken = models.PositiveSmallIntegerField(default=0)
    took_ms = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["question", "position"], name="reply_one_per_place"),
            models.CheckConstraint(condition=Q(state="failed") | Q(failure=""), name="reply_failure_only_when_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"

    @property
    def sentence(self) -> str:
        """Why there is no answer, and what can be done; "" where there is one."""
        if not self.failure:
            return ""
        return in_words(Failure(self.failure), detail=self.detail, timeout_s=self.timeout_s)


class Offer(models.Model):
    """One record that another catalogue offers.

    `edition` is the number of the first offer of the same edition in this question. `columns` and `keys` are what
    `catalog.derive` reads off the record; `matched_id` is our title that seems to be the same, by `matched_by`.
    """

    reply = models.ForeignKey(Reply, on_delete=models.CASCADE, related_name="offers")
    number = models.PositiveSmallIntegerField()
    marc = models.BinaryField()
    fields = models.PositiveSmallIntegerField()
    columns = models.JSONField()
    keys = models.JSONField()
    edition = models.BigIntegerField(null=True)
    matched_id = models.BigIntegerField(null=True)
    matched_by = models.CharField(max_length=20, default="", blank=True)
    messages = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["reply", "number"], name="offer_number")]

    def __str__(self) -> str:
        return f"{self.reply_id}/{self.number}"

    @property
    def remarks(self) -> list[str]:
        """What was mended or noted in the record, in the reader's language."""
        return remarks.in_words(self.messages)
