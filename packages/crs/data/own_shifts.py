"""Writes own-shifts.tsv: the shifts of those codes that PROJ shifts otherwise than the geographic CRS beneath them, because it knows
where they are used. Reads refused.tsv, which prove-tables.ts has written before, and must write again afterwards.

    python3 own_shifts.py
"""
from pyproj import CRS

from make_tables import HERE, shifts_of, write

rows = []
for line in (HERE / "refused.tsv").read_text().splitlines():
    key = line.split("\t")[0]
    crs = CRS(key)
    shifts = shifts_of(crs.sub_crs_list[0] if crs.is_compound else crs)
    if shifts:
        rows.append([key, shifts])
write("own-shifts.tsv", rows)
