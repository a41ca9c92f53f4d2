"""Forms of the call screen: notes by topic, how the talk ended, and what comes next."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l

from concierge.domain.vocabulary import GuideTopic, InterpreterUse, PatientKnows
from concierge.journey.consult.talk.actions import SheetFacts
from concierge.models import CallSheet, Case, PlannedCall
from concierge.web.forms import (
    Choice,
    Day,
    Form,
    HiddenField,
    Line,
    LocalDateTime,
    Paragraph,
    Pick,
    Tick,
    Whole,
)
from concierge.web.labels import choices, label

_NOT_YET = ("", _l("Not noted yet"))


class _Topics(Form):
    """One note for each topic of the guide; the fields are `topic_people`, `topic_illness`, …"""


for _topic in GuideTopic:
    setattr(_Topics, f"topic_{_topic.value}", Paragraph(label(_topic), required=False, most=6000, rows=3))


class SheetForm(_Topics):
    version = HiddenField()
    began = HiddenField()
    participants = Line(_l("Who took part"), required=False, most=300)
    interpreter = Pick(_l("Interpreter"), [_NOT_YET, *choices(InterpreterUse)], required=False)
    has_interpreter_joined = Tick(_l("The interpreter has joined"))
    may_record = Pick(
        _l("Do they agree that the call is recorded?"), [("no", _l("No, or not asked")), ("yes", _l("Yes"))]
    )

    @classmethod
    def of(
        cls, sheet: CallSheet | None, planned: PlannedCall | None, now: datetime, **options
    ) -> "SheetForm":
        """With what was noted so far."""
        notes = sheet.notes if sheet else {}
        shown = {f"topic_{topic.value}": notes.get(topic.value, "") for topic in GuideTopic} | {
            "version": sheet.version if sheet else 0,
            "began": (sheet.began_at if sheet else now).isoformat(),
            "participants": sheet.participants if sheet else planned.who_joins if planned else "",
            "interpreter": sheet.interpreter if sheet and sheet.interpreter else "",
            "has_interpreter_joined": sheet.has_interpreter_joined if sheet else False,
            "may_record": "yes" if sheet and sheet.may_record else "no",
        }
        return cls(data=shown, **options)

    def note(self, topic: GuideTopic) -> Paragraph:
        """The field of a topic."""
        return self[f"topic_{topic.value}"]

    def facts(self, now: datetime) -> SheetFacts:
        """What was typed."""
        use = self.interpreter.data
        return SheetFacts(
            notes={topic: self.note(topic).data for topic in GuideTopic},
            participants=self.participants.data,
            interpreter=InterpreterUse(use) if use else None,
            has_interpreter_joined=self.has_interpreter_joined.data,
            may_record=self.may_record.data == "yes",
            began_at=_instant(self.began.data, now),
        )

    def seen(self) -> int:
        """The version of the notes that the reader had before them; what is no number was never ours."""
        return (
            int(self.version.data)
            if str(self.version.data).isdecimal() and len(str(self.version.data)) < 9
            else -1
        )


def _instant(text: str | None, otherwise: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return otherwise
    return at.astimezone(UTC) if at.tzinfo and abs((otherwise - at).days) <= 2 else otherwise


class FinishForm(Form):
    """How the talk ended. The summary is the specialist's to change, and theirs to keep back."""

    at = LocalDateTime(_l("Began"))
    minutes = Whole(_l("How many minutes"), message=_l("Enter how many minutes it took"), most_value=600)
    participants = Line(_l("Who took part"), message=_l("Enter who took part"), most=300)
    interpreter = Choice(_l("Interpreter"), choices(InterpreterUse))
    knows = Pick(_l("Does the patient know the diagnosis?"), choices(PatientKnows))
    who = Paragraph(_l("Who decides, who pays, who may be told"), required=False, most=4000, rows=2)
    summary = Paragraph(_l("Summary for the patient"), required=False, most=10_000, rows=12)
    language = Choice(_l("The summary is written in"))
    is_sent = Tick(_l("Send the summary to the patient"))

    @classmethod
    def of(
        cls,
        case: Case,
        sheet: CallSheet,
        summary: str,
        languages: list[tuple[str, str]],
        now: datetime,
        *,
        is_delicate: bool,
    ) -> "FinishForm":
        """Drafted from the notes. Where the patient does not know everything, sending is a choice to be made."""
        local = sheet.began_at.astimezone(ZoneInfo(case.hospital.timezone))
        minutes = max(1, round((now - sheet.began_at).total_seconds() / 60))
        shown = {
            "at": f"{local:%Y-%m-%dT%H:%M}", "minutes": str(min(minutes, 600)), "participants": sheet.participants,
            "interpreter": sheet.interpreter or InterpreterUse.NOT_NEEDED, "knows": case.patient_knows,
            "who": _together(case.who_knows, sheet.notes.get(GuideTopic.PEOPLE.value, "")), "summary": summary,
            "language": languages[0][0], "is_sent": bool(summary) and not is_delicate,
        }  # fmt: skip
        form = cls(data=shown)
        form.at.timezone, form.language.choices = case.hospital.timezone, languages
        return form


def _together(known: str, noted: str) -> str:
    """What was known of the people, and what this talk adds."""
    return known if noted in known else f"{known}\n{noted}".strip()


class NextForm(Form):
    user = Choice(_l("Who does it"), required=False)
    due_on = Day(_l("By when"), required=False)
