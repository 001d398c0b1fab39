"""What becomes of a text is written into its case; nobody is rung where no country is named."""

import dataclasses

import pytest
from sqlalchemy import func, select

from helpline.cases.models import Case, Entry, SentText
from helpline.cases.rules.kinds import EntryKind
from helpline.config import Telephony
from helpline.extensions import db
from helpline.hotline.service import texts
from telephony.events import Delivery, DeliveryState
from telephony.numbers import CallerNumber
from tests.hotline.world import ACCOUNT, LINE, World

MESSAGE = "SM" + "7" * 32


@pytest.mark.parametrize("times", [1, 3])
def test_a_final_delivery_report_finds_its_text_once(world: World, times: int) -> None:
    world.worker().text(LINE, "They did not pay us")
    with world.work():
        case = db.session.scalars(select(Case)).one()
        entry = db.session.scalars(select(Entry)).first()
        assert entry is not None
        hashed = world.site.event_hash(MESSAGE, "sent")
        db.session.add(SentText(message=hashed, case_id=case.id, entry_id=entry.id))
    for _ in range(times):
        for state in (DeliveryState.SENT, DeliveryState.DELIVERED):
            with world.work():
                event = Delivery(MESSAGE, ACCOUNT, state)
                texts.delivered(world.setting(), event, world.now)
    with world.work():
        kinds = select(func.count()).where(Entry.kind == EntryKind.DELIVERY.value)
        assert db.session.scalar(kinds) == 1


@pytest.mark.parametrize(
    ("countries", "allowed"), [((), False), (("86",), True), (("+86",), True), (("91",), False)]
)
def test_only_named_countries_are_rung_and_texted(
    world: World, countries: tuple[str, ...], allowed: bool
) -> None:
    telephony = Telephony(outbound_countries=countries)
    setting = dataclasses.replace(world.setting(), telephony=telephony)
    number = CallerNumber.parse("+860000000042")
    assert setting.may_dial(number) is setting.may_text(number) is allowed
