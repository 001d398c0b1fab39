"""Whether this node can do its work."""

import logging

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from helpline import jobs
from helpline.extensions import db
from helpline.keys.service import directory
from helpline.keys.service.site import Site
from helpline.operations.rules import Readiness

log = logging.getLogger(__name__)


def readiness(site: Site) -> Readiness:
    """Ask the database, the directory and the jobs; never raises."""
    try:
        db.session.execute(text("SELECT 1"))
        return Readiness(True, directory.status(site), jobs.waiting())
    except SQLAlchemyError as error:
        log.error("the database does not answer: %s", type(error).__name__)
        db.session.rollback()
        return Readiness(False, "none", 0)
