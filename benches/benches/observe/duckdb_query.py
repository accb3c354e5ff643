"""Counts each release of the access logs in a folder, as `edgeswitch observe` does. Prints JSON."""

import json
import sys

import duckdb

COLUMNS = """date time x_edge_location sc_bytes c_ip cs_method cs_host cs_uri_stem sc_status cs_referer cs_user_agent
cs_uri_query cs_cookie x_edge_result_type x_edge_request_id x_host_header cs_protocol cs_bytes time_taken
x_forwarded_for ssl_protocol ssl_cipher x_edge_response_result_type cs_protocol_version fle_status
fle_encrypted_fields c_port time_to_first_byte x_edge_detailed_result_type sc_content_type sc_content_len
sc_range_start sc_range_end""".split()

QUERY = f"""
WITH requests AS (
  SELECT split_part(sc_content_type, 'release=', 2) AS release,
         CASE WHEN starts_with(sc_content_type, 'text/html') THEN 'page'
              WHEN contains(split_part(cs_uri_stem, '/', -1), '.') THEN 'file' ELSE 'data' END AS content,
         CAST(sc_status AS INTEGER) AS status, hash(c_ip, cs_user_agent) AS viewer,
         x_edge_response_result_type AS result, CAST(time_to_first_byte AS DOUBLE) AS first_byte,
         CAST(date || ' ' || time AS TIMESTAMP) AS moment, cs_user_agent AS agent, cs_uri_query AS query, x_edge_request_id AS id
  FROM read_csv(?, delim='\t', quote='', escape='', header=false, skip=2, auto_detect=false,
                columns={dict.fromkeys(COLUMNS, "VARCHAR")})
)
SELECT release, content, count(*) AS served, approx_count_distinct(viewer) AS viewers,
       count(*) FILTER (status BETWEEN 500 AND 599) AS server_errors,
       approx_count_distinct(viewer) FILTER (status BETWEEN 500 AND 599) AS with_server_errors,
       count(*) FILTER (content = 'file' AND status IN (403, 404)) AS missing,
       approx_count_distinct(viewer) FILTER (content = 'file' AND status IN (403, 404)) AS with_missing,
       count(*) FILTER (result = 'Hit') AS hits, count(*) FILTER (result = 'Miss') AS misses,
       approx_quantile(first_byte, [0.5, 0.95]) FILTER (result = 'Hit') AS hit_times,
       approx_quantile(first_byte, [0.5, 0.95]) FILTER (result = 'Miss') AS miss_times,
       min(moment) AS first_request, max(moment) AS last_request
FROM (SELECT DISTINCT ON (id) * FROM requests)
WHERE NOT regexp_matches(agent, '(?i)bot|crawl|spider|slurp') AND NOT contains(query, '__release=')
GROUP BY release, content ORDER BY release, content
"""

found = duckdb.execute(QUERY, [f"{sys.argv[1]}/*.gz"]).fetchall()
print(json.dumps([row[:3] for row in found]))
