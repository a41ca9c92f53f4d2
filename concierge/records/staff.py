from flask import Blueprint

bp = Blueprint("records_staff", __name__)
