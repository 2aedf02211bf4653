/** Refused packets that the browser tests speak of. */
import type { Flow } from "@/lib/hubble/generated/flow/flow";
import { COREDNS, PRODUCTPAGE, refusedPacket } from "@/lib/live/hubble-flows";

/** A time so many milliseconds ago, as Hubble writes it. */
export function ago(ms: number): string {
  return new Date(Date.now() - ms).toISOString();
}

/** productpage's question to coredns, which no rule allows: both flows of one packet. */
export function dnsQuestion(time = ago(0)): [Flow, Flow] {
  return refusedPacket({
    time,
    reason: "POLICY_DENIED",
    source: PRODUCTPAGE,
    destination: COREDNS,
    IP: { source: "10.244.2.148", destination: "10.244.0.10" },
    l4: { UDP: { source_port: 40789, destination_port: 53 } },
  });
}

/** A TCP SYN from a workload of the given name to orders-db, under default deny. */
export function synFrom(workload: string, sourcePort: number, time = ago(0)): [Flow, Flow] {
  return refusedPacket({
    time,
    reason: "POLICY_DENIED",
    source: {
      ID: 21,
      identity: 20_000 + sourcePort,
      namespace: "shop",
      labels: [`k8s:app=${workload}`, "k8s:io.kubernetes.pod.namespace=shop"],
      pod_name: `${workload}-6d5f7c9b8d-x2x4z`,
      workloads: [{ name: workload, kind: "Deployment" }],
    },
    destination: { identity: 30_001, namespace: "shop", pod_name: "orders-db-0" },
    IP: { source: "10.0.1.21", destination: "10.0.2.30" },
    l4: { TCP: { source_port: sourcePort, destination_port: 5432, flags: { SYN: true } } },
  });
}
