"""What a thief of the database reads in clear: this list, and nothing else.

A new column fails this test until it is written down here, with thought: may everybody know it?
The first text names what stands in clear; the second what is sealed, hashed, wrapped or public key.
"""

from helpline.extensions import Base
from tests.databases import load_models

TABLES = {
    "abuse_flags": (
        "until person_id day",
        "handle",
    ),
    "accounts": (
        "id login_name role state languages last_step",
        "public second_factor next_factor",
    ),
    "assigned_factories": (
        "person_id factory_id assigned_by assigned_on",
        "",
    ),
    "audit_links": (
        "sequence row_id",
        "hash stamp",
    ),
    "audit_rows": (
        "id day act actor_id object_id linked generation",
        "row_stamp sealed stamp",
    ),
    "box_generations": (
        "box_id generation kind",
        "public stamp previous",
    ),
    "call_records": (
        "id line_id day generation",
        "sealed stamp",
    ),
    "callbacks": (
        "id line_id case_id language state due late_after rings tries first_try person_id",
        "open_handle",
    ),
    "canned_answers": (
        "key language title category text offered",
        "",
    ),
    "cards": (
        "case_id revision generation",
        "handle sealed stamp",
    ),
    "certifier_letters": (
        "id case_id day revision generation",
        "sealed stamp",
    ),
    "cases": (
        (
            "id reference status severity rank language assignee reserved opened_on due alarm "
            "asks_second retain_until entries revision"
        ),
        "handle",
    ),
    "categories": (
        "code parent super_group position built_in offered",
        "",
    ),
    "category_labels": (
        "code language version text since",
        "",
    ),
    "charts": (
        "kind code language name",
        "body",
    ),
    "closings": (
        "period state digest publisher_id prepared report generation",
        "publisher_key signature sealed stamp",
    ),
    "cycle_keys": (
        "cycle generation",
        "sealed stamp",
    ),
    "destructions": (
        "id case_id ground day person_id",
        "",
    ),
    "digests": (
        "case_id upto revision generation",
        "sealed stamp",
    ),
    "directory_proposals": (
        "id signer",
        "body signature",
    ),
    "directory_statements": (
        "sequence",
        "body signatures hash",
    ),
    "drafts": (
        "person_id case_id kind revision",
        "sealed",
    ),
    "duties": (
        (
            "person_id state since reason languages call_id leg_id busy_until talking "
            "talk_began unanswered wrap_up_until break_next idle_since weights debrief"
        ),
        "phone phone_hash ringing_phone",
    ),
    "entries": (
        "id case_id sequence kind generation",
        "sealed stamp",
    ),
    "factories": (
        (
            "id code key_code name country province region workers certified_until brands "
            "active revision folded"
        ),
        "",
    ),
    "facts": (
        (
            "case_id revision opening_revision opening_generation opening_closed_in "
            "ending_revision ending_generation ending_closed_in"
        ),
        "opening_sealed opening_stamp ending_sealed ending_stamp",
    ),
    "grants": (
        "box_id generation holder_id holder_generation on_shelf",
        "sealed",
    ),
    "guests": (
        "id call_id kind state by_id person_id leg_id joined cold gives_case",
        "brief brief_stamp",
    ),
    "hand_overs": (
        "case_id giver_id taker_id",
        "",
    ),
    "headers": (
        "case_id upto revision generation",
        "sealed stamp",
    ),
    "invitations": (
        "account_id expires_at",
        "token",
    ),
    "jobs": (
        "id name arguments attempts run_after",
        "",
    ),
    "kept_forms": (
        "id person_id day generation",
        "sealed stamp",
    ),
    "legs": (
        "id call_id person_id provider_id result rung_at",
        "",
    ),
    "letters": (
        "id box_id sequence generation",
        "sealed stamp",
    ),
    "line_days": (
        "line_id day what count",
        "",
    ),
    "line_texts": (
        "id line_id language key text sound_id",
        "",
    ),
    "lines": (
        (
            "id number name kind languages zone country week holidays emergency_numbers "
            "recording_offered active ready revision texts_revision"
        ),
        "",
    ),
    "links": (
        "case_id other_id kind",
        "",
    ),
    "live_calls": (
        (
            "id provider_id line_id state path language danger outbound known case_id "
            "own_case_id callback_id person_id safety_asked contacted letters_box "
            "letters_upto receipt_box receipt_given message_left callback_asked was_silent "
            "arrived_at touched_at queued_at wanted_at answered_at talk_ended_at"
        ),
        "handle answer masked talk",
    ),
    "login_throttles": (
        "failures failed_at",
        "key",
    ),
    "never_contact": (
        "act case_id",
        "handle",
    ),
    "numbers": (
        "id case_id sequence generation",
        "sealed stamp",
    ),
    "on_call": (
        "id line_id person_id position starts_at ends_at",
        "phone phone_hash",
    ),
    "opt_outs": (
        "line_id",
        "handle",
    ),
    "pending_changes": (
        (
            "id line_id kind language key old new sound_id state proposed_by proposed_on "
            "decided_by decided_on"
        ),
        "",
    ),
    "person_days": (
        "person_id day calls heavy debriefs",
        "",
    ),
    "person_wraps": (
        "person_id revision",
        "salt sealed",
    ),
    "prompt_sounds": (
        "id media_type",
        "data",
    ),
    "presences": (
        "case_id person_id until",
        "",
    ),
    "reach_rows": (
        (
            "id factory_id kind day number expected todo reached inside state replaces "
            "recorded_by recorded_as recorded_on ended_by ended_on"
        ),
        "",
    ),
    "receipts": (
        "box_id case_id",
        "lookup wrapped",
    ),
    "recovery_codes": (
        "id person_id",
        "sealed",
    ),
    "portraits": (
        "kind code body release drawn",
        "",
    ),
    "ratings": (
        "id person_id day generation",
        "sealed stamp own_sealed own_stamp",
    ),
    "recordings": (
        "id call_id case_id kind provider_id wanted seconds line_id language expected_on",
        "ring_back",
    ),
    "releases": (
        "number period previous digest publisher_id approver_id published audit generation",
        "body publisher_key publisher_signature approver_key approver_signature sealed stamp",
    ),
    "remark_drafts": (
        "number digest publisher_id generation",
        "publisher_key signature sealed stamp",
    ),
    "remarks": (
        "number kind previous digest publisher_id approver_id published",
        "body publisher_key publisher_signature approver_key approver_signature",
    ),
    "sealed_atoms": (
        "unit period part value release",
        "",
    ),
    "seen_events": (
        "",
        "hash",
    ),
    "security_keys": (
        "id person_id count",
        "credential public sealed",
    ),
    "sent_texts": (
        "case_id entry_id",
        "message",
    ),
    "services": (
        (
            "id name known_as kind country region languages hours phone address web audience "
            "cost notes checked_on checked_by active revision folded"
        ),
        "",
    ),
    "sessions": (
        "id account_id half failures began_at seen_at confirmed_at challenge_until",
        "row wrapped device challenge",
    ),
    "shifts": (
        "id line_id person_id starts_at ends_at",
        "",
    ),
    "silent_hours": (
        "hour count",
        "handle",
    ),
    "sounds": (
        "id case_id generation",
        "sealed stamp",
    ),
    "spent_forms": (
        "made day",
        "key",
    ),
    "staff_alerts": (
        "id kind subject line_id case_id day next_at tried seen",
        "",
    ),
    "survey_answers": (
        "id instrument_id generation",
        "sealed stamp",
    ),
    "survey_instruments": (
        "id kind body",
        "",
    ),
    "survey_invitations": (
        "kind language until",
        "handle",
    ),
    "survey_months": (
        "kind month asked",
        "",
    ),
    "timelines": (
        "case_id revision generation",
        "sealed stamp",
    ),
    "wrong_receipts": (
        "hour count",
        "caller",
    ),
}


