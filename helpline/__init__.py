"""The Flask application: a room per thing people do here, composed in named steps."""

from helpline import collector  # isort: split

from importlib import import_module
from pathlib import Path

from helpline import errors, extensions, i18n, logs, navigation, security
from helpline.config import Config
from helpline.keys.service.site import Site, open_site
from helpline.keys.views import keep_site
from helpline.unit_of_work import HelplineFlask

ROOMS = ("accounts", "register", "surveys", "cases", "hotline", "reports", "operations")


def create_app(config: Config, site: Site | None = None) -> HelplineFlask:
    """Make the application of one installation; raises OSError or BadSiteKey without its key."""
    logs.configure(config.site.log_level)
    app = HelplineFlask(__name__)
    app.extensions["helpline.config"] = config
    site = site or site_of(config)
    keep_site(app, site)
    app.config["SECRET_KEY"] = site.key.cookie_key
    extensions.init_database(app, config)
    extensions.csrf.init_app(app)
    i18n.init_app(app, config)
    navigation.init_app(app)
    security.init_app(app, config)
    errors.register(app)
    for room in ROOMS:
        import_module(f"helpline.{room}.views").init_app(app)
    extensions.init_provider(app, config, demo=site.mode == "demo")
    collector.freeze()
    return app


def site_of(config: Config) -> Site:
    """Open the installation's site key."""
    return open_site(
        Path(config.site.site_key_file),
        Path(config.site.state_folder),
        config.site.recovery_fingerprint,
        config.security,
        config.server.workers,
    )
