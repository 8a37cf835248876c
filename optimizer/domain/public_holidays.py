"""Public holidays of a country, by the ``holidays`` package."""

from __future__ import annotations

from datetime import date

CATEGORIES = ("public", "government")  # "government" holds Indonesia's joint leave (cuti bersama)


def public_holidays(country: str, first: date, last: date) -> dict[date, str]:
    """
    Holidays from ``first`` to ``last``, both ends included, by date.

    Names are English where the package has them. Islamic dates of coming years are
    the package's estimates and may change with its version.

    Parameters
    ----------
    country
        Country code of the ``holidays`` package, for example ``ID``; empty gives no holidays.

    Raises
    ------
    KeyError
        When the package does not know the country.
    """
    if not country:
        return {}
    import holidays  # here, because it costs a tenth of a second that a scenario without it saves

    if country not in holidays.list_supported_countries():
        raise KeyError(country)
    known = getattr(holidays, country)
    found = holidays.country_holidays(
        country,
        years=range(first.year, last.year + 1),
        categories=[name for name in CATEGORIES if name in known.supported_categories],
        language="en_US" if "en_US" in known.supported_languages else None,
    )
    return {day: found[day] for day in sorted(found) if first <= day <= last}
