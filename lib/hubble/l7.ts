/** The application layer of a flow: what was asked of whom, without what may be secret. */
import type { DnsAnswer, L7 } from "@/lib/drops/flow";
import { type DNS, L7FlowType, type Layer7 } from "./generated/flow/flow";
import { cutText, MAX_LIST, MAX_TARGET } from "./limits";

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
    const base = { kind: "dns", type, method: "", target: cutText(name), code: dns.rcode } as const;
    const answer = type === "RESPONSE" ? answerOf(dns) : null;
    return answer === null ? base : { ...base, answer };
  }
  if (kafka !== undefined) {
    const target = cutText(kafka.topic);
    return { kind: "kafka", type, method: "", target, code: kafka.error_code };
  }
  return { kind: "other", type, method: "", target: "", code: 0 };
}

/** What Hubble writes for "no TTL". */
const NO_TTL = 0xffff_ffff;

/** Null for a failure, an answer without addresses, and what was not seen by the DNS proxy itself. */
function answerOf({ ips, ttl, rcode, observation_source: observer }: DNS): DnsAnswer | null {
  if (rcode !== 0 || ips.length === 0 || (observer !== "" && observer !== "proxy")) return null;
  return { addresses: ips.slice(0, MAX_LIST), ttl: ttl === NO_TTL ? 0 : ttl };
}

/** The path of a URL: no scheme, user-info or host, and no query or fragment. */
export function pathOf(url: string): string {
  if (url === "") return "";
  const path = url.replace(/^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  return cutText(path === "" ? "/" : path, MAX_TARGET);
}
