"""area_sources.py FOLDER: writes files of areas with all kinds of peculiarities, and prints as JSON how GDAL reads each of them.

GDAL is that of pyogrio, whose wheels have no driver of Parquet: pyarrow, on which that driver is built, writes and reads those files.
"""
import json
import math
import os
import shutil
import struct
import sys
import warnings
import zipfile

import numpy as np
import pyarrow as pa
from pyarrow import parquet
from pyogrio import raw
from pyproj import CRS

warnings.filterwarnings("ignore")
folder = sys.argv[1]
cases = []


def ring(west, south, east, north, z=None, hole=False):
    points = [(west, south), (west, north), (east, north), (east, south), (west, south)]
    points = points[::-1] if hole else points
    return [(*point, *([] if z is None else z)) for point in points]


def wkb(polygons, flags=0):
    """A MultiPolygon, or the only Polygon; flags: 1000 for Z, 2000 for M, 3000 for both."""
    def polygon(rings):
        body = b"".join(struct.pack("<I", len(one)) + b"".join(struct.pack(f"<{len(p)}d", *p) for p in one) for one in rings)
        return struct.pack("<BII", 1, 3 + flags, len(rings)) + body

    if len(polygons) == 1:
        return polygon(polygons[0])
    return struct.pack("<BII", 1, 6 + flags, len(polygons)) + b"".join(map(polygon, polygons))


def shapes(x, y, size, z=None, flags=0):
    """Four areas around a place: one, one with a hole, two parts one of which has a hole, one without a geometry."""
    at = lambda i, j, k, l, hole=False: ring(x + i * size, y + j * size, x + k * size, y + l * size, z, hole)
    return [
        wkb([[at(0, 0, 1, 1)]], flags),
        wkb([[at(2, 0, 5, 3), at(3, 1, 4, 2, True)]], flags),
        wkb([[at(0, 5, 1, 6)], [at(2, 5, 5, 8), at(3, 6, 4, 7, True)]], flags),
        None,
    ]


def gathered(value):
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value.astype("datetime64[ms]"))
    if hasattr(value, "isoformat"):
        return value.isoformat()
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return str(value)
    return None if isinstance(value, float) and math.isnan(value) else value


def case(title, path, layer=None, asked=None):
    """Notes a file, and GDAL's reading of it."""
    meta, fids, geometry, columns = raw.read(path, layer=layer, return_fids=True)
    rows = []
    for i, fid in enumerate(fids):
        row = {name: gathered(column[i]) for name, column in zip(meta["fields"], columns)}
        rows.append({"fid": int(fid), "properties": row, "geometry": geometry[i].hex() if geometry[i] is not None else None})
    cases.append({"title": title, "path": asked or path, "table": layer, "crs": meta["crs"], "rows": rows})


def write(path, driver, geometry, fields, crs="EPSG:4326", geometry_type="Unknown", masks=None, **options):
    names = list(fields)
    raw.write(path, np.array(geometry, dtype=object), [fields[name] for name in names], np.array(names, dtype=object),
              field_mask=masks, driver=driver, crs=crs, geometry_type=geometry_type, **options)


def texts(*values):
    return np.array(values, dtype=object)


drivers = {"fgb": ("FlatGeobuf", {"layer_options": {"SPATIAL_INDEX": "NO"}}), "shp": ("ESRI Shapefile", {"encoding": "UTF-8"}),
           "gpkg": ("GPKG", {}), "geojson": ("GeoJSON", {})}
four = {"code": texts("a", "b", "c", "d")}
typed = lambda ending: "Polygon" if ending == "shp" else "Unknown"

# CRSs: by code, by name alone, in feet, of a meridian of its own, around the seam, and none.
places = {"EPSG:4326": (-75, 40, 0.1), "EPSG:4269": (-75, 40, 0.1), "EPSG:5070": (1_500_000, 2_000_000, 1000),
          "EPSG:32633": (500_000, 5_300_000, 500), "EPSG:2154": (700_000, 6_600_000, 500), "EPSG:27700": (400_000, 300_000, 500),
          "EPSG:2272": (2_700_000, 200_000, 500), "EPSG:3857": (1_000_000, 6_000_000, 500), "EPSG:3035": (4_300_000, 3_000_000, 500),
          "ESRI:102003": (500_000, 500_000, 1000),
          'PROJCS["Own cone",GEOGCS["NAD83",DATUM["North_American_Datum_1983",SPHEROID["GRS 1980",6378137,298.257222101]],'
          'PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Albers_Conic_Equal_Area"],'
          'PARAMETER["latitude_of_center",30],PARAMETER["longitude_of_center",-90],PARAMETER["standard_parallel_1",31],'
          'PARAMETER["standard_parallel_2",41],PARAMETER["false_easting",0],PARAMETER["false_northing",0],UNIT["metre",1]]':
              (300_000, 400_000, 500)}
