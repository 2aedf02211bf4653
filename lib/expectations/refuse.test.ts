import { describe, expect, it } from "vitest";
import { openIn, refusalOf } from "./refuse";

describe("refusalOf", () => {
  it.each([
    "",
    "  ",
    "*",
    "verdict:DROPPED,AUDIT",
    "verdict:audit,dropped",
    "direction:ingress,egress,unknown",
    "port:>=0",
    "port:0..65535",
    "port:<=65535",
    "ip:0.0.0.0/0,::/0",
    "tag:*",
    "dst.fqdn:**",
    "tag:* port:>=1 *",
    "-tag:imds",
    "-tag:imds -port:80",
    "-tag:imds verdict:DROPPED,AUDIT",
    "port:80 expected:true",
    "-expected:false port:80",
    "colour:red",
    'tag:"open',
    `tag:${"a".repeat(2_100)}`,
  ])("refuses %j", (query) => {
    expect(refusalOf(query)).toMatch(/\.$/);
  });

  it.each([
    "tag:imds",
    "tag:imds -port:80",
    "verdict:DROPPED",
    "port:80",
    "port:>1024",
    "dst.fqdn:*.telemetry.example.com",
    "ip:10.0.0.0/8",
    "ip:0.0.0.0/0",
    "telemetry",
    "tag:none",
    "tag:* port:80",
    'tag:"*"',
  ])("takes %j", (query) => {
    expect(refusalOf(query)).toBeNull();
  });

  it("points at what cannot be understood", () => {
    expect(refusalOf("port:80 colour:red")).toMatch(/^at character 9: /);
  });
});

describe("openIn", () => {
  it.each<[string, string[]]>([
    ["tag:imds", ["source", "destination", "port"]],
    ["src.workload:shop/web", ["destination", "port"]],
    ["src.ns:shop", ["source", "destination", "port"]],
    ["dst.fqdn:*.example.com port:443", ["source"]],
    ["ip:10.0.0.7", ["source", "destination", "port"]],
    ["src.pod:a dst.ip:10.0.0.0/8 port:80", []],
    ["-dst.ip:10.0.0.7 src.pod:*", ["source", "destination", "port"]],
    ["series:0000000000000001", []],
  ])("%s leaves open %j", (query, open) => {
    expect(openIn(query)).toEqual(open);
  });
});
