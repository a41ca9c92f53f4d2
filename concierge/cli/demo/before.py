"""Steps 1 to 4 as a family and the team would do them: contact, consult, finance, clinical review."""

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from concierge.cases import actions as cases
from concierge.cli.demo.costs import Costs
from concierge.cli.demo.payers import guarantor_of
from concierge.cli.demo.words import words_of
from concierge.conversation.actions import note_call, send_message
from concierge.db import db, transaction
from concierge.domain import vocabulary as v
from concierge.domain.access import Role
from concierge.domain.clocks import local_day
from concierge.domain.journey import Step
from concierge.domain.money import Money
from concierge.journey.clinical.actions import sign_decision
from concierge.journey.consult import actions as consult
from concierge.journey.consult.booking.actions import CallOrder, book_call
from concierge.journey.consult.booking.queries import form_facts, offer_for
from concierge.journey.contact.actions import NewEnquiry, open_enquiry, take
from concierge.journey.finance.deposits import actions as deposits
from concierge.journey.finance.estimates import actions as estimates
from concierge.journey.finance.guarantees import actions as guarantees
from concierge.journey.finance.guarantees.queries import lines_in_force
from concierge.models import (
    Case,
    ChecklistItem,
    Document,
    Enquiry,
    Estimate,
)
from concierge.records.actions import file_document, receive_document
from concierge.web.clock import now


