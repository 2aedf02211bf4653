/**
 * Whether a source can tell what Droplens shows: each check with what was found, why it matters and
 * the Helm value of Cilium that provides for it. Pure; what it goes by is counted in `flow-facts.ts`.
 */
import type { FlowTally } from "./flow-facts";
import {
  grouped,
  isRelay,
  lengthText,
  looked,
  type PreflightCheck,
  type PreflightInput,
} from "./preflight-check";
import { checkClock } from "./preflight-clock";
import { checkNodes, checkReachable, checkTlsName } from "./preflight-relay";

/** So many events without what should be on them are an answer; fewer may be chance. */
const ENOUGH = 20;

export function preflight(input: PreflightInput): PreflightCheck[] {
  return [
    checkReachable(input),
    checkTlsName(input),
    checkNodes(input),
    checkDropEvents(input),
    checkVerdictEvents(input),
    checkCorrelation(input),
    checkTags(input),
    checkDnsNames(input),
    checkClock(input),
  ];
}

/**
 * For sources that read what the exporter writes. Words and no Helm value: the filter is one line of
 * an entry, and a value set for the whole list would take the entries' names and files away.
 */
const EXPORTER_ENTRY =
  "An entry that brings both says includeFilters: [{verdict: [DROPPED, AUDIT]}], beside its name and filePath, in the list hubble.export.dynamic.config.content (with hubble.export.dynamic.enabled) or under flowLogs in flowlogs.yaml.";

type Evidence = {
  /** Of which there were so many lately and ever, the last at. */
  seen: number;
  ever: number;
  lastMs: number;
  what: string;
  /** Events that should have shown it. */
  against: number;
  againstWhat: string;
  unknown: string;
};

/** Seen lately, contradicted lately, seen at any time, or not known: in this order. */
function weigh(input: PreflightInput, evidence: Evidence): Pick<PreflightCheck, "state" | "found"> {
  const { seen, ever, lastMs, what, against, againstWhat, unknown } = evidence;
  if (seen > 0) return { state: "passed", found: `${grouped(seen)} ${what} ${looked(input)}.` };
  if (against >= ENOUGH) {
    const before = ever > 0 ? `; the last ${lengthText(input.nowMs - lastMs)} ago` : "";
    return { state: "failed", found: `None, but ${grouped(against)} ${againstWhat}${before}.` };
  }
  if (ever > 0) {
    return {
      state: "passed",
      found: `The last ${lengthText(input.nowMs - lastMs)} ago; ${grouped(ever)} ${what} since the start.`,
    };
  }
  return { state: "unknown", found: `${unknown} ${looked(input)}.` };
}

function checkDropEvents(input: PreflightInput): PreflightCheck {
  const { recent, ever, lastMs } = input.facts;
  return {
    check: "drop-events",
    title: "Drop events seen",
    ...weigh(input, {
      seen: recent.dropEvents,
      ever: ever.dropEvents,
      lastMs: lastMs.dropEvent,
      what: "drop events (type 1)",
      against: recent.verdictEvents,
      againstWhat: "policy verdicts came",
      unknown: "None",
    }),
    why: "Drops for other reasons than a policy come as drop events only, and only they say the place in Cilium's code.",
    fix: isRelay(input)
      ? ""
      : `The exporter's filters must let drop events through. ${EXPORTER_ENTRY}`,
    helm: [{ name: "bpf.events.drop.enabled", value: "true" }],
  };
}

function checkVerdictEvents(input: PreflightInput): PreflightCheck {
  const { recent, ever, lastMs } = input.facts;
  const fromExporter = !isRelay(input);
  return {
    check: "verdict-events",
    title: "Policy verdict events seen",
    ...weigh(input, {
      seen: recent.verdictEvents,
      ever: ever.verdictEvents,
      lastMs: lastMs.verdictEvent,
      what: "policy verdicts (type 5)",
      against: recent.policyDrops,
      againstWhat:
        "drop events with a policy's reason came, so no policy is named and no tag is known",
      unknown: "None, and too few drops by a policy to tell,",
    }),
    why: "Only verdict events name the policy and carry its tag, and only they tell of audit mode; a drop event alone says no more than the reason.",
    fix: fromExporter ? exporterFix(recent) : "",
    helm: [{ name: "bpf.events.policyVerdict.enabled", value: "true" }],
  };
}

