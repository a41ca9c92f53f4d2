"""first tables"""

import sqlalchemy as sa
from alembic import op

from concierge.migrations.append_only import guard, unguard
from concierge.models.types import UTCDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "card_event",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("object_id", sa.String(length=80), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_event")),
    )
    with op.batch_alter_table("card_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_card_event_object_id"), ["object_id"], unique=False)
        batch_op.create_index(
            "ix_card_event_unmatched",
            ["received_at", "id"],
            unique=False,
            postgresql_where=sa.text("outcome = 'unmatched'"),
            sqlite_where=sa.text("outcome = 'unmatched'"),
        )

    op.create_table(
        "contact_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("updated_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_draft")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_contact_draft_token_hash")),
    )
    with op.batch_alter_table("contact_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_draft_updated_at"), ["updated_at"], unique=False)

    op.create_table(
        "hospital",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("city", sa.JSON(), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("local_address", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("working_days", sa.JSON(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("first_reply_hours", sa.Integer(), nullable=False),
        sa.Column("call_days", sa.Integer(), nullable=False),
        sa.Column("records_days", sa.Integer(), nullable=False),
        sa.Column("decision_days", sa.Integer(), nullable=False),
        sa.Column("estimate_days", sa.Integer(), nullable=False),
        sa.Column("refund_days", sa.Integer(), nullable=False),
        sa.Column("deposit_gate", sa.String(length=32), nullable=False),
        sa.Column("deposit_days", sa.Integer(), nullable=False),
        sa.Column("payment_methods", sa.JSON(), nullable=False),
        sa.Column("bank_account", sa.JSON(), nullable=False),
        sa.Column("transfer_tolerance_minor", sa.Integer(), nullable=False),
        sa.Column("has_us_estimate_rules", sa.Boolean(), nullable=False),
        sa.Column("refund_rule", sa.JSON(), nullable=False),
        sa.Column("images_rule", sa.String(length=32), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hospital")),
        sa.UniqueConstraint("slug", name=op.f("uq_hospital_slug")),
    )
    op.create_table(
        "job_lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=80), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job_lease")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("native_name", sa.String(length=200), nullable=False),
        sa.Column("surname", sa.String(length=120), nullable=False),
        sa.Column("given_names", sa.String(length=120), nullable=False),
        sa.Column("called", sa.String(length=120), nullable=False),
        sa.Column("birth_on", sa.Date(), nullable=True),
        sa.Column("birth_typed", sa.String(length=40), nullable=False),
        sa.Column("passport_number", sa.String(length=20), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("spoken_language", sa.String(length=10), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("phone_typed", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("good_hours", sa.String(length=32), nullable=True),
        sa.Column("is_government_beneficiary", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
    )
    op.create_table(
        "slot_ledger",
        sa.Column("subject", sa.String(length=30), nullable=False),
        sa.Column("slot_at", UTCDateTime(), nullable=False),
        sa.Column("holder", sa.String(length=30), nullable=False),
        sa.PrimaryKeyConstraint("subject", "slot_at", name=op.f("pk_slot_ledger")),
    )
    with op.batch_alter_table("slot_ledger", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slot_ledger_holder"), ["holder"], unique=False)

    op.create_table(
        "staff_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("speaks", sa.JSON(), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("locked_until", UTCDateTime(), nullable=True),
        sa.Column("has_shortcuts", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_user_email")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("window_ends_at", UTCDateTime(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    op.create_table(
        "used_form",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=False),
        sa.Column("led_to", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_used_form")),
    )
    with op.batch_alter_table("used_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_used_form_used_at"), ["used_at"], unique=False)

    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("cancer_type", sa.String(length=32), nullable=False),
        sa.Column("stage_reported", sa.String(length=120), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("step_entered_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("exit", sa.String(length=32), nullable=True),
        sa.Column("exit_reason", sa.Text(), nullable=False),
        sa.Column("hold_until", sa.Date(), nullable=True),
        sa.Column("hold_reason", sa.Text(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("next_code", sa.String(length=40), nullable=True),
        sa.Column("next_owner", sa.String(length=32), nullable=True),
        sa.Column("next_due_at", UTCDateTime(), nullable=True),
        sa.Column("waiting_on", sa.String(length=32), nullable=False),
        sa.Column("waiting_since", UTCDateTime(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=True),
        sa.Column("advocate_id", sa.Integer(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("care_manager_id", sa.Integer(), nullable=True),
        sa.Column("coordinator_id", sa.Integer(), nullable=True),
        sa.Column("replied_at", UTCDateTime(), nullable=True),
        sa.Column("health_consent_at", UTCDateTime(), nullable=True),
        sa.Column("patient_knows", sa.String(length=32), nullable=False),
        sa.Column("who_knows", sa.Text(), nullable=False),
        sa.Column("who_knows_at", UTCDateTime(), nullable=True),
        sa.Column("payer_kind", sa.String(length=32), nullable=True),
        sa.Column("payer_name", sa.String(length=200), nullable=False),
        sa.Column("payer_letter", sa.Text(), nullable=False),
        sa.Column("payer_letter_known_at", UTCDateTime(), nullable=True),
        sa.Column("records_agreed_at", UTCDateTime(), nullable=True),
        sa.Column("is_visa_needed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (exit IS NOT NULL)", name=op.f("ck_case_closed_has_exit")),
        sa.CheckConstraint("(state = 'on_hold') = (hold_until IS NOT NULL)", name=op.f("ck_case_hold_has_wake_date")),
        sa.ForeignKeyConstraint(["advocate_id"], ["staff_user.id"], name=op.f("fk_case_advocate_id")),
        sa.ForeignKeyConstraint(["care_manager_id"], ["staff_user.id"], name=op.f("fk_case_care_manager_id")),
        sa.ForeignKeyConstraint(["coordinator_id"], ["staff_user.id"], name=op.f("fk_case_coordinator_id")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_case_hospital_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_case_person_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["staff_user.id"], name=op.f("fk_case_reviewer_id")),
        sa.ForeignKeyConstraint(["specialist_id"], ["staff_user.id"], name=op.f("fk_case_specialist_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("public_id", name=op.f("uq_case_public_id")),
    )
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_advocate_day",
            ["hospital_id", "advocate_id", "next_due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'open' AND next_owner = 'advocate'"),
            sqlite_where=sa.text("state = 'open' AND next_owner = 'advocate'"),
        )
        batch_op.create_index("ix_case_board", ["hospital_id", "state", "step", "next_due_at", "id"], unique=False)
        batch_op.create_index(
            "ix_case_care_manager_day",
            ["hospital_id", "care_manager_id", "next_due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'open' AND next_owner = 'care_manager'"),
            sqlite_where=sa.text("state = 'open' AND next_owner = 'care_manager'"),
        )
        batch_op.create_index(
            "ix_case_coordinator_day",
            ["hospital_id", "coordinator_id", "next_due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'open' AND next_owner = 'coordinator'"),
            sqlite_where=sa.text("state = 'open' AND next_owner = 'coordinator'"),
        )
        batch_op.create_index(
            "ix_case_hold",
            ["hold_until"],
            unique=False,
            postgresql_where=sa.text("state = 'on_hold'"),
            sqlite_where=sa.text("state = 'on_hold'"),
        )
        batch_op.create_index(batch_op.f("ix_case_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_case_recent", ["hospital_id", "id"], unique=False)
        batch_op.create_index(
            "ix_case_reviewer_day",
            ["hospital_id", "reviewer_id", "next_due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'open' AND next_owner = 'reviewer'"),
            sqlite_where=sa.text("state = 'open' AND next_owner = 'reviewer'"),
        )
        batch_op.create_index(
            "ix_case_specialist_day",
            ["hospital_id", "specialist_id", "next_due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'open' AND next_owner = 'specialist'"),
            sqlite_where=sa.text("state = 'open' AND next_owner = 'specialist'"),
        )
        batch_op.create_index(
            "ix_case_without_action",
            ["hospital_id", "next_due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'open' AND next_owner IS NULL"),
            sqlite_where=sa.text("state = 'open' AND next_owner IS NULL"),
        )

    op.create_table(
        "deposit_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("cancer_type", sa.String(length=32), nullable=True),
        sa.Column("payer_kind", sa.String(length=32), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("approved_by", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_deposit_rule_hospital_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit_rule")),
    )
    with op.batch_alter_table("deposit_rule", schema=None) as batch_op:
        batch_op.create_index("ix_deposit_rule_lookup", ["hospital_id", "cancer_type", "payer_kind"], unique=False)

    op.create_table(
        "holiday",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_holiday_hospital_id")),
        sa.PrimaryKeyConstraint("hospital_id", "on", name=op.f("pk_holiday")),
    )
    op.create_table(
        "lodging_room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("house", sa.JSON(), nullable=False),
        sa.Column("address", sa.JSON(), nullable=False),
        sa.Column("local_address", sa.Text(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("beds", sa.Integer(), nullable=False),
        sa.Column("has_kitchen", sa.Boolean(), nullable=False),
        sa.Column("is_accessible", sa.Boolean(), nullable=False),
        sa.Column("night_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_lodging_room_hospital_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lodging_room")),
    )
    with op.batch_alter_table("lodging_room", schema=None) as batch_op:
        batch_op.create_index("ix_lodging_room_hospital", ["hospital_id", "id"], unique=False)

    op.create_table(
        "portal_account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_portal_account_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portal_account")),
        sa.UniqueConstraint("email", name=op.f("uq_portal_account_email")),
    )
    op.create_table(
        "record_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("cancer_type", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("is_minimum", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_record_rule_hospital_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_rule")),
    )
    with op.batch_alter_table("record_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_record_rule_hospital_id"), ["hospital_id"], unique=False)

    op.create_table(
        "resource",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("gender", sa.String(length=1), nullable=False),
        sa.Column("credential", sa.String(length=60), nullable=False),
        sa.Column("credential_until", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("plate", sa.String(length=20), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("has_wheelchair_place", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_resource_hospital_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
    )
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.create_index("ix_resource_kind", ["hospital_id", "kind", "id"], unique=False)

    op.create_table(
        "staff_role",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_staff_role_hospital_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"], name=op.f("fk_staff_role_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "hospital_id", "role", name=op.f("pk_staff_role")),
    )
    op.create_table(
        "tariff",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("phase", sa.String(length=32), nullable=False),
        sa.Column("low_minor", sa.BigInteger(), nullable=False),
        sa.Column("high_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("is_in_package", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_tariff_hospital_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tariff")),
    )
    with op.batch_alter_table("tariff", schema=None) as batch_op:
        batch_op.create_index("ix_tariff_lookup", ["hospital_id", "code"], unique=False)

    op.create_table(
        "answer",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reply", sa.String(length=32), nullable=True),
        sa.Column("replied_at", UTCDateTime(), nullable=True),
        sa.Column("replied_by", sa.String(length=200), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("evaluation_from", sa.Date(), nullable=True),
        sa.Column("evaluation_to", sa.Date(), nullable=True),
        sa.Column("dates_held_at", UTCDateTime(), nullable=True),
        sa.Column("visa_letter_sent_at", UTCDateTime(), nullable=True),
        sa.Column("visa_code", sa.String(length=16), nullable=True),
        sa.Column("visa_withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("trip_confirmed_at", UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_answer_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_answer")),
        sa.UniqueConstraint("visa_code", name=op.f("uq_answer_visa_code")),
    )
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.create_index("ix_answer_evaluation", ["evaluation_from", "case_id"], unique=False)

    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("preparation", sa.String(length=32), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("clinician_id", sa.Integer(), nullable=True),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.Column("moved_from_at", UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_appointment_ends_after_start")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_appointment_case_id")),
        sa.ForeignKeyConstraint(["clinician_id"], ["resource.id"], name=op.f("fk_appointment_clinician_id")),
        sa.ForeignKeyConstraint(["room_id"], ["resource.id"], name=op.f("fk_appointment_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_appointment_public_id")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index("ix_appointment_case", ["case_id", "starts_at"], unique=False)
        batch_op.create_index("ix_appointment_day", ["starts_at"], unique=False)

    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("participants", sa.String(length=300), nullable=False),
        sa.Column("interpreter", sa.String(length=32), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_call_case_id")),
        sa.ForeignKeyConstraint(["noted_by_id"], ["staff_user.id"], name=op.f("fk_call_noted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
    )
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.create_index("ix_call_case", ["case_id", "purpose", "id"], unique=False)

    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_event_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index("ix_case_event_case", ["case_id", "id"], unique=False)

    op.create_table(
        "case_participation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=False),
        sa.Column("can_messages", sa.Boolean(), nullable=False),
        sa.Column("can_documents", sa.Boolean(), nullable=False),
        sa.Column("can_money", sa.Boolean(), nullable=False),
        sa.Column("can_decision", sa.Boolean(), nullable=False),
        sa.Column("invited_by", sa.String(length=200), nullable=False),
        sa.Column("invited_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["portal_account.id"], name=op.f("fk_case_participation_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_participation_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_participation")),
        sa.UniqueConstraint("case_id", "account_id", name=op.f("uq_case_participation_case_id_account_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_case_participation_public_id")),
    )
    with op.batch_alter_table("case_participation", schema=None) as batch_op:
        batch_op.create_index("ix_case_participation_account", ["account_id"], unique=False)

    op.create_table(
        "checklist_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("is_minimum", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_language", sa.String(length=10), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_checklist_item_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checklist_item")),
        sa.UniqueConstraint("case_id", "kind", name=op.f("uq_checklist_item_case_id_kind")),
    )
    op.create_table(
        "deposit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("pay_token", sa.String(length=64), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("requested_at", UTCDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("on_its_way_at", UTCDateTime(), nullable=True),
        sa.Column("paid_at", UTCDateTime(), nullable=True),
        sa.Column("attention", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state IN ('paid', 'overpaid', 'refunded')) = (paid_at IS NOT NULL)", name=op.f("ck_deposit_paid_has_time")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_deposit_amount_is_positive")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_deposit_case_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["deposit_rule.id"], name=op.f("fk_deposit_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deposit")),
        sa.UniqueConstraint("case_id", name=op.f("uq_deposit_case_id")),
        sa.UniqueConstraint("pay_token", name=op.f("uq_deposit_pay_token")),
        sa.UniqueConstraint("public_id", name=op.f("uq_deposit_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_deposit_reference")),
    )
    with op.batch_alter_table("deposit", schema=None) as batch_op:
        batch_op.create_index("ix_deposit_state", ["state", "due_on", "id"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=80), nullable=False),
        sa.Column("identity_name", sa.String(length=200), nullable=False),
        sa.Column("identity_birth_on", sa.Date(), nullable=True),
        sa.Column("mismatches", sa.JSON(), nullable=False),
        sa.Column("finding", sa.String(length=32), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("refusal_language", sa.String(length=10), nullable=False),
        sa.Column("uploader_kind", sa.String(length=10), nullable=False),
        sa.Column("uploader_name", sa.String(length=200), nullable=False),
        sa.Column("uploaded_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_document_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("public_id", name=op.f("uq_document_public_id")),
        sa.UniqueConstraint("storage_key", name=op.f("uq_document_storage_key")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index("ix_document_case", ["case_id", "id"], unique=False)
        batch_op.create_index(
            "ix_document_unchecked",
            ["case_id", "uploaded_at"],
            unique=False,
            postgresql_where=sa.text("state = 'checking'"),
            sqlite_where=sa.text("state = 'checking'"),
        )

    op.create_table(
        "enquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("came_by", sa.String(length=32), nullable=False),
        sa.Column("writer", sa.String(length=32), nullable=False),
        sa.Column("writer_name", sa.String(length=200), nullable=False),
        sa.Column("help_wanted", sa.String(length=32), nullable=False),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("received_at", UTCDateTime(), nullable=False),
        sa.Column("promise_due_at", UTCDateTime(), nullable=False),
        sa.Column("taken_by_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("(taken_by_id IS NULL) = (taken_at IS NULL)", name=op.f("ck_enquiry_taken_has_time")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_enquiry_case_id")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_enquiry_hospital_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["staff_user.id"], name=op.f("fk_enquiry_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
        sa.UniqueConstraint("case_id", name=op.f("uq_enquiry_case_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_enquiry_public_id")),
    )
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.create_index(
            "ix_enquiry_queue",
            ["hospital_id", "promise_due_at", "id"],
            unique=False,
            postgresql_where=sa.text("taken_by_id IS NULL"),
            sqlite_where=sa.text("taken_by_id IS NULL"),
        )

    op.create_table(
        "estimate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("included", sa.Text(), nullable=False),
        sa.Column("not_included", sa.Text(), nullable=False),
        sa.Column("could_change", sa.Text(), nullable=False),
        sa.Column("text_language", sa.String(length=10), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("issued_at", UTCDateTime(), nullable=True),
        sa.Column("issued_by_id", sa.Integer(), nullable=True),
        sa.Column("understood_at", UTCDateTime(), nullable=True),
        sa.Column("understood_by", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'draft') = (issued_at IS NULL)", name=op.f("ck_estimate_issued_has_time")),
        sa.CheckConstraint(
            "understood_at IS NULL OR issued_at IS NOT NULL", name=op.f("ck_estimate_understood_was_issued")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_estimate_case_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["staff_user.id"], name=op.f("fk_estimate_issued_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estimate")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_estimate_case_id_number")),
        sa.UniqueConstraint("public_id", name=op.f("uq_estimate_public_id")),
    )
    with op.batch_alter_table("estimate", schema=None) as batch_op:
        batch_op.create_index(
            "uq_estimate_one_draft",
            ["case_id"],
            unique=True,
            postgresql_where=sa.text("state = 'draft'"),
            sqlite_where=sa.text("state = 'draft'"),
        )

    op.create_table(
        "flight",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("from_airport", sa.String(length=80), nullable=False),
        sa.Column("from_timezone", sa.String(length=40), nullable=False),
        sa.Column("to_airport", sa.String(length=80), nullable=False),
        sa.Column("to_timezone", sa.String(length=40), nullable=False),
        sa.Column("departs_at", UTCDateTime(), nullable=False),
        sa.Column("arrives_at", UTCDateTime(), nullable=False),
        sa.Column("is_cancelled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_flight_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flight")),
        sa.UniqueConstraint("public_id", name=op.f("uq_flight_public_id")),
    )
    with op.batch_alter_table("flight", schema=None) as batch_op:
        batch_op.create_index("ix_flight_case", ["case_id", "departs_at"], unique=False)
        batch_op.create_index("ix_flight_day", ["arrives_at"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("author_kind", sa.String(length=10), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("translation", sa.Text(), nullable=False),
        sa.Column("translation_language", sa.String(length=10), nullable=False),
        sa.Column("translation_state", sa.String(length=32), nullable=False),
        sa.Column("translation_engine", sa.String(length=40), nullable=False),
        sa.Column("checked_by", sa.String(length=120), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_message_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("public_id", name=op.f("uq_message_public_id")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_thread", ["case_id", "id"], unique=False)
        batch_op.create_index(
            "ix_message_unread",
            ["case_id", "id"],
            unique=False,
            postgresql_where=sa.text("read_at IS NULL AND author_kind = 'portal'"),
            sqlite_where=sa.text("read_at IS NULL AND author_kind = 'portal'"),
        )

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("event", sa.String(length=40), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outbox_message_sent_has_time")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_outbox_message_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_message_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outbox_message_public_id")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_message_due",
            ["due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state IN ('queued', 'claimed')"),
            sqlite_where=sa.text("state IN ('queued', 'claimed')"),
        )

    op.create_table(
        "parked_form",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("parked_at", UTCDateTime(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["portal_account.id"], name=op.f("fk_parked_form_account_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"], name=op.f("fk_parked_form_staff_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_parked_form")),
    )
    with op.batch_alter_table("parked_form", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_parked_form_parked_at"), ["parked_at"], unique=False)

    op.create_table(
        "plan",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("medicines", sa.Text(), nullable=False),
        sa.Column("warning_signs", sa.Text(), nullable=False),
        sa.Column("follow_up", sa.Text(), nullable=False),
        sa.Column("contacts", sa.Text(), nullable=False),
        sa.Column("text_language", sa.String(length=10), nullable=False),
        sa.Column("translation", sa.JSON(), nullable=False),
        sa.Column("translation_checked_by", sa.String(length=120), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=True),
        sa.Column("written_by", sa.String(length=120), nullable=False),
        sa.Column("evaluation_held_at", UTCDateTime(), nullable=True),
        sa.Column("explained_at", UTCDateTime(), nullable=True),
        sa.Column("explained_language", sa.String(length=10), nullable=False),
        sa.Column("acknowledged_at", UTCDateTime(), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=200), nullable=False),
        sa.Column("choice", sa.String(length=32), nullable=True),
        sa.Column("choice_at", UTCDateTime(), nullable=True),
        sa.Column("return_on", sa.Date(), nullable=True),
        sa.Column("folder_handed_over_at", UTCDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_plan_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_plan")),
    )
    op.create_table(
        "read_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor_kind", sa.String(length=10), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("actor_name", sa.String(length=200), nullable=False),
        sa.Column("page", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_read_log_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_log")),
    )
    with op.batch_alter_table("read_log", schema=None) as batch_op:
        batch_op.create_index("ix_read_log_case", ["case_id", "id"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("context", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_reminder_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint("key", name=op.f("uq_reminder_key")),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index("ix_reminder_case", ["case_id", "state"], unique=False)
        batch_op.create_index(
            "ix_reminder_due",
            ["due_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 'planned'"),
            sqlite_where=sa.text("state = 'planned'"),
        )

    op.create_table(
        "ride",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("vehicle_id", sa.Integer(), nullable=False),
        sa.Column("direction", sa.String(length=32), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("from_place", sa.String(length=160), nullable=False),
        sa.Column("to_place", sa.String(length=160), nullable=False),
        sa.Column("sign_text", sa.String(length=80), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("paid_by", sa.String(length=20), nullable=False),
        sa.Column("benefit_reason", sa.String(length=60), nullable=False),
        sa.Column("booked_by", sa.String(length=120), nullable=False),
        sa.Column("booked_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_ride_case_id")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["resource.id"], name=op.f("fk_ride_vehicle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride")),
        sa.UniqueConstraint("public_id", name=op.f("uq_ride_public_id")),
    )
    with op.batch_alter_table("ride", schema=None) as batch_op:
        batch_op.create_index("ix_ride_case", ["case_id", "starts_at"], unique=False)
        batch_op.create_index("ix_ride_day", ["starts_at"], unique=False)

    op.create_table(
        "search_key",
        sa.Column("hospital_id", sa.Integer(), nullable=False),
        sa.Column(
            "key", sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_search_key_case_id")),
        sa.ForeignKeyConstraint(["hospital_id"], ["hospital.id"], name=op.f("fk_search_key_hospital_id")),
        sa.PrimaryKeyConstraint("hospital_id", "key", "case_id", name=op.f("pk_search_key")),
    )
    with op.batch_alter_table("search_key", schema=None) as batch_op:
        batch_op.create_index("ix_search_key_case", ["case_id", "key"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint("(staff_id IS NULL) <> (account_id IS NULL)", name=op.f("ck_sign_in_one_owner")),
        sa.ForeignKeyConstraint(["account_id"], ["portal_account.id"], name=op.f("fk_sign_in_account_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_user.id"], name=op.f("fk_sign_in_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_token_hash")),
    )
    op.create_table(
        "sign_in_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["portal_account.id"], name=op.f("fk_sign_in_code_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_code")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_sign_in_code_link_hash")),
        sa.UniqueConstraint("ticket", name=op.f("uq_sign_in_code_ticket")),
    )
    op.create_table(
        "stay",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("arrive_on", sa.Date(), nullable=False),
        sa.Column("leave_on", sa.Date(), nullable=False),
        sa.Column("guests", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("paid_by", sa.String(length=20), nullable=False),
        sa.Column("benefit_reason", sa.String(length=60), nullable=False),
        sa.Column("booked_by", sa.String(length=120), nullable=False),
        sa.Column("booked_at", UTCDateTime(), nullable=False),
        sa.CheckConstraint("leave_on > arrive_on", name=op.f("ck_stay_leaves_after_arrival")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_stay_case_id")),
        sa.ForeignKeyConstraint(["room_id"], ["lodging_room.id"], name=op.f("fk_stay_room_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stay")),
        sa.UniqueConstraint("public_id", name=op.f("uq_stay_public_id")),
    )
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.create_index("ix_stay_case", ["case_id", "id"], unique=False)
        batch_op.create_index("ix_stay_day", ["arrive_on"], unique=False)
        batch_op.create_index("ix_stay_leaving", ["leave_on"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("patient_text", sa.Text(), nullable=False),
        sa.Column("text_language", sa.String(length=10), nullable=False),
        sa.Column("alternatives", sa.Text(), nullable=False),
        sa.Column("asked_records", sa.JSON(), nullable=False),
        sa.Column("proposed_tests", sa.Text(), nullable=False),
        sa.Column("proposed_days", sa.Integer(), nullable=False),
        sa.Column("signed_by_id", sa.Integer(), nullable=False),
        sa.Column("signed_by_name", sa.String(length=120), nullable=False),
        sa.Column("signed_at", UTCDateTime(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.Column("told_call_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_decision_case_id")),
        sa.ForeignKeyConstraint(["signed_by_id"], ["staff_user.id"], name=op.f("fk_decision_signed_by_id")),
        sa.ForeignKeyConstraint(["told_call_id"], ["call.id"], name=op.f("fk_decision_told_call_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("public_id", name=op.f("uq_decision_public_id")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_case", ["case_id", "id"], unique=False)

    op.create_table(
        "estimate_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("estimate_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("low_minor", sa.BigInteger(), nullable=False),
        sa.Column("high_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("source_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "low_minor >= 0 AND high_minor >= low_minor", name=op.f("ck_estimate_line_range_is_ordered")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_estimate_line_quantity_is_positive")),
        sa.ForeignKeyConstraint(["estimate_id"], ["estimate.id"], name=op.f("fk_estimate_line_estimate_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estimate_line")),
    )
    with op.batch_alter_table("estimate_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_estimate_line_estimate_id"), ["estimate_id"], unique=False)

    op.create_table(
        "guarantee",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("passport_number", sa.String(length=20), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("ceiling_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.CheckConstraint("(state = 'recorded') = (decided_at IS NULL)", name=op.f("ck_guarantee_decided_has_time")),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> recorded_by_id", name=op.f("ck_guarantee_four_eyes")
        ),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_guarantee_dates_are_ordered")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_guarantee_case_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["staff_user.id"], name=op.f("fk_guarantee_decided_by_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_guarantee_document_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff_user.id"], name=op.f("fk_guarantee_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantee")),
        sa.UniqueConstraint("public_id", name=op.f("uq_guarantee_public_id")),
    )
    with op.batch_alter_table("guarantee", schema=None) as batch_op:
        batch_op.create_index("ix_guarantee_case", ["case_id", "id"], unique=False)
        batch_op.create_index("ix_guarantee_state", ["state", "valid_until", "id"], unique=False)

    op.create_table(
        "interpreter_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("interpreter_id", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("modality", sa.String(length=32), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("ends_at", UTCDateTime(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("booked_by", sa.String(length=120), nullable=False),
        sa.Column("booked_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_interpreter_assignment_appointment_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_interpreter_assignment_case_id")),
        sa.ForeignKeyConstraint(
            ["interpreter_id"], ["resource.id"], name=op.f("fk_interpreter_assignment_interpreter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpreter_assignment")),
        sa.UniqueConstraint("public_id", name=op.f("uq_interpreter_assignment_public_id")),
    )
    with op.batch_alter_table("interpreter_assignment", schema=None) as batch_op:
        batch_op.create_index("ix_interpreter_assignment_case", ["case_id", "starts_at"], unique=False)
        batch_op.create_index("ix_interpreter_assignment_day", ["starts_at"], unique=False)

    op.create_table(
        "lodging_night",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("night", sa.Date(), nullable=False),
        sa.Column("stay_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["lodging_room.id"], name=op.f("fk_lodging_night_room_id")),
        sa.ForeignKeyConstraint(["stay_id"], ["stay.id"], name=op.f("fk_lodging_night_stay_id")),
        sa.PrimaryKeyConstraint("room_id", "night", name=op.f("pk_lodging_night")),
    )
    with op.batch_alter_table("lodging_night", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lodging_night_stay_id"), ["stay_id"], unique=False)

    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=16), nullable=False),
        sa.Column("deposit_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("payer_name", sa.String(length=200), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("provider_id", sa.String(length=80), nullable=True),
        sa.Column("idempotency_key", sa.String(length=80), nullable=True),
        sa.Column("failure_code", sa.String(length=60), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", UTCDateTime(), nullable=True),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL)", name=op.f("ck_payment_confirmed_has_time")
        ),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_payment_amount_is_positive")),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR confirmed_by_id <> recorded_by_id", name=op.f("ck_payment_four_eyes")
        ),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["staff_user.id"], name=op.f("fk_payment_confirmed_by_id")),
        sa.ForeignKeyConstraint(["deposit_id"], ["deposit.id"], name=op.f("fk_payment_deposit_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff_user.id"], name=op.f("fk_payment_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_payment_idempotency_key")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_payment_provider_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_payment_public_id")),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index("ix_payment_deposit", ["deposit_id", "id"], unique=False)
        batch_op.create_index(
            "ix_payment_open",
            ["state", "id"],
            unique=False,
            postgresql_where=sa.text("state IN ('started', 'recorded')"),
            sqlite_where=sa.text("state IN ('started', 'recorded')"),
        )

    for table in ("case_event", "read_log"):
        guard(table)


def downgrade() -> None:
    for table in ("case_event", "read_log"):
        unguard(table)
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_payment_open",
            postgresql_where=sa.text("state IN ('started', 'recorded')"),
            sqlite_where=sa.text("state IN ('started', 'recorded')"),
        )
        batch_op.drop_index("ix_payment_deposit")

    op.drop_table("payment")
    with op.batch_alter_table("lodging_night", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lodging_night_stay_id"))

    op.drop_table("lodging_night")
    with op.batch_alter_table("interpreter_assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_interpreter_assignment_day")
        batch_op.drop_index("ix_interpreter_assignment_case")

    op.drop_table("interpreter_assignment")
    with op.batch_alter_table("guarantee", schema=None) as batch_op:
        batch_op.drop_index("ix_guarantee_state")
        batch_op.drop_index("ix_guarantee_case")

    op.drop_table("guarantee")
    with op.batch_alter_table("estimate_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_estimate_line_estimate_id"))

    op.drop_table("estimate_line")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index("ix_decision_case")

    op.drop_table("decision")
    with op.batch_alter_table("stay", schema=None) as batch_op:
        batch_op.drop_index("ix_stay_leaving")
        batch_op.drop_index("ix_stay_day")
        batch_op.drop_index("ix_stay_case")

    op.drop_table("stay")
    op.drop_table("sign_in_code")
    op.drop_table("sign_in")
    with op.batch_alter_table("search_key", schema=None) as batch_op:
        batch_op.drop_index("ix_search_key_case")

    op.drop_table("search_key")
    with op.batch_alter_table("ride", schema=None) as batch_op:
        batch_op.drop_index("ix_ride_day")
        batch_op.drop_index("ix_ride_case")

    op.drop_table("ride")
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reminder_due", postgresql_where=sa.text("state = 'planned'"), sqlite_where=sa.text("state = 'planned'")
        )
        batch_op.drop_index("ix_reminder_case")

    op.drop_table("reminder")
    with op.batch_alter_table("read_log", schema=None) as batch_op:
        batch_op.drop_index("ix_read_log_case")

    op.drop_table("read_log")
    op.drop_table("plan")
    with op.batch_alter_table("parked_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_parked_form_parked_at"))

    op.drop_table("parked_form")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_message_due",
            postgresql_where=sa.text("state IN ('queued', 'claimed')"),
            sqlite_where=sa.text("state IN ('queued', 'claimed')"),
        )
        batch_op.drop_index(batch_op.f("ix_outbox_message_case_id"))

    op.drop_table("outbox_message")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_unread",
            postgresql_where=sa.text("read_at IS NULL AND author_kind = 'portal'"),
            sqlite_where=sa.text("read_at IS NULL AND author_kind = 'portal'"),
        )
        batch_op.drop_index("ix_message_thread")

    op.drop_table("message")
    with op.batch_alter_table("flight", schema=None) as batch_op:
        batch_op.drop_index("ix_flight_day")
        batch_op.drop_index("ix_flight_case")

    op.drop_table("flight")
    with op.batch_alter_table("estimate", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_estimate_one_draft",
            postgresql_where=sa.text("state = 'draft'"),
            sqlite_where=sa.text("state = 'draft'"),
        )

    op.drop_table("estimate")
    with op.batch_alter_table("enquiry", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_enquiry_queue",
            postgresql_where=sa.text("taken_by_id IS NULL"),
            sqlite_where=sa.text("taken_by_id IS NULL"),
        )

    op.drop_table("enquiry")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_document_unchecked",
            postgresql_where=sa.text("state = 'checking'"),
            sqlite_where=sa.text("state = 'checking'"),
        )
        batch_op.drop_index("ix_document_case")

    op.drop_table("document")
    with op.batch_alter_table("deposit", schema=None) as batch_op:
        batch_op.drop_index("ix_deposit_state")

    op.drop_table("deposit")
    op.drop_table("checklist_item")
    with op.batch_alter_table("case_participation", schema=None) as batch_op:
        batch_op.drop_index("ix_case_participation_account")

    op.drop_table("case_participation")
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index("ix_case_event_case")

    op.drop_table("case_event")
    with op.batch_alter_table("call", schema=None) as batch_op:
        batch_op.drop_index("ix_call_case")

    op.drop_table("call")
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index("ix_appointment_day")
        batch_op.drop_index("ix_appointment_case")

    op.drop_table("appointment")
    with op.batch_alter_table("answer", schema=None) as batch_op:
        batch_op.drop_index("ix_answer_evaluation")

    op.drop_table("answer")
    with op.batch_alter_table("tariff", schema=None) as batch_op:
        batch_op.drop_index("ix_tariff_lookup")

    op.drop_table("tariff")
    op.drop_table("staff_role")
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.drop_index("ix_resource_kind")

    op.drop_table("resource")
    with op.batch_alter_table("record_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_record_rule_hospital_id"))

    op.drop_table("record_rule")
    op.drop_table("portal_account")
    with op.batch_alter_table("lodging_room", schema=None) as batch_op:
        batch_op.drop_index("ix_lodging_room_hospital")

    op.drop_table("lodging_room")
    op.drop_table("holiday")
    with op.batch_alter_table("deposit_rule", schema=None) as batch_op:
        batch_op.drop_index("ix_deposit_rule_lookup")

    op.drop_table("deposit_rule")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_case_without_action",
            postgresql_where=sa.text("state = 'open' AND next_owner IS NULL"),
            sqlite_where=sa.text("state = 'open' AND next_owner IS NULL"),
        )
        batch_op.drop_index(
            "ix_case_specialist_day",
            postgresql_where=sa.text("state = 'open' AND next_owner = 'specialist'"),
            sqlite_where=sa.text("state = 'open' AND next_owner = 'specialist'"),
        )
        batch_op.drop_index(
            "ix_case_reviewer_day",
            postgresql_where=sa.text("state = 'open' AND next_owner = 'reviewer'"),
            sqlite_where=sa.text("state = 'open' AND next_owner = 'reviewer'"),
        )
        batch_op.drop_index("ix_case_recent")
        batch_op.drop_index(batch_op.f("ix_case_person_id"))
        batch_op.drop_index(
            "ix_case_hold", postgresql_where=sa.text("state = 'on_hold'"), sqlite_where=sa.text("state = 'on_hold'")
        )
        batch_op.drop_index(
            "ix_case_coordinator_day",
            postgresql_where=sa.text("state = 'open' AND next_owner = 'coordinator'"),
            sqlite_where=sa.text("state = 'open' AND next_owner = 'coordinator'"),
        )
        batch_op.drop_index(
            "ix_case_care_manager_day",
            postgresql_where=sa.text("state = 'open' AND next_owner = 'care_manager'"),
            sqlite_where=sa.text("state = 'open' AND next_owner = 'care_manager'"),
        )
        batch_op.drop_index("ix_case_board")
        batch_op.drop_index(
            "ix_case_advocate_day",
            postgresql_where=sa.text("state = 'open' AND next_owner = 'advocate'"),
            sqlite_where=sa.text("state = 'open' AND next_owner = 'advocate'"),
        )

    op.drop_table("case")
    with op.batch_alter_table("used_form", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_used_form_used_at"))

    op.drop_table("used_form")
    op.drop_table("throttle")
    op.drop_table("staff_user")
    with op.batch_alter_table("slot_ledger", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slot_ledger_holder"))

    op.drop_table("slot_ledger")
    op.drop_table("person")
    op.drop_table("job_lease")
    op.drop_table("hospital")
    with op.batch_alter_table("contact_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_draft_updated_at"))

    op.drop_table("contact_draft")
    with op.batch_alter_table("card_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_card_event_unmatched",
            postgresql_where=sa.text("outcome = 'unmatched'"),
            sqlite_where=sa.text("outcome = 'unmatched'"),
        )
        batch_op.drop_index(batch_op.f("ix_card_event_object_id"))

    op.drop_table("card_event")
