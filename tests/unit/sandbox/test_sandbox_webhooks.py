"""Webhooks are signed and filled as the vendor's are, and go wrong in every way we can provoke."""

from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from telephony.sandbox.carrier import Carrier
from telephony.sandbox.webhooks import Dice, Faults, sign
from tests.unit.sandbox.scripted_app import (
    ACCOUNT,
    ADA,
    BASE,
    LINE,
    TOKEN,
    WORKER,
    App,
    carrier_for,
)


def visit(carrier: Carrier) -> None:
    """A call and a text that make requests of every kind."""
    call = carrier.handset(WORKER).ring(LINE)
    call.press("1")
    call.say("a message", seconds=2)
    call.hang_up()
    carrier.handset(WORKER).text(LINE, "你好 + é & %")
    carrier.advance(60)


def scripted(app: App) -> App:
    app.answers |= {
        "/voice": '<Gather numDigits="1" action="/key?kind=menu&amp;word=%E4%BD%A0"/>',
        "/key": '<Record recordingStatusCallback="/ready" action="/recorded"/>',
    }
    return app


def test_every_request_passes_the_vendors_validator(app: App, carrier: Carrier) -> None:
    visit(carrier_for(scripted(app)))
    validator = RequestValidator(TOKEN)
    assert {"/voice", "/key", "/recorded", "/ready", "/status", "/text"} <= set(app.paths)
    for request in app.requests:
        signature = request.headers["X-Twilio-Signature"]
        assert validator.validate(request.url, MultiDict(request.pairs), signature), request.path
        forged = MultiDict([*request.pairs, ("Digits", "9")])
        assert not validator.validate(request.url, forged, signature)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(form=st.lists(st.tuples(words.filter(bool), words), max_size=6), query=words)
def test_signatures_agree_with_the_vendor(form: list[tuple[str, str]], query: str) -> None:
    url = f"{BASE}/voice?q={query.encode().hex()}"
    signature = sign(TOKEN, url, form)
    assert RequestValidator(TOKEN).compute_signature(url, MultiDict(form)) == signature


def test_the_standard_parameters_are_there_and_blank_ones_too(app: App, carrier: Carrier) -> None:
    carrier.handset(WORKER).ring(LINE)
    form = app.asked("/voice")[0]
    assert form["AccountSid"] == ACCOUNT
    assert form["CallSid"].startswith("CA")
    assert len(form["CallSid"]) == 34
    assert (form["From"], form["Caller"], form["To"], form["Called"]) == (
        WORKER,
        WORKER,
        LINE,
        LINE,
    )
    assert (form["CallStatus"], form["Direction"]) == ("ringing", "inbound")
    assert form["ApiVersion"] == "2010-04-01"
    assert form["FromCity"] == form["CalledCountry"] == ""


def test_a_withheld_caller_has_no_number(app: App, carrier: Carrier) -> None:
    app.answers["/voice"] = "<Gather/>"
    first = carrier.handset("anonymous").ring(LINE)
    second = carrier.handset("anonymous").ring(LINE)
    assert [form["From"] for form in app.asked("/voice")] == ["anonymous", "anonymous"]
    assert first.sid != second.sid


def test_copies_carry_the_same_token_and_are_not_acted_on(app: App) -> None:
    carrier = carrier_for(scripted(app), faults=Faults(replays=3))
    visit(carrier)
    for path in ("/voice", "/key", "/recorded", "/ready", "/status", "/text"):
        same = [request for request in app.requests if request.path == path]
        assert len(same) == 4, path
        assert len({request.headers["I-Twilio-Idempotency-Token"] for request in same}) == 1
    assert len(carrier.recordings) == 1


def test_shuffling_disorders_status_callbacks_the_same_way_each_time() -> None:
    def order(seed: int) -> list[str]:
        app = App()
        app.answers["/voice"] = (
            f'<Dial><Number statusCallback="/leg" statusCallbackEvent="initiated ringing answered '
            f'completed">{ADA}</Number></Dial>'
        )
        carrier = carrier_for(app, faults=Faults(seed=seed, shuffle=True))
        carrier.handset(WORKER).ring(LINE)
        carrier.handset(ADA).pick_up()
        carrier.handset(ADA).hang_up()
        carrier.advance(60)
        return [form["SequenceNumber"] for form in app.asked("/leg")]

    assert sorted(order(1)) == ["0", "1", "2", "3"]
    assert order(1) == order(1)
    assert any(order(seed) != ["0", "1", "2", "3"] for seed in range(5))


def test_a_delayed_request_arrives_later(app: App) -> None:
    carrier = carrier_for(app, faults=Faults(delay=10.0))
    carrier.handset(WORKER).ring(LINE)
    assert app.paths == []
    carrier.advance(10)
    assert "/voice" in app.paths


def test_a_lost_answer_ends_the_call_though_the_request_arrived(app: App) -> None:
    app.answers["/voice"] = "<Say>hello</Say>"
    carrier = carrier_for(app, faults=Faults(drop_answer=1.0))
    call = carrier.handset(WORKER).ring(LINE)
    assert "/voice" in app.paths
    assert "application error" in call.heard


def test_a_past_request_can_be_sent_again(app: App, carrier: Carrier) -> None:
    carrier.handset(WORKER).ring(LINE)
    again = carrier.send_again(carrier.travelled[0])
    assert again is not None
    assert again.status == 200
    assert app.asked("/voice")[0] == app.asked("/voice")[1]
    assert carrier.travelled[-1].replay


def test_the_log_says_in_words_what_travelled(app: App) -> None:
    carrier = carrier_for(scripted(app))
    visit(carrier)
    told = [travelled.about for travelled in carrier.travelled]
    assert told == [
        "incoming call",
        "key 1",
        "recording ends",
        "call completed",
        "incoming text",
        "recording completed",
    ]
    assert {travelled.status for travelled in carrier.travelled} == {200}


def test_dice_are_fair_and_repeatable() -> None:
    dice = Dice(7)
    rolls = [dice.roll() for _ in range(500)]
    again = Dice(7)
    assert rolls == [again.roll() for _ in range(500)]
    assert 0.4 < sum(rolls) / len(rolls) < 0.6
    assert all(0 <= roll < 1 for roll in rolls)
