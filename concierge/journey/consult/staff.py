from flask import Blueprint

bp = Blueprint("consult_staff", __name__)
