"""The page behind the code of a visa letter: valid or withdrawn, and nothing of the person."""

from flask import Blueprint, g, render_template

from concierge.db import db
from concierge.journey.acceptance.queries import letter_of
from concierge.web.access import by_link

bp = Blueprint("acceptance_public", __name__)


@bp.get("/letters/<code>")
@by_link
def letter(code: str):
    """For an embassy that holds the letter in its hand."""
    found = letter_of(db.session(), code)
    if found is None:
        return render_template("journey/acceptance/public/letter.html", answer=None, is_valid=False), 404
    answer, hospital, is_valid = found
    g.shown_hospital = hospital
    return render_template(
        "journey/acceptance/public/letter.html", answer=answer, hospital=hospital, is_valid=is_valid
    )
