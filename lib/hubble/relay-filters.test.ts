import { describe, expect, it } from "vitest";
import { compileFilters } from "@/lib/demo/filter";
import { Flow, FlowFilter, Verdict } from "./generated/flow/flow";
import { flowsRequest } from "./relay-filters";

const DROP = Flow.fromPartial({
  ...{ verdict: Verdict.DROPPED, event_type: { type: 1, sub_type: 133 } },
  source: { namespace: "shop", pod_name: "web-0" },
});
const ANSWER = Flow.fromPartial({
  ...{ verdict: Verdict.FORWARDED, event_type: { type: 129 }, is_reply: true },
  destination: { namespace: "shop", pod_name: "web-0" },
  l7: { dns: { query: "cnn.com." } },
});
const QUESTION: Flow = { ...ANSWER, is_reply: false };
const HTTP = Flow.fromPartial({ ...ANSWER, l7: { http: { code: 200 } } });
const TRACE = Flow.fromPartial({ verdict: Verdict.FORWARDED, event_type: { type: 4 } });

/** What Hubble's nodes would send of these. */
function sent(...[, wanted]: Parameters<typeof flowsRequest>): Flow[] {
  const { whitelist, blacklist } = flowsRequest(null, wanted);
  return [DROP, ANSWER, QUESTION, HTTP, TRACE].filter(compileFilters(whitelist, blacklist));
}

describe("flowsRequest", () => {
  it("asks for drops alone", () => {
    expect(sent(null, {})).toEqual([DROP]);
  });

  it("asks by setting for answers of DNS too, and for no other record of layer 7", () => {
    expect(sent(null, { dnsAnswers: true })).toEqual([DROP, ANSWER]);
  });

  it("narrows drops by what is allowed, and both by what is denied", () => {
    const elsewhere = [FlowFilter.fromPartial({ source_pod: ["crm/"] })];
    expect(sent(null, { dnsAnswers: true, allow: elsewhere })).toEqual([ANSWER]);
    const toShop = [FlowFilter.fromPartial({ destination_pod: ["shop/"] })];
    expect(sent(null, { dnsAnswers: true, deny: toShop })).toEqual([DROP]);
  });
});