class Before(Costs):
    """Everything before our answer."""

    # --- 1 contact -----------------------------------------------------------------------------------------

    def _contact(self) -> None:
        f = self.family
        data = NewEnquiry(
            hospital_id=self.team.hospital_id,
            writer=v.Writer(f["writer"]),
            help_wanted=v.HelpWanted(f["help_wanted"]),
            native_name=f["native_name"],
            language=f["language"],
            writer_name=f["writer_name"],
            cancer_type=v.CancerType(f["cancer_type"]),
            story=f["story"],
            written_in=f["spoken_language"],
            country=f["country"],
            spoken_language=f["spoken_language"],
            channel=v.Channel(f["channel"]),
            good_hours=v.GoodHours.EVENING,
            timezone=f["timezone"],
            called=f["called"],
            email=f["email"],
            phone=f["phone"],
            phone_typed=f["phone"],
            has_health_consent=True,
        )
        with transaction() as session:
            self.case_id = open_enquiry(session, data, now=self.at).case_id
        is_dicom = self.number % 8 == 7
        third = v.RecordKind.IMAGES if is_dicom else v.RecordKind.PASSPORT
        for kind in (v.RecordKind.SUMMARY, v.RecordKind.PATHOLOGY, third):
            self._upload(kind)

    def _contact_taken(self) -> None:
        specialist = self.team.user(Role.SPECIALIST, self.specialist)
        actor = self._staff(Role.SPECIALIST, self.specialist)
        with transaction() as session:
            enquiry = session.scalars(sa.select(Enquiry).where(Enquiry.case_id == self.case_id)).one()
            take(session, enquiry.id, specialist, actor=actor, now=self._later(1))
        is_shared = self.family["spoken_language"] in specialist.speaks
        words = self.words if is_shared else words_of("en")
        hello = words.hello % {"name": specialist.name}
        self._act(send_message, actor=actor, language=words.language, hours=0.5, body=hello)
        f = self.family
        facts = cases.PersonFacts(
            native_name=f["native_name"],
            surname=f["surname"],
            given_names=f["given_names"],
            called=f["called"],
            birth_on=date.fromisoformat(f["birth_on"]),
            passport_number=f["passport_number"],
            country=f["country"],
            language=f["language"],
            spoken_language=f["spoken_language"],
            timezone=f["timezone"],
            email=f["email"],
            phone=f["phone"],
            phone_typed=f["phone"],
            channel=v.Channel(f["channel"]),
            good_hours=v.GoodHours.EVENING,
        )
        self._act(cases.note_facts, facts, actor=actor)
        self._act(cases.note_visa_need, actor=actor, is_needed=f["is_visa_needed"])

    # --- 2 consult -----------------------------------------------------------------------------------------

    def _consult(self) -> None:
        knows = list(v.PatientKnows)[1 + self.number % 3]
        who = (
            "The eldest child decides together with the patient."
            if self.family["writer"] != "patient"
            else "The patient decides."
        )
        self._act(
            cases.note_who_knows, actor=self._staff(Role.SPECIALIST, self.specialist), knows=knows, who=who
        )
        if self.family["stands"] == "consult" and self.number % 2 == 0:
            self._call_ahead()

    def _call_ahead(self) -> None:
        """Some who wait for their first talk have booked it; whoever needs an interpreter has asked for one."""
        case = self._case()
        facts = form_facts(db.session(), case)
        offer = offer_for(db.session(), case, now=now())
        first_on = local_day(now(), case.hospital.timezone) + timedelta(days=1)
        slots = offer.between(first_on, first_on + timedelta(days=6))
        order = CallOrder(
            starts_at=slots[self.number * 3 % len(slots)].starts_at,
            minutes=offer.minutes,
            topic=v.CallTopic.FIRST_TALK,
            mode=list(v.CallMode)[self.number // 2 % len(v.CallMode)],
            number=self.family["phone"],
            language=self.family["spoken_language"],
            interpreter_wish=v.InterpreterWish.WOMAN
            if facts["needs_interpreter"]
            else v.InterpreterWish.NONE,
        )
        self._act(book_call, order, actor=self._family())

    def _on_hold(self) -> None:
        until = local_day(now(), self._case().hospital.timezone) + timedelta(days=14)
        self._act(
            cases.hold,
            actor=self._staff(Role.SPECIALIST, self.specialist),
            until=until,
            reason="The family is waiting for the leave of the employer.",
        )

    def _finance(self) -> None:
        actor, f = self._staff(Role.SPECIALIST, self.specialist), self.family
        self._act(
            note_call,
            actor=actor,
            purpose=v.CallPurpose.CONSULT,
            outcome=v.CallOutcome.HELD,
            at=self.at,
            minutes=35,
            participants=f"{f['called']}, interpreter",
            interpreter=v.InterpreterUse.PROFESSIONAL,
            notes="The story, the treatments so far, what the family hopes for, who travels, who pays.",
        )
        self._act(
            consult.note_illness,
            actor=actor,
            cancer_type=v.CancerType(f["cancer_type"]),
            stage="as reported by the family",
            programme=v.Programme(f.get("programme", v.Programme.TREATMENT)),
            question="Which treatment do you recommend, and can it be done at home?",
        )
        kind = v.PayerKind(f["payer_kind"])
        letter = "Letter of guarantee" if kind in {v.PayerKind.EMBASSY, v.PayerKind.INSURER} else ""
        name = {
            v.PayerKind.EMBASSY: "Health Office of the Embassy",
            v.PayerKind.INSURER: "Example Insurance",
            v.PayerKind.EMPLOYER: "Example Works",
            v.PayerKind.SPONSOR: "Example Foundation",
        }.get(kind, "")
        self._act(consult.note_payer, actor=actor, kind=kind, name=name, letter=letter, is_beneficiary=False)
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            wanted = {needed.kind: needed.is_minimum for needed in consult.proposed_records(session, case)}
            consult.agree_records(session, case, wanted, actor=actor, now=self._later())
        if self.family["stands"] == "finance" and self.number // 16 % 2 == 0:
            self._draft_above_the_limit()

    # --- 3 finance -----------------------------------------------------------------------------------------

    def _finance_issued(self) -> None:
        actor = self._staff(Role.ADVOCATE, self.number)
        self._act(estimates.draft_estimate, actor=actor, texts=self.words.estimate)
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            draft = session.scalars(sa.select(Estimate).where(Estimate.case_id == case.id)).one()
            valid_until = self.at.date() + timedelta(days=90)
            self._issue(session, case, draft, valid_until, actor=actor, now=self._later())
        if self.family["stands"] == "finance_issued":
            self._second_version()

    def _finance_deposit(self) -> None:
        if self.family["payer_kind"] == "embassy":
            self._letter()
            return
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            issued = session.scalars(sa.select(Estimate).where(Estimate.case_id == case.id)).one()
            estimates.understand_estimate(
                session, case, issued, number=issued.number, actor=self._family(), now=self._later(20)
            )
        self._act(deposits.request_deposit, actor=self._staff(Role.ADVOCATE, self.number))

    def _letter(self) -> None:
        """A letter a quarter above the estimate, noted by one advocate and accepted by the other."""
        first, second = self._staff(Role.ADVOCATE, 0), self._staff(Role.ADVOCATE, 1)
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            guarantor = guarantor_of(session, case.hospital)
            letter = guarantees.record_guarantee(
                session,
                case,
                actor=first,
                now=self._later(),
                issuer=guarantor.name if guarantor else "Health Office of the Embassy",
                number=f"LOG-{2026000 + self.number}",
                person_name=case.person.latin_name,
                passport_number=self.family["passport_number"],
                services=list(v.Phase),
                ceiling=self._ceiling(session, case),
                valid_from=self.at.date(),
                valid_until=self.at.date() + timedelta(days=200),
                organisation=guarantor,
            )
        with transaction() as session:
            case = cases.lock(session, self.case_id)
            guarantees.accept_guarantee(session, case, session.merge(letter), actor=second, now=self._later())

    def _ceiling(self, session: Session, case: Case) -> Money:
        """A little less than five quarters of the estimate, in thousands, so that all of it uses more than 80 %."""
        lines = lines_in_force(session, case.id)
        high = sum(line.total.high.minor for line in lines)
        return Money(high * 122 // 100 // 100_000 * 100_000, case.hospital.currency)

    # --- 4 clinical ----------------------------------------------------------------------------------------

    def _clinical(self) -> None:
        """The deposit, where this hospital wants it before the review; the papers came with the first message."""
        if self._case().step is Step.FINANCE:
            self._pay()

    def _upload(self, kind: v.RecordKind) -> None:
        name, stored, file_kind, identity = self.papers.make(self.family, kind, self.at.date())
        self._act(
            receive_document,
            actor=self._family(),
            kind=kind,
            file_name=name,
            stored=stored,
            file_kind=file_kind,
            identity=identity,
        )

    def _clinical_ready(self) -> None:
        have = set(db.session.scalars(sa.select(Document.kind).where(Document.case_id == self.case_id)))
        needed = db.session.scalars(
            sa.select(ChecklistItem.kind)
            .where(ChecklistItem.case_id == self.case_id, ChecklistItem.is_minimum)
            .order_by(ChecklistItem.position)
        ).all()
        db.session.rollback()
        for kind in needed:
            if kind not in have:
                self._upload(kind)
        reviewer = self._staff(Role.REVIEWER, self.number)
        for document_id in db.session.scalars(
            sa.select(Document.id).where(Document.case_id == self.case_id)
        ).all():
            with transaction() as session:
                case, document = cases.lock(session, self.case_id), session.get_one(Document, document_id)
                file_document(
                    session,
                    case,
                    document,
                    kind=document.kind,
                    finding=v.RecordState.RECEIVED,
                    actor=reviewer,
                    now=self._later(0.2),
                )

    def _declined(self) -> None:
        """Families who had paid early: their money goes back, once the answer was told."""
        self._pay()
        decision = self._act(
            sign_decision,
            actor=self._staff(Role.REVIEWER, self.number),
            outcome=v.DecisionOutcome.NOT_FOR_US,
            reason="The same treatment can be had at home without the strain of travel.",
            patient_text=self.words.no,
            alternatives=self.words.alternatives,
            text_language=self.words.language,
        )
        if self.number // 16 % 2:
            self._tell(decision.id)
            self._give_back(is_sent=self.number // 32 % 2 == 1)
