"""Plan maps (plankaarten): the only home of folium."""
