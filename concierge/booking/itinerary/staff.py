from flask import Blueprint

bp = Blueprint("itinerary_staff", __name__)
