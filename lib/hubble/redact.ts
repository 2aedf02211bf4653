/**
 * Takes out of a record what may be a secret before anything keeps it: user-info and query values of
 * URLs, and the values of headers that are not known to be harmless. The mark is Hubble's own.
 */
import type { HTTP } from "./generated/flow/flow";

export const REDACTED = "HUBBLE_REDACTED";

const HARMLESS_HEADERS = new Set([
  ":authority",
  "accept",
  "content-length",
  "content-type",
  "host",
  "user-agent",
  "x-request-id",
]);

/** Whether a request carries anything that `redactHttp` would change. */
export function needsRedaction(http: Readonly<HTTP>): boolean {
  return redactUrl(http.url) !== http.url || http.headers.some(isSensitive);
}

/** The same request without its secrets. */
export function redactHttp(http: Readonly<HTTP>): HTTP {
  const headers = http.headers.map((header) =>
    isSensitive(header) ? { key: header.key, value: REDACTED } : header,
  );
  return { ...http, url: redactUrl(http.url), headers };
}

/** Replaces user-info, query values and the fragment of a URL, absolute or not. */
export function redactUrl(url: string): string {
  const [, before = "", query = ""] = /^([^?#]*)(.*)$/s.exec(url) ?? [];
  const [beforeFragment = "", ...fragment] = query.split("#");
  return [
    before.replace(/^((?:[a-z][a-z0-9+.-]*:)?\/\/)[^/]*@/i, `$1${REDACTED}@`),
    beforeFragment.replace(/([?&;])([^=&;]*)(?:=[^&;]*)?/g, redactPair),
    fragment.length === 0 ? "" : `#${REDACTED}`,
  ].join("");
}

/** `Summary` repeats the URL of a request. */
export function redactSummary(summary: string, url: string): string {
  return url === "" ? summary : summary.replaceAll(url, redactUrl(url));
}

/** For text whose structure is not known, such as a line that is not JSON. */
export function redactText(text: string): string {
  return text
    .replace(/(:\/\/)[^\s/"@]*@/g, `$1${REDACTED}@`)
    .replace(/([?&][^\s=&"]*=)[^\s&"#]*/g, `$1${REDACTED}`)
    .replace(/("value\\?"\s*:\s*\\?")[^"\\]*/g, `$1${REDACTED}`);
}

function redactPair(pair: string, mark: string, name: string): string {
  if (!pair.includes("=")) return name === "" || mark === "" ? pair : `${mark}${REDACTED}`;
  return `${mark}${name}=${REDACTED}`;
}

function isSensitive(header: { key: string; value: string }): boolean {
  return header.value !== REDACTED && !HARMLESS_HEADERS.has(header.key.toLowerCase());
}
