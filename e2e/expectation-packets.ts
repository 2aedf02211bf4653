/**
 * Packets of the two published stories: an application that phones home to rotating addresses,
 * which no taggable policy can name, and a denied metadata address whose tag is on one flow of two.
 */
import type { Flow } from "@/lib/hubble/generated/flow/flow";
import { METADATA_POLICY, metadataPacket, refusedPacket } from "@/lib/live/hubble-flows";

type Sent = { time: string; name: string; ip: string; sourcePort: number; app?: string };

/** A SYN of the application to a name outside, refused because no rule allows it. No tag. */
export function packetTo({ time, name, ip, sourcePort, app = "crm-suite" }: Sent): [Flow, Flow] {
  return refusedPacket({
    time,
    reason: "POLICY_DENIED",
    source: {
      ID: 31,
      identity: 40_001,
      namespace: "crm",
      labels: [`k8s:app.kubernetes.io/name=${app}`, "k8s:io.kubernetes.pod.namespace=crm"],
      pod_name: `${app}-6d5f7c9b8d-x2x4z`,
      workloads: [{ name: app, kind: "Deployment" }],
    },
    destination: { identity: 16_777_300, labels: ["reserved:world"] },
    IP: { source: "10.0.3.4", destination: ip },
    l4: { TCP: { source_port: sourcePort, destination_port: 443, flags: { SYN: true } } },
    verdict: { destination_names: [name] },
  });
}

/** Telemetry: each packet to another name and address of the vendor. */
export function telemetry(at: number, time: string): [Flow, Flow] {
  const name = `in${at % 4}.telemetry.example.com`;
  return packetTo({ time, name, ip: `203.0.113.${(at % 200) + 1}`, sourcePort: 20_000 + at });
}

export const TAG = "ccnp_egress_denied_azure_imds";

/** A refused metadata request; only its verdict event carries policy and tag. */
export function taggedPacket(at: number, time: string): [Flow, Flow] {
  return metadataPacket(time, 50_000 + at, {
    egress_denied_by: [METADATA_POLICY],
    policy_log: [TAG],
  });
}
