/**
 * Headers that keep a browser from doing anything with our answers but showing them.
 * The policy has a fresh nonce for every page; no other script or style runs, whatever text a
 * flow may have smuggled into the page.
 */

/** @param isDevelopment React's development build needs `eval` for its stack traces. */
export function contentSecurityPolicy(nonce: string, isDevelopment: boolean): string {
  const scripts = `'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`;
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    `style-src 'self' ${isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? " ws:" : ""}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");
}

const FIXED_HEADERS: readonly (readonly [string, string])[] = [
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
  ["permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"],
  ["x-dns-prefetch-control", "off"],
];

/** The same response with them. */
export function withFixedHeaders(response: Response): Response {
  for (const [name, value] of FIXED_HEADERS) response.headers.set(name, value);
  return response;
}