for number, (crs, (x, y, size)) in enumerate(places.items()):
    for ending, (driver, options) in drivers.items():
        if ending == "geojson" and number > 2:
            continue
        path = os.path.join(folder, f"crs-{number}.{ending}")
        write(path, driver, shapes(x, y, size), four, crs=crs, geometry_type=typed(ending), **options)
        case(f"{driver} in {crs[:20]}", path)
for ending in ("fgb", "shp"):
    path = os.path.join(folder, f"no-crs.{ending}")
    write(path, drivers[ending][0], shapes(-75, 40, 0.1), four, crs=None, geometry_type=typed(ending), **drivers[ending][1])
    case(f"{ending} without a CRS", path)

# Heights; pyogrio writes no measures.
for ending in ("fgb", "shp", "gpkg"):
    path = os.path.join(folder, f"heights.{ending}")
    kind = "Polygon Z" if ending == "shp" else "Unknown"
    write(path, drivers[ending][0], shapes(-75, 40, 0.1, (7.5,), 1000), four, geometry_type=kind, **drivers[ending][1])
    case(f"{ending} with heights", path)

# Values of every type, each also missing; two are ids.
moments = np.array(["2026-01-31T12:30:15", "1969-12-31T23:59:59", "2000-02-29T00:00:00", "NaT"], dtype="datetime64[ms]")
values = {
    "code": texts("07", "7", "Ä b", "d"),
    "i32": np.array([1, -2, 2**31 - 1, 0], dtype="int32"),
    "i64": np.array([2**53 - 1, -(2**53 - 1), 12, 0], dtype="int64"),
    "f32": np.array([0.5, 1e10, -3.25, 0], dtype="float32"),
    "f64": np.array([0.1, 1e-9, -12345.678, 0], dtype="float64"),
    "yes": np.array([True, False, True, False]),
    "text": texts("plain", 'a "quoted", text', "日本語 ¿ß", ""),
    "day": moments.astype("datetime64[D]"),
    "moment": moments,
}
masks = [np.array([False, False, False, name != "code"]) for name in values]
for ending, (driver, options) in drivers.items():
    if ending == "geojson":
        continue
    kept = {name: column for name, column in values.items() if ending != "shp" or name != "moment"}
    path = os.path.join(folder, f"values.{ending}")
    write(path, driver, shapes(-75, 40, 0.1), kept, geometry_type=typed(ending), masks=masks[:len(kept)], **options)
    case(f"values in {ending}", path)

# Ids of every type, also beyond the numbers that JSON can express.
ids = {"code": np.array([2**53 + 1, -7, 2**62, 0], dtype="int64"), "id32": np.array([0, -1, 2**31 - 1, 5], dtype="int32"),
       "real": np.array([0.5, 1.0, -2.25, 1e6]), "text": texts("0", "00", "é ", "-1")}
for ending, (driver, options) in drivers.items():
    if ending == "geojson":
        continue
    path = os.path.join(folder, f"ids.{ending}")
    kept = dict(ids)
    if ending == "shp":
        # GDAL reads whole numbers of more than 18 digits as floats there.
        kept = {**ids, "code": np.array([2**53 + 1, -7, 10**17 + 1, 0])}
    write(path, driver, shapes(-75, 40, 0.1), kept, geometry_type=typed(ending), **options)
    case(f"ids in {ending}", path)

# An index orders the features anew, and wants a geometry in each.
path = os.path.join(folder, "indexed.fgb")
many = [shapes(x, y, 0.01)[(x + y) % 3] for x in range(-100, -90) for y in range(30, 50)]
write(path, "FlatGeobuf", many, {"code": np.arange(len(many))})
case("FlatGeobuf with an index", path)

# Encodings of texts and of names of fields.
for encoding, text in {"UTF-8": "Ä ß €", "ISO-8859-1": "Ä ß é", "CP1252": "Ä € ß", "CP1251": "Дон Ы", "CP437": "Ä é ß", "CP850": "Ä Ø ß",
                       "CP852": "Ł ő", "CP866": "Дон", "CP1250": "Ł ő", "ISO-8859-2": "Ł ő", "SJIS": "日本", "GBK": "中国", "BIG5": "中國",
                       "EUC-KR": "한국", "CP932": "日本", "CP936": "中国", "CP949": "한국", "CP950": "中國"}.items():
    path = os.path.join(folder, f"encoding-{encoding}.shp")
    write(path, "ESRI Shapefile", shapes(-75, 40, 0.1), {"code": texts("a", "b", "c", "d"), "name": texts(text, text * 2, "x", "")},
          geometry_type="Polygon", encoding=encoding)
    case(f"a shapefile in {encoding}", path)

