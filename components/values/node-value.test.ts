import { describe, expect, it } from "vitest";
import { nodeValue } from "@/components/values/node-value";
import type { GraphNode } from "@/lib/graph/graph";

const node = (change: Partial<GraphNode>): GraphNode => ({
  id: "0000000000000001",
  kind: "workload",
  name: "web",
  namespace: "shop",
  cluster: "",
  mark: null,
  container: "c",
  parties: 1,
  labels: [],
  names: [],
  identity: 0,
  ...change,
});

describe("nodeValue", () => {
  it("is the value of the node's end, and of either end for a node by itself", () => {
    expect(nodeValue("dst", node({}))).toEqual({ field: "dst.workload", value: ["shop/web"] });
    expect(nodeValue("either", node({}))).toEqual({ field: "workload", value: ["shop/web"] });
  });

  it("names a folded node by what it was folded by", () => {
    const namespace = node({ kind: "namespace", name: "shop" });
    expect(nodeValue("src", namespace)).toEqual({ field: "src.ns", value: ["shop"] });
    const network = node({ kind: "network", name: "192.0.2.0/24", namespace: "" });
    expect(nodeValue("dst", network)).toEqual({ field: "dst.ip", value: ["192.0.2.0/24"] });
  });

  it("is nothing where a value cannot say it: a pattern of names, or the rest of the world", () => {
    expect(nodeValue("dst", node({ kind: "domain", name: "*.example.com" }))).toBeNull();
    expect(nodeValue("dst", node({ kind: "outside", name: "the world, by name" }))).toBeNull();
  });
});
