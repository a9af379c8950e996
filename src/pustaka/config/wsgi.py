"""What the production web server runs."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pustaka.config.settings")

application = get_wsgi_application()
