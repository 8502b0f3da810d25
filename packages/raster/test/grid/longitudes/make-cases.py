"""Writes cases.json: areas near and on the antimeridian, each written in several ways, and their cells on rasters of many kinds.

    python3 make-cases.py && npx biome format --write cases.json

The file was made with rasterio 1.4.4 (GDAL 3.10.3), pyproj 3.7.2 (PROJ 9.5.1), shapely 2.2.0.

Each area is one polygon whose longitudes go on beyond 180. Its cells are those that rasterio.features.rasterize burns: of the
polygon moved by whole turns, where the raster is in degrees; of its projected vertices, moved by whole turns, where x is the same for
a longitude at all latitudes; else of its projected vertices, cut before at the meridian opposite to the projection's centre, where it
has one, and along that with a vertex at each tenth of a degree.
"""
import json
import os

import numpy as np
from pyproj import CRS, Transformer
from rasterio.features import rasterize
from rasterio.transform import from_origin
from shapely import affinity, transform
from shapely.geometry import MultiPolygon, Polygon, box, mapping

here = os.path.dirname(os.path.abspath(__file__))

# name: CRS, x and y of the upper left corner, size of cells, columns, rows, longitude of the centre
# (None: not cut open)
RASTERS = {
    "world from -180": ("EPSG:4326", -180, 90, 1, 360, 180, None),
    "world from 0": ("EPSG:4326", 0, 90, 1, 360, 180, None),
    "world from -90": ("EPSG:4326", -90, 90, 1, 360, 180, None),
    "world from 30": ("EPSG:4269", 30, 90, 0.5, 720, 360, None),
    "world from -180.5": ("EPSG:4326", -180.5, 90, 1, 360, 180, None),
    "world from -360": ("EPSG:4326", -360, 90, 1, 360, 180, None),
    "Fiji from 170": ("EPSG:4326", 170, 0, 0.25, 80, 120, None),
    "Fiji from -190": ("EPSG:4326", -190, 0, 0.25, 80, 120, None),
    "Pacific from 130": ("EPSG:4326", 130, 70, 0.5, 220, 260, None),
    "Greenwich from 345": ("EPSG:4326", 345, 60, 0.25, 120, 80, None),
    "America from 230": ("EPSG:4269", 230, 60, 0.5, 140, 80, None),
    "web Mercator": ("EPSG:3857", -20037508.342789244, 20037508.342789244, 50093.77085697311, 800, 800, 0),
    "web Mercator beyond 180": ("EPSG:3857", 18000000, 8000000, 20000, 250, 800, 0),
    "Pacific Mercator": ("EPSG:3832", -9000000, 9000000, 50000, 400, 360, 150),
    "EASE grid": ("EPSG:6933", -17367530.445, 7314540.83, 36032.22, 964, 406, 0),
    "Mollweide": ("ESRI:54009", -18040000, 9020000, 50000, 722, 361, 0),
    "Mollweide of the Pacific": ("+proj=moll +lon_0=150 +datum=WGS84", -18040000, 9020000, 50000, 722, 361, 150),
    "Equal Earth": ("EPSG:8857", -17250000, 8400000, 50000, 690, 336, 0),
    "Alaska Albers": ("EPSG:3338", -2600000, 2400000, 10000, 420, 220, -154),
    "Conus Albers": ("EPSG:5070", -2400000, 3200000, 20000, 240, 160, -96),
    "UTM 60 north": ("EPSG:32660", 100000, 6600000, 5000, 200, 300, None),
    "UTM 1 north": ("EPSG:32601", -200000, 6600000, 5000, 240, 300, None),
    "UTM 60 south": ("EPSG:32760", 200000, 8500000, 5000, 240, 300, None),
    "New Zealand": ("EPSG:2193", 800000, 6300000, 10000, 220, 180, None),
    "Arctic": ("EPSG:3413", -4000000, 4000000, 25000, 320, 320, None),
}

CYLINDERS = ["EPSG:3857", "EPSG:3832", "EPSG:6933"]

# Longitudes go on beyond 180; vertices lie on no centre, and on no meridian 180 degrees from
# another.
AREAS = {
    "Aleutians": [[(171.3, 51.2), (179.2, 50.7), (187.9, 52.1), (195.6, 54.3), (193.2, 55.7), (183.4, 53.1), (172.1, 53.6)]],
    "Fiji": [[(176.6, -19.7), (182.3, -20.4), (182.9, -16.3), (178.2, -15.6)]],
    "Fiji with a hole": [
        [(173.1, -21.3), (186.2, -21.7), (187.3, -14.1), (172.4, -13.8)],
        [(178.1, -18.3), (181.6, -18.9), (181.2, -16.2), (177.7, -15.9)],
        [(183.1, -18.1), (184.3, -18.2), (184.1, -17.1)],
    ],
    "Chukotka": [[(165.2, 62.3), (177.8, 61.9), (184.7, 64.4), (190.3, 66.2), (181.3, 69.1), (170.6, 70.2), (163.4, 68.6)]],
    "New Zealand and Chatham": [[(165.6, -47.9), (184.3, -45.2), (184.1, -43.1), (179.3, -36.6), (171.8, -33.9)]],
    "America": [[(236.3, 33.1), (268.7, 29.2), (293.2, 45.1), (262.4, 49.3), (235.7, 48.6)]],
    "Greenwich": [[(351.7, 43.2), (368.4, 44.6), (366.2, 57.3), (352.9, 58.8)]],
    "Pacific": [[(140.2, -31.4), (229.3, -40.7), (241.8, 33.6), (151.2, 41.3)]],
}


