import { describe, expect, it } from "vitest";
import type { Endpoint } from "./flow";
import { buildParty, describeAddress } from "./party";
import { createPartyIndex } from "./party-index";
import { sampleEndpoint, sampleWorld } from "./sample-flow";
import { workloadOfPod } from "./workload-name";

function party(overrides: Partial<Endpoint>, ip = "", names: readonly string[] = []) {
  return buildParty(sampleEndpoint(overrides), ip, names, "default");
}

function world(labels: readonly string[], ip = "", names: readonly string[] = [], identity = 2) {
  return buildParty(sampleWorld({ labels, identity }), ip, names, "default");
}

describe("workloadOfPod", () => {
  it.each([
    ["productpage-v1-675fc69cf-8zzxh", "productpage-v1", "Deployment"],
    ["coredns-76f75df574-rw29s", "coredns", "Deployment"],
    ["traffic-generator-9b649846d-bxqfc", "traffic-generator", "Deployment"],
    ["cilium-x7k2p", "cilium", "DaemonSet"],
    ["db-0", "db", "StatefulSet"],
    ["backup-28349875-tq4jm", "backup", "CronJob"],
    ["tiefighter", "tiefighter", "Pod"],
    ["my-proxy", "my-proxy", "Pod"],
    ["web-nginx", "web-nginx", "Pod"],
  ])("takes %s for a pod of %s (%s)", (pod, name, kind) => {
    expect(workloadOfPod(pod)).toEqual({ name, kind });
  });
});

describe("buildParty", () => {
  it("names a pod by its workload", () => {
    expect(party({})).toMatchObject({
      kind: "workload",
      name: "web",
      namespace: "shop",
      workload: "web",
      workloadKind: "Deployment",
      identity: 30_001,
    });
  });

  it.each([
    ["web-675fc69cf-8zzxh", "web", "Deployment"],
    ["agent-x7k2p", "agent", "DaemonSet"],
    ["import-x7k2p", "import", "Job"],
    ["db-2", "db", "StatefulSet"],
  ])("gives %s the same key on its own node and seen from another", (pod, name, kind) => {
    const local = party({ pod, workloads: [{ name, kind }] });
    const remote = party({ id: 0, pod, workloads: [] });
    expect(remote.key).toBe(local.key);
  });

  it("tells equal workloads of two namespaces and of two clusters apart", () => {
    const keys = [party({}), party({ namespace: "b" }), party({ cluster: "c" })].map(
      ({ key }) => key,
    );
    expect(new Set(keys).size).toBe(3);
  });

  it("believes the pod when the identity is still world", () => {
    expect(party({ identity: 2, labels: ["reserved:world"] })).toMatchObject({
      kind: "workload",
      name: "web",
    });
  });

  it("takes cluster and namespace from the labels where the endpoint lacks them", () => {
    const labels = [
      "k8s:io.cilium.k8s.policy.cluster=east",
      "k8s:io.kubernetes.pod.namespace=shop",
    ];
    expect(party({ cluster: "", namespace: "", labels })).toMatchObject({
      cluster: "east",
      namespace: "shop",
    });
  });

  it("takes the observing node's cluster where nothing else tells it", () => {
    expect(party({ cluster: "", labels: [] }).cluster).toBe("default");
  });

  it.each([
    [["k8s:app=b", "k8s:app.kubernetes.io/name=a"], "a"],
    [["k8s:app=b", "k8s:k8s-app=c"], "b"],
    [["k8s:k8s-app=kube-dns"], "kube-dns"],
    [["k8s:role=api", "k8s:tier=1", "k8s:io.kubernetes.pod.namespace=shop"], "role=api, tier=1"],
    [["k8s:io.kubernetes.pod.namespace=shop"], "shop"],
  ])("without a pod, names an end by the label that tells most: %j", (labels, name) => {
    expect(party({ pod: "", workloads: [], labels })).toMatchObject({
      kind: "labels",
      name,
      namespace: "shop",
    });
  });

  it.each([
    [1, ["reserved:host", "reserved:kube-apiserver"], "host"],
    [6, ["reserved:kube-apiserver", "reserved:remote-node"], "kube-apiserver"],
    [
      16_777_217,
      ["cidr:172.18.0.3/32", "reserved:kube-apiserver", "reserved:world"],
      "kube-apiserver",
    ],
    [33_554_433, ["reserved:remote-node"], "remote-node"],
    [4, [], "health"],
    [8, ["reserved:ingress"], "ingress"],
    [1, ["k8s:node-role.kubernetes.io/control-plane=", "reserved:host"], "host"],
  ])("calls identity %i with %j by its reserved name", (identity, labels, name) => {
    expect(world(labels, "172.18.0.3", [], identity)).toMatchObject({ kind: "reserved", name });
  });

  it("prefers a DNS name to an address, the first in order, whichever came first", () => {
    const names = ["www.example.com", "api.example.com"];
    expect(world(["reserved:world"], "203.0.113.7", names)).toMatchObject({
      kind: "name",
      name: "api.example.com",
      names: ["api.example.com", "www.example.com"],
    });
  });

  it("gives one key to a name whose address changes", () => {
    const keys = ["203.0.113.7", "203.0.113.8"].map(
      (ip) => world(["reserved:world"], ip, ["a.b"]).key,
    );
    expect(keys[0]).toBe(keys[1]);
  });

  it("takes the longest CIDR, in IPv6 with its colons", () => {
    expect(world(["cidr:10.0.0.0/8", "cidr:10.1.0.0/16", "reserved:world"], "10.1.2.3").name).toBe(
      "10.1.0.0/16",
    );
    expect(world(["cidr:2001-db8--0/64"], "2001:db8::7").name).toBe("2001:db8::0/64");
    expect(world(["cidr:0.0.0.0/0"], "192.0.2.1").name).toBe("0.0.0.0/0");
  });

  it("takes the CIDR group's name where there is no CIDR", () => {
    const labels = [
      "cidrgroup:io.cilium.policy.cidrgroupname/blocked",
      "cidrgroup:policy=x",
      "reserved:world",
    ];
    expect(world(labels, "217.160.0.92")).toMatchObject({ kind: "cidr", name: "blocked" });
  });

  it("takes a single address for an address, as seen from a node without that CIDR", () => {
    const here = world(
      ["cidr:104.20.23.154/32", "reserved:world"],
      "104.20.23.154",
      [],
      16_777_219,
    );
    const there = world(["reserved:world-ipv4"], "104.20.23.154", [], 9);
    expect(here.key).toBe(there.key);
  });

  it("does not take a selector's text for a name", () => {
    expect(world(["fqdn:*.example.com", "reserved:world"], "203.0.113.7")).toMatchObject({
      kind: "address",
      name: "203.0.113.7",
    });
  });

  it("has no number of an identity that means something else on another node", () => {
    for (const identity of [16_777_217, 33_554_433]) {
      const { key, identity: shown } = world(["reserved:world"], "203.0.113.7", [], identity);
      expect(shown).toBe(0);
      expect(key).not.toContain(String(identity));
    }
  });

  it("says world, or unknown, when nothing else is known", () => {
    expect(world(["reserved:world"])).toMatchObject({ kind: "reserved", name: "world" });
    expect(world([], "", [], 0)).toMatchObject({ kind: "unknown", name: "unknown" });
  });

  it("sorts the labels", () => {
    expect(world(["reserved:world", "cidr:10.0.0.0/8"]).labels).toEqual([
      "cidr:10.0.0.0/8",
      "reserved:world",
    ]);
  });
});

