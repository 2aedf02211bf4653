/**
 * Fields of a FlowFilter as terms of a query, one row each; or why Droplens cannot ask it. A field
 * holds where any of its values does.
 */
import { blockText } from "@/lib/query/address";
import { escapeGlob } from "@/lib/query/glob";
import { RESERVED_NAMES, reservedIdentity } from "@/lib/query/identities";
import type { SideField, Value } from "@/lib/query/query";
import { reasonText } from "@/lib/query/reasons";
import { isType } from "./event-types";
import type { FilterField, FilterValue } from "./flow-filter";
import { ALWAYS, all, any, type Formula, NEVER, not, termFormula, UNKNOWN } from "./formula";
import { type Note, note } from "./note";
import { readCel, verdictFormula } from "./read-cel";
import { globOfExpression, literal, pattern, plainTerm } from "./term-values";

type Side = "src" | "dst";
/** `about` is the value as it is written. */
type Reader = (value: FilterValue, notes: Note[], about: string) => Formula;
type Row = Reader | { reason: string; formula: Formula };

/** What the field asks; `notes` name what is not translated. */
export function readField(
  field: FilterField,
  values: readonly FilterValue[],
  notes: Note[],
): Formula {
  const row = ROWS[field];
  const about = `${field}: ${values.map(shownValue).join(", ")}`;
  if (typeof row === "function") {
    const side = isEveryAddress(field, values);
    if (side !== null) return not(sideFormula(side, "ip", literal("")));
    return any(...values.map((value) => row(value, notes, `${field}: ${shownValue(value)}`)));
  }
  notes.push(note("lost", about, row.reason));
  return row.formula;
}

/** A method and a path of the same request, which one line of layer 7 holds together. */
export function readRequest(
  methods: readonly FilterValue[],
  paths: readonly FilterValue[],
  notes: Note[],
): Formula {
  const lines = methods.flatMap((method) =>
    paths.map((path) => {
      const about = `http_path: ${shownValue(path)}`;
      return expressionReader((value) => requestFormula(String(method), value))(path, notes, about);
    }),
  );
  return any(...lines);
}

function requestFormula(method: string, path: Value): Formula {
  const line = path.glob
    ? pattern(`${escapeGlob(method)} ${path.text}`)
    : literal(`${method} ${path.text}`);
  return termFormula(plainTerm("l7", [line]));
}

/** All of IPv4 and all of IPv6: that there is an address. */
function isEveryAddress(field: FilterField, values: readonly FilterValue[]): Side | null {
  const isAll = values.includes("0.0.0.0/0") && values.includes("::/0");
  if (!isAll) return null;
  return field === "source_ip" ? "src" : field === "destination_ip" ? "dst" : null;
}

/** Why Droplens has no term for the field; null where it has one. */
export function reasonAgainst(field: FilterField): string | null {
  const row = ROWS[field];
  return typeof row === "function" ? null : row.reason;
}

function shownValue(value: FilterValue): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function absent(reason: string, formula: Formula = UNKNOWN): Row {
  return { reason: `${reason} Left out.`, formula };
}

const SERVICE = absent("Droplens does not keep services. Nearest: workload: or label:.");
const CLUSTER = absent(
  "Droplens asks for the cluster of the observing node, not of an end. Nearest: cluster:name.",
);
/** Replies have their service's port there; refused packets do not. */
const CLIENT_PORT = absent("Droplens does not ask for the client's port.", NEVER);
const RESPONSE = absent("Refused requests have no response.");
const HEADER = absent("Droplens keeps neither headers nor hosts of requests.");