def canonical(rings):
    return Polygon(rings[0], rings[1:])


def wrapped(rings):
    """Longitudes from -180 to 180, so that rings leap."""
    return [[[((lon + 180) % 360) - 180, lat] for lon, lat in ring] for ring in rings]


def closed(rings):
    return [[list(position) for position in [*ring, ring[0]]] for ring in rings]


def parts(geometry):
    return list(geometry.geoms) if geometry.geom_type in ("MultiPolygon", "GeometryCollection") else [geometry]


def cut_at(polygon, west):
    """The parts of a polygon in each turn from a meridian, moved into the first."""
    found = []
    for turn in range(-2, 3):
        piece = polygon.intersection(box(west + 360 * turn, -90, west + 360 * (turn + 1), 90))
        found += [affinity.translate(p, -360 * turn) for p in parts(piece) if p.geom_type == "Polygon" and p.area > 0]
    return found


def following(polygon, west):
    """The same polygon with vertices at tenths of a degree along the meridians at which it was cut."""

    def along(ring):
        found = []
        for (x1, y1), (x2, y2) in zip(ring.coords, ring.coords[1:]):
            found.append((x1, y1))
            if x1 == x2 and x1 in (west, west + 360):
                low, high = sorted((y1, y2))
                tenths = [n / 10 for n in range(int(np.floor(low * 10)) + 1, int(np.ceil(high * 10)))]
                found += [(x1, y) for y in (tenths if y1 < y2 else tenths[::-1])]
        return found

    return Polygon(along(polygon.exterior), [along(hole) for hole in polygon.interiors])


def rounded(geometry):
    return json.loads(json.dumps(mapping(geometry)["coordinates"]))


def ways(rings):
    polygon = canonical(rings)
    lons = [lon for ring in rings for lon, _ in ring]
    found = {"leaping": [closed(wrapped(rings))], "cut": rounded(MultiPolygon(cut_at(polygon, -180)))}
    for name, turn in (("on", 0), ("back", -1)):
        if min(lons) + 360 * turn >= -360 and max(lons) + 360 * turn <= 360:
            found[name] = [closed([[(lon + 360 * turn, lat) for lon, lat in ring] for ring in rings])]
    return found


def cells(rings, raster):
    crs, x, y, size, width, height, centre = raster
    polygon = canonical(rings)
    if CRS(crs).is_geographic:
        shapes = [affinity.translate(polygon, 360 * turn) for turn in range(-3, 4)]
    else:
        to = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
        if crs in CYLINDERS:
            around = 2 * abs(to.transform(centre + 90, 0)[0] - to.transform(centre - 90, 0)[0])

            def onwards(positions):
                turns = np.round((positions[:, 0] - centre) / 360)
                x, y = to.transform(positions[:, 0] - 360 * turns, positions[:, 1])
                return np.column_stack([x + turns * around, y])

            whole = transform(polygon, onwards)
            shapes = [affinity.translate(whole, around * turn) for turn in range(-2, 3)]
        else:
            pieces = [polygon]
            if centre is not None:
                pieces = [following(piece, centre - 180) for piece in cut_at(polygon, centre - 180)]

            def projected(positions):
                lon = positions[:, 0]
                if centre is not None:  # PROJ may put what lies on the cut on its other side
                    lon = np.clip(lon, centre - 180 + 1e-9, centre + 180 - 1e-9)
                return np.column_stack(to.transform(lon, positions[:, 1]))

            shapes = [transform(piece, projected) for piece in pieces]
    burnt = rasterize(shapes, out_shape=(height, width), transform=from_origin(x, y, size, size), fill=0, default_value=1)
    rows, columns = np.nonzero(burnt)
    return [len(rows), int(columns.sum()), int(rows.sum()), int((columns.astype("int64") * rows).sum() % 1000003)]


cases = {
    "rasters": {
        name: {"crs": crs, "originX": x, "originY": y, "cell": size, "width": width, "height": height}
        for name, (crs, x, y, size, width, height, _) in RASTERS.items()
    },
    "areas": {name: ways(rings) for name, rings in AREAS.items()},
    # Cells, and the sums of their columns, of their rows, and of the products of both (modulo
    # 1,000,003).
    "cells": {
        name: {area: cells(rings, raster) for area, rings in AREAS.items()} for name, raster in RASTERS.items()
    },
}
with open(os.path.join(here, "cases.json"), "w", encoding="utf-8") as file:
    json.dump(cases, file, separators=(",", ":"))
    file.write("\n")
