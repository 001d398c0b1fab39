"""The signed directory: read, verified, remembered by this node, appended to.

The list is verified once and then cached by its head. The longest good list that this node has
seen lies in its state folder: a broken or shorter list in the database is refused, the alarm is
raised, and the last good one stays in force for sealing.
"""

import base64
import json
import logging
import os
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from crypto.boxes import Box, PublicBox
from crypto.errors import CryptoError
from helpline.columns import new_id
from helpline.errors import Conflict, NotAllowed, Unavailable
from helpline.extensions import db
from helpline.keys import rules
from helpline.keys.models import DirectoryProposal, DirectoryStatement
from helpline.keys.rules import DirectoryState, Refused, Statement
from helpline.keys.service.site import Site, Verified
from helpline.unit_of_work import after_commit

log = logging.getLogger(__name__)

FILE = "directory.json"
_APPENDED = "directory_appended"
_HEAD = "directory_head"
_PROPOSALS = select(DirectoryProposal)
_LAST = (
    select(DirectoryStatement.sequence, DirectoryStatement.hash)
    .order_by(DirectoryStatement.sequence.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory as it counts now; `alarm` says that the database shows another one."""

    state: DirectoryState
    alarm: bool


def read(site: Site) -> Directory:
    """The directory in force; raises Unavailable on a node that never saw a good one."""
    known = site.verified
    # The query comes before the lock: whoever holds the lock must never wait for the database.
    head = _head()
    with known.lock:
        if not known.statements:
            _remember(site, known, _from_file(site))
        if head is None or head.sequence != known.state.length or head.hash != known.state.head:
            return _catch_up(site, known)
        known.alarm = False
        return Directory(known.state, alarm=False)


def _head() -> Row[int, bytes] | None:
    """The last statement in the database: asked for once a transaction, a page needs it six times.

    Whatever is cached here, a head that differs from what this node knows is looked into anew.
    """
    session = db.session()
    kept = session.info.get(_HEAD)
    if kept is not None and kept[0] is session.get_transaction():
        found: Row[int, bytes] | None = kept[1]
        return found
    found = session.execute(_LAST).one_or_none()
    session.info[_HEAD] = (session.get_transaction(), found)
    return found


def status(site: Site) -> str:
    """`good`, `alarm` (another list stands in the database) or `none`."""
    try:
        return "alarm" if read(site).alarm else "good"
    except Unavailable:
        return "none"


def found(site: Site, recovery: Box) -> None:
    """Write the first statement: the mode and recovery's public key, signed by recovery."""
    public = recovery.signing_public.encode().hex()
    _append(
        site, {"kind": "root", "mode": site.mode, "public": public}, [(rules.RECOVERY, recovery)]
    )


def state(site: Site, content: Mapping[str, Any], signer: str, box: Box) -> bool:
    """Sign and append a statement; if it needs a second supervisor, keep it as a proposal.

    Returns whether it stands. Raises NotAllowed when the rules refuse it.
    """
    current = read(site).state
    if signer != rules.RECOVERY and current.signatures_needed(content) > 1:
        _propose(content, signer, box)
        return False
    _append(site, content, [(signer, box)])
    return True


def proposals() -> Sequence[DirectoryProposal]:
    """Statements that wait for a second supervisor."""
    return db.session.scalars(_PROPOSALS).all()


def content_of(proposal: DirectoryProposal) -> dict[str, Any]:
    """What a proposal would state."""
    content = json.loads(proposal.body)
    if not isinstance(content, dict):
        raise Conflict("This proposal cannot be understood.")
    return content


def second(site: Site, proposal_id: uuid.UUID, signer: str, box: Box) -> dict[str, Any]:
    """Sign a proposal as the second supervisor and append it; returns its content."""
    proposal = db.session.get(DirectoryProposal, proposal_id)
    if proposal is None:
        raise Conflict("This proposal was decided already.")
    if str(proposal.signer) == signer:
        raise NotAllowed("A second supervisor signs, not the same one.")
    content = content_of(proposal)
    first = PublicBox.decode(read(site).state.key_of(str(proposal.signer)) or b"")
    first.verify(_proposal_text(content), proposal.signature)
    db.session.delete(proposal)
    _append(site, content, [(signer, box)], seconded=(str(proposal.signer), proposal.signature))
    return content


def withdraw(proposal_id: uuid.UUID) -> None:
    """Drop a proposal."""
    proposal = db.session.get(DirectoryProposal, proposal_id)
    if proposal is not None:
        db.session.delete(proposal)


def _propose(content: Mapping[str, Any], signer: str, box: Box) -> None:
    db.session.add(
        DirectoryProposal(
            id=new_id(),
            body=rules.canonical(content),
            signer=uuid.UUID(signer),
            signature=box.sign(_proposal_text(content)),
        )
    )


def _proposal_text(content: Mapping[str, Any]) -> bytes:
    return b"helpline directory proposal\0" + rules.canonical(content)


def _append(
    site: Site,
    content: Mapping[str, Any],
    signers: Sequence[tuple[str, Box]],
    seconded: tuple[str, bytes] | None = None,
) -> None:
    known = site.verified
    current = DirectoryState() if content["kind"] == "root" else read(site).state
    full = {
        **content,
        "version": 1,
        "sequence": current.length + 1,
        "previous": current.head.hex(),
    }
    if seconded is not None:
        full["seconds"] = {"by": seconded[0], "signature": seconded[1].hex()}
    body = rules.canonical(full)
    signatures = tuple((name, box.sign(body)) for name, box in signers)
    statement = Statement(body, signatures)
    try:
        after = _verified(site, current, statement)
    except Refused as refusal:
        log.warning("the directory refuses a new statement: %s", refusal)
        raise NotAllowed("The rules of the directory do not allow this.") from None
    db.session.add(
        DirectoryStatement(
            sequence=after.length, body=body, signatures=pack(signatures), hash=statement.hash
        )
    )
    db.session.flush()
    db.session.info[_APPENDED] = True
    db.session.info.pop(_HEAD, None)

    def keep() -> None:
        db.session.info.pop(_APPENDED, None)
        with known.lock:
            read(site)

    after_commit(keep)


def _catch_up(site: Site, known: Verified) -> Directory:
    """The database shows another head than we know: longer and sound, or refused."""
    rows = db.session.scalars(
        select(DirectoryStatement).order_by(DirectoryStatement.sequence)
    ).all()
    appended = bool(db.session.info.get(_APPENDED))
    try:
        statements = [Statement(row.body, unpack(row.signatures)) for row in rows]
        if [item.hash for item in statements[: len(known.statements)]] != [
            item.hash for item in known.statements
        ]:
            raise Refused("the list is shorter or another one than this node has seen")
        current = known.state
        for statement in statements[len(known.statements) :]:
            current = _verified(site, current, statement)
    except (Refused, ValueError, CryptoError) as refusal:
        if not known.alarm:
            log.error("the directory in the database is refused: %s", refusal)
        known.alarm = True
        return _last_good(known)
    if not appended:
        known.statements, known.state, known.alarm = statements, current, False
        if statements:
            _to_file(site, statements)
    if not current.length:
        raise Unavailable("This installation has no directory yet.")
    return Directory(current, alarm=False)


def _last_good(known: Verified) -> Directory:
    if not known.state.length:
        raise Unavailable("This node has never seen a sound directory.")
    return Directory(known.state, alarm=True)


def _verified(site: Site, current: DirectoryState, statement: Statement) -> DirectoryState:
    content = statement.content
    if content.get("kind") == "root":
        public = PublicBox.decode(bytes.fromhex(content.get("public", "")))
        if site.root and not public.fingerprint().matches(site.root):
            raise Refused("the root is not the one pinned in the settings")
        if content.get("mode") != site.mode:
            raise Refused("the directory was founded for another mode")
        keys = {rules.RECOVERY: public}
    else:
        keys = {name: _key(current, name) for name in statement.signers}
    for name, signature in statement.signatures:
        try:
            keys[name].verify(statement.body, signature)
        except CryptoError:
            raise Refused("a signature does not hold") from None
    return rules.follow(current, statement, _signers(current, statement))


def _signers(current: DirectoryState, statement: Statement) -> frozenset[str]:
    """Who signed, with the supervisor whose signed proposal was seconded, once verified."""
    seconds = statement.content.get("seconds")
    if seconds is None:
        return statement.signers
    content = {
        key: value
        for key, value in statement.content.items()
        if key not in {"version", "sequence", "previous", "seconds"}
    }
    signature = bytes.fromhex(seconds["signature"])
    try:
        _key(current, seconds["by"]).verify(_proposal_text(content), signature)
    except CryptoError:
        raise Refused("the first supervisor's signature does not hold") from None
    return statement.signers | {seconds["by"]}


def _key(current: DirectoryState, signer: str) -> PublicBox:
    encoded = current.key_of(signer)
    if encoded is None:
        raise Refused("only supervisors who stand in the directory sign")
    return PublicBox.decode(encoded)


def pack(signatures: Sequence[tuple[str, bytes]]) -> bytes:
    """Signatures as the table keeps them."""
    return json.dumps([[name, signature.hex()] for name, signature in signatures]).encode()


def unpack(packed: bytes) -> tuple[tuple[str, bytes], ...]:
    """What `pack` wrote; raises `Refused`."""
    try:
        return tuple((str(name), bytes.fromhex(text)) for name, text in json.loads(packed))
    except (TypeError, ValueError) as error:
        raise Refused("signatures cannot be read") from error


def _remember(site: Site, known: Verified, statements: list[Statement]) -> None:
    current = DirectoryState()
    try:
        for statement in statements:
            current = _verified(site, current, statement)
    except (Refused, ValueError, CryptoError) as refusal:
        log.error("the directory kept on this node is refused: %s", refusal)
        raise Unavailable("The directory kept on this node does not hold.") from None
    known.statements, known.state = statements, current


def _from_file(site: Site) -> list[Statement]:
    path = site.state_folder / FILE
    if not path.exists():
        return []
    try:
        lines = json.loads(path.read_text(encoding="ascii"))
        return [
            Statement(base64.b64decode(body), unpack(base64.b64decode(signatures)))
            for body, signatures in lines
        ]
    except (ValueError, TypeError, Refused):
        log.error("the directory kept on this node cannot be read")
        raise Unavailable("The directory kept on this node cannot be read.") from None


def _to_file(site: Site, statements: Sequence[Statement]) -> None:
    """Replace the kept list in one step, so that a crash leaves the old one or the new one."""
    lines = [
        [base64.b64encode(item.body).decode(), base64.b64encode(pack(item.signatures)).decode()]
        for item in statements
    ]
    with tempfile.NamedTemporaryFile(
        "w", dir=site.state_folder, delete=False, encoding="ascii"
    ) as file:
        json.dump(lines, file)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(site.state_folder / FILE)
