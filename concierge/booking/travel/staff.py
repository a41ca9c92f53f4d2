from flask import Blueprint

bp = Blueprint("travel_staff", __name__)
