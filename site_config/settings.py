"""All settings of the site, read from the environment or from a .env file beside manage.py.

The environment wins over the file. README.md has the table of variables.
"""

import ipaddress
import os
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key

from .first_run import env_file
from .languages import own_name, translation_file

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
_env_file = env_file(BASE_DIR, os.environ)
if _env_file and _env_file.is_file():
    env.read_env(_env_file, overwrite=False)


# --- What kind of site this is -------------------------------------------------------------

# Development: error pages with source code. Never on a public address.
DEBUG = env.bool("DEBUG", default=False)

# quickstart's site: plain HTTP on this machine, and each page says that it is a demonstration.
DEMONSTRATION = env.bool("DEMONSTRATION", default=False)

ON_THIS_MACHINE = DEBUG or DEMONSTRATION

# Everything that only makes sense over TLS. Off, `check --deploy` says what is missing.
HTTPS_ONLY = env.bool("HTTPS_ONLY", default=not ON_THIS_MACHINE)

# Not through env: it would read a key that begins with $ as the name of another variable.
SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Set it in the environment, or in the file .env beside "
            "manage.py, to 50 or more random characters and keep it to yourself: "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))' prints some. "
            "For a first try on this machine, run: python manage.py quickstart"
        )
    SECRET_KEY = get_random_secret_key()  # sign-ins end with the process

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
if not ALLOWED_HOSTS:
    if not ON_THIS_MACHINE:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is not set. Set it in the environment, or in the file .env beside "
            "manage.py, to the host names of this site with commas between them, for example "
            "ALLOWED_HOSTS=recall.example.org"
        )
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

# A host name of the staff pages' own; the others then have no staff page.
STAFF_HOST = env.str("STAFF_HOST", default="").lower()
PUBLIC_HOST = next((host for host in ALLOWED_HOSTS if host.lower() != STAFF_HOST), "")
if STAFF_HOST:
    if PUBLIC_HOST.startswith((".", "*")) or not PUBLIC_HOST:
        raise ImproperlyConfigured(
            "With STAFF_HOST, ALLOWED_HOSTS must name the public host first, whole and without a *."
        )
    ALLOWED_HOSTS.append(STAFF_HOST)


# --- Languages and time --------------------------------------------------------------------

LOCALE_PATHS = [BASE_DIR / "recalls" / "locale"]

# The languages of the public pages, in the order that every page keeps. English is in the code;
# another one is a folder with its django.po and django.mo in recalls/locale.
LANGUAGES_SHOWN = [tag.lower() for tag in env.list("LANGUAGES_SHOWN", default=["en", "fr", "es"])]
for _tag in LANGUAGES_SHOWN:
    if _tag != "en" and not translation_file(LOCALE_PATHS[0], _tag).is_file():
        raise ImproperlyConfigured(
            f"LANGUAGES_SHOWN names “{_tag}”, and there is no "
            f"{translation_file(LOCALE_PATHS[0], _tag).relative_to(BASE_DIR)}. Name languages that "
            "have one, with commas between them: LANGUAGES_SHOWN=en,fr,es"
        )
if not LANGUAGES_SHOWN:
    raise ImproperlyConfigured("LANGUAGES_SHOWN is empty. Name at least one language, such as en.")

LANGUAGES = [(tag, own_name(tag)) for tag in LANGUAGES_SHOWN]
LANGUAGE_CODE = LANGUAGES_SHOWN[0]
FORMAT_MODULE_PATH = "site_config.formats"  # for staff: public pages write dates by CLDR
TIME_ZONE = "UTC"


# --- Who runs it ---------------------------------------------------------------------------

SITE_NAME = env.str("SITE_NAME", default="Recall check")

# They stand on every page. A system check asks for them; only a demonstration has defaults.
OPERATOR_NAME = env.str("OPERATOR_NAME", "Demonstration operator" if ON_THIS_MACHINE else "")
OPERATOR_PHONE = env.str("OPERATOR_PHONE", "+1 555 0100" if ON_THIS_MACHINE else "")
OPERATOR_EMAIL = env.str("OPERATOR_EMAIL", "demo@example.org" if ON_THIS_MACHINE else "")

# When the phone is answered, with the time zone, in each language; it may stay empty.
OPERATOR_HOURS = {
    tag: env.str(f"OPERATOR_HOURS_{tag.upper().replace('-', '_')}", default="")
    for tag in LANGUAGES_SHOWN
}


# --- Code ----------------------------------------------------------------------------------

