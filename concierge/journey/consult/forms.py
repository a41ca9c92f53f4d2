"""Forms of the first talk: illness, call, payer, records list."""

from flask_babel import lazy_gettext as _l

from concierge.domain.vocabulary import (
    CancerType,
    PayerKind,
    Programme,
    RecordKind,
)
from concierge.web.forms import (
    Choice,
    Choices,
    Form,
    HiddenField,
    Line,
    Paragraph,
    Pick,
    Tick,
)
from concierge.web.labels import choices

# What people send by themselves is no item of a records list.
_UNLISTED = (RecordKind.TRANSFER_SLIP, RecordKind.GUARANTEE_LETTER, RecordKind.OTHER)
LISTED = [kind for kind in RecordKind if kind not in _UNLISTED]


class IllnessForm(Form):
    version = HiddenField()
    cancer_type = Choice(_l("Kind of illness"), choices(CancerType))
    stage = Line(_l("Stage, as the family was told"), required=False, most=120)
    programme = Choice(_l("What they want of us"), choices(Programme))
    question = Paragraph(_l("Their question to the doctors"), required=False, most=4000, rows=3)


class PayerForm(Form):
    version = HiddenField()
    kind = Choice(_l("Who pays"), choices(PayerKind))
    payer_name = Line(_l("Name of the payer"), required=False)
    letter = Pick(
        _l("Does the payer demand an approval or referral letter?"),
        [
            ("unknown", _l("We do not know yet")),
            ("none", _l("No, this payer demands none")),
            ("needed", _l("Yes, it demands this letter:")),
        ],
    )
    letter_text = Paragraph(_l("Which letter, from whom"), required=False, most=2000, rows=2)
    is_beneficiary = Tick(
        _l("The patient is a beneficiary of a US government programme (Medicare, Medicaid, Tricare …)")
    )


class RecordsForm(Form):
    """Two ticks for each kind: ask for it, and whether doctors cannot decide without it."""

    version = HiddenField()
    records = Choices(_l("Ask for it"), choices(RecordKind, *_UNLISTED))
    minimum = Choices(_l("Needed to decide"), choices(RecordKind, *_UNLISTED))

    @property
    def wanted(self) -> dict[RecordKind, bool]:
        needed = set(self.minimum.data or ())
        return {RecordKind(kind): kind in needed for kind in (self.records.data or ())}
