"""Makes gdal-mosaics.json.gz beside it (pip install rasterio numpy; gdalbuildvrt and gdal_translate on the PATH): python make-mosaics.py

For each case the files, by name and in base64, the text of a VRT, which of its bands is read, and what rasterio reads from it: rows of
values, null where they are masked. `list` names the files that are the same raster as a list, in their order.
"""

import base64
import gzip
import json
import os
import subprocess
import tempfile
import warnings
from pathlib import Path

import numpy as np
import rasterio
from rasterio.transform import from_origin

warnings.simplefilter("ignore")
here = Path(__file__).parent
folder = Path(tempfile.mkdtemp())
os.chdir(folder)
cases = []


def tif(name, column, row, width=20, height=16, kind="uint8", bands=1, nodata=None, mask=None, cells=None, **options):
    y, x = np.mgrid[0:height, 0:width]
    if cells is None:
        cells = np.stack([((x * 3 + y * 5 + (column + row) * 7 + band * 11) % 23 + 1) for band in range(bands)])
    cells = cells.astype(kind)
    kind_options = {"tiled": True, "blockxsize": 16, "blockysize": 16, "compress": "DEFLATE", **options}
    place = {"transform": from_origin(300000 + column * 30, 2000000 - row * 30, 30, 30), "crs": "EPSG:5070"}
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
        with rasterio.open(name, "w", driver="GTiff", width=width, height=height, count=bands, dtype=kind, nodata=nodata, **{**place, **kind_options}) as dataset:
            dataset.write(cells)
            if mask is not None:
                dataset.write_mask(mask((x + column, y + row)))
    return name


def run(command):
    subprocess.run(command, shell=True, check=True)


def case(name, vrt, files, band=1, as_list=False, change=lambda text: text, reference=None):
    text = change(Path(vrt).read_text())
    Path(vrt).write_text(text)
    with rasterio.open(vrt) as dataset:
        cells = dataset.read(band, masked=True)
    hidden = np.ma.getmaskarray(cells) | ~np.isfinite(cells.data)
    values = [[None if h else float(v) if cells.dtype.kind == "f" else int(v) for v, h in zip(*row)] for row in zip(cells.data, hidden)]
    cases.append({
        "name": name,
        "band": band,
        "vrt": text.replace(str(folder), "{folder}"),
        "files": {file: base64.b64encode(Path(file).read_bytes()).decode() for file in files},
        "list": files if as_list else None,
        "values": values,
    })


def built(name, files, options="", **rest):
    run(f"gdalbuildvrt -q {options} {name}.vrt {' '.join(files)}")
    case(name, f"{name}.vrt", files, **rest)


places = [(0, 6), (15, 3), (30, 0), (12, 10)]


def parts(name, **options):
    return [tif(f"{name}{i}.tif", *place, **{key: value[i] if isinstance(value, list) else value for key, value in options.items()}) for i, place in enumerate(places)]


odd = lambda at: ((at[0] + at[1]) % 3 == 0) * np.uint8(255)
built("plain", parts("p"), as_list=True)
built("strips", parts("s", tiled=False, blockysize=5, blockxsize=20), as_list=True)
built("nodata", parts("n", nodata=4), as_list=True)
built("nodata-of-each", parts("e", nodata=[4, 4, 9, 12]))
built("nodata-hidden", ["n0.tif", "n1.tif", "n2.tif"], "-hidenodata -vrtnodata 200")
built("nodata-given", ["p0.tif", "p1.tif", "p3.tif"], "-srcnodata 7 -vrtnodata 7")
built("nodata-of-sources-alone", ["p0.tif", "p1.tif", "p3.tif"], "-srcnodata 7 -vrtnodata None")
built("masks", parts("m", mask=odd), as_list=True)
built("some-masks", ["m0.tif", "p1.tif", "m2.tif", "p3.tif"])
built("alpha-added", ["p0.tif", "p1.tif", "p3.tif"], "-addalpha")
see = lambda i: np.stack([np.full((16, 20), 3 + i), np.full((16, 20), 4 + i), np.full((16, 20), 5), np.where(np.add.outer(np.arange(16), np.arange(20)) % 4 == i, 0, 255)])
rgba = parts("a", bands=4, cells=[see(0), see(1), see(2), see(3)], photometric="RGB", alpha="YES")
for band in (1, 2):
    built("alpha-of-files", rgba, band=band)
