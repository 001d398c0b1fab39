"""Check releases without Helpline: python verify_releases.py FOLDER

FOLDER holds release-1.json, release-2.json ... and release-1.signatures.json ... as they were
downloaded, and, where there are notices of errors, remark-1.json and remark-1.signatures.json ...
Needs Python and the package "cryptography". Prints a line for each and ends with 0 if each release
names the digest of the one before and all signatures hold. Compare the keys with those of your
last check: they belong to two people each time.
"""

import hashlib
import json
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def broken_chain(body: bytes, number: int, previous: str) -> list[str]:
    content = json.loads(body)
    linked = content["number"] == number and content["previous"] == previous
    return [] if linked else ["does not name the one before"]


def faults(kind: str, body: bytes, signed: dict) -> list[str]:
    found = []
    digest = hashlib.sha256(body).hexdigest()
    if signed["digest"] != digest:
        found.append("is not what was signed")
    if len({one["key"] for one in signed["signatures"]}) < 2:
        found.append("is not signed by two people")
    for one in signed["signatures"]:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(one["key"]))
        try:
            key.verify(bytes.fromhex(one["signature"]), f"helpline {kind} {digest}".encode())
        except InvalidSignature:
            found.append("carries a signature that does not hold")
    return found


def told(path: Path, found: list[str]) -> bool:
    print(path.name, "holds" if not found else ", ".join(found))
    return not found


def signatures_of(path: Path) -> dict:
    return json.loads(path.with_suffix(".signatures.json").read_bytes())


def main(folder: Path) -> int:
    previous, good, number = "", True, 1
    while (path := folder / f"release-{number}.json").exists():
        body = path.read_bytes()
        found = broken_chain(body, number, previous) + faults("release", body, signatures_of(path))
        good &= told(path, found)
        previous, number = hashlib.sha256(body).hexdigest(), number + 1
    if number == 1:
        print("There is no release-1.json in this folder.")
    # Of remarks some may be missing: words of a story that were taken back.
    for path in sorted(folder.glob("remark-*.json")):
        if not path.name.endswith(".signatures.json"):
            good &= told(path, faults("remark", path.read_bytes(), signatures_of(path)))
    return int(not good or number == 1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
