"""A small valid scenario as files, and ways to spoil it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl

#: Five working weeks of 2026, two units, two courses, two venues; without warnings.
FILES = {
    "scenario.toml": """\
name = "Small"
start = 2026-04-06
end = 2026-05-08
holidays = ""

[objective]
km = 0.02
""",
    "depots.csv": """\
id,name,city,latitude,longitude
D1,Training centre East,Jakarta Timur,-6.31,106.88
""",
    "units.csv": """\
id,name,depot,equipment,vehicle,from,to
U1,Unit one,D1,sewing,M,,
U2,Unit two,D1,kitchen sewing,S,2026-04-01,2026-12-31
""",
    "courses.csv": """\
id,name,equipment,training_days,class_min,class_max,needs,value,max_span
sew,Sewing,sewing,8,10,20,power,1,
cook,Cooking,kitchen,7,12,16,power water,1.25,14
""",
    "venues.csv": """\
id,name,kind,city,district,latitude,longitude,rooms,access,facilities,lead_days,address
V1,SMK Negeri 1,school,Jakarta Timur,Ciracas,-6.33,106.87,2,L,power water,0,"Jl. Raya 1
Jakarta"
V2,Balai Warga 2,hall,Jakarta Selatan,,-6.25,106.81,1,S,power water,3,
""",
    "requests.csv": """\
id,venue,course,people,priority,earliest,latest
K1,V1,sew,40,1,,
K2,V1,cook,16,1.5,2026-04-13,
K3,V2,cook,30,1,,2026-05-01
""",
    "calendar.csv": """\
name,scope,from,to,weekdays,credit
Friday prayer,kind:hall,2026-04-06,2026-05-08,fri,50
Labour Day,all,2026-05-01,2026-05-01,,0
Service,unit:U1,2026-04-20,2026-04-21,,0
""",
    "instructors.csv": """\
id,name,courses,count
I1,Needle people,sew,3
""",
    "pins.csv": """\
request,unit,start
K1,U1,2026-04-22
""",
}


def write_folder(folder: Path, **changes: str | bytes | None) -> Path:
    """
    The small scenario in a folder.

    A change is the new content of a file, by its name with ``_`` for the point before the
    suffix; None leaves the file out. Files that the scenario does not have are added.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, str | bytes | None] = dict(FILES)
    for name, content in changes.items():
        stem, _, suffix = name.rpartition("_")
        files[f"{stem}.{suffix}"] = content
    for name, content in files.items():
        if content is not None:
            data = content.encode() if isinstance(content, str) else content
            (folder / name).write_bytes(data)
    return folder


def changed(name: str, *pairs: tuple[str, str]) -> dict[str, str]:
    """A change for `write_folder`: pieces of text replaced in one file."""
    text = FILES[name]
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return {name.replace(".", "_"): text}


def sheets() -> dict[str, list[list[Any]]]:
    """The small scenario as sheets of texts."""
    found: dict[str, list[list[Any]]] = {
        "scenario": [
            ["key", "value"],
            ["name", "Small"],
            ["start", "2026-04-06"],
            ["end", "2026-05-08"],
            ["holidays", ""],
            ["objective.km", "0.02"],
        ]
    }
    for name, text in FILES.items():
        if name.endswith(".csv"):
            found[name[:-4]] = [list(row) for row in csv.reader(io.StringIO(text))]
    return found


def write_book(path: Path, book: dict[str, list[list[Any]]]) -> Path:
    """Sheets written as a workbook by another program than ours; values keep their types."""
    workbook = openpyxl.Workbook()
    del workbook["Sheet"]
    for name, rows in book.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path
