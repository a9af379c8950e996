"""Letters by e-mail: through the mail server of the settings, or as files in the data folder where there is none.

`settings.NOTICE_CHANNEL` names `smtp` or `files` here.
"""

from pathlib import Path

from django.conf import settings

from pustaka.adapters.mail.files import FileChannel
from pustaka.adapters.mail.smtp import SmtpChannel


def smtp() -> SmtpChannel:
    """The operator's mail server."""
    return SmtpChannel()


def files() -> FileChannel:
    """The folder `mail` of the data folder."""
    return FileChannel(Path(settings.EMAIL_FILE_PATH))
