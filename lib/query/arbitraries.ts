/**
 * Generated series, drops and queries for property tests of any room. For tests only: fast-check
 * is not there in production. Texts come from a small stock, so that generated queries meet
 * generated drops, and some of them are nasty on purpose.
 */
import fc from "fast-check";
import type { Drop, Party, Series } from "@/lib/drops/drop";
import type { PolicyRef } from "@/lib/drops/flow";
import {
  mayBeRemembered,
  NO_NAMES,
  OTHER_NAMES,
  type Remembered,
  type RememberedName,
} from "@/lib/drops/remembered";
import { blockText } from "./address";
import { fieldRow } from "./fields";
import { escapeGlob } from "./glob";
import { RESERVED_NAMES } from "./identities";
import {
  PLAIN_FIELDS,
  type PlainField,
  type Query,
  SIDE_FIELDS,
  type SideField,
  type Term,
  type Value,
} from "./query";

const PLAIN_WORDS = ["web", "web-1", "api", "shop", "kube-system", "deny-web", "Web", "world", "w"];

/** What a careless quoting, pattern or statement would trip over. */
const NASTY_WORDS = [
  "none",
  "a*b",
  "*",
  'x"y',
  "\\",
  "\\*",
  "50%",
  "a_b",
  "a b",
  "a,b",
  "-x",
  ">3",
  "a:b",
  "a=b:c",
  "shop/web",
  "/",
  "line\nbreak",
  "tab\tnul\u0000",
  "Ünï İ",
  "😀",
  "\u202eevil",
  "OR",
  "(",
  "'; DROP TABLE drops; --",
  "{q0:String}",
  "$1$&",
];

/** A text of a drop that is there. */
export const arbitraryWord: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...PLAIN_WORDS) },
  { weight: 3, arbitrary: fc.constantFrom(...NASTY_WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 }) },
);

const arbitraryName = fc.oneof(
  { weight: 4, arbitrary: arbitraryWord },
  { weight: 1, arbitrary: fc.constant("") },
);

const ADDRESSES = [
  "10.0.0.1",
  "10.0.0.2",
  "10.1.2.3",
  "203.0.113.7",
  "255.255.255.255",
  "0.0.0.0",
  "2001:db8::1",
  "2001:db8:0:1::",
  "fe80::1",
  "::1",
  "::ffff:10.0.0.1",
];

export const arbitraryAddress: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...ADDRESSES) },
  { weight: 1, arbitrary: fc.ipV4() },
  { weight: 1, arbitrary: fc.ipV6() },
  { weight: 1, arbitrary: fc.constantFrom("", "not an address", "10.0.0", "010.0.0.1") },
);

const IDENTITIES = [0, 1, 2, 7, 9, 256, 1234, 65_536, 16_777_217, 0xffff_ffff];
const REASONS = [0, 133, 151, 181, 189, 136, 999, 4_000_000_000];
const PORTS = [0, 8, 22, 53, 80, 443, 1024, 9200, 65_535];

const arbitraryLabel = fc.oneof(
  fc.constantFrom(
    "k8s:app=web",
    "k8s:app=api",
    "reserved:world",
    "reserved:kube-apiserver",
    "cidr:10.0.0.0/8",
    "k8s:tier",
    "app=web",
  ),
  arbitraryWord,
);