ROOT_URLCONF = "site_config.urls"
WSGI_APPLICATION = "site_config.wsgi.application"

INSTALLED_APPS = [
    "recalls",  # first, so that its admin templates win
    "recalls.apps.StaffConfig",  # django.contrib.admin with our start page
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # thousands separators on staff pages
    "simple_history",
    "django_otp",
    "django_otp.plugins.otp_totp",  # and not its static codes: it keeps those in clear
]

# A public page sets no cookie and does not vary by one: sessions, sign-in and messages do
# nothing until a view or template uses them, and no public one does.
MIDDLEWARE = [
    # Outermost, so that redirects to https, static files and errors carry the headers too.
    "recalls.web.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "recalls.web.middleware.StaffHostMiddleware",
    # No public page holds a secret or a CSRF token that its length could give away.
    "django.middleware.gzip.GZipMiddleware",
    "recalls.web.middleware.PublicConditionalGetMiddleware",
    "recalls.web.staff_middleware.SessionMiddleware",
    # Takes the language from the path alone.
    "recalls.web.middleware.PathLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "recalls.web.middleware.StaffArgumentsMiddleware",
    "recalls.web.staff_middleware.AuthenticationMiddleware",
    "recalls.web.staff_middleware.OTPMiddleware",
    "recalls.web.middleware.StaffSessionMiddleware",
    "recalls.web.staff_middleware.MessageMiddleware",
    "recalls.web.staff_middleware.history_middleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "recalls.web.middleware.UnavailableMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "site_config.template_loader.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recalls.public.site.in_context",
            ],
        },
    },
]

FORMS_URLFIELD_ASSUME_HTTPS = True  # Django 6.0's default


# --- Database ------------------------------------------------------------------------------

if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": env.db_url("DATABASE_URL")}
else:
    DATABASES = {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "db.sqlite3"}
    }

_database = DATABASES["default"]
_database["ATOMIC_REQUESTS"] = False  # a check is one query; staff's changes say where they begin
# To open one takes longer than a check, so each thread keeps its own.
_database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=60)
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        # Take the write lock at the start: a transaction that reads first and writes later
        # would fail at once, instead of waiting, when another one is writing.
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        # WAL: readers go on while a list is being loaded. What was committed is on the disk and in
        # the main file at once, should the power fail or somebody copy that file alone. A check has
        # two seconds in all, so a file that another program holds is not waited for longer.
        # The file is read through the system's own cache: the search for slips looks in some 500
        # places of a long list, which without it are copied one by one and take twice as long.
        "init_command": "PRAGMA busy_timeout=1500; PRAGMA journal_mode=WAL; "
        "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=1; PRAGMA mmap_size=1073741824; "
        "PRAGMA busy_timeout=5000;",
    } | _database.get("OPTIONS", {})
elif _database["ENGINE"] == "django.db.backends.postgresql":
    # A socket has one way to be written, which pg_dump is told of too.
    _is_hidden = "host" in _database.get("OPTIONS", {})
    if _is_hidden or "/" in _database["NAME"] or "%" in _database["HOST"]:
        raise ImproperlyConfigured(
            "DATABASE_URL names a socket as postgres://user@//run/postgresql/name: two slashes "
            "behind the @, then the folder of the socket, then the database."
        )
    _database["CONN_HEALTH_CHECKS"] = True
    # A check has two seconds in all; better a quick 503 than a long wait.
    # Where the network is lost, nobody says so: what was sent is not acknowledged, that is all.
    waits = {"connect_timeout": 2, "tcp_user_timeout": 2000}
    _database["OPTIONS"] = waits | _database.get("OPTIONS", {})
else:
    raise ImproperlyConfigured(
        "DATABASE_URL must begin with postgres:// or sqlite:/// (for example "
        "postgres://user:password@host:5432/name); the site is tested on these two only."
    )


# Seconds after which a replica that has not heard of its primary answers no check; after a fifth of
# them it is not ready. A primary is not held to it.
REPLICA_MAX_AGE = env.int("REPLICA_MAX_AGE", default=900)


# --- Static files --------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"

# Hashed names need `manage.py collectstatic` first. Development and tests go without, and
# whitenoise then looks for the files where they are written.
STATIC_HASHED = env.bool("STATIC_HASHED", default=not DEBUG)
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = not STATIC_HASHED
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site loads them

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "whitenoise.storage.CompressedManifestStaticFilesStorage"
            if STATIC_HASHED
            else "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
    },
}


# --- Uploads -------------------------------------------------------------------------------

