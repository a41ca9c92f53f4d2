"""Properties with few examples: the whole of this folder answers within three seconds."""

from hypothesis import settings

settings.register_profile("domain", max_examples=25, deadline=None, database=None, derandomize=True)
settings.load_profile("domain")
