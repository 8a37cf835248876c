"""
Realistic scenarios of any size, the same for the same seed: ``mtu generate``.

A generated scenario looks like Jakarta's programme and is invented from end to end. Assumed are:

*Places.* Cities lie in metropolises of up to five, within about 20 km of the metropolis's middle,
as Jakarta's five do; metropolises stand about 60 km apart in a grid, so that a unit can help out
next door but pays for the drive. Seven depots to 23 units, in the largest cities first.

*Venues.* Kinds in Jakarta's proportion (of 125: 59 village halls, 17 blocks of flats, 15 parks,
14 sports halls, 12 schools, 3 prisons, 3 mosques, 2 churches); rooms, access and facilities by
kind; each district is dense, industrial, business or residential.

*Units.* Equipment in the proportion of the demand, a fitting second type for about four in ten;
3 % join late.

*Courses.* The fifteen of 2026, 7 to 10 training days, 15 to 20 people a class.

*Calendar.* Monday to Saturday, Indonesia's holidays and joint leave, Ramadan at 80 %, school
breaks, no mosques on Fridays and in the last ten days of Ramadan, no churches on Sundays and
Christian holidays, 14 days of clearance for prisons, maintenance of units (3 to 6 days, about one
for every 120 days), closures of venues (2 to 7 days, about one for every 200 days).

*Requests.* Drawn until the classes asked for would fill the fleet 1.6 times (``demand.load``);
what is asked depends on the kind and the character of the quarter; 85 % are for one class, the
others for two or three; half have a window of 25 to 60 days; 1 % ask for what the place cannot
host; priorities 1, 1.2, 1.5 and 2.

*Instructors.* One group per course, for about four in five units that carry its equipment.

The modules: ``dice`` (chance), ``catalog`` (courses, equipment, kinds), ``geography``, ``season``
(calendar rows of every year), ``demand`` (requests), ``world`` (putting it together).
"""

from __future__ import annotations

from optimizer.generator.world import generate

__all__ = ["generate"]
