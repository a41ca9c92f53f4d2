from flask import Blueprint

bp = Blueprint("clinical_staff", __name__)