const arbitraryPolicy: fc.Arbitrary<PolicyRef> = fc.record({
  kind: fc.constantFrom("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "NetworkPolicy"),
  namespace: arbitraryName,
  name: arbitraryWord,
});

export const arbitraryParty: fc.Arbitrary<Party> = fc.record({
  kind: fc.constantFrom("workload", "labels", "reserved", "name", "cidr", "address", "unknown"),
  key: arbitraryWord,
  name: arbitraryName,
  cluster: arbitraryName,
  namespace: arbitraryName,
  workload: arbitraryName,
  workloadKind: fc.constantFrom("", "Deployment", "DaemonSet"),
  labels: fc.array(arbitraryLabel, { maxLength: 3 }),
  // Hubble writes names without their trailing dot.
  names: fc.array(
    fc
      .oneof(fc.constantFrom("api.example.com", "EU.telemetry.example.com"), arbitraryWord)
      .filter((name) => !name.endsWith(".")),
    { maxLength: 2 },
  ),
  identity: fc.constantFrom(...IDENTITIES),
});

/** Tags and their state agree, as they do in drops that Droplens makes. */
const arbitraryTags: fc.Arbitrary<Pick<Series, "tags" | "tagState">> = fc.oneof(
  fc.record({
    tags: fc.array(arbitraryWord, { minLength: 1, maxLength: 2 }),
    tagState: fc.constant("tagged" as const),
  }),
  fc.record({
    tags: fc.constant([]),
    tagState: fc.constantFrom("untagged" as const, "unreported" as const),
  }),
);

const arbitraryId = fc.string({
  unit: fc.constantFrom(..."0123456789abcdef"),
  minLength: 16,
  maxLength: 16,
});

export const arbitrarySeries: fc.Arbitrary<Series> = fc
  .record({
    id: arbitraryId,
    group: fc.constantFrom("00000000000000aa", "00000000000000bb"),
    cluster: arbitraryName,
    verdict: fc.constantFrom("DROPPED", "AUDIT"),
    direction: fc.constantFrom("ingress", "egress", "unknown"),
    reason: fc.constantFrom(...REASONS),
    attribution: fc.record({
      kind: fc.constantFrom("policy", "default-deny", "other"),
      certainty: fc.constantFrom("reported", "paired", "inferred", "none"),
      policies: fc.array(arbitraryPolicy, { maxLength: 2 }),
      endpoint: fc.constant(null),
    }),
    tagging: arbitraryTags,
    source: arbitraryParty,
    destination: arbitraryParty,
    protocol: fc.constantFrom("TCP", "UDP", "SCTP", "ICMPv4", "ICMPv6", ""),
    port: fc.constantFrom(...PORTS),
    l7: fc.oneof(fc.constantFrom("", "GET /api", "get /API", "DNS api.example.com"), arbitraryName),
  })
  .map(({ tagging, ...series }): Series => ({ ...series, ...tagging }));

const arbitraryRemembered: fc.Arbitrary<readonly RememberedName[]> = fc.uniqueArray(
  fc
    .oneof(
      fc.constantFrom("api.example.com", "eu.telemetry.example.com", OTHER_NAMES),
      arbitraryWord,
    )
    .map((name) => ({
      ...({ name, kind: "dns", node: "web", asker: "shop/web" } as const),
      ...{ firstMs: 1_790_000_000_000, lastMs: 1_790_000_000_000, ttl: 30 },
    })),
  { maxLength: 3, selector: ({ name }) => name },
);

/** Names are remembered for ends alone that are outside and have none, as the pipeline does. */
function rememberedOf(
  { source, destination }: Series,
  names: { source: readonly RememberedName[]; destination: readonly RememberedName[] },
): Remembered | null {
  const remembered = {
    source: mayBeRemembered(source) ? names.source : NO_NAMES,
    destination: mayBeRemembered(destination) ? names.destination : NO_NAMES,
  };
  return remembered.source.length + remembered.destination.length === 0 ? null : remembered;
}

/** A drop of any series of `series`, which are shared objects as in the running system. */
export function arbitraryDropOf(series: fc.Arbitrary<Series>): fc.Arbitrary<Drop> {
  const drop = fc.record({
    uuid: fc.uuid(),
    timeMs: fc.integer({ min: 1_790_000_000_000, max: 1_790_000_060_000 }),
    timeNanos: fc.integer({ min: 0, max: 999_999 }),
    series,
    count: fc.integer({ min: 1, max: 3 }),
    attempt: fc.constantFrom(0, 1),
    origin: arbitraryName,
    node: arbitraryName,
    sourcePod: arbitraryName,
    destinationPod: arbitraryName,
    sourceIp: arbitraryAddress,
    destinationIp: arbitraryAddress,
    sourcePort: fc.integer({ min: 0, max: 65_535 }),
    sourceIdentity: fc.constantFrom(...IDENTITIES),
    destinationIdentity: fc.constantFrom(...IDENTITIES),
    tcpFlags: fc.integer({ min: 0, max: 511 }),
    remembered: fc.record({ source: arbitraryRemembered, destination: arbitraryRemembered }),
    verdictFlow: fc.constant(null),
    dropFlow: fc.constant(null),
  });
  return drop.map((one) => ({ ...one, remembered: rememberedOf(one.series, one.remembered) }));
}

export const arbitraryDrop: fc.Arbitrary<Drop> = arbitraryDropOf(arbitrarySeries);

/** Exactly `dropCount` drops with ids of their own, of at most `seriesCount` series. */
export function arbitraryDrops(seriesCount: number, dropCount: number): fc.Arbitrary<Drop[]> {
  return fc
    .uniqueArray(arbitrarySeries, {
      minLength: seriesCount,
      maxLength: seriesCount,
      selector: (series) => series.id,
    })
    .chain((series) =>
      fc.uniqueArray(arbitraryDropOf(fc.constantFrom(...series)), {
        minLength: dropCount,
        maxLength: dropCount,
        selector: (drop) => drop.uuid,
      }),
    );
}

const literal = (text: string): Value => ({ op: "=", text, glob: false });
const pattern = (text: string): Value => ({ op: "=", text, glob: true });

/** Patterns in canonical form: escaped, and never two stars in a row. */
export const arbitraryGlob: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(fc.constant(""), arbitraryWord),
    fc.array(arbitraryWord, { maxLength: 2 }),
    fc.oneof(fc.constant(""), arbitraryWord),
  )
  .map(([head, middle, tail]) => [head, ...middle, tail].map(escapeGlob).join("*"));

