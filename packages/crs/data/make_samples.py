"""Writes what the tests compare with: positions of every code, of a sample of WKT in three dialects, and of GeoTIFFs' keys.

    # EXPECTED: what make_tables.py has written
    python3 make_samples.py EXPECTED ../test

The files were made with pyproj 3.7.2 (PROJ 9.5.1) and rasterio 1.4.4 (GDAL 3.9.3).
"""
import gzip
import json
import re
import struct
import sys
import warnings
from pathlib import Path

import numpy as np
import pyproj
import rasterio
from pyproj import CRS, Transformer
from rasterio.io import MemoryFile

warnings.filterwarnings("ignore")
pyproj.network.set_network_enabled(False)
HERE = Path(__file__).parent
# Of the 49 positions that are recorded of each code, those that are kept.
KEPT = [24, 9, 33, 36, 6]
KEY_NAMES = {
    1024: "GTModelTypeGeoKey", 1025: "GTRasterTypeGeoKey", 1026: "GTCitationGeoKey", 2048: "GeographicTypeGeoKey",
    2049: "GeogCitationGeoKey", 2050: "GeogGeodeticDatumGeoKey", 2051: "GeogPrimeMeridianGeoKey",
    2052: "GeogLinearUnitsGeoKey", 2053: "GeogLinearUnitSizeGeoKey", 2054: "GeogAngularUnitsGeoKey",
    2055: "GeogAngularUnitSizeGeoKey", 2056: "GeogEllipsoidGeoKey", 2057: "GeogSemiMajorAxisGeoKey",
    2058: "GeogSemiMinorAxisGeoKey", 2059: "GeogInvFlatteningGeoKey", 2060: "GeogAzimuthUnitsGeoKey",
    2061: "GeogPrimeMeridianLongGeoKey", 2062: "GeogTOWGS84GeoKey", 3072: "ProjectedCSTypeGeoKey",
    3073: "PCSCitationGeoKey", 3074: "ProjectionGeoKey", 3075: "ProjCoordTransGeoKey", 3076: "ProjLinearUnitsGeoKey",
    3077: "ProjLinearUnitSizeGeoKey", 3078: "ProjStdParallel1GeoKey", 3079: "ProjStdParallel2GeoKey",
    3080: "ProjNatOriginLongGeoKey", 3081: "ProjNatOriginLatGeoKey", 3082: "ProjFalseEastingGeoKey",
    3083: "ProjFalseNorthingGeoKey", 3084: "ProjFalseOriginLongGeoKey", 3085: "ProjFalseOriginLatGeoKey",
    3086: "ProjFalseOriginEastingGeoKey", 3087: "ProjFalseOriginNorthingGeoKey", 3088: "ProjCenterLongGeoKey",
    3089: "ProjCenterLatGeoKey", 3090: "ProjCenterEastingGeoKey", 3091: "ProjCenterNorthingGeoKey",
    3092: "ProjScaleAtNatOriginGeoKey", 3093: "ProjScaleAtCenterGeoKey", 3094: "ProjAzimuthAngleGeoKey",
    3095: "ProjStraightVertPoleLongGeoKey", 3096: "ProjRectifiedGridAngleGeoKey", 4096: "VerticalCSTypeGeoKey",
    4097: "VerticalCitationGeoKey", 4098: "VerticalDatumGeoKey", 4099: "VerticalUnitsGeoKey",
}


def rounded(crs, position):
    if position is None:
        return None
    digits = 9 if crs is None or crs.is_geographic else 3
    return [round(value, digits) for value in position]


def transformed(crs, points):
    transformer = Transformer.from_crs(4326, crs, always_xy=True)
    found = []
    for point in points:
        x, y = transformer.transform(*point)
        found.append(rounded(crs, [x, y]) if np.isfinite(x) and np.isfinite(y) else None)
    return found


def without_ids(wkt, all_ids):
    """WKT without the code of the CRS itself, or without any code."""
    if all_ids:
        return re.sub(r',(ID|AUTHORITY)\["[^"]*",("[^"]*"|[\d.]+)\]', "", wkt)
    return re.sub(r',(ID|AUTHORITY)\["[^"]*",("[^"]*"|[\d.]+)\]\]$', "]", wkt)