built("float", parts("f", kind="float32", nodata=-9999.25, cells=None), as_list=True)
nan = lambda i: np.where(np.add.outer(np.arange(16), np.arange(20)) % 5 == i, np.nan, i + 0.25)[None]
built("float-nan", parts("g", kind="float32", nodata=float("nan"), cells=[nan(0), nan(1), nan(2), nan(3)]), as_list=True)
built("float-lowest", parts("l", kind="float32", nodata=-3.4028234663852886e38, cells=[np.where(np.isnan(nan(i)), -3.4028234663852886e38, 5) for i in range(4)]), as_list=True)
built("int16", parts("i", kind="int16", nodata=-32768, cells=[np.where(np.isnan(nan(i)), -32768, -7 * i - 7) for i in range(4)]), as_list=True)
built("uint32", parts("u", kind="uint32", cells=[np.full((1, 16, 20), 4_000_000_000 + i) for i in range(4)]), as_list=True)
tiles = [tif(f"t{row}{column}.tif", column * 32, row * 32, 32, 32, nodata=[None, 5][(row + column) % 2]) for row in range(3) for column in range(3)]
built("tile-by-tile", tiles[:8])
even = [tif(f"v{row}{column}.tif", column * 32, row * 32, 32, 32, nodata=5) for row in range(3) for column in range(3)]
built("tile-by-tile-with-nodata", even[:8], as_list=True)
two = parts("b", bands=2)
built("second-band", two, "-b 2")
built("separate", ["p0.tif", "n1.tif"], "-separate", band=2)

bare = tif("bare.tif", 0, 0, crs=None, transform=None, nodata=6)
run("gdal_translate -q -of VRT -a_srs EPSG:5070 -a_ullr 300000 2000000 300600 1999520 bare.tif placed.vrt")
case("placed-by-the-vrt", "placed.vrt", ["bare.tif"])
run("gdal_translate -q -of VRT -srcwin 3 4 12 9 n0.tif window.vrt")
case("window", "window.vrt", ["n0.tif"])
run("gdal_translate -q -of VRT -srcwin -3 -2 30 25 p0.tif larger.vrt")
case("larger-than-its-file", "larger.vrt", ["p0.tif"])
run("gdal_translate -q -of VRT m0.tif masked.vrt")
case("translated-with-mask", "masked.vrt", ["m0.tif"])
run("gdal_translate -q -of VRT -a_nodata 8 p1.tif given.vrt")
case("translated-with-nodata", "given.vrt", ["p1.tif"])
run("gdal_translate -q -of VRT -ot Int32 p1.tif wider.vrt")
case("wider-type", "wider.vrt", ["p1.tif"])
run("gdalbuildvrt -q absolute.vrt p0.tif p1.tif")
case("absolute-paths", "absolute.vrt", ["p0.tif", "p1.tif"], change=lambda text: text.replace('relativeToVRT="1">', f'relativeToVRT="0">{folder}/'))
run("gdalbuildvrt -q shown.vrt n0.tif n1.tif n3.tif")
case("mask-from-nodata", "shown.vrt", ["n0.tif", "n1.tif", "n3.tif"], change=lambda text: text.replace("<NODATA>4</NODATA>", "<UseMaskBand>true</UseMaskBand>"))
run("gdalbuildvrt -q raw.vrt n0.tif n1.tif n3.tif")
case("simple-sources-with-nodata", "raw.vrt", ["n0.tif", "n1.tif", "n3.tif"], change=lambda text: text.replace("<NODATA>4</NODATA>", "").replace("ComplexSource", "SimpleSource"))

content = "".join(json.dumps(one) + "\n" for one in cases).encode()
(here / "gdal-mosaics.jsonl.gz").write_bytes(gzip.compress(content, 9, mtime=0))
print(len(cases), "cases,", (here / "gdal-mosaics.jsonl.gz").stat().st_size, "bytes")
