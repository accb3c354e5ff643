// A handler that does nothing: the benchmarks measure the start of the interpreter that loads it.
export async function handler(event) {
  return event.Records[0].cf.request;
}
