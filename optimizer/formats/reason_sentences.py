"""
The sentences of reasons in English and Indonesian, by key.

Words in braces are filled in; ``{people:person|people}`` is a number with its noun, one and many.
"""

from __future__ import annotations

# key: (English, Indonesian)
SENTENCES: dict[str, tuple[str, str]] = {
    # in no plan of the scenario
    "class": (
        "{asked} asked for {course}, of which a class needs at least {class_min:person|people}: "
        "{short:person|people} too few.",
        "{asked} orang meminta {course}, yang memerlukan paling sedikit {class_min:orang} per kelas: "
        "kurang {short:orang}.",
    ),
    "rest": (
        "{left:person|people} left after {classes:class|classes} of at most {class_max}. "
        "{next:class|classes} of {course} would need at least {next} × {class_min} = "
        "{needed:person|people}; {asked} asked.",
        "Tersisa {left:orang} setelah {classes:kelas} berisi paling banyak {class_max}. {next:kelas} "
        "{course} memerlukan paling sedikit {next} × {class_min} = {needed:orang}; yang meminta {asked}.",
    ),
    "equipment": (
        "No unit carries {equipment}, the equipment of {course}.",
        "Tidak ada unit yang membawa {equipment}, peralatan untuk {course}.",
    ),
    "vehicle_one": (
        "{venue} lets in vehicles up to size {access}, and the only unit with {equipment} is bigger: "
        "{units}.",
        "{venue} menerima kendaraan hingga ukuran {access}, dan satu-satunya unit dengan {equipment} lebih "
        "besar: {units}.",
    ),
    "vehicle_many": (
        "{venue} lets in vehicles up to size {access}, and none of the {count:unit|units} with {equipment} "
        "is so small: {units}.",
        "{venue} menerima kendaraan hingga ukuran {access}, dan semua {count:unit} dengan {equipment} lebih "
        "besar: {units}.",
    ),
    "facility": (
        "{course} needs {missing}, which {venue} does not have.",
        "{course} memerlukan {missing}, yang tidak dimiliki {venue}.",
    ),
    "window": (
        "{course} takes {training_days:training day|training days}, but {window} {venue} offers only "
        "{offered}.{lost}",
        "{course} memerlukan {training_days:hari pelatihan}, tetapi {window} {venue} hanya menyediakan "
        "{offered}.{lost}",
    ),
    "window_empty": (
        "The window is empty: it runs {window}.",
        "Rentang waktu kosong: {window}.",
    ),
    "stay": (
        "{course} takes {training_days:training day|training days} and may stay at most {max_span:day|days} "
        "(max_span), but the shortest stay {window} is {days:day|days}, {shortest}.{lost}",
        "{course} memerlukan {training_days:hari pelatihan} dan boleh singgah paling lama {max_span:hari} "
        "(max_span), tetapi singgah terpendek {window} adalah {days:hari}, {shortest}.{lost}",
    ),
    "absence": (
        "From {span} a stay takes at least {days:day|days}, and no unit that fits is there so long: {units}.",
        "Pada {span} satu singgah memerlukan paling sedikit {days:hari}, dan tidak ada unit yang cocok "
        "tersedia selama itu: {units}.",
    ),
    "instructors": (
        "{instructors}, who teach {course}, number 0.",
        "{instructors}, pengajar {course}, berjumlah 0.",
    ),
    "pins": (
        "Pinned rotations hold the units, rooms or instructors on every possible start ({starts}): "
        "{rotations}.",
        "Rotasi yang ditetapkan memakai unit, ruang, atau instruktur pada setiap tanggal mulai yang mungkin "
        "({starts}): {rotations}.",
    ),
    # the window and what takes its days
    "from_to": ("from {opens} to {closes}", "dari {opens} sampai {closes}"),
    "by_earliest": ("{day} (the request's earliest)", "{day} (paling awal menurut permintaan)"),
    "by_latest": ("{day} (the request's latest)", "{day} (paling akhir menurut permintaan)"),
    "by_start": ("{day} (the horizon's start)", "{day} (awal periode)"),
    "by_end": ("{day} (the horizon's end)", "{day} (akhir periode)"),
    "by_lead": ("{day} ({lead})", "{day} ({lead})"),
    "lead": (
        "the horizon's start and {days:lead day|lead days}",
        "awal periode dan {days:hari} persiapan",
    ),
    "lost": (
        " Of these {days:day|days} the calendar takes: {lost}.",
        " Dari {days:hari} ini kalender mengambil: {lost}.",
    ),
    "loss": ("{name} ({days})", "{name} ({days})"),
    "comes": ("comes on {day}", "datang pada {day}"),
    "leaves": ("leaves after {day}", "selesai setelah {day}"),
    "at_depot": ("is at its depot {spans}", "berada di pangkalannya {spans}"),
    # who holds the slots
    "taken": (
        "Every possible start ({starts}, by {units} that could teach it, {span}) is blocked: {holders}.",
        "Setiap tanggal mulai yang mungkin ({starts}, oleh {units} yang mampu mengajarkannya, {span}) "
        "terhalang: {holders}.",
    ),
    "taken_together": (
        "Every possible start ({starts}, by {units} that could teach it, {span}) is blocked, {counts}: "
        "{holders}.",
        "Setiap tanggal mulai yang mungkin ({starts}, oleh {units} yang mampu mengajarkannya, {span}) "
        "terhalang, {counts}: {holders}.",
    ),
    "alone": ("{starts} by {rule} alone", "{starts} oleh {rule} saja"),
    "shared": ("{starts} by more than one rule", "{starts} oleh lebih dari satu aturan"),
    "units_one": ("the one unit", "satu-satunya unit"),
    "units_all": ("the {units:unit|units}", "{units:unit}"),
    "units_near": (
        "the nearest {looked_at} of the {units:unit|units}",
        "{looked_at:unit} terdekat dari {units:unit}",
    ),
    "R5_one": (
        "the unit teaches or moves for {rotations} (R5)",
        "unit itu mengajar atau berpindah untuk {rotations} (R5)",
    ),
    "R5_many": (
        "the units teach or move for {rotations} (R5)",
        "unit-unit itu mengajar atau berpindah untuk {rotations} (R5)",
    ),
    "R7_one": (
        "the only room of {of} is taken by {rotations} (R7)",
        "satu-satunya ruang di {of} terpakai oleh {rotations} (R7)",
    ),
    "R7_many": (
        "the {limit:room|rooms} of {of} are taken by {rotations} (R7)",
        "semua {limit:ruang} di {of} terpakai oleh {rotations} (R7)",
    ),
    "R9_one": (
        "the one of {of} teaches {rotations} (R9)",
        "satu-satunya dari {of} mengajar {rotations} (R9)",
    ),
    "R9_many": (
        "all {limit} of {of} teach {rotations} (R9)",
        "semua {limit:orang} dari {of} mengajar {rotations} (R9)",
    ),
    # what serving would be worth
    "brings_first": (
        "A class of {people:person|people} would bring {points} points",
        "Satu kelas berisi {people:orang} akan menambah {points} poin",
    ),
    "brings_more": (
        "One more class of {people:person|people} would bring {points} points",
        "Satu kelas lagi berisi {people:orang} akan menambah {points} poin",
    ),
    "gain": (
        "Overlooked in this plan: {move} would add {points} points.",
        "Terlewat dalam rencana ini: {move} akan menambah {points} poin.",
    ),
    "tried": (
        "{brings}. Of {tried:exchange|exchanges} tried none gains; not all could be tried.{best}",
        "{brings}. Dari {tried:pertukaran} yang dicoba tidak ada yang menguntungkan; tidak semuanya dapat "
        "dicoba.{best}",
    ),
    "tried_best": (" Best: {move}, which {effect}.", " Yang terbaik: {move}, yang {effect}."),
    "drive": (
        "{brings}, but of the free places the one with the least driving, {move}, costs {points} points "
        "({km} km more).",
        "{brings}, tetapi dari tempat yang luang, yang perjalanannya paling sedikit, {move}, berbiaya "
        "{points} poin ({km} km lebih banyak).",
    ),
    "swap": (
        "{brings}, but no swap at {units} that could teach it gains. Best swap: {move}, which {effect}.",
        "{brings}, tetapi tidak ada pertukaran pada {units} yang mampu mengajarkannya yang menguntungkan. "
        "Pertukaran terbaik: {move}, yang {effect}.",
    ),
    "loses": ("loses {points} points", "mengurangi {points} poin"),
    "no_effect": ("changes nothing", "tidak mengubah apa pun"),
    "move": ("{unit} from {span}", "{unit} dari {span}"),
    "move_day": ("{unit} on {span}", "{unit} pada {span}"),
    "move_instead": ("{move} instead of {gone}", "{move} menggantikan {gone}"),
    "gone": ("{rotation} ({people:person|people})", "{rotation} ({people:orang})"),
    "gone_other": ("{rotation} ({unit}, {people:person|people})", "{rotation} ({unit}, {people:orang})"),
    # small parts
    "rotation": ("{rotation} ({unit}, {span})", "{rotation} ({unit}, {span})"),
    "own_rotation": ("its own {rotation} ({unit}, {span})", "kelasnya sendiri {rotation} ({unit}, {span})"),
    "vehicle": ("{unit} ({vehicle})", "{unit} ({vehicle})"),
    "thing": ("{name} ({id})", "{name} ({id})"),
    "span": ("{first} to {last}", "{first} sampai {last}"),
    "and": ("{head} and {last}", "{head} dan {last}"),
    "and_last": ("{head} and {last}", "{head}, dan {last}"),
    "and_more": ("{head} and {more} more", "{head}, dan {more} lagi"),
}
