import { describe, expect, it } from "vitest";
import type { Party } from "@/lib/drops/drop";
import { sampleParty } from "@/lib/graph/sample-series";
import { GRAPH_LEVELS } from "./graph";
import { domainOf, networkOf, nodeOf } from "./node-of";

const names = (party: Party) => GRAPH_LEVELS.map((level) => nodeOf(party, level).node.name);

const outside = (kind: Party["kind"], name: string) =>
  sampleParty({ kind, name, key: `${kind}:${name}`, namespace: "", cluster: "", workload: "" });

describe("nodeOf", () => {
  it("folds a workload into its namespace and its cluster", () => {
    expect(names(sampleParty())).toEqual(["web", "web", "shop", "demo"]);
  });

  it("folds names into their domain, then into the world by name", () => {
    expect(names(outside("name", "eu.telemetry.example.com"))).toEqual([
      "eu.telemetry.example.com",
      "*.telemetry.example.com",
      "the world, by name",
      "the world, by name",
    ]);
  });

  it("folds addresses into their network, then into the world by address", () => {
    expect(names(outside("address", "203.0.113.7"))).toEqual([
      "203.0.113.7",
      "203.0.113.0/24",
      "the world, by address",
      "the world, by address",
    ]);
  });

  it.each([
    ["host", outside("reserved", "host")],
    ["kube-apiserver", outside("reserved", "kube-apiserver")],
    ["world", outside("reserved", "world")],
    ["metadata", outside("address", "169.254.169.254")],
    ["dns", sampleParty({ namespace: "kube-system", name: "coredns" })],
    ["dns", sampleParty({ namespace: "dns", name: "bind", labels: ["k8s:k8s-app=kube-dns"] })],
  ])("leaves %s itself at every level, with its mark", (mark, party) => {
    for (const level of GRAPH_LEVELS) {
      expect(nodeOf(party, level).node).toMatchObject({ name: party.name, mark });
    }
  });

  it("does not take a workload called coredns for the cluster's DNS wherever it runs", () => {
    expect(nodeOf(sampleParty({ name: "coredns" }), "identity").node.mark).toBeNull();
  });

  it("keeps namespaces of the same name in two clusters apart", () => {
    const [one, other] = ["blue", "green"].map((cluster) =>
      nodeOf(sampleParty({ cluster }), "namespace"),
    );
    expect(one?.node.id).not.toBe(other?.node.id);
    expect(one?.container.title).toBe("blue");
  });

  it("puts each in its namespace, or in the kind of place it is", () => {
    const title = (party: Party) => nodeOf(party, "identity").container.title;
    expect(title(sampleParty())).toBe("shop");
    expect(title(outside("name", "api.example.com"))).toBe("world, by name");
    expect(title(outside("cidr", "10.0.0.0/8"))).toBe("world, by address");
    expect(title(outside("reserved", "host"))).toBe("nodes and control plane");
    expect(title(outside("unknown", "unknown"))).toBe("no identity");
  });
});

describe("domainOf", () => {
  it.each([
    ["api.example.com", "*.example.com"],
    ["example.com", "example.com"],
    ["*.example.com", "*.example.com"],
    ["localhost", "localhost"],
  ])("%s is of %s", (name, domain) => expect(domainOf(name)).toBe(domain));
});

describe("networkOf", () => {
  it.each([
    ["10.1.2.3", "10.1.2.0/24"],
    ["2001:db8:42::a3", "2001:db8:42:0::/64"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["::1", "0:0:0:0::/64"],
    ["not an address", "not an address"],
    ["1:2", "1:2"],
  ])("%s is in %s", (address, network) => expect(networkOf(address)).toBe(network));
});
