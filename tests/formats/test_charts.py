"""Figures: bars and lines that say what the plan says."""

from optimizer.formats import charts, palette
from optimizer.formats.gantt import DAY, gantt
from optimizer.formats.plan_view import PlanView
from optimizer.formats.route_map import route_map
from tests.formats import results_world


def trace(figure, **wanted):
    return next(one for one in figure["data"] if all(one.get(key) == value for key, value in wanted.items()))


def test_schedule_bars_start_and_last_as_the_stays_do(view):
    """R1-2, the second sewing stay: from 12 January, nine days, on the line of U1."""
    bars = trace(gantt(view), meta="stays", name="Sewing")
    assert (bars["base"][1], bars["x"][1], bars["y"][1]) == ("2026-01-12", 9 * DAY, 0)


def test_schedule_shows_days_taught_in_full_colour_alone(view):
    """Of R1-2 the runs 12-15 and 19-20 January are taught."""
    full = trace(gantt(view), name="Sewing", showlegend=True)
    spans = list(zip(full["base"], full["x"], strict=True))
    assert spans[1:3] == [("2026-01-12", 4 * DAY), ("2026-01-19", 2 * DAY)]


def test_schedule_shows_depot_days_absence_and_shades(view):
    """U1 at the depot for two days, U2 away for two; five weekends and one closed Friday behind."""
    figure = gantt(view)
    depot, absent = trace(figure, name="At the depot"), trace(figure, name="Not in service")
    assert (depot["base"], depot["x"], depot["y"]) == (["2026-01-26"], [2 * DAY], [0])
    assert (absent["base"], absent["x"], absent["y"]) == (["2026-01-05"], [2 * DAY], [1])
    shades = [(one["x0"], one["x1"]) for one in figure["layout"]["shapes"]]
    assert len(shades) == 6
    assert ("2026-01-16", "2026-01-17") in shades
    assert ("2026-01-10", "2026-01-12") in shades


def test_schedule_of_some_units_leaves_the_others_out(scenario, view):
    """Only U2: one line, no sewing."""
    figure = gantt(view, units=scenario.units[1:])
    assert figure["layout"]["yaxis"]["ticktext"] == ["U2  Kitchen van"]
    assert {one["name"] for one in figure["data"] if one.get("meta") == "stays"} == {"Cooking"}


def test_coverage_counts_served_and_requested(view):
    """Cities 30 of 38 and 28 of 52; courses 42 of 42 and 16 of 48."""
    cities, courses = charts.coverage_by_city(view), charts.coverage_by_course(view)
    assert [one["x"] for one in cities["data"]] == [[38, 52], [30, 28]]
    assert [one["x"] for one in courses["data"]] == [[42, 48], [42, 16]]
    assert courses["data"][0]["text"] == ["42 of 42 · 100 %", "16 of 48 · 33 %"]


def test_of_very_many_cities_the_least_covered_are_drawn(scenario, plan):
    """Of 70 cities with coverage 0 to 69 %, the 60 lowest are shown."""
    row = plan.cities[0]
    cities = tuple(
        row.model_copy(update={"city": f"C{part}", "requested": 100, "served": part})
        for part in reversed(range(70))
    )
    figure = charts.coverage_by_city(PlanView(scenario, plan.model_copy(update={"cities": cities})))
    assert figure["data"][1]["x"] == list(range(60))


def test_a_city_where_nobody_asks_divides_nothing_by_nothing(scenario, plan):
    """Its bar is empty and says so."""
    city = plan.cities[0].model_copy(update={"requested": 0, "served": 0, "coverage": 1.0})
    figure = charts.coverage_by_city(PlanView(scenario, plan.model_copy(update={"cities": (city,)})))
    assert figure["data"][0]["text"] == ["nobody asks"]


def test_unit_days_put_the_most_idle_first(view):
    """U2 idles 31 days, U1 12; the bars of a unit add up to its days."""
    figure = charts.unit_days(view)
    assert trace(figure, name="Idle days")["x"] == [31, 12]
    assert [sum(one["x"][at] for one in figure["data"]) for at in (0, 1)] == [33, 35]


def test_score_is_built_from_its_parts(view):
    """58 for people, 0.3 lost for kilometres, 57.7 in all, 60 the limit; rates of 0 are left out."""
    steps = charts.score_parts(view)["data"][0]
    assert (steps["y"], steps["measure"]) == (
        [58.0, -0.3, 57.7, 60.0],
        ["relative", "relative", "total", "absolute"],
    )


def test_equity_and_change_are_drawn_when_they_count(scenario, plan):
    """With a rate for equity its step is there even when it brings nothing."""
    objective = scenario.objective.model_copy(update={"equity": 5})
    view = PlanView(scenario.replace(objective=objective), plan)
    assert "Equity<br>between<br>cities" in charts.score_parts(view)["layout"]["xaxis"]["ticktext"]


def test_score_and_limit_over_time_are_drawn_where_they_meet(view):
    """The first guess of 0 lies far outside; from 50 on the score, and the limit, are in sight."""
    figure = charts.bound_over_time(view)
    assert figure is not None
    low, high = figure["layout"]["yaxis"]["range"]
    assert 40 < low < 50
    assert 80 < high < 90
    assert trace(figure, name="Proven limit")["y"] == [80.0, 60.0]


def test_without_history_there_is_no_such_figure(scenario):
    """A plan read from a file has none."""
    assert charts.bound_over_time(PlanView(scenario, results_world.plan(history=()))) is None


def test_map_marks_who_is_served_who_asks_in_vain_and_who_does_not_ask(scenario):
    """With only R1-1 planned: V1 served, V2 asks in vain, V3 does not ask."""
    first = results_world.plan().rotations[:1]
    view = PlanView(scenario, results_world.plan(rotations=first))
    figure = route_map(view)
    colours = [
        trace(figure, name=kind, showlegend=False)["marker"]["color"][0]
        for kind in ("hall", "school", "park")
    ]
    assert colours == [palette.SERVED, palette.IDLE, "#ffffff"]


def test_map_draws_each_units_way_under_its_id(view):
    """U1: depot, V1, depot, V2, depot; then a gap; then U2 to V2 and back."""
    way = trace(route_map(view), meta="routes")
    assert way["customdata"] == ["U1"] * 5 + [None] + ["U2"] * 3 + [None]
    assert way["x"][:5] == [106.9, 106.8, 106.9, 106.7, 106.9]


def test_map_outlines_a_city_by_its_outermost_venues(scenario):
    """A square with a point inside: the outline has the four corners."""
    base = scenario.venues[0]
    corners = [(0, 0), (0, 1), (1, 0), (1, 1), (0.5, 0.5)]
    venues = tuple(
        base.model_copy(update={"id": f"P{at}", "latitude": float(y), "longitude": float(x)})
        for at, (x, y) in enumerate(corners)
    )
    square = scenario.replace(venues=venues, requests=())
    area = trace(route_map(PlanView(square, results_world.empty_plan())), fill="toself")
    assert set(zip(area["x"], area["y"], strict=True)) == {(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)}
    assert len(area["x"]) == 5


def test_dark_text_is_readable_on_every_colour_of_a_course():
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3), the paler shade included."""
    colours = palette.course_colours([str(at) for at in range(60)]).values()
    for one in (*colours, *map(palette.paler, colours)):
        assert (luminance(one) + 0.05) / (luminance(palette.INK) + 0.05) >= 4.5, one


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colours_of_courses_differ():
    """Forty courses, forty colours."""
    assert len(set(palette.course_colours([str(at) for at in range(40)]).values())) == 40
