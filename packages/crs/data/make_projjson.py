"""Writes PROJJSON of the WKT that the tests have, with the positions that PROJ puts there, without codes in every second line.

    python3 make_projjson.py ../test

The file was made with pyproj 3.7.2 (PROJ 9.5.1).
"""
import gzip
import json
import sys
import warnings
from pathlib import Path

from pyproj import CRS

warnings.filterwarnings("ignore")
STEP = 4


def without_codes(value):
    if isinstance(value, dict):
        return {key: without_codes(one) for key, one in value.items() if key not in ("id", "ids")}
    return [without_codes(one) for one in value] if isinstance(value, list) else value


folder = Path(sys.argv[1])
samples = [json.loads(line) for line in gzip.open(folder / "wkt.jsonl.gz", "rt", encoding="utf-8")]
with gzip.GzipFile(folder / "projjson.jsonl.gz", "wb", mtime=0) as out:
    for number, (name, wkt, *positions) in enumerate(samples[::STEP]):
        spelled = CRS.from_wkt(wkt).to_json_dict()
        spelled = without_codes(spelled) if number % 2 else spelled
        out.write((json.dumps([name, json.dumps(spelled), *positions]) + "\n").encode())
