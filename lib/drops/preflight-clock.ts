/**
 * How far the clocks of the nodes are off, by the flows' own times. A flow from the future proves a
 * clock that is ahead. One that is behind looks like a flow that was long on the way, so it is told
 * only from other nodes of the same source, whose flows come sooner.
 */
import type { NodeFacts } from "./flow-facts";
import { isRelay, lengthText, type PreflightCheck, type PreflightInput } from "./preflight-check";

/** Relay sorts within about a second, so less than this is no finding. */
const SKEW_MS = 2_000;
/** Where all flows are this old, they say nothing of clocks: a recording, or history. */
const OLD_MS = 60_000;

export type ClockSkew = {
  name: string;
  /** Above zero: ahead by at least that. Below: behind, or late, by about that. */
  skewMs: number;
};

/** The nodes whose clocks can be judged, the worst first. */
export function clockSkews(nodes: readonly NodeFacts[], compare: boolean): ClockSkew[] {
  const lags = nodes.flatMap(({ leastLagMs }) => (leastLagMs === null ? [] : [leastLagMs]));
  const soonest = Math.max(0, Math.min(...lags));
  if (lags.length === 0 || soonest > OLD_MS) return [];
  return nodes
    .flatMap(({ name, leastLagMs }): ClockSkew[] => {
      if (leastLagMs === null) return [];
      if (leastLagMs < 0) return [{ name, skewMs: -leastLagMs }];
      return [{ name, skewMs: compare ? Math.min(0, soonest - leastLagMs) : 0 }];
    })
    .sort((a, b) => Math.abs(b.skewMs) - Math.abs(a.skewMs));
}

export function checkClock(input: PreflightInput): PreflightCheck {
  return {
    check: "clock",
    title: "Clocks of the nodes agree",
    ...judge(input),
    why: "Two flows of one packet are joined, and put in order, by their times; Relay holds flows of a clock that is ahead back.",
    fix: "Let every node follow the same time server (NTP or chrony). No Helm value does it.",
    helm: [],
  };
}

function judge(input: PreflightInput): Pick<PreflightCheck, "state" | "found"> {
  const skews = clockSkews(input.facts.nodes, isRelay(input));
  if (skews.length === 0) {
    return {
      state: "unknown",
      found: "No live flow yet: what a source hands over of its past tells nothing of clocks.",
    };
  }
  const off = skews.filter(({ skewMs }) => Math.abs(skewMs) > SKEW_MS);
  const count = `${skews.length} ${skews.length === 1 ? "node" : "nodes"}`;
  if (off.length === 0) {
    const range = isRelay(input)
      ? "within 2 s of each other and of this machine"
      : "not ahead of this machine (whether one is behind cannot be told from late lines)";
    return { state: "passed", found: `${count} judged: ${range}.` };
  }
  const told = off
    .slice(0, 3)
    .map(({ name, skewMs }) =>
      skewMs > 0
        ? `${name} is at least ${lengthText(skewMs)} ahead`
        : `${name} is ${lengthText(-skewMs)} behind, or its flows come late`,
    );
  return { state: "failed", found: `${off.length} of ${count} off: ${told.join("; ")}.` };
}
