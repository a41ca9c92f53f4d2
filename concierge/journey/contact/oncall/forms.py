"""One duty: who, which phone, from when to when on the hospital's clock."""

from flask_babel import lazy_gettext as _l

from concierge.models import Hospital, StaffUser
from concierge.web.forms import Choice, Form, LocalDateTime, Phone


class DutyForm(Form):
    physician = Choice(_l("Physician"), message=_l("Choose a physician"))
    phone = Phone(_l("Phone carried during this duty"))
    starts = LocalDateTime(_l("From"))
    ends = LocalDateTime(_l("Until"))

    def prepare(self, hospital: Hospital, physicians: list[StaffUser]) -> None:
        self.physician.choices = [(str(user.id), user.name) for user in physicians]
        self.phone.default_country = hospital.country
        self.starts.timezone = self.ends.timezone = hospital.timezone

    @property
    def e164(self) -> str:
        return self.phone.phone.e164 if self.phone.phone else ""
