/** The outcomes of a source as the lines of a table, and whether they add up. */
import { differenceOf } from "@/components/sources/trust";
import type { SourceReport } from "@/lib/drops/source-report";

export type OutcomeLine = {
  /** As the API calls it, with its reason: `shed queue-full`. */
  name: string;
  says: string;
  flows: number;
  /** Which colour and hatching it has. */
  look: "stored" | "paired" | "duplicate" | "out" | "rejected" | "shed" | "flight";
  /** It is lost, and we know how much. */
  isLoss: boolean;
};

const REJECTED: Readonly<Record<string, string>> = {
  malformed: "could not be read",
  oversize: "larger than is taken",
  "no-flow": "messages without a flow",
  "bad-line": "lines that are no record",
};
const SHED: Readonly<Record<string, string>> = {
  "queue-full": "let go: they came faster than they could be taken in",
  "store-down": "let go: the store took nothing for too long",
  "disk-full": "let go: the disk is full",
};

/** Losses without any are left out; everything else is always there. */
export function outcomeLines(source: SourceReport): OutcomeLine[] {
  const { stored, paired, duplicate, out_of_scope, in_flight } = source;
  const line = (name: string, says: string, flows: number, look: OutcomeLine["look"]) => ({
    name,
    says,
    flows,
    look,
    isLoss: false,
  });
  return [
    line("stored", "drops, in the history", stored, "stored"),
    line("paired", "second flows of drops", paired, "paired"),
    line("duplicate", "came before, known by uuid", duplicate, "duplicate"),
    line("out_of_scope", "neither DROPPED nor AUDIT", out_of_scope, "out"),
    ...losses("rejected", source.rejected, REJECTED),
    ...losses("shed", source.shed, SHED),
    line("in_flight", "waiting for a twin or the store", in_flight, "flight"),
  ];
}

function losses(
  look: "rejected" | "shed",
  counts: Readonly<Record<string, number>>,
  words: Readonly<Record<string, string>>,
): OutcomeLine[] {
  const some = Object.entries(counts).filter(([, flows]) => flows !== 0);
  if (some.length === 0) return [{ name: look, says: "none", flows: 0, look, isLoss: false }];
  return some.map(([reason, flows]) => ({
    name: `${look} ${reason}`,
    says: words[reason] ?? reason,
    flows,
    look,
    isLoss: true,
  }));
}

export type SumCheck = { sum: number; difference: number };

/** The lines added up, against what was received. */
export function checkSum(source: SourceReport): SumCheck {
  const sum = outcomeLines(source).reduce((total, { flows }) => total + flows, 0);
  return { sum, difference: differenceOf(source) };
}
