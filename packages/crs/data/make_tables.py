"""Writes geographic.tsv, projected.tsv, conversions.tsv and names.tsv from PROJ's database, and the positions that PROJ gives for
every code into the file given. The others must follow: they mark what proj4js cannot do. All of it takes 5 minutes of a processor.

    python3 make_tables.py FILE && node prove-tables.ts FILE && python3 own_shifts.py && node prove-tables.ts FILE

Made with pyproj 3.7.2, PROJ 9.5.1, EPSG v11.022; no grids, no network
"""
import json
import re
import sqlite3
import sys
import warnings
from pathlib import Path

import numpy as np
import pyproj
from pyproj import CRS, Transformer
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError, ProjError
from pyproj.transformer import TransformerGroup

from shifts import NO_STEP, OTHER_STEP, shift_of

warnings.filterwarnings("ignore")
pyproj.network.set_network_enabled(False)
HERE = Path(__file__).parent
KINDS = [PJType.PROJECTED_CRS, PJType.GEOGRAPHIC_2D_CRS, PJType.COMPOUND_CRS]
# Shares of an area of use from west to east and from south to north where positions are taken.
SHARES = [0.03, 0.18, 0.34, 0.5, 0.66, 0.82, 0.97]
# Words of PROJ text that say which ellipsoid and datum it is.
DATUM_WORDS = {"datum", "ellps", "a", "b", "rf", "f", "R", "towgs84", "nadgrids", "pm", "no_defs", "type", "wktext"}


def number(value):
    return f"{value:.15g}"


def words(text):
    return [word[1:] for word in text.split()]


def wrapped(longitude):
    return (longitude + 180) % 360 - 180


def positions(box, shares):
    west, south, east, north = box
    if east < west:
        east += 360
    return [
        (round(wrapped(west + (east - west) * x), 7), round(max(-89.9, min(89.9, south + (north - south) * y)), 7))
        for y in shares
        for x in shares
    ]


def box_of(crs):
    area = crs.area_of_use
    return (area.west, area.south, area.east, area.north) if area else (-180, -80, 180, 84)


def ellipsoid_text(crs):
    e = crs.ellipsoid
    if e.inverse_flattening == 0:
        return f"+R={number(e.semi_major_metre)}"
    if e.is_semi_minor_computed:
        return f"+a={number(e.semi_major_metre)} +rf={number(e.inverse_flattening)}"
    return f"+a={number(e.semi_major_metre)} +b={number(e.semi_minor_metre)}"


def geographic_text(crs):
    """Ellipsoid, prime meridian and unit of a geographic CRS."""
    parts = [ellipsoid_text(crs)]
    meridian = crs.prime_meridian.longitude * (crs.prime_meridian.unit_conversion_factor * 180 / np.pi)
    if abs(meridian) > 1e-12:
        parts.append(f"+pm={number(round(meridian, 12))}")
    degrees = crs.axis_info[0].unit_conversion_factor * 180 / np.pi
    if abs(degrees - 1) > 1e-9:
        parts.append(f"+degrees={number(round(degrees, 12))}")
    return " ".join(parts)


def operations(crs, points):
    """For each position, which operation PROJ takes: its pipeline, its box, and its accuracy and size."""
    transformer = Transformer.from_crs(4326, crs, always_xy=True)
    transformer.transform(*points[0])
    try:
        transformer.get_last_used_operation()
    except ProjError:  # there is only one
        return [(transformer.definition, None, ())] * len(points)
    result = []
    for longitude, latitude in points:
        x, y = transformer.transform(longitude, latitude)
        if not (np.isfinite(x) and np.isfinite(y)):
            result.append(None)
            continue
        used = transformer.get_last_used_operation()
        box = tuple(used.area_of_use.bounds) if used.area_of_use else None
        size = (box[2] - box[0]) % 360 * (box[3] - box[1]) if box else 1e9
        result.append((used.definition, box, (used.accuracy < 0, used.accuracy, size)))
    return result


def contains(box, point):
    if box is None:
        return True
    west, south, east, north = box
    x, y = point
    inside = west <= x <= east if west <= east else (x >= west or x <= east)
    return inside and south <= y <= north


def frame(box, start):
    """West and east of a box on a circle that begins at a longitude."""
    west = start + (box[0] - start) % 360
    return west, west + (box[2] - box[0]) % 360


def cells(area, boxes):
    """The middles of the rectangles that the sides of all boxes cut an area into, with the rectangles: in each, the same boxes lie."""
    start = area[0]
    width = (area[2] - area[0]) % 360 or 360
    xs, ys = {start, start + width}, {area[1], area[3]}
    for box in boxes:
        xs |= {x for x in frame(box, start) if start < x < start + width}
        ys |= {y for y in (box[1], box[3]) if area[1] < y < area[3]}
    xs, ys = sorted(xs), sorted(ys)
    for south, north in zip(ys, ys[1:]):
        for west, east in zip(xs, xs[1:]):
            if east - west > 1e-6 and north - south > 1e-6:
                yield (wrapped((west + east) / 2), (south + north) / 2), (west, south, east, north)