def columns() -> dict[str, tuple[set[str], set[str]]]:
    load_models()
    found = {}
    for table in Base.metadata.tables.values():
        binary = {
            column.name for column in table.columns if type(column.type).__name__ == "LargeBinary"
        }
        found[table.name] = ({column.name for column in table.columns} - binary, binary)
    return found


def test_nothing_else_stands_in_clear() -> None:
    written = {
        name: (set(clear.split()), set(sealed.split())) for name, (clear, sealed) in TABLES.items()
    }
    assert columns() == written


def test_no_column_is_named_after_what_must_be_sealed() -> None:
    forbidden = {
        "name", "narrative", "note", "number", "factory", "category", "outcome", "consent",
        "text", "receipt", "digits", "safe_word", "caller", "phone",
    }  # fmt: skip
    of_workers = {
        "cases", "entries", "numbers", "sounds", "headers", "digests", "cards", "letters", "facts",
        "receipts", "callbacks", "live_calls", "legs", "recordings", "call_records", "silent_hours",
        "wrong_receipts", "staff_alerts", "sent_texts", "opt_outs", "never_contact", "abuse_flags",
        "survey_answers",
    }  # fmt: skip
    for table, (clear, _) in columns().items():
        if table in of_workers:
            assert not clear & forbidden, table
