"""Asks DuckDB what Athena would be asked.

Standard input is a JSON object: `root`, a folder with a folder for each bucket; `tables`, statements that make
tables; and `query`. Standard output is the rows as JSON. A table becomes a view over the files below its location. Its
partitions are the folders that its template projects, as Athena computes them.
"""
import json
import os
import re
import sys

import duckdb

VALUES = {"year": "[0-9]{4}", "month": "[0-9]{2}", "day": "[0-9]{2}", "hour": "[0-9]{2}"}


def files_below(folder):
    for path, _, names in os.walk(folder):
        yield from (os.path.join(path, name) for name in names if not name.startswith((".", "_")))


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def make_view(connection, root, statement):
    database, table = re.match(r"CREATE EXTERNAL TABLE IF NOT EXISTS `(.+?)`\.`(.+?)` ", statement).groups()
    location = re.search(r"LOCATION 's3://(.*?)'", statement).group(1)
    declared = re.search(r"PARTITIONED BY \((.*?)\)", statement)
    names = re.findall(r"`(\w+)` string", declared.group(1)) if declared else []
    template = re.search(r"'storage.location.template' = 's3://(.*?)'", statement)
    folder = re.escape(template.group(1) if template else location)
    for name in names:
        span = re.search(rf"'projection\.{name}\.range' = '(\d+),(\d+)'", statement)
        digits = int(re.search(rf"'projection\.{name}\.digits' = '(\d+)'", statement).group(1))
        low, high = map(int, span.groups())
        values = "|".join(str(value).zfill(digits) for value in range(low, high + 1))
        folder = folder.replace(re.escape("${" + name + "}"), f"({values})")
    pattern = re.escape(root + "/") + folder
    found = [path for path in files_below(f"{root}/{location}") if re.match(pattern, path)]
    columns = [f"regexp_extract(filename, {quoted(pattern)}, {at}) AS \"{name}\"" for at, name in enumerate(names, 1)]
    columns.append(f"'s3://' || substr(filename, {len(root) + 2}) AS \"$path\"")
    lines = (
        f"read_csv([{', '.join(map(quoted, found))}], columns = {{'line': 'VARCHAR'}}, delim = '\\x01', quote = '', "
        "escape = '', header = false, auto_detect = false, strict_mode = false, null_padding = true, filename = true)"
    )
    source = lines if found else "(SELECT '' AS line, '' AS filename WHERE false)"
    connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{database}"')
    connection.execute(
        f'CREATE OR REPLACE VIEW "{database}"."{table}" AS SELECT line, {", ".join(columns)} FROM {source}'
    )


def main():
    asked = json.load(sys.stdin)
    connection = duckdb.connect()
    connection.execute("SET disabled_optimizers = 'type_pushdown'")
    # Athena's function, with a path as Athena writes it.
    connection.execute(
        "CREATE MACRO json_extract_scalar(text, path) AS CASE WHEN json_valid(text) THEN "
        "json_extract_string(text, '$.' || substr(path, 3, length(path) - 3)) END"
    )
    for statement in asked["tables"]:
        make_view(connection, asked["root"], statement)
    rows = connection.execute(asked["query"]).fetchall()
    json.dump([[None if value is None else str(value) for value in row] for row in rows], sys.stdout)


main()