def first_match(entries, point):
    return next((shift for shift, box in entries if contains(box, point)), None)


def exceptions(found, entries):
    """Boxes to come before all others: where the first that matches is not what PROJ takes. Neighbours in a row are joined."""
    result = []
    for point, rectangle, shift in found:
        if shift is None or first_match(entries, point) == shift:
            continue
        last = result[-1] if result else None
        if last and last[0] == shift and last[1][2] == rectangle[0] and last[1][1::2] == rectangle[1::2]:
            rectangle = (last[1][0], rectangle[1], rectangle[2], rectangle[3])
            result.pop()
        result.append((shift, rectangle))
    return [(shift, (wrapped(w), s, wrapped(e), n)) for shift, (w, s, e, n) in result]


def shifts_of(crs):
    """The shifts of a CRS to WGS 84 as the table has them: `box:shift;…` where there are several."""
    area = box_of(crs)
    group = TransformerGroup(4326, crs, always_xy=True)
    boxes = [t.area_of_use.bounds for t in group.transformers if t.area_of_use]
    places = list(cells(area, boxes))
    # Its area of use has no size.
    if not places:
        return NO_STEP
    used = operations(crs, [point for point, _ in places])
    found = [
        (point, rectangle, op and (shift_of(op[0]) or OTHER_STEP))
        for (point, rectangle), op in zip(places, used)
    ]
    rank = {}
    for op in used:
        if op:
            rank.setdefault((shift_of(op[0]) or OTHER_STEP, op[1]), op[2])
    if len({shift for shift, _ in rank}) <= 1:
        return next(iter(rank), (NO_STEP, None))[0]
    entries = [key for key, _ in sorted(rank.items(), key=lambda item: item[1])]
    entries = exceptions(found, entries) + entries
    return ";".join(f"{','.join(number(side) for side in box) if box else ''}:{shift}" for shift, box in entries)


# Datums that are none, and those that a county has blown up so that longitudes and latitudes stay
# those of NAD 83.
WITHOUT_SHIFT = re.compile(r"unspecified|unknown datum|not.specified|hughes|_Adj_", re.I)


# NAD 83, which PROJ shifts by a metre or two on Hawaii and the Aleutians only, is taken digit for
# digit as WGS 84.
DIGIT_FOR_DIGIT = {"EPSG:4269"}


# GDAL writes 9311 in place of 2163, which is deprecated: a sphere on no datum, whose longitudes and
# latitudes are those of NAD 83.
STANDS_FOR = {"EPSG:9311": "EPSG:2163"}


def as_intended(key, name, shifts):
    """Not shifted, where longitude and latitude are meant to stay as they are; with a mark, where they are on no datum at all."""
    if key in DIGIT_FOR_DIGIT:
        return NO_STEP
    return f":{NO_STEP}" if shifts == NO_STEP and WITHOUT_SHIFT.search(name) else shifts


def projection_text(crs, base):
    """The projection's parameters and the unit, without what the geographic CRS beneath says already."""
    text = crs.to_proj4()
    kept = [f"+{word}" for word in words(text) if word.split("=")[0] not in DATUM_WORDS]
    given = {word.split("=")[0]: word for word in words(text)}
    is_sphere = "R" in given or ("a" in given and given.get("b", "b=")[2:] == given["a"][2:])
    if is_sphere and base.ellipsoid.inverse_flattening != 0:
        radius = given.get("R", given.get("a")).split("=")[1]
        kept.append(f"+sphere={radius}")
    return " ".join(kept)


def record(crs, points):
    transformer = Transformer.from_crs(4326, crs, always_xy=True)
    found = []
    for point in points:
        x, y = transformer.transform(*point)
        found.append([x, y] if np.isfinite(x) and np.isfinite(y) else None)
    return found


# Words that say what is taken for granted.
GRANTED = {"+units=m", "+x_0=0", "+y_0=0", "+k=1", "+k_0=1", "+lat_0=0", "+lon_0=0"}


def shortened(text, conversion):
    """The text by the code of the conversion, `@16018`, and what comes on top; or in full."""
    if not text:
        return ""
    kept = [word for word in text.split() if word not in GRANTED]
    if conversion.get("authority") != "EPSG":
        return " ".join(kept)
    on_top = [word for word in kept if on_top_of_conversion(word)]
    return " ".join([f"@{conversion['code']}", *on_top])


def on_top_of_conversion(word):
    return re.match(r"\+(units|to_meter|axis|sphere|R_A)(=|$)", word)


def base_key(crs):
    """The code of the geographic CRS beneath; its text and shifts where it has none."""
    identity = crs.geodetic_crs.to_json_dict().get("id")
    if identity:
        return f"{identity['authority']}:{identity['code']}"
    found = crs.geodetic_crs.to_authority(min_confidence=100)
    return ":".join(found) if found else f"{geographic_text(crs.geodetic_crs)}:{shifts_of(crs.geodetic_crs)}"


