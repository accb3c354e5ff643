"""A handler that does nothing: the benchmarks measure the start of the interpreter that loads it."""


def lambda_handler(event, _context):
    """Passes the request on."""
    return event["Records"][0]["cf"]["request"]
