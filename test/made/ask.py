"""Makes fixtures/answers.json: what GDAL, shapely, exactextract and rasterstats say of the made country.

    node test/made/write-all.ts FOLDER && python3 test/made/ask.py FOLDER > test/made/fixtures/answers.json

Made with rasterio 1.4.4 (GDAL 3.10.3), shapely 2.2.0, exactextract 0.3.0, rasterstats 0.21.0, numpy 2.4.6. Vertices are projected as they
are, without any between them. A digest of cells is that of their runs, row by row: `row start end;`, the end not included.
"""

import hashlib
import json
import math
import sys
from pathlib import Path

import numpy as np
import rasterio
import shapely
from exactextract import exact_extract
from rasterio.features import geometry_mask
from rasterio.transform import rowcol
from rasterio.warp import transform_geom
from rasterio.windows import Window
from shapely.geometry import mapping, shape

sys.path.append(str(Path(__file__).parent.parent))
from figures import described, quantiles, star  # noqa: E402

folder = Path(sys.argv[1])
small = json.loads((folder / "small.geojson").read_text())["features"]
aligned = json.loads((folder / "aligned.geojson").read_text())["features"]
streams = json.loads((folder / "streams.geojson").read_text())
lon_lat = {feature["properties"]["id"]: feature["geometry"] for feature in small}
layers = {name: rasterio.open(folder / f"{name}.tif") for name in ("land", "soil", "flow", "terrain", "heights", "fields")}
grid = layers["land"]
size = (grid.height, grid.width)


def digest(mask):
    text = []
    for row in np.flatnonzero(mask.any(axis=1)):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], mask[row].astype(np.int8), [0]))))
        text += [f"{row} {start} {end};" for start, end in edges.reshape(-1, 2)]
    return hashlib.sha256("".join(text).encode()).hexdigest()[:16]


def cells(mask):
    return {"cells": int(mask.sum()), "digest": digest(mask)}


def projected(geometry, crs=grid.crs):
    return geometry if crs.is_geographic else transform_geom("EPSG:4326", crs, geometry)


def parts_of(geometry):
    """Its polygons, which are united: GDAL and exactextract would take what two of them share for a hole."""
    return getattr(shape(geometry), "geoms", [shape(geometry)])


def inside(geometry, all_touched=False, raster=grid):
    masks = [geometry_mask([part], (raster.height, raster.width), raster.transform, all_touched, invert=True) for part in parts_of(geometry)]
    return np.logical_or.reduce(masks)


def united(geometry):
    return shapely.union_all(list(parts_of(geometry)))


def shares(geometry, name="land"):
    """The share of each cell of a raster's grid that lies in the polygons, as exactextract says."""
    height, width = layers[name].height, layers[name].width
    feature = {"type": "Feature", "geometry": mapping(united(geometry)), "properties": {}}
    (found,) = exact_extract(str(folder / f"{name}.tif"), [feature], ["coverage", "cell_id"])
    share = np.zeros(height * width)
    share[found["properties"]["cell_id"]] = found["properties"]["coverage"]
    return share.reshape(height, width)


def moments(share):
    """How many cells lie in part; the sum of all shares, and those of columns and rows (from 0), each weighted by its share."""
    rows, columns = np.indices(share.shape)
    return {
        "border": int(((share > 0) & (share < 1)).sum()),
        "sum": float(share.sum()),
        "columns": float((share * columns).sum()),
        "rows": float((share * rows).sum()),
    }


def check_touched(mask, share):
    """
    A border that passes through a cell leaves a share of it inside. GDAL says the same, but on either side of the country's northern and
    southern rims, which are sides of cells to a centimetre: it takes a border so near a side to be on it, or on the other side.
    """
    differing = np.flatnonzero((mask != (share > 0)).any(axis=1))
    assert set(differing) <= {59, 60, 759, 760}, differing


def in_cells(geometry):
    """Any geometry in cells of the grid, rows downwards."""
    return shapely.transform(shape(geometry), lambda at: (at - [grid.transform.c, grid.transform.f]) / [30, -30])


