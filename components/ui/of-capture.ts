/**
 * Which capture the page shows, if one: the address says it, and everything that is asked about
 * drops is asked of it. In one place, so that no question of a capture's page can reach live data.
 */

const ABOUT_DROPS = /^\/api\/(groups|timeline|drops|graph|facets|export)(?=[/?]|$)/;

/** Its id, or null for live data. */
export function captureInAddress(): string | null {
  if (typeof window === "undefined") return null;
  return new URLSearchParams(window.location.search).get("capture");
}

/** The path as it is asked: of the capture in the address where it is about drops. */
export function ofCapture(path: string, capture = captureInAddress()): string {
  if (capture === null || !ABOUT_DROPS.test(path)) return path;
  return `${path}${path.includes("?") ? "&" : "?"}capture=${encodeURIComponent(capture)}`;
}
