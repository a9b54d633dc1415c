"""Django's settings. What an installation may change is in ``config.py``; everything else is decided here."""

from datetime import timedelta

from csp.constants import NONE, SELF

from jianguan.site.config import config, database_urls, django_database, secrets_of
from jianguan.site.rooms import rooms

_config = config()
_app_url, _owner_url = database_urls(_config)

DEBUG = _config.debug
SECRET_KEY = _config.secret_key or secrets_of(_config.home).secret_key
ALLOWED_HOSTS = ["*"] if _config.demo else _config.allowed_hosts
TRUSTED_PROXIES = tuple(_config.trusted_proxies)
"""Reverse proxies whose ``X-Forwarded-For`` is believed; see ``addresses.py``."""
DEMO = _config.demo
"""Whether the data are synthetic (合成数据); every page then says so."""

JIANGUAN_HOME = _config.home
"""Where the lake, the refused rows and the keys of pseudonyms lie."""

OBJECT_STORE = _config.home / "objects"
"""Where pictures, clips and documents lie by their digest."""

RECORDERS = _config.recorders or _config.home / "recorders"
"""Where recordings are fetched from: the folder that recorders export into."""

ROOT_URLCONF = "jianguan.site.urls"
WSGI_APPLICATION = "jianguan.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Account"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_cotton",
    "django_htmx",
    "csp",
    *rooms(),
    "jianguan.web",
    "jianguan.portal",
    "jianguan.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "jianguan.web.middleware.TransactionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "jianguan.web.asked.AskedMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "jianguan.web.middleware.ActingMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jianguan.web.navigation.navigation",
            ],
        },
    }
]

# Both aliases are one database: requests and jobs use the role that row security binds, migrations the owner.
DATABASES = {
    "default": {**django_database(_app_url), "ATOMIC_REQUESTS": True},
    "owner": django_database(_owner_url),
}

# Triggers of row history follow the models at every migration (site/commands.py), like row security; as steps of
# migrations each would render the whole state again.
PGTRIGGER_MIGRATIONS = False

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
# Files are served from where they lie in the package; the version of a vendored file is part of its address.
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^/static/.*/\d+\.\d+[^/]*/"
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

# Log-in
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "jianguan.backbone.people.passwords.MinimumLength", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "jianguan.site.addresses.address"
AXES_LOCKOUT_CALLABLE = "jianguan.web.login.views.locked_out"
OTP_TOTP_ISSUER = "监管"
CSRF_FAILURE_VIEW = "jianguan.web.errors.form_expired"
SPOKEN_ERRORS = {"/api/": "jianguan.api.facts.failed", "/open311/": "jianguan.api.open311.failed"}
"""What answers an error in the format of its door, not with a page, below an address."""

# Sessions end after 30 idle minutes, known to a minute.
SESSION_ENGINE = "jianguan.web.sessions"
SESSION_COOKIE_AGE = 30 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = not (_config.demo or _config.plain_http)
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE

# The event log signs its checkpoints with a key of its own, kept out of the database.
LOG_ORIGIN = "jianguan.jilin"
LOG_KEY_FILE = _config.home / "log-signing.key"

# Every room's jobs are in its jobs.py.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# Headers
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SESSION_COOKIE_SECURE else 0
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_PROXY_SSL_HEADER = None if not SESSION_COOKIE_SECURE else ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": _config.log_level},
    # They announce themselves at every start.
    "loggers": {name: {"level": "WARNING"} for name in ("axes", "procrastinate", "pgtrigger")},
}