const ROWS: Record<FilterField, Row> = {
  uuid: absent("A flow's uuid is no term; open the drop by its address /drops/<uuid>."),
  source_ip: addressReader("src"),
  destination_ip: addressReader("dst"),
  source_ip_xlated: absent("Droplens does not keep translated addresses."),
  source_pod: podReader("src"),
  destination_pod: podReader("dst"),
  source_fqdn: fqdnReader("src"),
  destination_fqdn: fqdnReader("dst"),
  source_label: labelReader("src"),
  destination_label: labelReader("dst"),
  source_service: SERVICE,
  destination_service: SERVICE,
  source_workload: workloadReader("src"),
  destination_workload: workloadReader("dst"),
  source_cluster_name: CLUSTER,
  destination_cluster_name: CLUSTER,
  traffic_direction: readDirection,
  verdict: readVerdict,
  drop_reason_desc: readReason,
  interface: absent("Droplens does not keep network interfaces."),
  event_type: readEventType,
  http_status_code: RESPONSE,
  protocol: readProtocol,
  source_port: CLIENT_PORT,
  destination_port: readPort,
  reply: absent("A refused packet is never a reply, so there is nothing to choose.", ALWAYS),
  dns_query: expressionReader(readDnsQuery),
  source_identity: identityReader("src"),
  destination_identity: identityReader("dst"),
  http_method: readMethod,
  http_path: expressionReader(readPath),
  http_url: HEADER,
  http_header: HEADER,
  tcp_flags: absent("TCP flags are no term; Droplens tells a first try from its retries by them."),
  node_name: readNode,
  node_labels: absent("Droplens does not keep the labels of nodes. Nearest: node:name."),
  ip_version: readIpVersion,
  trace_id: absent("Droplens does not keep trace ids."),
  ip_trace_id: absent("Droplens does not keep trace ids."),
  encrypted: absent("Droplens does not keep whether a packet was encrypted."),
  cel_expression: (value, notes) => readCel(String(value), notes),
};

function sideFormula(side: Side, field: SideField, value: Value): Formula {
  return termFormula({ field, side, negated: false, values: [value] });
}

function badValue(notes: Note[], about: string): Formula {
  notes.push(note("lost", about, "Hubble refuses this value. Left out."));
  return UNKNOWN;
}

function addressReader(side: Side): Reader {
  return (value, notes, about) => {
    const text = blockText(String(value));
    return text === null ? badValue(notes, about) : sideFormula(side, "ip", literal(text));
  };
}

/** `ns/prefix`, `ns/`, `/prefix`, `/`; without a slash the namespace is `default`. */
function podReader(side: Side): Reader {
  return (value, notes, about) => {
    const text = String(value);
    if (text === "") return badValue(notes, about);
    const slash = text.indexOf("/");
    const space = slash < 0 ? "default" : text.slice(0, slash);
    const prefix = text.slice(slash + 1);
    if (slash < 0) {
      const hint = `Without a slash Hubble means the namespace default. For any namespace write /${text}.`;
      notes.push(note("hint", text, hint));
    }
    if (prefix === "") {
      return space === ""
        ? sideFormula(side, "ns", pattern("*"))
        : sideFormula(side, "ns", literal(space));
    }
    if (prefix.includes("/")) return badValue(notes, about);
    const name = space === "" ? prefix : `${space}/${prefix}`;
    return sideFormula(side, "pod", pattern(`${escapeGlob(name)}*`));
  };
}

function fqdnReader(side: Side): Reader {
  return (value, notes, about) => {
    const text = String(value).toLowerCase().replace(/\.$/, "");
    if (!/^[-a-z0-9._*]+$/.test(text)) return badValue(notes, about);
    const isGlob = text.includes("*");
    return sideFormula(side, "fqdn", isGlob ? pattern(text.replace(/\*+/g, "*")) : literal(text));
  };
}

function workloadReader(side: Side): Reader {
  return (value, notes, about) => {
    const { name = "", kind = "" } = typeof value === "object" ? value : { name: value };
    if (kind !== "") {
      notes.push(note("nearest", about, "Droplens does not ask for the kind of a workload."));
    }
    if (name === "") return sideFormula(side, "workload", pattern("*"));
    return sideFormula(side, "workload", literal(String(name)));
  };
}

