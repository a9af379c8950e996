"""What the operator changes, all of it from the environment. What a librarian changes is data with a screen.

Read with `docs/reference/settings.md`. A bad value stops the start with one clear line (`BadSetting`).
"""

import secrets
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from pustaka.config import environment

PACKAGE = Path(__file__).resolve().parent.parent
WEB = PACKAGE / "interfaces" / "web"

DATA = environment.folder("PUSTAKA_DATA", "./var")
DEBUG = environment.flag("PUSTAKA_DEBUG", default=False)
IS_DEMO = environment.flag("PUSTAKA_DEMO", default=False)


def _secret_key() -> str:
    """The operator's key; on a first start without one, a key of the installation's own, kept in the data folder."""
    if given := environment.text("PUSTAKA_SECRET_KEY"):
        if len(given) < 32:
            raise environment.BadSetting(
                "PUSTAKA_SECRET_KEY is shorter than 32 characters: write a longer random text."
            )
        return given
    kept = DATA / "secret-key"
    try:
        return kept.read_text()
    except FileNotFoundError:
        pass
    DATA.mkdir(parents=True, exist_ok=True)
    try:
        with kept.open("x") as file:
            kept.chmod(0o600)
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass  # another process of the same start was quicker
    return kept.read_text()


try:
    SECRET_KEY = _secret_key()
except OSError as error:
    raise environment.BadSetting(f"PUSTAKA_DATA is '{DATA}', which can't be written: {error.strerror}.") from error

