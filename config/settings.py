"""The one settings file; everything that differs between machines comes from the environment.

Names, defaults and meaning are listed in docs/operations.md.
"""

from pathlib import Path

import environ
import pghistory
from csp.constants import NONE, SELF

from config.env import broker_url, database, default_home, publishing_day
from config.translations import compiled

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
SCORECARD_HOME = Path(env.str("SCORECARD_HOME", default=str(default_home())))

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Links in mails and PDFs come from here, never from the request's Host header.
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
# Loaded demo data prints its log-ins on the log-in page.
DEMO = env.bool("DEMO", default=False)
# The demo shows its one password on its own log-in page; it opens made-up data only.
DEMO_PASSWORD = "demo-scorecard"  # noqa: S105
DEMO_LOGINS = [
    {"email": "sqe@demo.example", "role": "Supplier-quality engineer"},
    {"email": "manager@demo.example", "role": "Quality manager"},
    {"email": "buyer@demo.example", "role": "Purchasing"},
    {"email": "auditor@demo.example", "role": "Auditor"},
    {"email": "admin@demo.example", "role": "Administrator"},
    {"email": "supplier@demo.example", "role": "Supplier"},
]

INSTALLED_APPS = [
    "config.apps.AdministrationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "pghistory.admin",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "csp",
    "suppliers",
    "scorecards",
    "escalations",
]

MIDDLEWARE = [
    "config.correlation.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "suppliers.language.PersonsLanguage",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.NulRefused",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "suppliers.context.site",
                "escalations.context.clock",
                "escalations.context.holds",
            ],
        },
    },
]

# -- data -----------------------------------------------------------------
# The pool belongs to the web process alone (SCORECARD_ROLE=web): forked Celery
# children would share its sockets (celery#10554).
DATABASES = {
    "default": database(
        env.db_url("DATABASE_URL"), pooled=env.str("SCORECARD_ROLE", default="") == "web"
    )
}
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(SCORECARD_HOME / "media"))
MEDIA_URL = ""  # uploads and PDFs leave only through an authorised view

# -- people ---------------------------------------------------------------
AUTH_USER_MODEL = "suppliers.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "suppliers.permissions.RoleBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "suppliers.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
# Attempts to log in are counted by address: without this all people behind a proxy are one.
PROXIES = env.int("PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = PROXIES
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True

# The audit log's context (who, from which address) is only needed where something changes.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
# Masters are audited from their first row to their removal.
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    # Named, because the default names of two models share one short hash in pgtrigger.
    pghistory.DeleteEvent(trigger_name="audit_delete"),
)
# What the audit log holds stays as it was written.
PGHISTORY_APPEND_ONLY = True
# The list of events starts from an object or a kind; all kinds at once would be one huge union.
PGHISTORY_ADMIN_ALL_EVENTS = False

# -- secure transport: on by setting, because the first start is plain http on localhost
HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
# Probes come from the same machine and speak plain http.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# -- static files: ours from static/, the packages' from SCORECARD_HOME/frontend
FRONTEND_DIR = Path(env.str("FRONTEND_DIR", default=str(SCORECARD_HOME / "frontend")))
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(SCORECARD_HOME / "static"))
STATICFILES_DIRS = [BASE_DIR / "static", ("vendor", FRONTEND_DIR / "vendor")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.storage.HashedGzipStorage"},
}

# -- language and time ----------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [compiled(BASE_DIR / "locale", SCORECARD_HOME)]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # e-mail addresses are unique whatever their case: user_email_unique
    "security.W005",  # other subdomains are not ours to promise HTTPS for
    "security.W021",  # nor to enter in the browsers' preload list
]
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["config.formats"]

# -- mail: without EMAIL_URL nothing is sent; messages stay readable in the ledger, and no link
# for a forgotten password is written into a log
EMAIL_CONFIGURED = bool(env.str("EMAIL_URL", default=""))
vars().update(env.email_url("EMAIL_URL", default="dummymail://"))
if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "config.mail.PromptBackend"
# seconds to wait for a connection to the mail server, and for each of its answers
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="scorecard@localhost")

# -- PDF: off where Pango is missing; pages say so and everything else works
PDF_ENABLED = env.str("SCORECARD_PDF", default="on") != "off"

# -- month end: the working day from which the month before is published by itself; 0 for never.
# The demo tells its own story of what is published.
PUBLISH_ON_WORKING_DAY = publishing_day(env.int("PUBLISH_ON_WORKING_DAY", default=0 if DEMO else 8))

# -- imports --------------------------------------------------------------
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=100 * 1024 * 1024)
IMPORT_MEMORY_BYTES = env.int("IMPORT_MEMORY_BYTES", default=1536 * 1024 * 1024)
IMPORT_SECONDS = env.int("IMPORT_SECONDS", default=120)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
# -- evidence: files attached to records and disputes, each at most this large
EVIDENCE_MAX_BYTES = env.int("EVIDENCE_MAX_BYTES", default=20 * 1024 * 1024)

