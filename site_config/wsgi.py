"""The WSGI application: `gunicorn -c site_config/gunicorn.conf.py site_config.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from site_config.charset import in_utf_8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")

application = in_utf_8(get_wsgi_application())

from recalls.public import counts, fallback  # noqa: E402 - needs the application

fallback.make_ready()
counts.keep_storing()
