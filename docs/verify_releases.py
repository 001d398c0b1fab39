"""Check releases without Helpline: python verify_releases.py FOLDER

FOLDER holds release-1.json, release-2.json ... and release-1.signatures.json ... as they were
downloaded. Needs Python and the package "cryptography". Prints a line for each and ends with 0 if
each names the digest of the one before and both signatures hold. Compare the keys with those of
your last check: they belong to two people each time.
"""

import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def faults(body: bytes, signed: dict, number: int, previous: str) -> list[str]:
    found = []
    content, digest = json.loads(body), hashlib.sha256(body).hexdigest()
    if content["number"] != number or content["previous"] != previous:
        found.append("does not name the one before")
    if signed["digest"] != digest:
        found.append("is not what was signed")
    if len({one["key"] for one in signed["signatures"]}) < 2:
        found.append("is not signed by two people")
    for one in signed["signatures"]:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(one["key"]))
        try:
            key.verify(bytes.fromhex(one["signature"]), f"helpline release {digest}".encode())
        except InvalidSignature:
            found.append("carries a signature that does not hold")
    return found


def main(folder: Path) -> int:
    previous, wrong, number = "", 0, 1
    while (path := folder / f"release-{number}.json").exists():
        body = path.read_bytes()
        signed = json.loads((folder / f"release-{number}.signatures.json").read_bytes())
        found = faults(body, signed, number, previous)
        print(path.name, "holds" if not found else ", ".join(found))
        previous, wrong, number = hashlib.sha256(body).hexdigest(), wrong + bool(found), number + 1
    if number == 1:
        print("There is no release-1.json in this folder.")
    return int(bool(wrong) or number == 1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
