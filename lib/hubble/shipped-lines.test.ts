/**
 * The same records through what stands between an exporter and Droplens: each way of shipping gives
 * the flows of the plain lines, or the table says what is lost.
 */
import { describe, expect, it } from "vitest";
import type { DecodedEvent } from "./event";
import { describeRaw } from "./evidence";
import { createLineDecoder } from "./line-decoder";

const TIME = "2026-11-21T07:59:23.501253423Z";

const flow = (uuid: string) => ({
  time: TIME,
  uuid,
  verdict: "DROPPED",
  drop_reason: 181,
  IP: { source: "100.64.0.9", destination: "203.0.113.92", ipVersion: "IPv4" },
  l4: { TCP: { source_port: 44240, destination_port: 443, flags: { SYN: true } } },
  source: {
    ID: 3810,
    identity: 14406,
    cluster_name: "c1",
    namespace: "default",
    labels: ["k8s:app=shell", 'k8s:note={"curly": "}{"}'],
    pod_name: "shell",
  },
  destination: { identity: 16777218, labels: ["cidrgroup:policy=block", "reserved:world"] },
  Type: "L3_L4",
  node_name: "c1/n1",
  event_type: { type: 1, sub_type: 181 },
  traffic_direction: "EGRESS",
  file: { name: "bpf_lxc.c", line: 1360 },
  drop_reason_desc: "POLICY_DENY",
  Summary: "TCP Flags: SYN",
});
const record = (uuid: string) => ({ flow: flow(uuid), node_name: "c1/n1", time: TIME });
const plain = (uuid: string) => JSON.stringify(record(uuid));

const [A, B] = [plain("a"), plain("b")];
const json = JSON.stringify;
const cri = (text: string, mark = "F") => `2026-11-21T08:59:24.1+01:00 stdout ${mark} ${text}`;
const docker = (log: string) => json({ log, stream: "stdout", time: TIME });
const cut = (text: string) => [text.slice(0, 300), text.slice(300, 500), text.slice(500)] as const;
const [A1, A2, A3] = cut(A);

function keysAs(change: (key: string) => string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => keysAs(change, item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [change(key), keysAs(change, item)]),
  );
}

function flattened(value: object, before = ""): Record<string, unknown> {
  return Object.entries(value).reduce<Record<string, unknown>>((all, [key, item]) => {
    const name = `${before}${key}`;
    const inner = typeof item === "object" && !Array.isArray(item);
    return Object.assign(all, inner ? flattened(item, `${name}.`) : { [name]: item });
  }, {});
}

const camel = (key: string) =>
  key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const pascal = (key: string) => camel(key).replace(/^./, (letter) => letter.toUpperCase());

