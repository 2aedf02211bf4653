/** What pods of the demo cluster try to reach outside and may not. */
import { type End, podEnd, prefixEnd, worldEnd } from "@/lib/demo/cluster/ends";
import { podsOf } from "@/lib/demo/cluster/inventory";
import type { Packet } from "@/lib/demo/cluster/packet";
import { RULES } from "@/lib/demo/cluster/policies";
import type { Random } from "@/lib/demo/cluster/random";
import { byDay, byNight, byPush, steady } from "@/lib/demo/cluster/rhythm";
import {
  clientPort,
  connect,
  type Moment,
  packet,
  type Scenario,
} from "@/lib/demo/cluster/scenario";
import { BATCH_SCORER } from "@/lib/demo/cluster/workloads";

export const EGRESS: readonly Scenario[] = [
  { name: "telemetry", perMinute: 8, rhythm: byDay, play: phoneHome },
  { name: "metadata", perMinute: 3.5, rhythm: steady, play: askMetadata },
  { name: "metadata-untagged", perMinute: 2.5, rhythm: byPush, play: askMetadataFromRunner },
  { name: "apiserver", perMinute: 4, rhythm: byPush, play: askApiserver },
  { name: "runner-database", perMinute: 1.6, rhythm: byPush, play: askDatabaseFromRunner },
  { name: "blocklist", perMinute: 0.8, rhythm: byDay, play: reachBlocklisted },
  { name: "ipv6", perMinute: 2, rhythm: byDay, play: reachOverV6 },
  { name: "ping", perMinute: 0.7, rhythm: byDay, play: ping },
  { name: "batch", perMinute: 2, rhythm: byNight, play: fetchFeatures },
];

/** Hosts behind one telemetry domain; the addresses rotate, as a CDN's do. */
const TELEMETRY_HOSTS = ["eu", "us", "ingest", "crash", "usage"] as const;

/**
 * A third-party application calls its maker. Its policy allows a few names (`toFQDNs`), so the rest
 * is default deny: no policy, no tag. Cilium often knows the name, but not for long.
 */
function phoneHome(moment: Moment): Packet[] {
  const { random } = moment;
  const pod = random.pick(podsOf("crm", "crm-suite"));
  return connect(moment, {
    from: podEnd(pod),
    to: telemetryEnd(random, moment.timeMs),
    direction: "EGRESS",
    port: random.chance(0.93) ? 443 : 80,
    decision: { kind: "default-deny" },
  });
}

function telemetryEnd(random: Random, timeMs: number): End {
  const host = random.pick(TELEMETRY_HOSTS);
  // Every ten minutes the domain answers with other addresses. Never above .240, where a scanner is.
  const turn = Math.floor(timeMs / 600_000);
  const last = 1 + ((turn * 17 + TELEMETRY_HOSTS.indexOf(host) * 41 + random.int(0, 2)) % 240);
  const names = random.chance(0.82) ? [`${host}.telemetry.example.com`] : [];
  return worldEnd(`203.0.113.${last}`, names);
}

function askMetadata(moment: Moment): Packet[] {
  const { random } = moment;
  const pod = random.pick([
    random.pick(podsOf("crm", "crm-suite")),
    random.pick(podsOf("shop", "storefront")),
    random.pick(podsOf("monitoring", "node-agent")),
  ]);
  return connect(moment, {
    from: podEnd(pod),
    to: metadataEnd(),
    direction: "EGRESS",
    port: 80,
    decision: { kind: "denied", rules: [RULES.metadataDeny] },
    syns: random.pick([1, 2, 3]),
  });
}

function askMetadataFromRunner(moment: Moment): Packet[] {
  return connect(moment, {
    from: podEnd(moment.random.pick(podsOf("ci", "runner"))),
    to: metadataEnd(),
    direction: "EGRESS",
    port: 80,
    decision: { kind: "denied", rules: [RULES.metadataDenyUntagged] },
    syns: moment.random.pick([1, 2]),
  });
}

function metadataEnd(): End {
  return prefixEnd("cidrgroup:cloud-metadata", "169.254.169.254");
}

function askApiserver(moment: Moment): Packet[] {
  return connect(moment, {
    from: podEnd(moment.random.pick(podsOf("ci", "runner"))),
    to: prefixEnd("kube-apiserver", "192.0.2.20"),
    direction: "EGRESS",
    port: 6443,
    decision: { kind: "denied", rules: [RULES.apiserverDeny] },
  });
}

function askDatabaseFromRunner(moment: Moment): Packet[] {
  return connect(moment, {
    from: podEnd(moment.random.pick(podsOf("ci", "runner"))),
    to: podEnd(podsOf("shop", "orders-db")[0]),
    direction: "EGRESS",
    port: 5432,
    decision: { kind: "denied", rules: [RULES.runnerDatabaseDeny] },
  });
}

/** Two policies deny it; both are named. */
function reachBlocklisted(moment: Moment): Packet[] {
  return connect(moment, {
    from: podEnd(moment.random.pick(podsOf("staging", "worker"))),
    to: prefixEnd("cidr:198.51.100.0/24", `198.51.100.${moment.random.int(10, 14)}`),
    direction: "EGRESS",
    port: 4444,
    decision: { kind: "denied", rules: [RULES.blocklistDeny, RULES.stagingDeny] },
  });
}

function reachOverV6(moment: Moment): Packet[] {
  const { random } = moment;
  const pod = random.pick(podsOf("monitoring", "node-agent"));
  const to = random.chance(0.5)
    ? worldEnd(`2001:db8:4::${random.int(16, 24).toString(16)}`, ["time.example.net"])
    : prefixEnd("cidr:2001-db8-5--0/48", `2001:db8:5::${random.int(1, 9)}`);
  return connect(moment, {
    from: podEnd(pod, "v6"),
    to,
    direction: "EGRESS",
    port: 443,
    decision: { kind: "default-deny" },
    syns: random.pick([1, 2, 3]),
  });
}

function ping(moment: Moment): Packet[] {
  const source = podEnd(moment.random.pick(podsOf("monitoring", "node-agent")));
  const destination = worldEnd("198.51.100.1");
  return [0, 1000, 2000].map((offset) =>
    packet(
      { ...moment, timeMs: moment.timeMs + offset },
      {
        direction: "EGRESS",
        source,
        destination,
        l4: { protocol: "ICMPv4", type: 8, code: 0 },
        decision: { kind: "default-deny" },
      },
    ),
  );
}

/** Long names everywhere, to see that screens hold them; one try in eight over SCTP. */
function fetchFeatures(moment: Moment): Packet[] {
  const [pod] = podsOf(BATCH_SCORER.namespace, BATCH_SCORER.name);
  const name =
    "feature-store-primary-replica-07.internal-shared-services.europe-west.prod.analytics-platform.example.org";
  const to = prefixEnd("cidr:192.0.2.0/24", `192.0.2.${moment.random.int(60, 63)}`, [name]);
  const decision = { kind: "denied", rules: [RULES.batchDeny] } as const;
  if (moment.random.chance(0.875)) {
    return connect(moment, { from: podEnd(pod), to, direction: "EGRESS", port: 6566, decision });
  }
  const l4 = {
    protocol: "SCTP",
    sourcePort: clientPort(moment.random),
    destinationPort: 36412,
  } as const;
  return [
    packet(moment, { direction: "EGRESS", source: podEnd(pod), destination: to, l4, decision }),
  ];
}
