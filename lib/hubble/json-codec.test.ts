import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Flow } from "./generated/flow/flow";
import { GetFlowsResponse } from "./generated/observer/observer";
import { JsonShapeError, messageFromJson } from "./read-json";
import { messageToJson } from "./write-json";

const realLines = readFileSync(new URL("fixtures/flows-real.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "");

describe("the JSON codec", () => {
  it("writes every real record as it was read, by way of protobuf bytes", () => {
    for (const line of realLines) {
      const json = JSON.parse(line);
      if ("debug_event" in json) continue;
      const wrapped = "verdict" in json ? { flow: json } : json;
      const message = messageFromJson("observer.GetFlowsResponse", wrapped);
      const decoded = GetFlowsResponse.decode(GetFlowsResponse.encode(message).finish());
      expect(decoded).toEqual(message);
      expect(messageToJson("observer.GetFlowsResponse", decoded)).toEqual(wrapped);
    }
  });

  it("writes a time that no date can say as the nearest that a reader takes", () => {
    const written = (seconds: string, nanos: number) => {
      const flow = { ...Flow.decode(new Uint8Array()), time: { seconds, nanos } };
      const json = messageToJson("flow.Flow", flow);
      // What is written can be read again.
      messageFromJson("flow.Flow", JSON.parse(JSON.stringify(json)));
      return json.time;
    };
    expect(written("9000000000000000", 0)).toBe("9999-12-31T23:59:59Z");
    expect(written("253402300800", 5)).toBe("9999-12-31T23:59:59.000000005Z");
    expect(written("-9000000000000000", 0)).toBe("0001-01-01T00:00:00Z");
    expect(written("1", -7)).toBe("1970-01-01T00:00:01Z");
    expect(written("1", 2_000_000_000)).toBe("1970-01-01T00:00:01Z");
  });

  it("makes the message that the generated code makes of no bytes", () => {
    expect(messageFromJson("flow.Flow", {})).toEqual(Flow.decode(new Uint8Array()));
  });

  it("reads camelCase keys, numbers as text and enums by number", () => {
    const flow = messageFromJson("flow.Flow", {
      dropReasonDesc: 133,
      isReply: false,
      policyMatchType: "2",
      l4: { TCP: { destinationPort: "443" } },
      egressDeniedBy: [{ name: "p", revision: 9 }],
    });
    expect(messageToJson("flow.Flow", flow)).toEqual({
      drop_reason_desc: "POLICY_DENIED",
      is_reply: false,
      policy_match_type: 2,
      l4: { TCP: { destination_port: 443 } },
      egress_denied_by: [{ name: "p", revision: "9" }],
    });
  });

  it("keeps an enum number that has no name, through bytes and back", () => {
    const flow = messageFromJson("flow.Flow", { drop_reason_desc: 206, verdict: "99" });
    const decoded = Flow.decode(Flow.encode(flow).finish());
    expect(messageToJson("flow.Flow", decoded)).toEqual({ drop_reason_desc: 206, verdict: 99 });
  });

  it("keeps 64-bit numbers and nanoseconds exact", () => {
    const json = {
      source: "HUBBLE_RING_BUFFER",
      num_events_lost: "18446744073709551615",
      cpu: 0,
      first: "2026-01-02T03:04:05.000000007Z",
    };
    expect(messageToJson("flow.LostEvent", messageFromJson("flow.LostEvent", json))).toEqual(json);
  });

  it("names the field of a value that does not fit", () => {
    const read = () => messageFromJson("flow.Flow", { source: { labels: "k8s:app=web" } });
    expect(read).toThrow(JsonShapeError);
    expect(read).toThrow('flow.Flow.source.labels: expected a list, found "k8s:app=web"');
  });

  it("refuses unknown keys and names when strict, and ignores them otherwise", () => {
    const typo = { verdicts: ["DROPPED"] };
    expect(() => messageFromJson("flow.FlowFilter", typo, { strict: true })).toThrow("verdicts");
    expect(() =>
      messageFromJson("flow.FlowFilter", { verdict: ["DROPED"] }, { strict: true }),
    ).toThrow("VERDICT_UNKNOWN, FORWARDED, DROPPED");
    expect(messageToJson("flow.FlowFilter", messageFromJson("flow.FlowFilter", typo))).toEqual({});
  });
});