def main(out):
    geographic, projected, conversions, names = {}, {}, {}, {}
    horizontal_of = {key: ("NAD27 / US National Atlas Equal Area", other) for key, other in STANDS_FOR.items()}
    expected = []
    infos = [
        info
        for authority in ("EPSG", "ESRI", "OGC")
        for info in query_crs_info(auth_name=authority, pj_types=KINDS, allow_deprecated=True)
    ]
    for info in query_crs_info(auth_name="EPSG", pj_types=[PJType.GEOGRAPHIC_3D_CRS], allow_deprecated=True):
        flat = CRS.from_authority("EPSG", info.code).to_2d().to_authority(min_confidence=90)
        if flat:
            horizontal_of[f"EPSG:{info.code}"] = (info.name, ":".join(flat))
    for info in infos:
        key = f"{info.auth_name}:{info.code}"
        crs = CRS.from_authority(info.auth_name, info.code)
        horizontal = crs.sub_crs_list[0] if info.type == PJType.COMPOUND_CRS else crs
        points = positions(box_of(crs), SHARES)
        try:
            if info.type == PJType.GEOGRAPHIC_2D_CRS:
                geographic[key] = (info.name, geographic_text(crs), as_intended(key, info.name, shifts_of(crs)))
                add_names(names, key, crs, info.deprecated)
            elif info.type == PJType.COMPOUND_CRS:
                identity = horizontal.to_json_dict()["id"]
                horizontal_of[key] = (info.name, f"{identity['authority']}:{identity['code']}")
            else:
                try:
                    text = projection_text(crs, crs.geodetic_crs)
                except CRSError:  # PROJ text cannot say it
                    text = ""
                conversion = crs.coordinate_operation.to_json_dict().get("id", {})
                if text and conversion.get("authority") == "EPSG":
                    plain = [w for w in text.split() if w not in GRANTED and not on_top_of_conversion(w)]
                    conversions.setdefault(int(conversion["code"]), " ".join(plain))
                projected[key] = (info.name, base_key(crs), shortened(text, conversion))
            expected.append([key, points, record(horizontal, points)])
        except Exception as error:  # what PROJ itself cannot express or transform
            print(key, info.name, repr(error)[:120], file=sys.stderr)
    Path(out).write_text(json.dumps([one for one in expected if one[0] not in STANDS_FOR]))
    # Made anew from what prove-tables.ts refuses without it.
    write("own-shifts.tsv", [])
    write("geographic.tsv", [[key, *row] for key, row in geographic.items()])
    write("projected.tsv", [[key, *row] for key, row in projected.items()])
    write("horizontal.tsv", [[key, *row] for key, row in horizontal_of.items()])
    write("conversions.tsv", [[str(code), text] for code, text in sorted(conversions.items())])
    write_small_tables()
    write("names.tsv", sorted([name, key] for name, (key, _) in names.items()))


def write_small_tables():
    """What the keys of GeoTIFFs have codes for: ellipsoids, prime meridians (degrees), units (metres or degrees)."""
    database = sqlite3.connect(Path(pyproj.datadir.get_data_dir()) / "proj.db")
    codes = lambda table: [row[0] for row in database.execute(f"SELECT code FROM {table} WHERE auth_name = 'EPSG'")]
    ellipsoids = []
    for code in codes("ellipsoid"):
        e = pyproj.crs.Ellipsoid.from_authority("EPSG", code)
        ellipsoids.append([str(code), number(e.semi_major_metre), number(e.inverse_flattening)])
    meridians = []
    for code in codes("prime_meridian"):
        m = pyproj.crs.PrimeMeridian.from_authority("EPSG", code)
        meridians.append([str(code), number(round(m.longitude * m.unit_conversion_factor * 180 / np.pi, 12))])
    sizes = "SELECT code, type, conv_factor FROM unit_of_measure WHERE auth_name = 'EPSG' AND type IN ('length', 'angle')"
    units = [
        [str(code), number(factor if kind == "length" else round(factor * 180 / np.pi, 14))]
        for code, kind, factor in database.execute(sizes)
        if factor
    ]
    for file, rows in (("ellipsoids", ellipsoids), ("meridians", meridians), ("units", units)):
        write(f"{file}.tsv", sorted(rows, key=lambda row: int(row[0])))


def plain_name(name):
    return re.sub(r"[^a-z0-9]", "", re.sub(r"^(gcs_|d_)", "", name.lower()))


def add_names(names, key, crs, deprecated):
    """By each name of the CRS and of its datum, in every dialect: g… for the CRS, d… for the datum."""
    found = {("g", crs.name), ("d", crs.datum.name)}
    for version in ("WKT1_GDAL", "WKT1_ESRI"):
        try:
            text = crs.to_wkt(version)
        except CRSError:  # a dialect that cannot say it
            continue
        found |= {("g", n) for n in re.findall(r'^GEOGCS\["([^"]+)"', text)}
        found |= {("d", n) for n in re.findall(r'DATUM\["([^"]+)"', text)}
    identity = crs.datum.to_json_dict().get("id")
    if identity and identity["authority"] == "EPSG":
        found.add(("d", str(identity["code"])))
    rank = (deprecated, not key.startswith("EPSG"))
    for kind, name in found:
        plain = kind + plain_name(name)
        if plain not in names or rank < names[plain][1]:
            names[plain] = (key, rank)


def write(file, rows):
    (HERE / file).write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
