"""Receipts as letterboxes: a worker's own box, opened by sixteen digits and nothing else."""

import uuid
from dataclasses import dataclass, field

from crypto import sealing, stretching
from crypto.boxes import Box
from crypto.errors import CryptoError
from crypto.receipts import Receipt
from crypto.suite import LABEL_RECEIPT_LOOKUP, LABEL_RECEIPT_WRAP, hkdf
from helpline.keys.rules import Place
from helpline.keys.service.boxes import OpenBox
from helpline.keys.service.site import Site, Tampered, binding


@dataclass(frozen=True, slots=True)
class ReceiptKeys:
    """A stretched receipt: `lookup` finds its row, `wrap` opens its box."""

    lookup: bytes
    wrap: bytes = field(repr=False)


def stretch(site: Site, receipt: Receipt) -> ReceiptKeys:
    """Stretch a receipt; the same cost for right, wrong and unknown ones. Slow: before writes."""
    with site.stretch():
        stretched = stretching.stretch_receipt(
            receipt, site.key.receipt_salt, site.key.receipt_pepper, site.costs.receipt
        )
    return ReceiptKeys(
        hkdf(stretched, LABEL_RECEIPT_LOOKUP, 32), hkdf(stretched, LABEL_RECEIPT_WRAP, 32)
    )


def lock(keys: ReceiptKeys, opened: OpenBox) -> bytes:
    """Wrap a worker's new box under their receipt."""
    return sealing.seal_with_key(keys.wrap, opened.box.secret, _binding(keys))


def unlock(site: Site, keys: ReceiptKeys, wrapped: bytes, box_id: uuid.UUID) -> OpenBox:
    """Open the worker's box with their receipt; raises `Tampered`."""
    try:
        secret = sealing.open_with_key(keys.wrap, wrapped, _binding(keys))
    except CryptoError:
        raise Tampered("a letterbox does not open") from None
    return OpenBox(site, box_id, 1, Box.from_secret(secret))


def _binding(keys: ReceiptKeys) -> sealing.Binding:
    return binding(Place("receipt", "receipts", keys.lookup.hex()), "receipt", 1)
