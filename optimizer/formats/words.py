"""The texts of the results, in English and Indonesian, and how numbers and dates are written."""

from __future__ import annotations

from datetime import date
from typing import Literal

from optimizer.domain.plan import Plan

Language = Literal["en", "id"]
LANGUAGES: tuple[Language, ...] = ("en", "id")

MONTHS: dict[Language, tuple[str, ...]] = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "id": (
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ),
}
SHORT_MONTHS: dict[Language, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "id": ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
}
WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "id": ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
}
SHORT_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "id": ("Sen", "Sel", "Rab", "Kam", "Jum", "Sab", "Min"),
}

# What plotly says by itself, as far as it is shown.
PLOTLY: dict[Language, dict[str, str]] = {
    "en": {},
    "id": {
        "Zoom in": "Perbesar",
        "Zoom out": "Perkecil",
        "Reset axes": "Kembali ke semula",
        "Download plot as a PNG": "Unduh sebagai PNG",
        "Download plot as a png": "Unduh sebagai PNG",
    },
}

# key: (English, Indonesian)
TEXTS: dict[str, tuple[str, str]] = {
    # things
    "rotation": ("Rotation", "Rotasi"),
    "rotations": ("Rotations", "Rotasi"),
    "unit": ("Unit", "Unit"),
    "units": ("Units", "Unit"),
    "unit_name": ("Unit name", "Nama unit"),
    "depot": ("Depot", "Pangkalan"),
    "depots": ("Depots", "Pangkalan"),
    "venue": ("Venue", "Lokasi"),
    "venues": ("Venues", "Lokasi"),
    "venue_id": ("Venue id", "Kode lokasi"),
    "course": ("Course", "Pelatihan"),
    "courses": ("Courses", "Pelatihan"),
    "request": ("Request", "Permintaan"),
    "requests": ("Requests", "Permintaan"),
    "equipment": ("Equipment", "Peralatan"),
    "vehicle": ("Vehicle", "Kendaraan"),
    "city": ("City", "Kota"),
    "cities": ("Cities", "Kota"),
    "district": ("District", "Kecamatan"),
    "address": ("Address", "Alamat"),
    "kind": ("Kind", "Jenis"),
    "people": ("People", "Peserta"),
    "start": ("Start", "Mulai"),
    "end": ("End", "Selesai"),
    "days": ("Calendar days", "Hari kalender"),
    "taught": ("Teaching days", "Hari mengajar"),
    "priority": ("Priority", "Prioritas"),
    "pinned": ("Pinned", "Ditetapkan"),
    "yes": ("yes", "ya"),
    "no": ("no", "tidak"),
    "earliest": ("Earliest", "Paling awal"),
    "latest": ("Latest", "Paling akhir"),
    "reasons": ("Reasons", "Alasan"),
    "rule": ("Rule", "Aturan"),
    "code": ("Code", "Kode"),
    "visits": ("Who comes when", "Siapa datang kapan"),
    "km": ("Kilometres", "Kilometer"),
    "km_to": ("Kilometres to the venue", "Kilometer ke lokasi"),
    "total": ("Total", "Jumlah"),
    # coverage
    "requested": ("People requested", "Peserta diminta"),
    "served": ("People served", "Peserta terlayani"),
    "not_served": ("People not served", "Peserta belum terlayani"),
    "coverage": ("Coverage", "Cakupan"),
    # days of units
    "days_taught": ("Days teaching", "Hari mengajar"),
    "days_closed": ("Closed days during stays", "Hari tutup selama singgah"),
    "days_depot": ("Days at the depot", "Hari di pangkalan"),
    "days_moving": ("Days needed for moves", "Hari untuk berpindah"),
    "days_idle": ("Idle days", "Hari menganggur"),
    "days_present": ("Days available", "Hari tersedia"),
    # shades
    "weekend": ("Weekend", "Akhir pekan"),
    "holiday": ("Holiday", "Hari libur"),
    "closed": ("Closed for all", "Tutup untuk semua"),
    "short": ("Shorter days", "Hari lebih pendek"),
    "at_depot": ("At the depot", "Di pangkalan"),
    "at_depot_letter": ("D", "P"),
    "absent": ("Not in service", "Tidak beroperasi"),
    "closed_in_stay": ("Pale: closed day in a stay", "Pucat: hari tutup"),
    "pinned_mark": ("★ pinned beforehand", "★ ditetapkan sebelumnya"),
    "no_class_on": ("No class on {day}: {why}", "Tidak ada kelas pada {day}: {why}"),
    # sheets
    "sheet_schedule": ("Schedule", "Jadwal"),
    "sheet_rotations": ("Rotations", "Rotasi"),
    "sheet_venues": ("By venue", "Per lokasi"),
    "sheet_units": ("Units", "Unit"),
    "sheet_unserved": ("Unserved", "Belum terlayani"),
    "sheet_cities": ("Cities and courses", "Kota dan pelatihan"),
    "sheet_summary": ("Summary", "Ringkasan"),
    "schedule_title": ("{scenario} – rotation schedule", "{scenario} – jadwal rotasi"),
    "schedule_line": (
        "{period} · {units} units · {rotations} rotations · {served} of {requested} people served",
        "{period} · {units} unit · {rotations} rotasi · {served} dari {requested} peserta terlayani",
    ),
    "page": ("Page", "Halaman"),
    "of": ("of", "dari"),
    "week_letter": ("W", "M"),
    "class_of": ("{course} · {people} people", "{course} · {people} orang"),
    "nobody_unserved": ("Everybody asked for is served.", "Semua peserta yang diminta terlayani."),
    # figures
    "nobody_asks": ("nobody asks", "tidak ada permintaan"),
    "people_word": ("people", "orang"),
    "points": ("Points", "Poin"),
    "when": ("When", "Waktu"),
    "ways_of": ("Ways from {depot}", "Rute dari {depot}"),
    "and_more": ("and {count} more", "dan {count} lagi"),
    # report
    "skip": ("Skip to the plan", "Langsung ke rencana"),
    "contents": ("Contents", "Isi"),
    "no_script": (
        "Figures and long tables need JavaScript; plan.xlsx holds the same numbers.",
        "Grafik dan tabel panjang memerlukan JavaScript; plan.xlsx memuat angka yang sama.",
    ),
    "foot": (
        "Made by MTU Planner {version}. This page works without a network.",
        "Dibuat dengan MTU Planner {version}. Halaman ini berfungsi tanpa jaringan.",
    ),
    "overview": ("Overview", "Ikhtisar"),
    "lead": (
        "{period}: {units} units hold {rotations} rotations and serve {served} of {requested} people.",
        "{period}: {units} unit menjalankan {rotations} rotasi, melayani {served} dari {requested} peserta.",
    ),
    "lead_gap": (
        "No valid plan can be worth more than {gap} above this one: that is proven.",
        "Tidak ada rencana sah yang nilainya lebih dari {gap} di atas rencana ini: hal itu terbukti.",
    ),
    "lead_optimal": (
        "No valid plan is worth more: that is proven.",
        "Tidak ada rencana sah yang bernilai lebih tinggi: hal itu terbukti.",
    ),
    "lead_no_bound": (
        "How much better another plan could be is not proven.",
        "Seberapa jauh rencana lain dapat lebih baik belum terbukti.",
    ),
    "kpi_of_requested": ("of {requested} requested: {share}", "dari {requested} yang diminta: {share}"),
    "kpi_bound": ("points; no plan is above {bound}", "poin; tidak ada rencana di atas {bound}"),
    "kpi_units": ("by {used} of {units} units", "oleh {used} dari {units} unit"),
    "kpi_km": ("{km} km per rotation", "{km} km per rotasi"),
    "kpi_worst": ("Lowest coverage of a city", "Cakupan kota terendah"),
    "title_schedule": ("Schedule", "Jadwal"),
    "about_schedule": (
        "A line per unit, a colour per course. Paler parts of a stay are closed days; "
        "grey columns are weekends, red ones holidays. Point at a bar for more; click a course to hide it.",
        "Satu baris per unit, satu warna per pelatihan. Bagian yang lebih pucat adalah hari tutup; "
        "kolom abu-abu akhir pekan, kolom merah hari libur. Arahkan ke batang untuk rincian; "
        "klik pelatihan untuk menyembunyikannya.",
    ),
    "choose_depot": ("Depot", "Pangkalan"),
    "alt_gantt": (
        "Chart of stays by unit and day; the same stays are listed under Rotations.",
        "Grafik masa singgah per unit dan hari; isi yang sama ada dalam daftar Rotasi.",
    ),
    "title_routes": ("Map", "Peta"),
    "about_routes": (
        "Green venues are served, red ones ask in vain, white ones do not ask; larger means more people. "
        "Stars are depots. Lines join visits in order; they are not roads.",
        "Lokasi hijau terlayani, yang merah belum, yang putih tidak meminta; makin besar makin banyak "
        "peserta. Bintang adalah pangkalan. Garis menghubungkan kunjungan secara berurutan, bukan jalan.",
    ),
    "choose_unit": ("Way of one unit", "Rute satu unit"),
    "alt_map": (
        "Map of depots, venues and the ways of the units; visits are listed under Rotations.",
        "Peta pangkalan, lokasi, dan rute unit; kunjungan ada dalam daftar Rotasi.",
    ),
    "title_coverage_section": ("Coverage", "Cakupan"),
    "about_coverage_section": (
        "People served of those requested.",
        "Peserta yang terlayani dari yang diminta.",
    ),
    "by_city": ("By city", "Per kota"),
    "by_course": ("By course", "Per pelatihan"),
    "alt_cities": (
        "Bars of people served per city; see the table.",
        "Batang peserta terlayani per kota; lihat tabel.",
    ),
    "alt_courses": (
        "Bars of people served per course; see the table.",
        "Batang peserta terlayani per pelatihan; lihat tabel.",
    ),
    "as_table": ("As a table", "Sebagai tabel"),
    "title_units_section": ("Units and idle days", "Unit dan hari menganggur"),
    "about_units_section": (
        "What the days of each unit go into; the most idle stand first.",
        "Penggunaan hari setiap unit; yang paling banyak menganggur di atas.",
    ),
    "most_idle": (
        "The {count} most idle units are drawn.",
        "Yang digambar: {count} unit yang paling banyak menganggur.",
    ),
    "alt_days": (
        "Bars of days per unit by use; see the table.",
        "Batang hari per unit menurut penggunaan; lihat tabel.",
    ),
    "title_worth": ("What the plan is worth", "Nilai rencana"),
    "about_worth": (
        "The score in points, and the limit that no valid plan can pass.",
        "Nilai dalam poin, dan batas yang tidak dapat dilampaui rencana sah mana pun.",
    ),
    "over_time": ("Score and proven limit over time", "Nilai dan batas terbukti dari waktu ke waktu"),
    "no_history": (
        "This plan was read from a file, which does not keep how score and limit developed.",
        "Rencana ini dibaca dari berkas, yang tidak menyimpan perkembangan nilai dan batas.",
    ),
    "alt_parts": (
        "Steps from people and kilometres to the score.",
        "Langkah dari peserta dan kilometer ke nilai.",
    ),
    "alt_bound": (
        "Lines of score and proven limit drawing together.",
        "Garis nilai dan batas terbukti yang saling mendekat.",
    ),
    "title_unserved": ("Not served, and why", "Belum terlayani dan alasannya"),
    "about_unserved": (
        "Requests of which somebody is left over. R1 to R11 and sections are those of the rule book. "
        "A request with several reasons counts under each of them.",
        "Permintaan yang pesertanya masih tersisa. R1 sampai R11 dan bagian (section) merujuk ke buku "
        "aturan. Permintaan dengan beberapa alasan dihitung pada setiap alasan.",
    ),
    "by_reason": ("By reason", "Menurut alasan"),
    "reason_group": (
        "{name} ({rule}) – requests: {requests}, people: {people}",
        "{name} ({rule}) – permintaan: {requests}, peserta: {people}",
    ),
    "reason_too-few-people": ("Too few people for a class", "Peserta terlalu sedikit untuk satu kelas"),
    "reason_rest-too-small": ("The rest is too small for a class", "Sisanya terlalu kecil untuk satu kelas"),
    "reason_no-equipment": ("No unit carries the equipment", "Tidak ada unit dengan peralatan itu"),
    "reason_vehicle-too-big": (
        "The vehicles are too big for the venue",
        "Kendaraan terlalu besar untuk lokasi",
    ),
    "reason_facility-missing": ("The venue lacks a facility", "Lokasi kekurangan fasilitas"),
    "reason_window-too-short": (
        "The window is shorter than the course",
        "Rentang waktu lebih pendek dari pelatihan",
    ),
    "reason_stay-too-long": (
        "Closed days make the stay too long",
        "Hari tutup membuat masa singgah terlalu lama",
    ),
    "reason_unit-away": ("The units are away or at the depot", "Unit tidak tersedia atau di pangkalan"),
    "reason_no-instructors": ("No instructors", "Tidak ada instruktur"),
    "reason_pins-in-the-way": ("Pinned rotations are in the way", "Terhalang rotasi yang ditetapkan"),
    "reason_units-busy": ("The units are busy", "Unit sedang bertugas"),
    "reason_rooms-full": ("The venue's rooms are full", "Ruang di lokasi penuh"),
    "reason_instructors-busy": ("The instructors are busy", "Instruktur sedang bertugas"),
    "reason_no-free-slot": ("No free slot", "Tidak ada waktu luang"),
    "reason_drive-costs-more": (
        "The drive costs more than the class is worth",
        "Biaya jalan melebihi nilai kelas",
    ),
    "reason_worth-more-elsewhere": (
        "The units are worth more elsewhere",
        "Unit lebih bernilai di tempat lain",
    ),
    "reason_not-proven": ("Not proven either way", "Belum terbukti"),
    "reason_could-gain": ("Could still be gained", "Masih dapat ditambah"),
    "unserved_caption": ("Requests not fully served", "Permintaan yang belum terlayani penuh"),
    "title_rotations": ("Rotations", "Rotasi"),
    "about_rotations": (
        "Every class of the plan. Click a heading to sort.",
        "Semua kelas dalam rencana. Klik judul kolom untuk mengurutkan.",
    ),
    "rotations_caption": ("Rotations by start", "Rotasi menurut tanggal mulai"),
    "units_caption": ("Units", "Unit"),
    "title_made": ("How the plan was made", "Cara rencana dibuat"),
    "about_made": (
        "What is needed to make the same plan again, or to check it.",
        "Yang diperlukan untuk membuat rencana yang sama lagi, atau memeriksanya.",
    ),
    "search": ("Search", "Cari"),
    "search_hint": ("Name, id, place …", "Nama, kode, tempat …"),
    "all": ("All", "Semua"),
    "under_way_on": ("Under way on", "Berlangsung pada"),
    "previous": ("Back", "Sebelumnya"),
    "next": ("Next", "Berikutnya"),
    "rows_shown": ("{first}–{last} of {found} (all: {all})", "{first}–{last} dari {found} (semua: {all})"),
    # summary
    "scenario": ("Scenario", "Skenario"),
    "fingerprint": ("Scenario fingerprint (SHA-256)", "Sidik skenario (SHA-256)"),
    "period": ("Period", "Periode"),
    "status": ("Status", "Status"),
    "status_optimal": ("optimal: proven best", "optimal: terbukti terbaik"),
    "status_within": (
        "optimal within the tolerance of {tolerance}",
        "optimal dalam toleransi {tolerance}",
    ),
    "status_feasible": ("valid; a better plan may exist", "sah; rencana yang lebih baik mungkin ada"),
    "score": ("Score", "Nilai"),
    "score_of": ("Score (points)", "Nilai (poin)"),
    "bound": ("Proven limit of any plan", "Batas terbukti untuk rencana mana pun"),
    "bound_short": ("Proven limit", "Batas terbukti"),
    "gap": ("Proven gap", "Selisih terbukti"),
    "not_proven": ("no limit proven", "belum ada batas terbukti"),
    "part_people": ("People", "Peserta"),
    "part_km": ("Kilometres", "Kilometer"),
    "part_equity": ("Equity between cities", "Pemerataan antarkota"),
    "part_change": ("Changes to the base plan", "Perubahan dari rencana dasar"),
    "score_parts": ("Score by part", "Nilai menurut bagian"),
    "made": ("How the plan was made", "Cara rencana dibuat"),
    "version": ("MTU Planner version", "Versi MTU Planner"),
    "mode": ("Mode", "Mode"),
    "seed": ("Seed", "Benih acak"),
    "seconds": ("Seconds", "Detik"),
    "tolerance": ("Tolerance asked for", "Toleransi yang diminta"),
    "package": ("Version of {package}", "Versi {package}"),
    "holidays_used": ("Holidays used", "Hari libur yang dipakai"),
    "no_holidays": ("none", "tidak ada"),
    "plan": ("Plan", "Rencana"),
    "certificate": ("Certificate", "Sertifikat"),
    "certificate_yes": (
        "certificate.json: the proof of the limit, which anyone can recompute",
        "certificate.json: bukti batas, dapat dihitung ulang oleh siapa pun",
    ),
    "certificate_no": ("none with this plan", "tidak ada pada rencana ini"),
}


