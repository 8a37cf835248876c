"""
How far it is, and where: distances of a scenario, tables of road engines, coordinates of addresses.

What asks the outside world (``osrm``, ``valhalla``, ``nominatim``) is loaded only by the commands
that exist for asking; planning and checking compute or read distances and nothing else.
"""

from optimizer.travel.distances import Formula, Metres, Travel, has_distances, metres, no_matrix

__all__ = ["Formula", "Metres", "Travel", "has_distances", "metres", "no_matrix"]
