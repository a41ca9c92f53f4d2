from flask import Blueprint

bp = Blueprint("itinerary_portal", __name__)
