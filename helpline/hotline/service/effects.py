"""What a turn of the flow asks for, done in the turn's own transaction."""

from collections.abc import Callable, Mapping
from typing import Any

from helpline.cases.rules.kinds import EntryKind
from helpline.cases.rules.policy import Act
from helpline.cases.service import intake, outreach, receipts, talks
from helpline.hotline.service import (
    abuse,
    alerts,
    callbacks,
    casework,
    live,
    queue,
    receipt_throttle,
    recordings,
    roster,
    sending,
)
from helpline.hotline.service.handling import Handling, seal_talk, talk_of
from telephony import flow
from telephony.flow import Effect, Heard, Question


def run(handling: Handling, turn: flow.Turn) -> flow.Turn:
    """Do a turn's effects, and those of the turns that follow from their results, and store."""
    while True:
        result: Heard | None = None
        handling.store(turn)
        for effect in turn.effects:
            result = do(handling, effect) or result
        if not isinstance(turn.then, flow.Answer):
            break
        if result is None:
            raise AssertionError("a turn waits for a result that no effect gives")
        turn = flow.advance(turn.state, result, handling.facts())
    return turn


def do(handling: Handling, effect: Effect) -> Heard | None:
    """Do one effect; some have a result that the flow waits for."""
    return _ACTS[type(effect)](handling, effect)


def _open_case(h: Handling, effect: flow.OpenCase) -> None:
    h.call.danger = h.call.danger or effect.danger
    h.call.wanted_at = h.call.wanted_at or h.now
    if h.call.case_id is None:
        casework.open_for_call(h.site, h.call, h.caller, EntryKind.VOICE_IN, h.now)
    elif effect.danger:
        intake.raise_danger(h.site, h.call.case_id, h.now)
        _contacted(h)


def _contacted(h: Handling) -> None:
    casework.ensure_contact(h.site, h.call, h.caller, EntryKind.VOICE_IN, h.now)


def _alert(h: Handling, _effect: flow.Alert) -> None:
    alerts.raise_for_danger(h.line, h.call.case_id, h.now)


def _reserve(h: Handling, _effect: flow.Reserve) -> Heard:
    found = queue.reserve(h.setting, h.call, h.now)
    if isinstance(found, flow.Reserved):
        leg = recordings.leg_of(found.leg)
        person = leg.person_id
        reached = roster.reachable(h.site, person, h.now, h.line.id)
        h.ring = reached.phone.reveal() if reached else ""
        holder = casework.assignee(h.call.case_id)
        if holder not in {None, person}:
            casework.move_on(h.site, h.call, h.caller, h.now)
        h.note("rung", person=str(person))
    return found


def _join(h: Handling, _effect: flow.JoinQueue) -> None:
    _contacted(h)
    h.call.wanted_at = h.call.wanted_at or h.now
    h.call.touched_at = h.now
    if h.call.queued_at is None:
        h.call.queued_at = h.now
        live.save(h.call)  # whoever asks next who waits shall see it


def _leave(h: Handling, _effect: flow.LeaveQueue) -> None:
    h.call.queued_at = None


def _factory(h: Handling, effect: flow.KeyedFactory) -> None:
    casework.add(h.site, h.call.case_id, EntryKind.KEYED, {"digits": effect.digits}, h.now)


def _look_up(h: Handling, _effect: flow.LookUpReceipt) -> Heard:
    if receipt_throttle.too_many(h.site, h.caller, h.call, h.now) or h.prepared.asked is None:
        receipt_throttle.count(h.site, h.caller, h.call, h.now)
        return flow.ReceiptRefused()
    found = receipts.open_letters(h.site, h.prepared.asked, h.now, mark_read=False)
    if found is None:
        receipt_throttle.count(h.site, h.caller, h.call, h.now)
        return flow.ReceiptRefused()
    h.letters = tuple(letter.text for letter in found.letters)
    h.call.case_id, h.call.contacted = found.case_id, False
    h.call.letters_box, h.call.letters_upto = found.box_id, found.upto
    talk = found.talk
    seal_talk(h.site, h.call, talk)
    if talk is not None:
        prompts = h.setting.prompts(h.line)
        h.talk = talks.said(prompts, h.call.language, talk.at, h.line.zone)
        h.wish = talk.wish
    return flow.ReceiptKnown(len(h.letters), talk=talk is not None)


def _letters_heard(h: Handling, _effect: flow.LettersHeard) -> None:
    if h.call.letters_box is not None:
        receipts.letters_heard(h.site, h.call.letters_box, h.call.letters_upto, h.now)
        h.call.letters_box = None


def _wish_talk(h: Handling, effect: flow.WishTalk) -> None:
    """At once; what was asked before this call is not asked again."""
    found = talk_of(h.site, h.call)
    if found is None or h.call.case_id is None:
        raise AssertionError("only the receipt leads to a talk")
    talk_id, before = found
    if before != effect.wish:
        talks.wish(h.site, h.call.case_id, talk_id, effect.wish, h.line.id, h.now)
    seal_talk(h.site, h.call, None)
    h.wish = effect.wish


