from flask import Blueprint

bp = Blueprint("contact_public", __name__)