def say(key: str, language: Language, **values: object) -> str:
    """
    The text of a key in one language, its ``{gaps}`` filled in.

    Raises
    ------
    KeyError
        When there is no such text or a gap is not filled.
    """
    text = TEXTS[key][LANGUAGES.index(language)]
    return text.format_map(values) if values else text


def status(plan: Plan, language: Language) -> str:
    """How good the plan is known to be, in words."""
    if plan.status == "feasible":
        return say("status_feasible", language)
    if plan.bound == plan.score:
        return say("status_optimal", language)
    return say("status_within", language, tolerance=gap(plan.run.tolerance, language))


def number(value: float, language: Language, digits: int = 0) -> str:
    """A number with grouped thousands: ``1,234.5`` in English, ``1.234,5`` in Indonesian."""
    text = f"{value:,.{digits}f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def percent(share: float, language: Language, digits: int = 0) -> str:
    """A share of one as per cent: ``57.8 %`` for 0.578 with one digit."""
    return number(100 * share, language, digits) + " %"


def gap(share: float, language: Language) -> str:
    """A proven gap as per cent, never said smaller than it is: all six decimals that a plan holds."""
    text = f"{100 * share:.4f}"
    whole, _, decimals = text.partition(".")
    decimals = decimals[:2] + decimals[2:].rstrip("0")
    return f"{whole}{'.' if language == 'en' else ','}{decimals} %"


def day(value: date, language: Language) -> str:
    """A date such as ``12 Jan 2026``."""
    return f"{value.day} {SHORT_MONTHS[language][value.month - 1]} {value.year}"


def period(first: date, last: date, language: Language) -> str:
    """A span of dates, as short as it can be said: ``5–17 Jan 2026``."""
    if first == last:
        return day(last, language)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day(last, language)}"
    if first.year == last.year:
        return f"{first.day} {SHORT_MONTHS[language][first.month - 1]} – {day(last, language)}"
    return f"{day(first, language)} – {day(last, language)}"
