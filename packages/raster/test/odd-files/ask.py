"""Asks rasterio (1.4.4, GDAL 3.10.3) for the cells of the files of all recipes, and writes fixtures/answers.json:

    node write-all.ts /tmp/odd-files && python ask.py /tmp/odd-files

Cells that are masked, NaN or infinite are null; rows are from north to south. Of what it cannot read there is no answer.
"""

import json
import logging
import os
import sys
from pathlib import Path

import numpy as np
import rasterio

logging.disable(logging.CRITICAL)
answers = {}
for recipe in json.loads((Path(sys.argv[1]) / "index.json").read_text()):
    try:
        with rasterio.open(recipe["path"]) as raster:
            cells = raster.read(recipe["band"], masked=True)
            step, top = raster.transform.e, raster.transform.f
            if step > 0:
                cells, top = cells[::-1], top + step * raster.height
            hidden = np.ma.getmaskarray(cells) | ~np.isfinite(np.ma.getdata(cells).astype("float64"))
            rows = [[None if h else v.item() for v, h in zip(*row)] for row in zip(np.ma.getdata(cells), hidden)]
            grid = [raster.transform.c, top, raster.transform.a, abs(step)]
            answers[recipe["name"]] = {"grid": grid, "rows": rows}
    except rasterio.errors.RasterioError:
        answers[recipe["name"]] = None
lines = [f" {json.dumps(name)}: {json.dumps(answer)}" for name, answer in answers.items()]
(Path(__file__).parent / "fixtures/answers.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