const KEY = "[-\\w./:]+";
const REQUIREMENT = new RegExp(
  `^\\s*(!?)\\s*(${KEY})\\s*(?:(==?|!=)\\s*([-\\w.]*)|\\s(in|notin)\\s*\\(([^()]*)\\))?\\s*$`,
);

const LONGEST_SELECTOR = 2_048;

/** A Kubernetes selector: requirements joined by commas, all of which hold. */
function labelReader(side: Side): Reader {
  return (value, notes, about) => {
    if (String(value).length > LONGEST_SELECTOR) return badValue(notes, about);
    const parts = String(value).split(/,(?![^(]*\))/);
    const formulas = parts.map((part) => requirementOf(side, part));
    return formulas.every((formula) => formula !== null)
      ? all(...formulas)
      : badValue(notes, about);
  };
}

function requirementOf(side: Side, part: string): Formula | null {
  const match = REQUIREMENT.exec(part);
  if (match === null) return null;
  const [, absentMark, key = "", operator, text = "", set, list = ""] = match;
  const label = (given: string) => sideFormula(side, "label", literal(given));
  if (set !== undefined) {
    const inside = any(...list.split(",").map((one) => label(`${key}=${one.trim()}`)));
    return set === "in" ? inside : not(inside);
  }
  if (operator === undefined) return absentMark === "!" ? not(label(key)) : label(key);
  const equal = label(`${key}=${text}`);
  return operator === "!=" ? not(equal) : equal;
}

/** A reserved number reads as its name, which in Droplens also means its label. */
function identityReader(side: Side): Reader {
  return (value, notes, about) => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < 0 || number > 0xffff_ffff) {
      return badValue(notes, about);
    }
    const name = RESERVED_NAMES.find((one) => reservedIdentity(one) === number);
    if (name !== undefined) {
      const text = `In Droplens identity:${name} is also every end with the label reserved:${name}; Hubble compares the number alone.`;
      notes.push(note("nearest", about, text));
    }
    return sideFormula(side, "identity", literal(name ?? String(number)));
  };
}

function readDirection(value: FilterValue, notes: Note[], about: string): Formula {
  const text = new Map<FilterValue, string>([
    ["INGRESS", "ingress"],
    ["EGRESS", "egress"],
    ["TRAFFIC_DIRECTION_UNKNOWN", "unknown"],
    [1, "ingress"],
    [2, "egress"],
    [0, "unknown"],
  ]).get(value);
  if (text === undefined) return badValue(notes, about);
  return termFormula(plainTerm("direction", [literal(text)]));
}

function readVerdict(value: FilterValue, notes: Note[], about: string): Formula {
  const formula = verdictFormula(String(value));
  if (formula === NEVER) {
    notes.push(note("hint", about, "Droplens holds DROPPED and AUDIT flows only."));
  }
  return formula;
}

/** Hubble's field never matches an audited flow. */
function readReason(value: FilterValue, notes: Note[], about: string): Formula {
  const text = reasonText(String(value));
  if (text === null) return badValue(notes, about);
  const term = termFormula(plainTerm("reason", [literal(text)]));
  return text === "" ? all(term, verdictFormula("DROPPED")) : term;
}

const IS_L7 = termFormula(plainTerm("l7", [pattern("*")]));
/** Only the line of an HTTP request has a space. */
const IS_HTTP = termFormula(plainTerm("l7", [pattern("* *")]));

function readEventType(value: FilterValue, notes: Note[], about: string): Formula {
  if (!isType(value)) return badValue(notes, about);
  const { type = 0, sub_type: sub = 0, match_sub_type: isMatched = false } = value;
  if (type === 1 || (type === 0 && isMatched)) {
    const reason = sub === 0 ? null : reasonText(String(sub));
    if (reason !== null) return termFormula(plainTerm("reason", [literal(reason)]));
    const text = "Drop events are what is DROPPED; requests refused at layer 7 are as well.";
    notes.push(note("nearest", about, text));
    return verdictFormula("DROPPED");
  }
  if (type === 0) return ALWAYS;
  if (type === 5) {
    const text = "Droplens joins a packet's verdict with its drop event, so the type is no term.";
    notes.push(note("hint", about, text));
    return ALWAYS;
  }
  if (type === 129) return IS_L7;
  notes.push(note("hint", about, "Events of this type are never dropped or audited."));
  return NEVER;
}