lines = in_cells(projected(streams))
segments = [(a, b) for line in lines.geoms for a, b in zip(line.coords, line.coords[1:])]


def along_streams(geometry):
    """The streams' segments, cut to the polygon; each piece drawn by Bresenham from cell to cell."""
    polygon = united(mapping(in_cells(geometry)))
    shapely.prepare(polygon)
    mask = np.zeros(size, bool)
    for a, b in segments:
        for start, end in pieces(shapely.LineString([a, b]), polygon):
            draw(mask, start, end)
    return mask


def pieces(segment, polygon):
    if not polygon.intersects(segment):
        return
    found = shapely.line_merge(shapely.intersection(segment, polygon))
    (x, y), (u, v) = segment.coords
    for part in getattr(found, "geoms", [found]):
        if part.geom_type != "LineString" or part.length == 0:
            continue
        start, end = part.coords[0], part.coords[-1]
        forward = (end[0] - start[0]) * (u - x) + (end[1] - start[1]) * (v - y) > 0
        yield (start, end) if forward else (end, start)


def draw(mask, start, end):
    (x, y), (to_x, to_y) = (tuple(math.floor(n) for n in at) for at in (start, end))
    dx, dy = abs(to_x - x), abs(to_y - y)
    step_x, step_y = (1 if x < to_x else -1), (1 if y < to_y else -1)
    error = (dx if dx > dy else -dy) // 2 if dx > dy else -(dy // 2)
    while True:
        if 0 <= y < size[0] and 0 <= x < size[1]:
            mask[y, x] = True
        if (x, y) == (to_x, to_y):
            return
        before = error
        if before > -dx:
            error -= dy
            x += step_x
        if before < dy:
            error += dx
            y += step_y


def on_grid(name):
    """The raster's cells on the main grid, and which of these have data."""
    raster = layers[name]
    row, column = rowcol(raster.transform, grid.transform.c + 15, grid.transform.f - 15)
    window = Window(column, row, size[1], size[0])
    return raster.read(1, window=window, boundless=True, masked=True)


on = {name: on_grid(name) for name in ("land", "soil", "flow", "terrain")}


def groups(mask, *names):
    """Cells by the rasters' values, joined by commas; `nodata` where one has none."""
    columns = [np.where(np.ma.getmaskarray(on[name])[mask], "nodata", on[name].data[mask].astype(int).astype(str)) for name in names]
    values, counts = np.unique([",".join(one) for one in zip(*columns)], return_counts=True)
    return {str(value): int(count) for value, count in zip(values, counts)}


def area_answers(geometry):
    centre = inside(geometry)
    check_centres(geometry, centre)
    share = shares(geometry)
    check_touched(inside(geometry, True), share)
    streams = along_streams(geometry)
    return {
        "centre": cells(centre),
        "touched": cells(share > 0),
        "fraction": moments(share) | {"area": united(geometry).area / 900},
        "streams": cells(streams),
        "inWindow": {"centre": cells(windowed(centre)), "touched": cells(windowed(share > 0)), "streams": cells(windowed(streams))},
        "landSoil": groups(centre, "land", "soil"),
    }


def windowed(mask):
    """Only from column 230 to before 611, and from row 201 to before 480."""
    kept = np.zeros_like(mask)
    kept[201:480, 230:611] = mask[201:480, 230:611]
    return kept


def aligned_answers(geometry):
    share = shares(geometry, "heights")
    raster = layers["heights"]
    return {
        "centre": cells(inside(geometry, raster=raster)),
        "touched": cells(share > 0),
        "fraction": moments(share) | {"area": shape(geometry).area / raster.transform.a / -raster.transform.e},
    }


def check_centres(geometry, mask):
    """GDAL's answer, asked of shapely too."""
    rows, columns = np.indices(size)
    x, y = grid.transform * (columns + 0.5, rows + 0.5)
    assert np.array_equal(shapely.contains_xy(united(geometry), x, y), mask)