def write(path, rows):
    text = "".join(json.dumps(row, separators=(",", ":"), ensure_ascii=False) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    print(path.name, len(rows), path.stat().st_size)


def table(name):
    return {line.split("\t")[0]: line.split("\t")[1:] for line in (HERE / name).read_text().splitlines()}


def chosen(expected):
    """One code of every projection with its parameters and unit, of every datum, and some compound ones."""
    projected, geographic, conversions = table("projected.tsv"), table("geographic.tsv"), table("conversions.tsv")
    seen, result = set(), []
    for key, points, found in expected:
        if all(position is None for position in found):
            continue
        if key in geographic:
            kinds = {("datum", *geographic[key][1:])}
        elif key in projected:
            text = re.sub(r"^@(\S+)", lambda match: conversions[match.group(1)][0], projected[key][2])
            names = re.sub(r"(\+(?!proj|units|axis)\w+)=\S+", r"\1", text)
            kinds = {("base", projected[key][1]), ("projection", key[:4], names)}
        else:
            kinds = {("compound", len([row for row in result if row[2]]) < 12)}
        if not kinds <= seen:
            fresh = {kind[0] for kind in kinds - seen}
            seen |= kinds
            # Of datums, and of ESRI's codes, one in eight.
            if "compound" in fresh or ("projection" in fresh and key.startswith("EPSG")) or len(seen) % 8 == 0:
                result.append((key, points, key not in geographic and key not in projected))
    return [(key, points) for key, points, _ in result]


def wkt_samples(rows):
    for index, (key, points) in enumerate(rows):
        points = [points[at] for at in (24, 9, 33)]
        for dialect in ("WKT1_GDAL", "WKT2_2019", "WKT1_ESRI"):
            try:
                wkt = without_ids(CRS(key).to_wkt(dialect), all_ids=index % 2 == 1)
                crs = CRS.from_wkt(wkt)
                yield [f"{key} {dialect}", wkt, points, transformed(crs, points)]
            except Exception:  # a dialect that cannot say it
                continue


def geo_keys(path_bytes):
    """The keys of a little-endian classic TIFF, as geotiff names them."""
    data = path_bytes
    (offset,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, offset)
    tags = {}
    for at in range(offset + 2, offset + 2 + 12 * count, 12):
        tag, kind, n, value = struct.unpack_from("<HHII", data, at)
        tags[tag] = (kind, n, value)
    if 34735 not in tags:
        return {}
    _, n, where = tags[34735]
    directory = struct.unpack_from(f"<{n}H", data, where)
    doubles = ()
    if 34736 in tags:
        _, n, where = tags[34736]
        doubles = struct.unpack_from(f"<{n}d", data, where)
    text = ""
    if 34737 in tags:
        _, n, where = tags[34737]
        text = data[where : where + n].decode("latin1")
    keys = {}
    for at in range(4, len(directory), 4):
        key, location, n, value = directory[at : at + 4]
        name = KEY_NAMES.get(key)
        if name is None:
            continue
        if location == 0:
            keys[name] = value
        elif location == 34736:
            keys[name] = doubles[value] if n == 1 else list(doubles[value : value + n])
        else:
            keys[name] = text[value : value + n - 1]
    return keys


def key_samples(rows):
    for index, (key, points) in enumerate(rows):
        points = [points[at] for at in (24, 9, 33)]
        crs = CRS(key)
        for stripped in (False, True) if not crs.is_compound else (False,):
            try:
                wkt = crs.to_wkt("WKT2_2019")
                if stripped:
                    wkt = without_ids(wkt, all_ids=index % 2 == 1)
                with MemoryFile() as file:
                    profile = dict(driver="GTiff", width=1, height=1, count=1, dtype="uint8")
                    with file.open(crs=rasterio.crs.CRS.from_wkt(wkt), transform=rasterio.Affine(30, 0, 1, 0, -30, 2), **profile):
                        pass
                    data = bytes(file.getbuffer())
                    with MemoryFile(data) as again, again.open() as dataset:
                        read = CRS.from_wkt(dataset.crs.to_wkt())
                keys = geo_keys(data)
                # By the code, which GDAL reads otherwise for some that are deprecated.
                if not stripped:
                    read = crs
                if read.is_compound:
                    read = read.sub_crs_list[0]
                yield [f"{key}{' stripped' if stripped else ''}", keys, points, transformed(read, points)]
            except Exception as error:
                print(key, stripped, repr(error)[:100], file=sys.stderr)


def main(expected_path, out):
    expected = json.loads(Path(expected_path).read_text())
    folder = Path(out)
    codes = []
    for key, points, found in expected:
        geographic = max((abs(v) for p in found if p for v in p), default=0) < 1000
        # PROJ takes the scale of two old CRSs for millionths.
        digits = 8 if geographic or key in ("EPSG:6996", "EPSG:6997") else 3
        kept = [[round(v, digits) for v in found[at]] if found[at] else None for at in KEPT]
        codes.append([key, None, [points[at] for at in KEPT], kept])
    write(folder / "codes.jsonl.gz", codes)
    rows = chosen(expected)
    print(len(rows), "chosen")
    write(folder / "wkt.jsonl.gz", list(wkt_samples(rows)))
    write(folder / "geokeys.jsonl.gz", list(key_samples(rows)))


main(sys.argv[1], sys.argv[2])
