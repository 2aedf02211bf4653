/** The application layer of a flow: what was asked of whom, without what may be secret. */
import type { L7 } from "@/lib/drops/flow";
import { L7FlowType, type Layer7 } from "./generated/flow/flow";
import { cutText, MAX_TARGET } from "./limits";

const TYPES: ReadonlyMap<number, L7["type"]> = new Map([
  [L7FlowType.REQUEST, "REQUEST"],
  [L7FlowType.RESPONSE, "RESPONSE"],
  [L7FlowType.SAMPLE, "SAMPLE"],
]);

/** Takes what the screens need of an L7 record. */
export function l7Of(message: Layer7): L7 {
  const type = TYPES.get(message.type) ?? "UNKNOWN";
  const { dns, http, kafka } = message;
  if (http !== undefined) {
    const method = cutText(http.method);
    return { kind: "http", type, method, target: pathOf(http.url), code: http.code };
  }
  if (dns !== undefined) {
    const name = dns.query.endsWith(".") ? dns.query.slice(0, -1) : dns.query;
    return { kind: "dns", type, method: "", target: cutText(name), code: dns.rcode };
  }
  if (kafka !== undefined) {
    const target = cutText(kafka.topic);
    return { kind: "kafka", type, method: "", target, code: kafka.error_code };
  }
  return { kind: "other", type, method: "", target: "", code: 0 };
}

/** The path of a URL: no scheme, user-info or host, and no query or fragment. */
export function pathOf(url: string): string {
  if (url === "") return "";
  const path = url.replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  return cutText(path === "" ? "/" : path, MAX_TARGET);
}
