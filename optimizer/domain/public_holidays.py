"""Public holidays of a country, by the ``holidays`` package."""

from __future__ import annotations

from datetime import date

CATEGORIES = ("public", "government")  # "government" holds Indonesia's joint leave (cuti bersama)


_LANGUAGES = {"en": "en_US", "id": "id"}


def public_holidays(country: str, first: date, last: date, language: str = "en") -> dict[date, str]:
    """
    Holidays from ``first`` to ``last``, both ends included, by date.

    Islamic dates of coming years are the package's estimates and may change with its version.

    Parameters
    ----------
    country
        Country code of the ``holidays`` package, for example ``ID``; empty gives no holidays.
    language
        Of the names, ``en`` or ``id``; where the package does not have them in it, they are
        English, or else those of the country.

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
        language=next(
            (name for name in (_LANGUAGES[language], "en_US") if name in known.supported_languages), None
        ),
    )
    return {day: found[day] for day in sorted(found) if first <= day <= last}
