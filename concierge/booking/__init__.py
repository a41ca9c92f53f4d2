"""What the trip needs: travel, lodging, rides, interpreters, and the itinerary that joins them."""