const PROTOCOL_NAMES = ["TCP", "UDP", "SCTP", "ICMP", "ICMPv4", "ICMPv6", "VRRP", "IGMP"];

function readProtocol(value: FilterValue, notes: Note[], about: string): Formula {
  const text = String(value).toLowerCase();
  const name = PROTOCOL_NAMES.find((one) => one.toLowerCase() === text);
  if (name !== undefined) return termFormula(plainTerm("proto", [literal(name)]));
  if (text === "http") return IS_HTTP;
  if (text === "dns" || text === "kafka") {
    const hint = "Requests of layer 7 other than HTTP; Droplens does not keep DNS and Kafka apart.";
    notes.push(note("nearest", about, hint));
    return all(IS_L7, not(IS_HTTP));
  }
  return badValue(notes, about);
}

function readPort(value: FilterValue, notes: Note[], about: string): Formula {
  const text = String(value);
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) return badValue(notes, about);
  return termFormula(plainTerm("port", [literal(String(Number(text)))]));
}

function readMethod(value: FilterValue): Formula {
  return termFormula(plainTerm("l7", [pattern(`${escapeGlob(String(value))} *`)]));
}

function expressionReader(read: (value: Value) => Formula): Reader {
  return (value, notes, about) => {
    // The end of a DNS name is written with a dot that may be missing.
    const glob = globOfExpression(String(value).replace(/\\\.\??\$$/, "$"));
    if (glob !== null) return read(glob);
    const text = "Droplens takes * for any run of characters, no regular expression. Left out.";
    notes.push(note("lost", about, text));
    return UNKNOWN;
  };
}

function readDnsQuery(value: Value): Formula {
  return all(termFormula(plainTerm("l7", [value])), ...(value.glob ? [not(IS_HTTP)] : []));
}

function readPath(value: Value): Formula {
  const path = value.glob ? value.text : escapeGlob(value.text);
  return termFormula(plainTerm("l7", [pattern(`* ${path}`)]));
}

/** `[cluster/]node`; a bare name is of the cluster `default`, `cluster/` is all its nodes. */
function readNode(value: FilterValue, notes: Note[], about: string): Formula {
  const text = String(value).replace(/\*+/g, "*");
  const parts = text.split("/");
  if (!/^[-a-zA-Z0-9.*/]+$/.test(text) || parts.length > 2) return badValue(notes, about);
  const isGlob = text.includes("*");
  const [cluster = "", node] = parts;
  if (node === undefined) {
    const hint = `Without a slash Hubble means the cluster default. For any cluster write */${text}.`;
    notes.push(note("hint", about, hint));
    return termFormula(
      plainTerm("node", [isGlob ? pattern(`default/${text}`) : literal(`default/${text}`)]),
    );
  }
  if (node === "" || node === "*") {
    if (cluster === "" || cluster === "*") return ALWAYS;
    return termFormula(
      plainTerm("cluster", [cluster.includes("*") ? pattern(cluster) : literal(cluster)]),
    );
  }
  const isAny = cluster === "*" || cluster === "";
  const name = isAny ? node : text;
  return termFormula(plainTerm("node", [name.includes("*") ? pattern(name) : literal(name)]));
}

function readIpVersion(value: FilterValue, notes: Note[], about: string): Formula {
  const none = termFormula({ field: "ip", side: "src", negated: false, values: [literal("")] });
  const ipv4 = termFormula({
    field: "ip",
    side: "src",
    negated: false,
    values: [literal("0.0.0.0/0")],
  });
  const version = String(value);
  if (version === "IPv4" || version === "1") return ipv4;
  if (version === "IP_NOT_USED" || version === "0") return none;
  return version === "IPv6" || version === "2" ? all(not(none), not(ipv4)) : badValue(notes, about);
}