# Lists of codes that staff upload lie here for a day; nothing serves this folder.
UPLOAD_FOLDER = env.str("UPLOAD_FOLDER", default=str(BASE_DIR / "media" / "uploads"))
FILE_UPLOAD_HANDLERS = [
    "recalls.lists.uploads.UpToTheLimit",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
FILE_UPLOAD_PERMISSIONS = 0o600


# --- Staff sign-in -------------------------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# A code from the person's phone besides the password. A demonstration goes without, and says so.
SECOND_FACTOR = env.bool("SECOND_FACTOR", default=not ON_THIS_MACHINE)
OTP_TOTP_ISSUER = SITE_NAME
# Its own wait doubles for each wrong code of an account: who knows a password could shut its owner
# out. recalls.staff.throttle counts instead.
OTP_TOTP_THROTTLE_FACTOR = 0
OTP_ADMIN_HIDE_SENSITIVE_DATA = True

# Seconds without a staff page, and in all. SESSION_SAVE_EVERY_REQUEST would do the first too, but
# it would also send staff a cookie on public pages and write at every check;
# recalls.web.middleware.StaffSessionMiddleware counts on staff pages alone.
SESSION_COOKIE_AGE = 30 * 60
SESSION_LASTS = 8 * 60 * 60
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "recalls.staff.site.csrf_failure"
CSRF_COOKIE_AGE = None  # with the browser
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# In the session, not in a cookie of their own.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"


# --- Mail to staff -------------------------------------------------------------------------

# Off unless it is set: smtp+tls://user:password@host:587. It tells staff that something waits for
# them; nothing else sends mail.
STAFF_MAIL = bool(env.str("EMAIL_URL", default=""))
if STAFF_MAIL:
    globals().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default=OPERATOR_EMAIL)
EMAIL_TIMEOUT = 10


# --- Security of transport and browser -----------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS_ONLY
if HTTPS_ONLY:
    # The prefix makes browsers refuse them from other hosts or over plain HTTP.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SECURE_HSTS_SECONDS = 63_072_000  # two years

# Both bind a whole domain, not this site alone, so the owner of the domain has to turn them on.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)

# Probes ask the server itself, behind the proxy, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/"]


def _meta_name(header: str) -> str:
    """A header as Django names it in `request.META`."""
    name = header.upper().replace("-", "_").removeprefix("HTTP_")
    return f"HTTP_{name}" if name else ""


# The header in which the proxy says "https", for example X-Forwarded-Proto. Set it only where
# the proxy removes the header from what visitors send.
_proxy_header = _meta_name(env.str("TRUSTED_PROXY_SSL_HEADER", default=""))
if _proxy_header:
    SECURE_PROXY_SSL_HEADER = (_proxy_header, "https")

# The header in which the proxy gives the visitor's address, such as X-Real-IP. Without a proxy
# leave it empty: a header from the visitor is never believed.
TRUSTED_PROXY_ADDRESS_HEADER = _meta_name(env.str("TRUSTED_PROXY_ADDRESS_HEADER", default=""))

# Who may ask /health/…: these networks, and who sends the secret as X-Health-Secret.
try:
    HEALTH_NETWORKS = [
        ipaddress.ip_network(network)
        for network in env.list("HEALTH_NETWORKS", default=["127.0.0.0/8", "::1/128"])
    ]
except ValueError as _error:
    raise ImproperlyConfigured(f"HEALTH_NETWORKS: {_error}.") from _error
HEALTH_SECRET = os.environ.get("HEALTH_SECRET", "")

SILENCED_SYSTEM_CHECKS = [
    # HSTS for subdomains, HSTS preload: they bind a whole domain; see above.
    "security.W005",
    "security.W021",
]


# --- Logs ----------------------------------------------------------------------------------

# No handler of ours sends mail. Should one be added, it says no more than the console.
DEFAULT_EXCEPTION_REPORTER = "site_config.error_mail.Report"
DEFAULT_EXCEPTION_REPORTER_FILTER = "site_config.error_mail.Filter"

# To the console only, and without query strings: they hold the codes that visitors check.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_query_strings": {"()": "site_config.logs.WithoutQueryStrings"}},
    "formatters": {
        "plain": {
            "()": "site_config.logs.OneLineEach",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "plain",
            "filters": ["without_query_strings"],
        },
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # Django's own set-up gives these two handlers of their own, one of them error mail.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # With DEBUG it would print each query with its parameters.
        "django.db.backends": {"level": "INFO"},
        "recalls": {"level": "INFO"},
    },
}