# Where the library answers -------------------------------------------------------------------------------------------
HOSTS = environment.words("PUSTAKA_HOSTS", "localhost,127.0.0.1,[::1]")
ALLOWED_HOSTS = HOSTS
LIBRARY_NAME = environment.text("PUSTAKA_NAME", "Pustaka Mandiri")
SHORT_NAME = environment.text("PUSTAKA_SHORT_NAME", LIBRARY_NAME if len(LIBRARY_NAME) <= 15 else "Pustaka")
IS_BEHIND_TLS = environment.flag("PUSTAKA_TLS", default=False)
ADDRESS = environment.text("PUSTAKA_ADDRESS", f"{'https' if IS_BEHIND_TLS else 'http'}://{HOSTS[0]}").rstrip("/")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in HOSTS] if IS_BEHIND_TLS else []
if environment.flag("PUSTAKA_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if IS_BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "pustaka.interfaces.web.kit.errors.csrf_failure"
ROOT_URLCONF = "pustaka.config.urls"
WSGI_APPLICATION = "pustaka.config.wsgi.application"

# What it is made of --------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "pustaka.foundation",
    "pustaka.branches",
    "pustaka.media",
    "pustaka.patrons",
    "pustaka.catalog",
    "pustaka.notices",
    "pustaka.circulation",
    "pustaka.security",
    "pustaka.readers",
    "pustaka.discovery",
    "pustaka.reporting",
    "pustaka.interfaces.web.kit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_cotton.apps.SimpleAppConfig",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "ninja",
    "template_partials.apps.SimpleAppConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "pustaka.interfaces.web.requests.Compression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pustaka.interfaces.web.offline.marks.OfflineMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pustaka.interfaces.web.allowances.AllowanceMiddleware",
    "pustaka.interfaces.web.requests.RefusalMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB, WEB / "account", WEB.parent],  # the second for allauth's own names: mfa/, allauth/
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django_cotton.cotton_loader.Loader",
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "libraries": {"staff": "pustaka.interfaces.web.staff.navigation"},
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "pustaka.interfaces.web.requests.frame",
                "pustaka.interfaces.web.offline.marks.frame",
            ],
        },
    }
]
COTTON_DIR = "kit/components"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Where things are kept -----------------------------------------------------------------------------------------------
DATABASES = {"default": environment.database("DATABASE_URL", data=DATA)}
UPLOADS = DATA / "uploads"
MEDIA = DATA / "media"
SEARCH_INDEX = DATA / "search"
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
MOST_UPLOAD_BYTES = environment.number("PUSTAKA_MOST_UPLOAD_MB", default=2048, least=1, most=100_000) * 1_000_000
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_FINDERS = [
    "pustaka.interfaces.web.kit.stylesheet.StylesheetFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Background work -----------------------------------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
TASK_TRIES = 4  # how often the worker runs a task that fails
WEB_PROCESSES = environment.number("PUSTAKA_WEB_PROCESSES", default=2, least=1, most=64)
WEB_THREADS = environment.number("PUSTAKA_WEB_THREADS", default=4, least=1, most=64)

# How much may be asked ------------------------------------------------------------------------------------------------
SEARCHES_A_MINUTE = environment.number("PUSTAKA_SEARCHES_A_MINUTE", default=240, least=10, most=1_000_000)
CAMPUS_NETWORKS = environment.networks("PUSTAKA_CAMPUS_NETWORKS", "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7")
ALLOWANCES = DATA / "allowances"
API_RATE = environment.text("PUSTAKA_API_RATE", "600/m")  # a visitor's questions to the API

# What a device keeps to be read without a network --------------------------------------------------------------------
IS_KEPT_OFFLINE = environment.flag("PUSTAKA_OFFLINE", default=True)
STATION_NETWORKS = environment.networks("PUSTAKA_STATION_NETWORKS")  # computers that many use keep nothing

# Adapters and what is looked up by name ------------------------------------------------------------------------------
ROLES = "pustaka.config.roles.ROLES"
SWITCHBOARD = "pustaka.config.switchboard.SWITCHBOARD"
NOTICE_KINDS = "pustaka.config.notices.KINDS"
ADDRESS_OF = "pustaka.config.addresses.address_of"
SEARCH_ENGINE = environment.text("PUSTAKA_SEARCH_ENGINE", "pustaka.adapters.tantivy_engine.engine")
Z3950_SOURCE = "pustaka.adapters.z3950.source"
SRU_SOURCE = "pustaka.adapters.sru.source"
SOURCE_LOGINS = environment.logins("PUSTAKA_LOGIN_")  # at catalogues elsewhere; by name, each a user and a password

# Signing in ----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "patrons.Patron"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_FORMS = {"login": "pustaka.interfaces.web.account.forms.SignIn"}
ACCOUNT_ADAPTER = "pustaka.interfaces.web.account.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "number"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "login": "60/m/ip"}
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_USER_DISPLAY = "pustaka.interfaces.web.account.adapter.display_name"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if environment.flag("PUSTAKA_BEHIND_PROXY", default=False) else 0
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the library enters the address itself
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Pustaka Mandiri"
MUST_STAFF_HAVE_SECOND_FACTOR = environment.flag("PUSTAKA_STAFF_SECOND_FACTOR", default=not IS_DEMO)
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {}
if client := environment.text("PUSTAKA_GOOGLE_CLIENT_ID"):
    SOCIALACCOUNT_PROVIDERS["google"] = {
        "APPS": [{"client_id": client, "secret": environment.text("PUSTAKA_GOOGLE_SECRET")}],
        "AUTH_PARAMS": {"hd": environment.text("PUSTAKA_GOOGLE_DOMAIN")},
        "SCOPE": ["profile", "email"],
    }
if client := environment.text("PUSTAKA_OIDC_CLIENT_ID"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "campus",
                "name": environment.text("PUSTAKA_OIDC_NAME", "Campus account"),
                "client_id": client,
                "secret": environment.text("PUSTAKA_OIDC_SECRET"),
                "settings": {"server_url": environment.text("PUSTAKA_OIDC_SERVER")},
            }
        ]
    }
EMAIL_BACKEND = (
    "django.core.mail.backends.smtp.EmailBackend"
    if environment.text("PUSTAKA_SMTP_HOST")
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_HOST = environment.text("PUSTAKA_SMTP_HOST")
EMAIL_PORT = environment.number("PUSTAKA_SMTP_PORT", default=587, least=1, most=65535)
EMAIL_HOST_USER = environment.text("PUSTAKA_SMTP_USER")
EMAIL_HOST_PASSWORD = environment.text("PUSTAKA_SMTP_PASSWORD")
EMAIL_USE_TLS = environment.flag("PUSTAKA_SMTP_TLS", default=True)
EMAIL_TIMEOUT = 20  # seconds; a mail server that says nothing for so long is taken for gone
NOTICE_CHANNEL = "pustaka.adapters.mail.smtp" if EMAIL_HOST else "pustaka.adapters.mail.files"
DEFAULT_FROM_EMAIL = environment.text("PUSTAKA_MAIL_FROM", "perpustakaan@localhost")

# What a browser may do with our pages --------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# Languages, times ----------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
LANGUAGE_COOKIE_AGE = 31_536_000
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = "pustaka.config.formats"
TIME_ZONE = environment.text("PUSTAKA_TIME_ZONE", "Asia/Jakarta")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": environment.text("PUSTAKA_LOG_LEVEL", "WARNING").upper()},
    "loggers": {"pustaka": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
