"""A doctor at the form: what is filled in, and the way to the private link."""

import re

from tests.records import samples

ANSWERS = {
    "hospital": "alder-coast",
    "doctor_name": "Dr. Samir Haddad",
    "organisation": "Clinic of the City",
    "doctor_country": "SA",
    "doctor_email": "Haddad@Clinic.example",
    "doctor_phone": "0501112233",
    "name": "منى الحربي",
    "given_names": "MUNA",
    "surname": "AL HARBI",
    "birth": "1971-05",
    "country": "SA",
    "spoken": "ar",
    "contact": "patient",
    "diagnosis": "Stage II, found in October. No treatment yet.",
    "icd10": "c509",
    "urgency": "soon",
    "question": "Is an operation the first step?",
    "consent": "y",
    "may_hear_back": "y",
}
EMAIL = "haddad@clinic.example"


def three_files() -> list:
    return [
        samples.upload(samples.pdf(), "summary.pdf"),
        samples.upload(samples.jpeg(), "photo.jpg"),
        samples.upload(samples.dicom("AL HARBI^MUNA", "19710501"), "IM0001.dcm"),
    ]


def sends(client, lang="en", page=None, **changes):
    """Fill in the form and press the button; None leaves a field out."""
    return client.submit(page or client.get(f"/{lang}/refer"), **{**ANSWERS, **changes})


def kept_of(page) -> str:
    """The secret under which the good files of this page wait."""
    return re.search(r'name="kept" value="([^"]+)"', page.text)[1]


def link_of(client, answer) -> str:
    """The private link on the page after sending."""
    page = client.get(answer.location)
    return re.search(r'href="https?://[^/"]+(/r/[^"/]+)"', page.text)[1]
