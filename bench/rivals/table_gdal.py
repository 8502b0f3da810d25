"""table_gdal.py default|fractional RASTER AREAS OUT: the cells of a raster in areas (a line of JSON each) as CSV, by GDAL's `raster zonal-stats` from the library that pyogrio brings."""
import ctypes
import glob
import json
import os
import sys
import tempfile
import warnings

import pyogrio

pixels, raster, path_of_areas, out = sys.argv[1:]
home = os.path.dirname(pyogrio.__file__)
os.environ.setdefault("PROJ_DATA", os.path.join(home, "proj_data"))
os.environ.setdefault("GDAL_DATA", os.path.join(home, "gdal_data"))
(library,) = glob.glob(os.path.join(os.path.dirname(home), "pyogrio.libs", "libgdal*"))
gdal = ctypes.CDLL(library)
pointer, text, boolean = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_bool
for name, result, arguments in (
    ("GDALGetGlobalAlgorithmRegistry", pointer, []),
    ("GDALAlgorithmRegistryInstantiateAlg", pointer, [pointer, text]),
    ("GDALAlgorithmInstantiateSubAlgorithm", pointer, [pointer, text]),
    ("GDALAlgorithmParseCommandLineArguments", boolean, [pointer, ctypes.POINTER(text)]),
    ("GDALAlgorithmRun", boolean, [pointer, pointer, pointer]),
    ("GDALAlgorithmFinalize", boolean, [pointer]),
    ("CPLGetLastErrorMsg", text, []),
):
    function = getattr(gdal, name)
    function.restype, function.argtypes = result, arguments

# The layer of results, which has no geometries, has no CRS either.
warnings.filterwarnings("ignore", message="No SRS set on layer")


def zonal_stats(*words):
    """Runs `gdal raster zonal-stats` with these words."""
    gdal.GDALAllRegister()
    family = gdal.GDALAlgorithmRegistryInstantiateAlg(gdal.GDALGetGlobalAlgorithmRegistry(), b"raster")
    algorithm = gdal.GDALAlgorithmInstantiateSubAlgorithm(family, b"zonal-stats")
    line = (text * (len(words) + 1))(*(word.encode() for word in words), None)
    done = (
        gdal.GDALAlgorithmParseCommandLineArguments(algorithm, line)
        and gdal.GDALAlgorithmRun(algorithm, None, None)
        and gdal.GDALAlgorithmFinalize(algorithm)
    )
    if not done:
        sys.exit(gdal.CPLGetLastErrorMsg().decode())


with tempfile.TemporaryDirectory() as folder:
    zones, stats = os.path.join(folder, "zones.geojson"), os.path.join(folder, "stats.geojsonl")
    with open(path_of_areas) as lines:
        features = [
            {"type": "Feature", "properties": {"id": area["id"]}, "geometry": area["geometry"]}
            for area in map(json.loads, lines)
        ]
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::5070"}}
    with open(zones, "w") as file:
        json.dump({"type": "FeatureCollection", "crs": crs, "features": features}, file)
    wanted = [word for stat in ("unique", "frac", "count") for word in ("--stat", stat)]
    zonal_stats(
        *("--input", raster, "--zones", zones, "--output", stats, "--output-format", "GeoJSONSeq"),
        *("--include-field", "id", "--pixels", pixels, *wanted),
    )
    with open(stats) as lines, open(out, "w") as file:
        file.write("id,nlcd,cells\n")
        for properties in (json.loads(line)["properties"] for line in lines):
            for value, share in zip(properties["unique"], properties["frac"]):
                cells = share * properties["count"]
                file.write(f"{properties['id']},{int(value)},{round(cells) if pixels == 'default' else cells}\n")