/** How it is shipped, and the lines in which records `a` and `b` then come. */
const SHIPPED: readonly (readonly [how: string, lines: readonly string[]])[] = [
  ["as the exporter writes it", [A, B]],
  [
    "spaced out, keys in another order",
    [json(record("a"), null, 1).replaceAll("\n", " "), json({ ...reversed(record("b")) })],
  ],
  ["with carriage returns", [`${A}\r`, `${B}\r`]],
  ["containerd, as on the node's disk", [cri(A), cri(B)]],
  ["containerd, with tags behind the mark", [`2026-11-21T07:59:24Z stdout F:x ${A}`, cri(B)]],
  ["containerd, cut into parts", [cri(A1, "P"), cri(A2, "P"), cri(A3), cri(B)]],
  [
    "containerd, cut, with another stream in between",
    [cri(A1, "P"), `2026-11-21T07:59:24Z stderr F level=info msg=x`, cri(A2, "P"), cri(A3), cri(B)],
  ],
  ["Docker's json-file", [docker(`${A}\n`), docker(`${B}\n`)]],
  ["Docker, cut into parts", [docker(A1), docker(A2), docker(`${A3}\n`), docker(`${B}\n`)]],
  ["Docker, with its newlines taken off", [docker(A), docker(B)]],
  [
    "Fluent Bit, as text",
    [A, B].map((log) => json({ date: 1.5, log, kubernetes: { pod_name: "x" } })),
  ],
  [
    "Fluent Bit, cut into parts that it marks",
    [
      json({ stream: "stdout", _p: "P", log: A1 }),
      json({ stream: "stdout", _p: "P", log: A2 }),
      json({ stream: "stdout", _p: "F", log: A3 }),
      json({ stream: "stdout", _p: "F", log: B }),
    ],
  ],
  [
    "Fluent Bit with Merge_Log",
    ["a", "b"].map((uuid) =>
      json({ log: plain(uuid), kubernetes: { labels: {} }, ...record(uuid) }),
    ),
  ],
  [
    "Fluent Bit with Merge_Log_Key",
    ["a", "b"].map((uuid) => json({ log_processed: record(uuid), stream: "stdout" })),
  ],
  ["Fluent Bit, many records as one list", [json([A, B].map((log) => ({ date: 1, log })))]],
  ["Fluent Bit, wrapped twice", [A, B].map((log) => json({ log: docker(`${log}\n`) }))],
  [
    "Fluentd, parts that it marks",
    [
      json({ log: A1, partial_message: "true", partial_id: "i" }),
      json({ log: A2 + A3, partial_message: "true", partial_last: "true" }),
      json({ log: B }),
    ],
  ],
  [
    "Vector, as text",
    [A, B].map((message) => json({ message, file: "/var/log/x", source_type: "kubernetes_logs" })),
  ],
  [
    "Vector, parsed",
    ["a", "b"].map((uuid) => json({ message: record(uuid), source_type: "file" })),
  ],
  [
    "Loki, as it is pushed",
    [
      json({
        streams: [
          {
            stream: { app: "cilium" },
            values: [
              ["1763712", A],
              ["1763713", B],
            ],
          },
        ],
      }),
    ],
  ],
  [
    "Loki, as a query answers",
    [
      json({
        status: "success",
        data: {
          resultType: "streams",
          result: [
            {
              stream: {},
              values: [
                ["1", A],
                ["2", B],
              ],
            },
          ],
        },
      }),
    ],
  ],
  [
    "logcli -o jsonl",
    [A, B].map((line) => json({ labels: { app: "cilium" }, line, timestamp: TIME })),
  ],
  [
    "logcli, as text",
    [A, B].map((line) => `2026-11-21T07:59:24Z {app="cilium", pod="cilium-x"} ${line}`),
  ],
  [
    "Azure ContainerLogV2",
    ["a", "b"].map((uuid) =>
      json({ LogMessage: record(uuid), LogSource: "stdout", PodName: "cilium-x" }),
    ),
  ],
  [
    "Azure ContainerLogV2, as text",
    [A, B].map((text) => json({ TimeGenerated: TIME, LogMessage: text })),
  ],
  ["Azure ContainerLog", [A, B].map((text) => json({ LogEntry: text, LogEntrySource: "stdout" }))],
  [
    "Azure diagnostic export",
    [json({ records: [A, B].map((log) => ({ time: TIME, category: "x", properties: { log } })) })],
  ],
  ["Splunk export", [A, B].map((_raw) => json({ preview: false, result: { _raw, host: "n1" } }))],
  [
    "Splunk HEC",
    ["a", "b"].map((uuid) => json({ time: 1, event: record(uuid), sourcetype: "_json" })),
  ],
  ["Elastic, as text", [A, B].map((message) => json({ _index: "logs", _source: { message } }))],
  [
    "Elastic, flattened",
    ["a", "b"].map((uuid) => json({ "@timestamp": TIME, ...flattened(record(uuid)) })),
  ],
  ["journald", [A, B].map((MESSAGE) => json({ MESSAGE, _SYSTEMD_UNIT: "x" }))],
  ["Google Cloud, as text", [A, B].map((textPayload) => json({ insertId: "i", textPayload }))],
  [
    "Google Cloud, parsed",
    ["a", "b"].map((uuid) => json({ jsonPayload: record(uuid), insertId: "i" })),
  ],
  [
    "OpenTelemetry",
    [
      json({
        resourceLogs: [
          { scopeLogs: [{ logRecords: [A, B].map((stringValue) => ({ body: { stringValue } })) }] },
        ],
      }),
    ],
  ],
  ["a line as a JSON string", [json(A), json(B)]],
  [
    "syslog before it",
    [
      `<14>Nov 21 07:59:24 n1 cilium-agent[1]: ${A}`,
      `<14>Nov 21 07:59:24 n1 cilium-agent[1]: ${B}`,
    ],
  ],
  [
    "kubectl logs --prefix",
    [`[pod/cilium-x/cilium-agent] ${A}`, `[pod/cilium-x/cilium-agent] ${B}`],
  ],
  ["escaped in logfmt", [A, B].map((text) => `level=info msg=${json(text)}`)],
  ["two records that lost their newline", [A + B]],
  ["text behind it", [`${A} (end)`, `${B} {}`]],
  ["keys in camelCase", ["a", "b"].map((uuid) => json(keysAs(camel, record(uuid))))],
  [
    "keys in lower case",
    ["a", "b"].map((uuid) => json(keysAs((key) => key.toLowerCase(), record(uuid)))),
  ],
  ["keys in PascalCase", ["a", "b"].map((uuid) => json(keysAs(pascal, record(uuid))))],
  [
    "keys with dashes",
    ["a", "b"].map((uuid) => json(keysAs((key) => key.replaceAll("_", "-"), record(uuid)))),
  ],
  ["bare flows, as before hubble 0.11", ["a", "b"].map((uuid) => json(flow(uuid)))],
  [
    "bare flows with keys in lower case",
    ["a", "b"].map((uuid) => json(keysAs((key) => key.toLowerCase(), flow(uuid)))),
  ],
];

