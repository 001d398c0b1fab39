"""Pages on paper: HTML to tagged PDF, the same bytes for the same page."""

import base64
import hashlib
import importlib
import logging

from helpline.errors import Unavailable

logging.getLogger("weasyprint").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


def pdf(html: str, style: str) -> bytes:
    """The PDF of a page that brings everything along, with its style sheet; nothing is fetched
    from anywhere.

    Raises Unavailable where the machine lacks the libraries that lay out text (Pango).
    """
    try:
        weasyprint = importlib.import_module("weasyprint")
    except OSError as error:
        raise Unavailable("This server cannot make PDF files. Print the page instead.") from error
    inside = weasyprint.urls.URLFetcher(allowed_protocols=("data",))
    found: bytes = weasyprint.HTML(string=html, url_fetcher=inside).write_pdf(
        stylesheets=[weasyprint.CSS(string=style, url_fetcher=inside)],
        pdf_tags=True,
        pdf_identifier=hashlib.sha256(f"{style}{html}".encode()).digest()[:16],
    )
    return found


def embedded(svg: bytes) -> str:
    """A picture as the address of itself."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
