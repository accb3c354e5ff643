"""Writes v2.json as Parquet, with the names of Athena's tables and all values as strings. The files are in the repository:

    pip install duckdb==2.0.1
    python3 crates/core/access-log/tests/logs/make_parquet.py
"""

import json
import pathlib
import re

import duckdb

folder = pathlib.Path(__file__).parent
rows = [json.loads(line) for line in (folder / "v2.json").read_text().splitlines()]
names = list(dict.fromkeys(name for row in rows for name in row))
columns = ", ".join(f'"{re.sub("[(-]", "_", name).replace(")", "").lower()}" VARCHAR' for name in names)
duckdb.execute(f"CREATE TABLE log ({columns})")
values = [[None if row.get(name) is None else str(row[name]) for name in names] for row in rows]
duckdb.executemany(f"INSERT INTO log VALUES ({', '.join('?' * len(names))})", values)
for name, codec in [("v2", "snappy"), ("v2-gzip", "gzip"), ("v2-zstd", "zstd")]:
    path = folder / f"{name}.parquet"
    duckdb.execute(f"COPY log TO '{path}' (FORMAT parquet, COMPRESSION {codec})")
duckdb.execute(f"COPY (SELECT 1 AS a, 'x' AS b) TO '{folder / 'other.parquet'}' (FORMAT parquet)")
duckdb.execute(f"COPY (SELECT [1, 2] AS sc_status) TO '{folder / 'nested.parquet'}' (FORMAT parquet)")
