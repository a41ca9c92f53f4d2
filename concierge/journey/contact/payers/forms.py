"""One page for an embassy, an insurer or an employer."""

from flask_babel import lazy_gettext as _l

from concierge.domain.vocabulary import HelpWanted, PayerKind
from concierge.journey.contact.forms import PersonFields
from concierge.web import choices
from concierge.web.forms import Choice, Email, Line, Paragraph, Phone, Pick, Tick
from concierge.web.guard import GuardedForm
from concierge.web.i18n import current_code
from concierge.web.labels import choices as labelled

_KINDS = [
    kind for kind in PayerKind if kind not in {PayerKind.EMBASSY, PayerKind.INSURER, PayerKind.EMPLOYER}
]


class PayerForm(PersonFields, GuardedForm):
    hospital = Choice(_l("Which hospital do you write to?"), message=_l("Choose a hospital"))
    kind = Pick(
        _l("For whom do you write?"), labelled(PayerKind, *_KINDS), message=_l("Choose for whom you write")
    )
    organisation = Line(_l("Name of your organisation"), message=_l("Enter the name of your organisation"))
    writer_name = Line(_l("Your name"), message=_l("Enter your name"))
    email = Email(_l("Your e-mail address at work"))
    phone = Phone(_l("Your phone number"), required=False)
    letter = Line(_l("Number of your letter or file"), required=False, most=80, ltr=True)
    # Again, so that they stand in the order of the page.
    name = Line(_l("Full name of the patient"), message=_l("Enter the full name of the patient"))
    birth = Line(_l("Date of birth"), required=False, most=30, ltr=True)
    hijri = Tick(_l("This is a Hijri date"))
    country = Choice(_l("In which country does the patient live?"), message=_l("Choose a country"))
    spoken = Choice(_l("Which language does the patient speak?"), message=_l("Choose a language"))
    help_wanted = Choice(
        _l("What would help the patient"), labelled(HelpWanted), default=HelpWanted.NOT_SURE.value
    )
    story = Paragraph(_l("What do you ask of us?"), message=_l("Write what you ask of us"), rows=6)
    consent = Tick(
        _l("The patient knows of this request and agrees that we read and keep this health information"),
        required=True,
        message=_l("We may read this only when the patient agrees. Ask the patient, then tick the box."),
    )

    def prepare(self, answers, hospitals, today):
        super().prepare(answers, hospitals, today)
        del self.called, self.relation
        code = current_code()
        ours = list(dict.fromkeys(language for hospital in hospitals for language in hospital.languages))
        self.hospital.choices = [(h.slug, h.text("name", code)) for h in hospitals]
        self.country.choices = {"": [("", _l("Choose a country"))], **choices.countries(code)}
        self.spoken.choices = {"": [("", _l("Choose a language"))], **choices.languages(ours, code)}