describe("describeAddress", () => {
  it("knows the cloud metadata address", () => {
    expect(describeAddress("169.254.169.254")).toBe("cloud metadata");
    expect(describeAddress("169.254.169.253")).toBe("");
  });
});

describe("createPartyIndex", () => {
  it("is the same party for pods of one workload", () => {
    const parties = createPartyIndex();
    const [a, b] = ["web-675fc69cf-8zzxh", "web-675fc69cf-2jmrw"].map((pod) =>
      sampleEndpoint({ pod }),
    );
    if (a === undefined || b === undefined) throw new Error("no sample");
    expect(parties.of(a, "10.0.1.5", [], "default")).toBe(parties.of(b, "10.0.1.6", [], "default"));
  });

  it("keeps addresses and names of one outside endpoint apart", () => {
    const parties = createPartyIndex();
    const endpoint = sampleWorld();
    const ends = [
      parties.of(endpoint, "203.0.113.7", [], "default"),
      parties.of(endpoint, "203.0.113.8", [], "default"),
      parties.of(endpoint, "203.0.113.7", ["a.b"], "default"),
      parties.of(endpoint, "203.0.113.7", ["a.b", "c.d"], "default"),
    ];
    expect(new Set(ends.map(({ number }) => number)).size).toBe(4);
    expect(parties.of(endpoint, "203.0.113.9", ["c.d", "a.b"], "default")).toBe(ends[3]);
  });

  it("does not mix the clusters of an endpoint that does not say its own", () => {
    const parties = createPartyIndex();
    const endpoint = sampleEndpoint({ cluster: "" });
    expect(parties.of(endpoint, "", [], "east").cluster).toBe("east");
    expect(parties.of(endpoint, "", [], "west").cluster).toBe("west");
  });
});