/** What the filters of the exporter behind a file or a push source seem to leave out. */
function exporterFix({ egress, ingress, verdictEvents }: FlowTally): string {
  const [most, least] = egress > ingress ? ["egress", "ingress"] : ["ingress", "egress"];
  const isOneWay = Math.max(egress, ingress) >= ENOUGH && Math.min(egress, ingress) === 0;
  return [
    "A filter on event type 1 leaves the verdicts out: let the exporter write both, by verdict and not by event type. From Hubble, in the bar of Triage, says what an entry of its configuration lacks.",
    EXPORTER_ENTRY,
    verdictEvents === 0
      ? "A sub_type in it counts only beside match_sub_type, so that it selects every drop event."
      : "",
    isOneWay
      ? `Only ${most} came: a filter on the direction leaves out what is refused on ${least}.`
      : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function checkCorrelation(input: PreflightInput): PreflightCheck {
  const { recent, ever, lastMs } = input.facts;
  return {
    check: "correlation",
    title: "Verdicts name their policy",
    ...weigh(input, {
      seen: recent.named,
      ever: ever.named,
      lastMs: lastMs.named,
      what: "verdicts with a policy's name",
      against: recent.explicitDenies,
      againstWhat: "verdicts of explicit deny rules came, each of which should name its policy",
      unknown: noVerdicts(recent)
        ? "No policy verdict came"
        : "No verdict of an explicit deny rule came (default deny names no policy)",
    }),
    why: "Without names a drop cannot be told from any other drop at the same endpoint, and expectations cannot go by policy.",
    fix: "Names of deny rules need Cilium 1.16 or newer. An exporter with a field mask must keep egress_denied_by and ingress_denied_by.",
    helm: [{ name: "hubble.networkPolicyCorrelation.enabled", value: "true" }],
  };
}

function checkTags(input: PreflightInput): PreflightCheck {
  const { recent, ever, lastMs } = input.facts;
  const weighed = weigh(input, {
    seen: recent.tagged,
    ever: ever.tagged,
    lastMs: lastMs.tagged,
    what: "verdicts with a tag",
    against: recent.named,
    againstWhat:
      recent.logged > 0
        ? "verdicts came whose policies set no tag"
        : "verdicts with a policy's name came without the field policy_log",
    unknown: noVerdicts(recent) ? "No policy verdict came" : "No verdict with a policy's name came",
  });
  return {
    check: "tags",
    title: "Tags seen",
    ...weighed,
    why: "Tags (policy_log) say in the policy author's own words what a rule blocks and whether that is planned.",
    fix:
      recent.logged > 0
        ? "Give the rules a tag: spec.log.value in the policy."
        : "Needs Cilium 1.18 or newer and a tag in the rules: spec.log.value. An exporter with a field mask must keep policy_log.",
    helm: [{ name: "hubble.networkPolicyCorrelation.enabled", value: "true" }],
  };
}

function checkDnsNames(input: PreflightInput): PreflightCheck {
  const { recent, ever, lastMs } = input.facts;
  return {
    check: "dns-names",
    title: "DNS names seen",
    ...weigh(input, {
      seen: recent.outsideNamed,
      ever: ever.outsideNamed,
      lastMs: lastMs.dns,
      what: "flows with the name of an outside address",
      against: recent.outside,
      againstWhat: "flows to or from outside the cluster came with addresses only",
      unknown: "No name and too few flows to or from outside",
    }),
    why: "Without names an outside destination is an address, which changes while the name stays.",
    fix: "Cilium learns names where a policy sends DNS through its proxy: a rule with rules.dns for port 53 on the endpoints.",
    helm: [{ name: "l7Proxy", value: "true" }],
  };
}

function noVerdicts(recent: FlowTally): boolean {
  return recent.verdictEvents === 0;
}