# Names with blanks, and of other alphabets.
for name in ("Flüsse & Seen", "区域 1"):
    for ending, (driver, options) in drivers.items():
        path = os.path.join(folder, f"{name}.{ending}")
        write(path, driver, shapes(-75, 40, 0.1), {"code": texts("a", "b", "c", "d"), "名 x": texts("1", "2", "3", "4")},
              geometry_type=typed(ending), **options)
        case(f"{name}.{ending}", path)

# Several layers.
path = os.path.join(folder, "layers.gpkg")
for number, name in enumerate(("first", "zweite Lage")):
    write(path, "GPKG", shapes(-75 + number, 40, 0.1), four, layer=name, append=number > 0)
for name in ("first", "zweite Lage"):
    case(f"the layer {name} of a GeoPackage", path, name)
path = os.path.join(folder, "several.zip")
with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
    for name in ("Flüsse & Seen", "crs-2", "encoding-CP1251"):
        for ending in ("shp", "shx", "dbf", "prj", "cpg"):
            archive.write(os.path.join(folder, f"{name}.{ending}"), f"{name}.{ending}")
for name in ("Flüsse & Seen", "crs-2", "encoding-CP1251"):
    case(f"{name} in a ZIP archive", f"/vsizip/{path}", name, path)
path = os.path.join(folder, "one.zip")
with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
    for ending in ("shp", "shx", "dbf", "prj", "cpg"):
        archive.write(os.path.join(folder, f"heights.{ending}"), f"deep/er/heights.{ending}")
case("a shapefile in a folder of a ZIP archive", f"/vsizip/{path}/deep/er", None, path)


def parquet_case(title, name, geometry, columns, crs, **options):
    path = os.path.join(folder, name)
    about = {"encoding": "WKB", "geometry_types": []}
    if crs is not ...:
        about["crs"] = crs and CRS(crs).to_json_dict()
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": about}}
    table = pa.table({**columns, "geometry": pa.array(geometry, pa.binary())}).replace_schema_metadata({"geo": json.dumps(geo)})
    parquet.write_table(table, path, **options)
    rows = []
    for i, row in enumerate(parquet.read_table(path).to_pylist()):
        shape = row.pop("geometry")
        rows.append({"fid": i, "properties": {key: gathered(value) for key, value in row.items()}, "geometry": shape and shape.hex()})
    cases.append({"title": title, "path": path, "table": None, "crs": "EPSG:4326" if crs is ... else crs, "rows": rows})


def arrow(name):
    column = values[name]
    return pa.array(column.tolist() if column.dtype == object else column, mask=masks[list(values).index(name)])


for number, (crs, (x, y, size)) in enumerate(places.items()):
    parquet_case(f"GeoParquet in {crs[:20]}", f"crs-{number}.parquet", shapes(x, y, size), {"code": ["a", "b", "c", "d"]}, crs)
parquet_case("GeoParquet without a CRS", "no-crs.parquet", shapes(-75, 40, 0.1), {"code": ["a", "b", "c", "d"]}, None)
parquet_case("GeoParquet of the usual CRS", "usual.parquet", shapes(-75, 40, 0.1), {"code": ["a", "b", "c", "d"]}, ...)
parquet_case("GeoParquet with heights and measures", "zm.parquet", shapes(-75, 40, 0.1, (1, 2), 3000), {"code": ["a", "b", "c", "d"]}, ...)
for packing in ("none", "snappy", "gzip", "brotli", "zstd"):
    for page in ("1.0", "2.0"):
        parquet_case(f"values in GeoParquet, {packing}, pages {page}", f"values-{packing}-{page}.parquet", shapes(-75, 40, 0.1),
                     {name: arrow(name) for name in values}, "EPSG:5070" if packing == "none" else ..., compression=packing, data_page_version=page)
parquet_case("ids in GeoParquet", "ids.parquet", shapes(-75, 40, 0.1), {name: pa.array(column.tolist() if column.dtype == object else column)
                                                                       for name, column in ids.items()}, ...)
parquet_case("GeoParquet in small pages and groups", "pages.parquet", many, {"code": np.arange(len(many)), "text": [f"t{i % 7}" for i in range(len(many))]},
             ..., row_group_size=37, data_page_size=500, write_batch_size=5)
parquet_case("区域 2.parquet", "区域 2.parquet", shapes(-75, 40, 0.1), {"code": ["a", "b", "c", "d"], "名 x": ["1", "2", "3", "4"]}, ...)
json.dump(cases, sys.stdout)
