"""read.py READER FILE: the rows of a table as JSON, a list of objects, as the reader has them; NaN and missing values are null."""
import json
import math
import sys

reader, path = sys.argv[1:]


def with_pyarrow():
    from pyarrow import parquet

    return parquet.read_table(path).to_pylist()


def with_duckdb():
    import duckdb

    read = "read_csv(?, types = {'id': 'VARCHAR'})" if path.endswith(".csv") else "read_parquet(?)"
    found = duckdb.execute(f"SELECT * FROM {read}", [path])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row)) for row in found.fetchall()]


def with_pandas():
    import pandas

    frame = pandas.read_csv(path, dtype={"id": str}) if path.endswith(".csv") else pandas.read_parquet(path)
    return frame.to_dict("records")


def with_gdal():
    """By pyogrio, which brings GDAL; the geometry is its WKB in hexadecimal."""
    from pyogrio import raw

    layer = "answers" if path.endswith(".gpkg") else None
    meta, _, geometry, columns = raw.read(path, layer=layer)
    rows = []
    for i in range(len(columns[0])):
        row = {name: column[i] for name, column in zip(meta["fields"], columns)}
        rows.append({**row, "geometry": geometry[i].hex() if geometry is not None and geometry[i] is not None else None})
    return rows


def plain(value):
    if value is None or value is ...:
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and math.isnan(value):
        return None
    return value


rows = {"pyarrow": with_pyarrow, "duckdb": with_duckdb, "pandas": with_pandas, "gdal": with_gdal}[reader]()
json.dump([{name: plain(value) for name, value in row.items()} for row in rows], sys.stdout)
