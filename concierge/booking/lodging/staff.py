from flask import Blueprint

bp = Blueprint("lodging_staff", __name__)
