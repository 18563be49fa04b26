"""The one Django app: tables, migrations, adapters, and ``open_workspace``."""
