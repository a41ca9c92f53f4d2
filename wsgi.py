"""What gunicorn serves. It never starts the scheduler: that is `python -m concierge.jobs.scheduler`."""

from concierge import create_app
from config import Config

app = create_app(Config.from_env())