def _make_receipt(h: Handling, _effect: flow.MakeReceipt) -> None:
    _contacted(h)
    if h.call.case_id is None or h.prepared.receipt is None or h.prepared.receipt_keys is None:
        raise AssertionError("a receipt is stretched before the transaction")
    before = h.call.receipt_box
    keys = h.prepared.receipt_keys
    h.call.receipt_box = receipts.issue(h.site, h.call.case_id, keys, h.now, ends=before)
    h.spoken_receipt = h.prepared.receipt.digits
    h.call.receipt_given = True


def _text_receipt(h: Handling, _effect: flow.TextReceipt) -> None:
    _make_receipt(h, flow.MakeReceipt())
    spelled = " ".join(h.prepared.receipt.groups) if h.prepared.receipt else ""
    h.spoken_receipt = ""
    body = h.setting.prompts(h.line).text(h.call.language, "text_receipt", receipt=spelled)
    sending.after_commit(h.setting, h.caller, h.line, body, h.call.case_id, h.now)


def _ask_callback(h: Handling, _effect: flow.AskCallback) -> None:
    callbacks.ask(h.site, h.call, h.line, h.caller, h.now)


def _drop_callback(h: Handling, _effect: flow.DropCallback) -> None:
    callbacks.drop(h.call.handle)
    h.call.callback_asked = False


def _ask_text(h: Handling, _effect: flow.AskText) -> None:
    casework.add(h.site, h.call.case_id, EntryKind.CALLBACK_ASKED, {"by": "text"}, h.now)


def _safety(h: Handling, effect: flow.SafetyAnswer) -> None:
    name = effect.question.value
    casework.add(h.site, h.call.case_id, EntryKind.SAFETY, {name: effect.yes}, h.now)
    if h.call.handle is None or h.call.case_id is None:
        return
    act = {Question.RING: Act.RING, Question.TEXT: Act.TEXT}.get(effect.question)
    if act is not None:
        mark = outreach.allow if effect.yes else outreach.never
        mark(h.call.handle, act, h.call.case_id)


def _allow_recording(h: Handling, _effect: flow.AllowRecording) -> None:
    body = {"what": "recording", "given": True}
    casework.add(h.site, h.call.case_id, EntryKind.CONSENT, body, h.now)


def _withdraw_recording(h: Handling, _effect: flow.WithdrawRecording) -> None:
    body = {"what": "recording"}
    casework.add(h.site, h.call.case_id, EntryKind.CONSENT_WITHDRAWN, body, h.now)
    recordings.withdraw(h.call.id)


def _count_silent(h: Handling, _effect: flow.CountSilent) -> None:
    h.call.was_silent = True
    abuse.count_silent(h.call.handle, h.line, h.now)


def _keep_message(h: Handling, _effect: flow.KeepMessage) -> None:
    _contacted(h)
    h.call.message_left = True


def _later(h: Handling, _effect: flow.CallbackLater) -> None:
    callbacks.not_now(h.setting.site, h.call, h.line, h.now)


def _unanswered(h: Handling, _effect: flow.CallbackUnanswered) -> None:
    callbacks.unanswered(h.setting.site, h.call, h.line, h.now)


def _never_ring(h: Handling, _effect: flow.NeverRing) -> None:
    body = {"ring": False, "message": False}
    casework.add(h.site, h.call.case_id, EntryKind.SAFETY, body, h.now)
    if h.call.handle is not None and h.call.case_id is not None:
        outreach.never(h.call.handle, Act.RING, h.call.case_id)
    callbacks.done(h.call.callback_id)


_ACTS: Mapping[type[Any], Callable[[Handling, Any], Heard | None]] = {
    flow.OpenCase: _open_case,
    flow.Alert: _alert,
    flow.Reserve: _reserve,
    flow.JoinQueue: _join,
    flow.LeaveQueue: _leave,
    flow.KeyedFactory: _factory,
    flow.LookUpReceipt: _look_up,
    flow.LettersHeard: _letters_heard,
    flow.WishTalk: _wish_talk,
    flow.MakeReceipt: _make_receipt,
    flow.TextReceipt: _text_receipt,
    flow.AskCallback: _ask_callback,
    flow.DropCallback: _drop_callback,
    flow.AskText: _ask_text,
    flow.SafetyAnswer: _safety,
    flow.AllowRecording: _allow_recording,
    flow.WithdrawRecording: _withdraw_recording,
    flow.CountSilent: _count_silent,
    flow.KeepMessage: _keep_message,
    flow.CallbackLater: _later,
    flow.CallbackUnanswered: _unanswered,
    flow.NeverRing: _never_ring,
}