function reversed(value: object): object {
  return Object.fromEntries(Object.entries(value).reverse());
}

function decoded(lines: readonly string[]): DecodedEvent[] {
  const decoder = createLineDecoder();
  const all = decoder.all(lines.map((text, at) => ({ line: at + 1, text })));
  return [...all, ...decoder.rest()];
}

/** Without the evidence, which keeps the form in which it came. */
function flowsOf(lines: readonly string[]): unknown[] {
  return decoded(lines).flatMap((event): unknown[] =>
    event.kind === "flow" ? [{ ...event.flow, raw: "" }] : event.kind === "skipped" ? [] : [event],
  );
}

describe("a record that was shipped", () => {
  const wanted = flowsOf([A, B]);

  it.each(SHIPPED)("%s: the same flows", (_, lines) => {
    expect(flowsOf(lines)).toEqual(wanted);
  });

  it.each(SHIPPED)("%s: evidence that describes the flow in Hubble's own JSON", (_, lines) => {
    const described = decoded(lines).flatMap((event) =>
      event.kind === "flow" ? [describeRaw(event.flow.raw)] : [],
    );
    const isCamel = lines.some((line) => line.includes("nodeName"));
    // camelCase is protobuf's own other spelling, which every reader of its JSON knows.
    expect(isCamel ? described.length : described).toEqual(isCamel ? 2 : [flow("a"), flow("b")]);
  });
});

describe("what is not a record", () => {
  it.each([
    [
      "the agent's log as text",
      `time="${TIME}" level=info msg="Configuring exporter" options="{0x1 [] map[]}" subsys=hubble`,
    ],
    [
      "the agent's log as JSON",
      json({ time: TIME, level: "info", msg: "Configuring exporter", subsys: "hubble" }),
    ],
    ["klog", "I0123 07:50:22.887801       1 leaderelection.go:250] attempting {lease}"],
    ["the agent's log behind a runtime's prefix", cri(`level=warning msg="x" error="{}"`)],
    ["the agent's log in Fluent Bit", json({ log: `time="${TIME}" level=info msg="{}"` })],
    [
      "the agent's log in Docker's form, with its newline taken off",
      json({ log: `time="${TIME}" level=info msg="{}"`, stream: "stdout" }),
    ],
    ["an access log", json({ message: json({ status: 200, path: "/flow" }) })],
    [
      "an OpenTelemetry body that was taken apart",
      json({ body: { kvlistValue: { values: [{ key: "flow", value: { kvlistValue: {} } }] } } }),
    ],
    ["another thing called flow", json({ flow: "checkout", level: "info" })],
  ])("%s: skipped, not unreadable", (_, line) => {
    expect(decoded([line]).map(({ kind }) => kind)).toEqual(["skipped"]);
  });

  it.each([
    ["a record that was cut and whose rest never came", [cri(A1, "P")]],
    ["a record cut without a mark", [A1, A2 + A3].map((text) => text.slice(0, -1))],
    ["a record in Python's quotes", [A.replaceAll('"', "'")]],
    ["a packed record", ["H4sIAAAAAAAAA6tWSsvJL1eyUqpWKkktLlGqBQAAAP//"]],
  ])("%s: unreadable, each line counted", (_, lines) => {
    const kinds = decoded(lines).map(({ kind }) => kind);
    expect(kinds).toEqual(lines.map(() => "malformed"));
  });

  it("a whole record is read after one in Docker's form whose rest never came", () => {
    const events = decoded([docker(A1), docker(`${B}\n`), docker(A)]);
    expect(events.map(({ kind }) => kind)).toEqual(["malformed", "flow", "flow"]);
  });

  it("the next record is read after one that lost its parts", () => {
    const events = decoded([cri(A1, "P"), cri("x".repeat(1024 * 1024), "P"), cri("y"), cri(B)]);
    expect(events.map(({ kind }) => kind)).toEqual(["malformed", "malformed", "flow"]);
  });
});
