from flask import Blueprint

bp = Blueprint("cases_staff", __name__)