def raster_answers(raster):
    values = raster.read(1)
    masked = raster.read(1, masked=True)
    return {
        "origin": [raster.transform.c, raster.transform.f],
        "cell": [raster.transform.a, -raster.transform.e],
        "size": [raster.width, raster.height],
        "crs": str(raster.crs),
        "sampleType": raster.dtypes[0],
        "nodata": raster.nodata,
        "valid": int(masked.count()),
        "sum": float(masked.astype("float64").sum()),
        "digest": hashlib.sha256(values.tobytes()).hexdigest()[:16],
    }


def one_area(id, code):
    """Figures of one area for each kind of operation."""
    geometry = projected(lon_lat[id])
    answers = {"id": id, "code": code}
    for name, mask in (("centre", inside(geometry)), ("touched", inside(geometry, True))):
        flow = on["flow"][mask]
        answers[name] = {
            "cells": int(mask.sum()),
            "cellsOfCode": int((on["land"][mask] == code).sum()),
            "flow": {**figures_of(flow), "noData": int(flow.mask.sum())},
            "flowOfCode": figures_of(on["flow"][mask & (on["land"] == code)]),
        }
    feature = {"type": "Feature", "geometry": geometry, "properties": {}}
    (land,) = exact_extract(str(folder / "land.tif"), [feature], ["unique", "frac", "count"])
    (flow,) = exact_extract(str(folder / "flow.tif"), [feature], ["count", "mean", "stdev", "min", "max"])
    land, flow = land["properties"], flow["properties"]
    of_code = dict(zip(land["unique"], land["frac"]))[code] * land["count"]
    answers["fraction"] = {
        "area": shape(geometry).area / 900,
        "cellsOfCode": float(of_code),
        "flow": {name: float(flow[name]) for name in ("count", "mean", "stdev", "min", "max")},
    }
    return answers


def figures_of(values):
    """Of those that have data, as numpy says."""
    values = values.compressed().astype("float64")
    return {
        "cells": int(values.size),
        "sum": float(values.sum()),
        "mean": float(values.mean()),
        "standardDeviation": float(values.std()),
        "min": float(values.min()),
        "max": float(values.max()),
        "median": float(np.median(values)),
        "ninth": float(np.quantile(values, 0.9)),
        "variety": int(np.unique(values).size),
    }


# A raster, another that weights it, and an area's id, or how far a star's points reach (of half the
# raster) and how many it has.
statistics = [
    ("heights.tif", None, "990112"),
    ("heights.tif", None, (0.02, 5)),
    ("flow.tif", "terrain.tif", "990107"),
    ("flow.tif", "land.tif", (1.3, 5)),
    ("flow.tif", "terrain.tif", "990192"),
    ("terrain.tif", "land.tif", "990104"),
    ("land.tif", None, "990190"),
    ("fields.tif", None, (0.8, 11)),
    ("soil.tif", None, "990191"),
]


def statistics_case(name, weights, area):
    if isinstance(area, str):
        geometry = lon_lat[area]
    else:
        bounds = rasterio.warp.transform_bounds(layers[Path(name).stem].crs, "EPSG:4326", *layers[Path(name).stem].bounds)
        geometry = {"type": "Polygon", "coordinates": star(bounds, *area)}
    asked = {"id": area} if isinstance(area, str) else {"area": [geometry["coordinates"]]}
    return {**asked, **described(folder, name, weights, geometry)}


answers = {
    "madeOf": json.loads((folder / "digests.json").read_text()),
    "rasters": {name: raster_answers(raster) for name, raster in layers.items()},
    "areas": {id: area_answers(projected(geometry)) for id, geometry in lon_lat.items()},
    "aligned": {feature["properties"]["id"]: aligned_answers(feature["geometry"]) for feature in aligned},
    "oneArea": one_area("990107", 41),
    "statistics": {"quantiles": quantiles, "cases": [statistics_case(*one) for one in statistics]},
}


def written(value, indent=""):
    """JSON, in one line where that is short."""
    line = json.dumps(value)
    if len(line) + len(indent) <= 150 or not isinstance(value, (dict, list)):
        return line
    inner = indent + " "
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {written(one, inner)}" for key, one in value.items()]
    else:
        parts = [written(one, inner) for one in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}\n" + ",\n".join(inner + part for part in parts) + f"\n{indent}{closing}"


print(written(answers))
