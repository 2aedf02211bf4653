/** Terms about one end of a drop, as filters of that end. */
import { ipv4TextPrefix, readBlock } from "@/lib/query/address";
import { foldCase, globParts } from "@/lib/query/glob";
import { reservedIdentity } from "@/lib/query/identities";
import type { SideTerm, Value } from "@/lib/query/query";
import { interval } from "@/lib/query/value-meaning";
import { type Answer, anyAnswer, holdsIn, holdsUnless, lost, problem } from "./answer";
import type { Filter, FilterField, FilterValue } from "./flow-filter";

type End = "source" | "destination";

const ENDS: Record<SideTerm["side"], readonly End[]> = {
  src: ["source"],
  dst: ["destination"],
  either: ["source", "destination"],
};

export function sideAnswer(term: SideTerm): Answer {
  return anyAnswer(ENDS[term.side].map((end) => endAnswer(term, end)));
}

function endAnswer({ field, values }: SideTerm, end: End): Answer {
  switch (field) {
    case "ns":
      return namespaceAnswer(values, `${end}_pod`);
    case "pod":
      return podAnswer(values, `${end}_pod`);
    case "workload":
      return workloadAnswer(values, end);
    case "identity":
      return identityAnswer(values, end);
    case "label":
      return labelAnswer(values, `${end}_label`);
    case "fqdn":
      return fqdnAnswer(values, `${end}_fqdn`);
    case "ip":
      return addressAnswer(values, `${end}_ip`);
  }
}

/** Answers of single values as one: values of the same list field are put into one filter. */
function each(
  values: readonly Value[],
  field: FilterField,
  one: (value: Value) => Answer | string,
): Answer {
  const listed = new Set<FilterValue>();
  const others: Answer[] = [];
  for (const value of values) {
    const answer = one(value);
    if (typeof answer === "string") listed.add(answer);
    else
      others.push({
        ...answer,
        holds: answer.holds.filter((made) => !takeList(made, field, listed)),
      });
  }
  return anyAnswer([holdsIn(field, [...listed]), ...others]);
}

/** Moves the values of a filter that asks for this field alone; false for any other filter. */
function takeList(made: Filter, field: FilterField, listed: Set<FilterValue>): boolean {
  const isAlone = Object.keys(made).every((key) => key === field);
  for (const value of isAlone ? (made[field] ?? []) : []) listed.add(value);
  return isAlone;
}

const isNone = (value: Value) => !value.glob && value.text === "";

function namespaceAnswer(values: readonly Value[], field: FilterField): Answer {
  return each(values, field, (value) => {
    if (isNone(value)) return holdsUnless({ [field]: ["/"] });
    if (value.glob) {
      if (value.text === "*") return "/";
      return lost("Hubble takes whole namespaces, no pattern. List the namespaces instead.");
    }
    return value.text.includes("/")
      ? lost("A namespace with a slash cannot be given to Hubble.")
      : `${value.text}/`;
  });
}

function podAnswer(values: readonly Value[], field: FilterField): Answer {
  return each(values, field, (value) => {
    if (isNone(value)) return holdsUnless({ [field]: ["/"] });
    const slash = value.text.indexOf("/");
    const space = slash < 0 ? null : value.text.slice(0, slash);
    const name = value.text.slice(slash + 1);
    if (!value.glob) return literalPod(field, space, name);
    return patternPod(field, space, name);
  });
}

function literalPod(field: FilterField, space: string | null, name: string): Answer {
  if (space === "" || name === "") return lost("A pod outside of any namespace cannot be named.");
  const text = "Hubble compares the beginning of a pod's name, so longer names match as well.";
  return anyAnswer([holdsIn(field, [`${space ?? ""}/${name}`]), problem("wider", text)]);
}

function patternPod(field: FilterField, space: string | null, name: string): Answer {
  const spaces = globParts(space ?? "*");
  const [head = "", ...rest] = globParts(name);
  const isAnySpace = spaces.length === 2 && spaces.join("") === "";
  if (spaces.length > 1 && !isAnySpace) {
    return lost("Hubble takes whole namespaces, no pattern.");
  }
  const namespace = isAnySpace ? "" : (spaces[0] ?? "");
  if (!isAnySpace && (namespace === "" || namespace.includes("/"))) {
    return lost("A pod outside of any namespace cannot be named.");
  }
  const filters = holdsIn(field, [`${namespace}/${head}`]);
  if (rest.length === 1 && rest[0] === "") return filters;
  if (head === "" && namespace === "") {
    return lost("Hubble compares the beginning of a pod's name; this pattern has none.");
  }
  const text = `Hubble compares the beginning of a pod's name: here “${namespace}/${head}”.`;
  return anyAnswer([filters, problem("wider", text)]);
}