# -- Celery: the doorbell; the work itself waits in PostgreSQL -------------
CELERY_BROKER_URL = broker_url(env.str("REDIS_URL", default=""))
CELERY_TASK_IGNORE_RESULT = True
# Acknowledged as they are taken, and nothing said to other workers: what a worker still owes a
# broker that is gone can end the worker.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 1_800
CELERY_TASK_SOFT_TIME_LIMIT = 1_740
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3_600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 1,
    "interval_start": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for as long as it takes
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10.0
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
# Seconds between two rings for whatever is due in PostgreSQL.
TICK_SECONDS = env.float("TICK_SECONDS", default=15.0)
# The next ring says the same; below that the clocks of two machines would have to agree.
RING_EXPIRES = max(5.0, TICK_SECONDS)
CELERY_BEAT_SCHEDULE = {
    "imports": {"task": "suppliers.tasks.work_imports", "schedule": TICK_SECONDS},
    "disputes": {"task": "suppliers.tasks.pass_on_overdue_disputes", "schedule": TICK_SECONDS},
    "rollup": {"task": "scorecards.tasks.drain_stale_keys", "schedule": TICK_SECONDS},
    "publish": {"task": "scorecards.tasks.publish_requested", "schedule": TICK_SECONDS},
    # by the day, so that minutes do not matter
    "due_month": {"task": "scorecards.tasks.publish_due_month", "schedule": 20 * TICK_SECONDS},
    # a ring that has waited behind other PDFs is one too many
    "scorecards": {
        "task": "scorecards.tasks.render_scorecards",
        "schedule": TICK_SECONDS,
        "options": {"expires": RING_EXPIRES},
    },
    "sign_offs": {"task": "scorecards.tasks.remind_of_sign_offs", "schedule": TICK_SECONDS},
    "evaluate": {"task": "escalations.tasks.evaluate_published", "schedule": TICK_SECONDS},
    "single_rejects": {"task": "escalations.tasks.judge_rejects", "schedule": TICK_SECONDS},
    "watches": {"task": "escalations.tasks.watch_running_month", "schedule": TICK_SECONDS},
    # a ring that has waited behind a mail server that hangs is one too many
    "messages": {
        "task": "escalations.tasks.send_messages",
        "schedule": TICK_SECONDS,
        "options": {"expires": RING_EXPIRES},
    },
    # by the day, so that minutes do not matter
    "reminders": {"task": "escalations.tasks.remind", "schedule": 20 * TICK_SECONDS},
    "shippings": {"task": "escalations.tasks.watch_shippings", "schedule": TICK_SECONDS},
}

# -- API ------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # first, so that a refusal asks for a token with 401
        "suppliers.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api_errors.shaped",
    # Counted by each web process in its own memory: a bound on load, not on tokens guessed.
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.AnonRateThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.str("API_RATE_ANONYMOUS", default="60/min"),
        "user": env.str("API_RATE", default="600/min"),
    },
    "NUM_PROXIES": PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Supplier quality scorecard",
    "DESCRIPTION": "What suppliers delivered, what was wrong with it, the figures and the cases.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "CaseMetricEnum": "escalations.enums.CASE_METRICS",
        "BaselineStateEnum": "scorecards.enums.BaselineState",
        "ChartTypeEnum": "scorecards.enums.ChartType",
        "DisputeOutcomeEnum": "suppliers.enums.DisputeOutcome",
        "DisputeStateEnum": "suppliers.enums.DisputeState",
        "EightDStandingEnum": "escalations.eight_d_enums.Standing",
        "EightDMoveStateEnum": "escalations.eight_d_enums.STATES",
        "EpisodeStateEnum": "escalations.enums.STATES",
        "LevelEnum": "escalations.enums.LEVELS",
        "MetricEnum": "scorecards.enums.METRICS",
        "EightDInTimeUnitEnum": "escalations.eight_d_in_time_serializers.UNITS",
        "PerformanceUnitEnum": "scorecards.serializers.performance.UNITS",
        "PerformanceKindEnum": "scorecards.serializers.performance.PERFORMANCE_KINDS",
        "WindowEnum": "scorecards.serializers.figures.WINDOWS",
        "ShippingStateEnum": "escalations.shipping_enums.SHIPPING_STATES",
        "LetterKindEnum": "escalations.shipping_enums.LetterKind",
        "SignalKindEnum": "scorecards.enums.SignalKind",
        "FigureStateEnum": "scorecards.serializers.figures.FIGURE_STATES",
        "SeverityEnum": "suppliers.enums.Severity",
        "WarrantyOutcomeEnum": "suppliers.enums.WarrantyOutcome",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api.describe_errors",
    ],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(cause)s %(message)s"},
    },
    "filters": {"cause": {"()": "config.correlation.Cause"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["cause"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # both tell every step of every PDF
    "loggers": {name: {"level": "WARNING"} for name in ("weasyprint", "fontTools")},
}
