/** The HTTP fields of Hubble's flow filters. */
import type { FlowFilter, HTTP } from "@/lib/hubble/generated/flow/flow";
import { anyOf, type FlowTest } from "./field-test";
import { FilterError } from "./filter-error";
import { compileExpression, compileStatus } from "./patterns";

/** Number of the L7 event type. */
const L7 = 129;

export function compileHttp(filter: FlowFilter): FlowTest[] {
  const tests = [
    ...onHttp(filter.http_status_code, compileStatus, (test, { code }) => code !== 0 && test(code)),
    ...onHttp(
      filter.http_method,
      (method) => method.toLowerCase(),
      (wanted, { method }) => method.toLowerCase() === wanted,
    ),
    ...onHttp(
      filter.http_path,
      (text) => compileExpression(text, "http path"),
      (pattern, { url }) => pattern.test(pathOf(url)),
    ),
    ...onHttp(
      filter.http_url,
      (text) => compileExpression(text, "http url"),
      (pattern, { url }) => pattern.test(url),
    ),
    ...onHttp(
      filter.http_header,
      (header) => header,
      (wanted, { headers }) =>
        headers.some(({ key, value }) => key === wanted.key && value === wanted.value),
    ),
  ];
  const types = filter.event_type.map(({ type }) => type);
  if (tests.length > 0 && types.length > 0 && !types.includes(L7)) {
    throw new FilterError("http filters require the event type filter to include l7 (129)");
  }
  return tests;
}

function onHttp<V, C>(
  values: readonly V[],
  compile: (value: V) => C,
  matches: (compiled: C, http: HTTP) => boolean,
): FlowTest[] {
  return anyOf(values, compile, (compiled, { l7 }) => {
    const http = l7?.http;
    return http !== undefined && matches(compiled, http);
  });
}

function pathOf(url: string): string {
  try {
    return new URL(url, "http://relative").pathname;
  } catch {
    return "";
  }
}
