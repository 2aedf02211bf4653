import { describe, expect, it } from "vitest";
import { DNS, L7FlowType, Layer7 } from "./generated/flow/flow";
import { l7Of } from "./l7";

function dns(change: Partial<DNS>, type: L7FlowType = L7FlowType.RESPONSE) {
  const answer = DNS.fromPartial({
    ...{ query: "cnn.com.", ips: ["151.101.3.5"], ttl: 30 },
    ...{ observation_source: "proxy", qtypes: ["A"], ...change },
  });
  return l7Of(Layer7.fromPartial({ type, dns: answer }));
}

describe("a DNS answer", () => {
  it("gives the addresses of the name, and for how long", () => {
    expect(dns({})).toEqual({
      ...{ kind: "dns", type: "RESPONSE", method: "", target: "cnn.com", code: 0 },
      answer: { addresses: ["151.101.3.5"], ttl: 30 },
    });
  });

  it("has no time to live where Hubble writes that there is none", () => {
    expect(dns({ ttl: 0xffff_ffff }).answer).toEqual({ addresses: ["151.101.3.5"], ttl: 0 });
  });

  it.each([
    ["a failure", { rcode: 3 }],
    ["no addresses", { ips: [] }],
    ["what another than the DNS proxy saw", { observation_source: "poller" }],
  ])("is none: %s", (_, change) => {
    expect(dns(change)).not.toHaveProperty("answer");
  });

  it("is none: a question", () => {
    expect(dns({}, L7FlowType.REQUEST)).not.toHaveProperty("answer");
  });

  it("gives no more addresses than a list may hold", () => {
    const ips = Array.from({ length: 500 }, (_, i) => `10.0.${i >> 8}.${i & 255}`);
    expect(dns({ ips }).answer?.addresses).toHaveLength(64);
  });
});
