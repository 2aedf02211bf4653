import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EVENT_DROP, EVENT_L7, EVENT_POLICY_VERDICT, type Flow } from "@/lib/drops/flow";
import { decodeLine, decodeLines, decodeResponse } from "./decode";
import type { DecodedEvent } from "./event";
import { describeRaw } from "./evidence";
import { GetFlowsResponse } from "./generated/observer/observer";
import { recordOfLine } from "./json-line";
import { messageFromJson } from "./read-json";

const realLines = readFileSync(new URL("fixtures/flows-real.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "");

/** Through the real protobuf codec. */
function overTheWire(json: unknown): DecodedEvent {
  const message = messageFromJson("observer.GetFlowsResponse", json);
  return decodeResponse(GetFlowsResponse.encode(message).finish());
}

/** The flow that both forms of a record give; fails when they differ in anything but evidence. */
function flowOf(flow: object, outer: object = {}): Flow {
  const json = { flow: { verdict: "DROPPED", uuid: "u", ...flow }, ...outer };
  const wire = asFlow(overTheWire(json));
  const line = asFlow(decodeLine(JSON.stringify(json)));
  expect({ ...line, raw: "" }).toEqual({ ...wire, raw: "" });
  return wire;
}

function asFlow(event: DecodedEvent): Flow {
  if (event.kind !== "flow") throw new Error(`not a flow: ${JSON.stringify(event)}`);
  return event.flow;
}

describe("real records", () => {
  it("are the same flow by protobuf as by JSON, with evidence that says the same", () => {
    for (const line of realLines) {
      const record = recordOfLine(line);
      if (record.kind !== "record") {
        expect(decodeLine(line)).toEqual({ kind: "skipped", what: "debug_event" });
        continue;
      }
      const byWire = overTheWire(record.json);
      const byLine = decodeLine(line);
      if (byWire.kind !== "flow") {
        expect(byLine).toEqual(byWire);
        continue;
      }
      expect({ ...asFlow(byLine), raw: "" }).toEqual({ ...byWire.flow, raw: "" });
      expect(describeRaw(asFlow(byLine).raw)).toEqual(describeRaw(byWire.flow.raw));
    }
  });

  it("end in the outcomes that their kinds have", () => {
    const kinds = realLines.map((line) => decodeLine(line).kind);
    expect(kinds.filter((kind) => kind === "flow")).toHaveLength(26);
    expect(kinds.slice(26)).toEqual(["lost", "lost", "skipped"]);
  });

  it("S03: an explicit deny names its policy and has no tag", () => {
    expect(asFlow(decodeLine(realLines[2] ?? ""))).toMatchObject({
      verdict: "DROPPED",
      dropReason: 181,
      eventType: EVENT_POLICY_VERDICT,
      direction: "egress",
      matchType: 1,
      cluster: "topgun",
      node: "cilium-w1",
      deniedBy: [{ kind: "CiliumNetworkPolicy", namespace: "net-lab" }],
      policyLog: [],
      protocol: "TCP",
      sourcePort: 60524,
      destinationPort: 80,
      tcpFlags: 2,
      icmpType: -1,
      timeNanos: 450754,
      count: 1,
    });
  });

  it("S11: ICMPv6 between empty ends keeps its type, and gets an id of its own", () => {
    const flow = asFlow(decodeLine(realLines[10] ?? ""));
    expect(flow).toMatchObject({ protocol: "ICMPv6", icmpType: 133, icmpCode: 0, dropReason: 132 });
    expect(flow.uuid).toMatch(/^[0-9a-f]{32}$/);
  });

  it("S25: a bare record of the old form is an L7 denial", () => {
    const flow = asFlow(decodeLine(realLines[24] ?? ""));
    expect(flow.eventType).toBe(EVENT_L7);
    expect(flow.l7).toMatchObject({ kind: "http", type: "REQUEST" });
  });
});

describe("a flow", () => {
  it("keeps enum numbers that this build has no name for", () => {
    const flow = flowOf({ verdict: 99, drop_reason_desc: 206 });
    expect(flow).toMatchObject({ verdict: "99", dropReason: 206 });
  });

  it("takes the drop reason from the old field, or from the drop event's sub-type", () => {
    expect(flowOf({ drop_reason: 181 }).dropReason).toBe(181);
    const event_type = { type: EVENT_DROP, sub_type: 133 };
    expect(flowOf({ event_type }).dropReason).toBe(133);
    expect(flowOf({ event_type: { type: EVENT_POLICY_VERDICT, sub_type: 133 } }).dropReason).toBe(
      0,
    );
  });

  it("tells an empty tag from a field that was not exported", () => {
    expect(flowOf({}).policyLog).toBeNull();
    expect(flowOf({ policy_log: [""] }).policyLog).toEqual([]);
    expect(flowOf({ policy_log: ["", "a", "b"] }).policyLog).toEqual(["a", "b"]);
  });

  it("names the policies of its own direction only", () => {
    const lists = { egress_denied_by: [{ name: "e" }], ingress_denied_by: [{ name: "i" }] };
    const names = (flow: Flow) => flow.deniedBy.map((policy) => policy.name);
    expect(names(flowOf({ traffic_direction: "INGRESS", ...lists }))).toEqual(["i"]);
    expect(names(flowOf({ traffic_direction: "EGRESS", ...lists }))).toEqual(["e"]);
    expect(names(flowOf(lists))).toEqual(["e", "i"]);
  });

  it("takes a policy's kind from its label where Cilium before 1.17 sent none", () => {
    const labels = ["k8s:io.cilium.k8s.policy.derived-from=NetworkPolicy"];
    const denied = flowOf({
      traffic_direction: "EGRESS",
      egress_denied_by: [{ name: "p", labels }],
    });
    expect(denied.deniedBy).toEqual([{ kind: "NetworkPolicy", namespace: "", name: "p" }]);
  });

  it("takes node and time from the message around it where it has none", () => {
    const outer = { node_name: "c1/n1", time: "2026-01-02T03:04:05.006000007Z" };
    const timeMs = Date.parse("2026-01-02T03:04:05.006Z");
    expect(flowOf({}, outer)).toMatchObject({ cluster: "c1", node: "n1", timeMs, timeNanos: 7 });
    expect(flowOf({ node_name: "n2" }, outer)).toMatchObject({ cluster: "default", node: "n2" });
  });

  it("without a uuid has the same id in both forms, and another when it differs", () => {
    const at = (time: string) => flowOf({ uuid: "", time }).uuid;
    expect(at("2026-01-02T03:04:05.1Z")).toBe(at("2026-01-02T03:04:05.1Z"));
    expect(at("2026-01-02T03:04:05.1Z")).not.toBe(at("2026-01-02T03:04:05.100000001Z"));
  });

  it("stands for as many packets as an aggregating exporter folded into it", () => {
    expect(flowOf({ aggregate: { ingress_flow_count: 3, egress_flow_count: 4 } }).count).toBe(7);
    expect(flowOf({ aggregate: {} }).count).toBe(1);
  });

  it("shares one frozen object between equal ends", () => {
    const source = {
      identity: 7,
      labels: ["k8s:app=web"],
      workloads: [{ name: "w", kind: "Job" }],
    };
    const [one, two] = [flowOf({ source }), flowOf({ source, uuid: "v" })];
    expect(one.source).toBe(two.source);
    expect(Object.isFrozen(one.source)).toBe(true);
    expect(flowOf({ source: {} }).source).toEqual(flowOf({}).source);
  });

  it("keeps the nanoseconds within the millisecond before 1970 too", () => {
    const flow = flowOf({ time: "1969-12-31T23:59:59.999999999Z" });
    expect(flow).toMatchObject({ timeMs: -1, timeNanos: 999_999 });
  });

  it("reads every protocol that has no ports", () => {
    const protocols = ["VRRP", "IGMP"].map((name) => flowOf({ l4: { [name]: {} } }).protocol);
    expect(protocols).toEqual(["VRRP", "IGMP"]);
    expect(flowOf({ l4: { ICMPv4: {} } })).toMatchObject({ icmpType: 0, icmpCode: 0 });
    expect(flowOf({ l4: { SCTP: { destination_port: 9 } } })).toMatchObject({ destinationPort: 9 });
    expect(flowOf({})).toMatchObject({ protocol: "", icmpType: -1 });
  });
});

describe("bounds", () => {
  it("cut long lists and texts, and show that they did", () => {
    const labels = Array.from({ length: 200 }, (_, i) => `k8s:l${i}=${"x".repeat(2048)}`);
    const names = Array.from({ length: 5000 }, (_, i) => `${i}.example.com`);
    const flow = asFlow(overTheWire({ flow: { source: { labels }, destination_names: names } }));
    expect(flow.destinationNames[63]).toBe("… 4937 more");
    expect(flow.source.labels).toHaveLength(64);
    expect(flow.source.labels[0]).toHaveLength(1024);
    expect(flow.source.labels[0]?.endsWith("…")).toBe(true);
    expect(flow.source.labels[63]).toBe("… 137 more");
  });

  it("keep the evidence of an outsized flow within 16 KiB", () => {
    const labels = Array.from({ length: 200 }, (_, i) => `k8s:l${i}=${"ü".repeat(1000)}`);
    const json = { flow: { uuid: "u", source: { labels } } };
    const wire = asFlow(overTheWire(json)).raw;
    const line = asFlow(decodeLine(JSON.stringify(json))).raw;
    expect(wire.length).toBeLessThanOrEqual(16 * 1024);
    expect(describeRaw(wire)).toMatchObject({ uuid: "u" });
    expect(describeRaw(line)).toEqual(describeRaw(wire));
  });
});

describe("evidence", () => {
  it("of a line that is nested deeply is told without what Hubble does not know", () => {
    const deep = `${"[".repeat(7_000)}${"]".repeat(7_000)}`;
    const { raw } = asFlow(decodeLine(`{"flow":{"uuid":"u","verdict":"AUDIT","x":${deep}}}`));
    expect(JSON.parse(JSON.stringify(describeRaw(raw)))).toEqual({ uuid: "u", verdict: "AUDIT" });
  });
});

describe("secrets", () => {
  const http = {
    method: "GET",
    url: "http://user:p@ss@shop.local/cart/7?token=abc&x=1#frag",
    headers: [
      { key: "Authorization", value: "Bearer z" },
      { key: "Host", value: "shop.local" },
    ],
  };
  const flow = { l7: { type: "REQUEST", http }, Summary: `HTTP/1.1 GET ${http.url}` };

  it("are neither in the flow nor in its evidence", () => {
    const read = flowOf(flow);
    expect(read.l7?.target).toBe("/cart/7");
    const texts = [
      JSON.stringify(describeRaw(read.raw)),
      String(asFlow(decodeLine(JSON.stringify({ flow }))).raw),
    ];
    for (const text of texts) {
      expect(text).toContain("HUBBLE_REDACTED");
      expect(text).toContain("shop.local/cart/7?token=");
      for (const secret of ["p@ss", "abc", "Bearer z", "frag"]) expect(text).not.toContain(secret);
    }
  });

  it("leave the bytes of other records untouched", () => {
    const json = { flow: { uuid: "u", l7: { http: { url: "/plain" } } } };
    const message = messageFromJson("observer.GetFlowsResponse", json);
    const bytes = GetFlowsResponse.encode(message).finish();
    const raw = asFlow(decodeResponse(bytes)).raw;
    expect(Buffer.from(raw).equals(Buffer.from(bytes.subarray(2)))).toBe(true);
    const line = ` ${JSON.stringify(json)} `;
    expect(asFlow(decodeLine(line)).raw).toBe(line);
  });
});

describe("other messages", () => {
  it("lost events keep a count beyond 53 bits", () => {
    const lost_events = {
      source: "OBSERVER_EVENTS_QUEUE",
      num_events_lost: "18446744073709551615",
    };
    const json = { lost_events, node_name: "c/n", time: "1970-01-01T00:00:01Z" };
    const event = {
      kind: "lost",
      source: "OBSERVER_EVENTS_QUEUE",
      count: 18446744073709551615n,
      cluster: "c",
      node: "n",
      firstMs: 1000,
      lastMs: 1000,
    };
    expect(overTheWire(json)).toEqual(event);
    expect(decodeLine(JSON.stringify(json))).toEqual(event);
  });

  it("node status names the nodes", () => {
    const node_status = { state_change: "NODE_ERROR", node_names: ["c/n"], message: "bad filter" };
    const event = {
      kind: "node-status",
      state: "NODE_ERROR",
      nodes: ["c/n"],
      message: "bad filter",
    };
    expect(overTheWire({ node_status })).toEqual(event);
    expect(decodeLine(JSON.stringify({ nodeStatus: node_status }))).toEqual(event);
  });
});

describe("what cannot be read", () => {
  it("is malformed, never an error", () => {
    const good = GetFlowsResponse.encode(
      messageFromJson("observer.GetFlowsResponse", { flow: { uuid: "u", node_name: "n" } }),
    ).finish();
    const wrongWireType = Buffer.from([10, 2, 8, 0xff]);
    const nestedGroups = Buffer.concat([Buffer.alloc(100_000, 0x0b)]);
    for (const bytes of [good.subarray(0, -1), wrongWireType, nestedGroups, Buffer.alloc(0)]) {
      expect(decodeResponse(bytes).kind).toBe("malformed");
    }
    for (const line of ["{", "plain text", "[1]", "7", '{"flow":{"labels":', '{"flow":[]}']) {
      expect(decodeLine(line).kind).toBe("malformed");
    }
  });

  it("shows a sample without likely secrets", () => {
    const event = decodeLine('{"flow":{"l7":{"http":{"url":"http://u:pw@h/x?token=abc"}}');
    expect(event).toMatchObject({ kind: "malformed", reason: "not a JSON object" });
    const text = JSON.stringify(event);
    expect(text).not.toContain("abc");
    expect(text).not.toContain("pw");
  });

  it("is looked at no further than its sample is long", () => {
    // In it every mark begins a value that may be a secret and has no end.
    const marks = "?".repeat(100_000);
    const event = decodeLine(`{"flow.x":1,"flow":null,"y":"${marks}"}`);
    expect(event).toMatchObject({ kind: "malformed", sample: expect.stringMatching(/^.{240}$/) });
  });

  it("is of several records the one that is nested too deeply to be kept by itself", () => {
    const deep = `{"flow":{"uuid":"a","x":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`;
    expect(decodeLines(`${deep}{"flow":{"uuid":"b"}}`)).toMatchObject([
      { kind: "malformed", reason: "nested too deeply" },
      { kind: "flow", flow: { uuid: "b" } },
    ]);
  });

  it("includes lines and messages beyond the limit, but not long ones within it", () => {
    const record = (size: number) => ({ flow: { uuid: "u", Summary: "x".repeat(size) } });
    expect(decodeLine(JSON.stringify(record(100_000))).kind).toBe("flow");
    expect(decodeLine(JSON.stringify(record(2_000_000))).kind).toBe("malformed");
    expect(overTheWire(record(2_000_000)).kind).toBe("malformed");
  });
});

describe("lines that shippers changed", () => {
  const record = JSON.stringify({ flow: { uuid: "u", verdict: "DROPPED" } });

  it.each([
    ["container runtime prefix", `2026-01-01T00:00:00.1Z stdout F ${record}`],
    ["JSON string", JSON.stringify(record)],
    ["escaped without quotes", `stdout F ${JSON.stringify(record).slice(1, -1)}`],
    ["Docker's own wrapper", JSON.stringify({ log: `${record}\n`, stream: "stdout" })],
    ["spaces and a byte order mark", `\ufeff  ${record.replaceAll(":", " : ")}\r`],
  ])("%s", (_, line) => {
    expect(asFlow(decodeLine(line))).toMatchObject({ uuid: "u", verdict: "DROPPED" });
    expect(describeRaw(asFlow(decodeLine(line)).raw)).toMatchObject({ uuid: "u" });
  });

  it("an agent's own log line and other events are skipped, not malformed", () => {
    expect(decodeLine('{"level":"info","msg":"started"}').kind).toBe("skipped");
    expect(decodeLine('{"agent_event":{}}')).toEqual({ kind: "skipped", what: "agent_event" });
    expect(decodeLine("  ").kind).toBe("skipped");
  });

  it("a verdict that is only a name to a newer Hubble keeps its name", () => {
    expect(asFlow(decodeLine('{"flow":{"verdict":"SHAPED"}}')).verdict).toBe("SHAPED");
  });
});
