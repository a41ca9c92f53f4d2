from flask import Blueprint

bp = Blueprint("contact_staff", __name__)
