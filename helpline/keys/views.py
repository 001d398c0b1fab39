"""Where a request finds the installation's `Site`; this room has no pages."""

from flask import Flask, current_app

from helpline.keys.service.site import Site


def keep_site(app: Flask, site: Site) -> None:
    """Keep the site for every request."""
    app.extensions["helpline.site"] = site


def site() -> Site:
    """The site of the present request."""
    found: Site = current_app.extensions["helpline.site"]
    return found