const REMOTE_WORKLOAD =
  "Hubble knows a workload only at the end that runs on the observing node. A pod pattern such as pod:name-* reaches both.";

function workloadAnswer(values: readonly Value[], end: End): Answer {
  const answers = values.map((value) => oneWorkload(value, end));
  return anyAnswer([...answers, problem("narrower", REMOTE_WORKLOAD)]);
}

function oneWorkload(value: Value, end: End): Answer {
  if (isNone(value)) return lost("Hubble cannot ask for ends without a workload.");
  const slash = value.text.indexOf("/");
  const space = slash < 0 ? null : value.text.slice(0, slash);
  const name = value.text.slice(slash + 1);
  const isAny = value.glob && name === "*";
  if (value.glob && (!isAny || (space ?? "").includes("*"))) {
    return lost("Hubble takes whole names of workloads, no pattern.");
  }
  if (space === "" || name === "") return lost("A workload outside of any namespace is not known.");
  const workload = isAny ? {} : { name };
  const pods = space === null ? {} : { [`${end}_pod`]: [`${space}/`] };
  return {
    ...holdsIn(`${end}_workload`, []),
    holds: [{ [`${end}_workload`]: [workload], ...pods }],
  };
}

/** More numbers than this are not listed one by one. */
export const MOST_LISTED = 100;

/**
 * A reserved name is its number or its label, as in Droplens: CIDR and DNS identities carry
 * `reserved:world` beside a number of their own, which `--identity world` does not select.
 */
function identityAnswer(values: readonly Value[], end: End): Answer {
  const numbers = new Set<number>();
  const labels = new Set<string>();
  const problems: Answer[] = [];
  for (const value of values) {
    const reserved = reservedIdentity(value.text);
    if (reserved !== null) {
      numbers.add(reserved);
      labels.add(`reserved:${value.text}`);
      continue;
    }
    const { from, to } = interval(value);
    if (to - from >= MOST_LISTED) {
      problems.push(lost("Hubble takes identities one by one, no range."));
      continue;
    }
    for (let number = from; number <= to; number += 1) numbers.add(number);
  }
  return anyAnswer([
    holdsIn(`${end}_identity`, [...numbers]),
    holdsIn(`${end}_label`, [...labels]),
    ...problems,
  ]);
}

const LABEL_NAME = "[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
const LABEL_KEY = new RegExp(
  `^(?:[a-z0-9-]{1,63}:)?(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?${LABEL_NAME}$`,
);
const LABEL_VALUE = new RegExp(`^(?:${LABEL_NAME})?$`);

function labelAnswer(values: readonly Value[], field: FilterField): Answer {
  return each(values, field, (value) => {
    if (isNone(value)) return lost("Hubble cannot ask for ends without labels.");
    const [written = "", ...rest] = globParts(value.text);
    const isAnyValue = value.glob && rest.join("") === "" && rest.length === 1;
    if (value.glob && !(isAnyValue && written.endsWith("="))) {
      return lost("Hubble compares whole labels, or asks whether a key is there: label:key.");
    }
    const label = value.glob ? written.slice(0, -1) : value.text;
    const equals = label.indexOf("=");
    const key = equals < 0 ? label : label.slice(0, equals);
    const text = equals < 0 ? "" : label.slice(equals + 1);
    const isSelector = LABEL_KEY.test(key) && LABEL_VALUE.test(text);
    return isSelector ? label : lost("This is no label that Hubble's selectors can say.");
  });
}

function fqdnAnswer(values: readonly Value[], field: FilterField): Answer {
  return each(values, field, (value) => {
    if (isNone(value)) return holdsUnless({ [field]: ["*"] });
    const parts = value.glob ? globParts(value.text) : [value.text];
    const name = parts.join("*").replace(/\.$/, "");
    const isPlain = parts.every((part) => /^[-a-zA-Z0-9.]*$/.test(part)) && name !== "";
    return isPlain
      ? foldCase(name)
      : lost("Hubble takes letters, digits, - and . in DNS names, and * between them.");
  });
}

const ALL_ADDRESSES = ["0.0.0.0/0", "::/0"];

function addressAnswer(values: readonly Value[], field: FilterField): Answer {
  return each(values, field, (value) => {
    if (isNone(value)) return holdsUnless({ [field]: ALL_ADDRESSES });
    // Droplens reads IPv4 addresses as mapped ones, so the widest IPv6 blocks hold them too.
    const block = value.text.includes(":") ? readBlock(value.text) : null;
    const holdsIpv4 = block !== null && ipv4TextPrefix(block) !== null;
    return holdsIpv4 ? holdsIn(field, [value.text, "0.0.0.0/0"]) : value.text;
  });
}