const NAME_VALUE = fc.oneof(
  fc
    .oneof(
      arbitraryWord,
      fc.constantFrom("app", "app=web", "k8s:app=web", "k8s:app", "GET /api", "api.example.com"),
      fc.tuple(arbitraryName, arbitraryWord).map(([space, name]) => `${space}/${name}`),
    )
    .map(literal),
  arbitraryGlob.map(pattern),
  fc.tuple(arbitraryGlob, arbitraryGlob).map(([space, name]) => pattern(`${space}/${name}`)),
);

const NAME_OR_NONE = fc.oneof(
  { weight: 5, arbitrary: NAME_VALUE },
  { weight: 1, arbitrary: fc.constant(literal("")) },
);

function numberValue(numbers: readonly number[]): fc.Arbitrary<Value> {
  const number = fc.constantFrom(...numbers);
  const op = fc.constantFrom<Value["op"][]>("=", ">", ">=", "<", "<=");
  return fc.oneof(
    fc.tuple(op, number).map(([operator, one]) => ({ ...literal(String(one)), op: operator })),
    fc
      .tuple(number, number)
      .map(([one, other]) => literal(`${Math.min(one, other)}..${Math.max(one, other)}`)),
  );
}

/** Ids of series are random, so only a glob over few digits meets one. */
const ID_VALUE = fc.oneof(
  fc.constantFrom("00000000000000aa", "00000000000000bb").map(literal),
  fc.constantFrom("*aa", "*b*", "0*", "1*", "*7", "*f*f*").map(pattern),
);

const KIND_VALUE = fc.oneof(
  fc.constantFrom("CiliumNetworkPolicy", "NetworkPolicy", "").map(literal),
  fc.constantFrom("Cilium*", "*NetworkPolicy", "*wide*").map(pattern),
);

const REASON_VALUE = fc.oneof(
  fc.constantFrom("POLICY_DENIED", "POLICY_DENY", "STALE_OR_UNROUTABLE_IP", "999", "").map(literal),
  fc.constantFrom("*", "POLICY_*", "*_IP", "UNKNOWN(9*", "CT_*_*").map(pattern),
);

const IP_VALUE = fc.oneof(
  fc.constantFrom("", "0.0.0.0/0", "::/0", "10.0.0.0/8", "2001:db8::/32").map(literal),
  fc
    .tuple(fc.constantFrom(...ADDRESSES), fc.integer({ min: 0, max: 128 }))
    .map(([address, bits]) => blockText(`${address}/${bits}`) ?? blockText(address) ?? "")
    .map(literal),
);

function valueFor(field: PlainField | SideField): fc.Arbitrary<Value> {
  const row = fieldRow(field);
  if (field === "reason") return REASON_VALUE;
  if (field === "ip") return IP_VALUE;
  if (field === "group" || field === "series") return ID_VALUE;
  if (field === "policy.kind") return KIND_VALUE;
  if (field === "port") return numberValue(PORTS);
  if (field === "identity") {
    return fc.oneof(numberValue(IDENTITIES), fc.constantFrom(...RESERVED_NAMES).map(literal));
  }
  if (row.kind === "set") {
    const members = [...(row.values ?? []), ...(row.none === undefined ? [] : [""])];
    return fc.constantFrom(...members).map(literal);
  }
  return row.none === undefined ? NAME_VALUE : NAME_OR_NONE;
}

function valuesOf(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> {
  return fc.array(value, { minLength: 1, maxLength: 3 });
}

const WORD_VALUE = fc
  .oneof(arbitraryWord.map(literal), arbitraryGlob.map(pattern))
  .filter((value) => !value.glob || value.text !== "*");

export const arbitraryTerm: fc.Arbitrary<Term> = fc.oneof(
  ...PLAIN_FIELDS.map((field) =>
    fc.record({
      field: fc.constant(field),
      negated: fc.boolean(),
      values: valuesOf(valueFor(field)),
    }),
  ),
  ...SIDE_FIELDS.map((field) =>
    fc.record({
      field: fc.constant(field),
      side: fc.constantFrom("src" as const, "dst" as const, "either" as const),
      negated: fc.boolean(),
      values: valuesOf(valueFor(field)),
    }),
  ),
  fc.record({
    field: fc.constant("text" as const),
    negated: fc.boolean(),
    values: valuesOf(WORD_VALUE),
  }),
);

/** Queries in canonical form, as `parseQuery` gives them. */
export const arbitraryQuery: fc.Arbitrary<Query> = fc.record({
  terms: fc.array(arbitraryTerm, { maxLength: 4 }),
});
