/**
 * Drops as JSON lines: the flows they were joined from, each as one `GetFlowsResponse` in Hubble's
 * JSON, which `hubble observe --input-file` and `--replay` read.
 */
import { describeRaw } from "@/lib/hubble/evidence";
import type { Evidence, StoredDrop } from "@/lib/store/drop-row";

/** One line for each flow of the drop, the verdict event first. */
export function flowLines(drop: Pick<StoredDrop, "uuid"> & Evidence): string {
  return [drop.verdictRaw, drop.dropRaw]
    .map((raw) => (raw === null ? "" : `${JSON.stringify(recordOf(raw, drop.uuid))}\n`))
    .join("");
}

function recordOf(raw: Uint8Array | string, uuid: string): unknown {
  const described = describeRaw(raw);
  if (!isRecord(described) || "unreadable" in described) {
    // A reader of Hubble's lines skips it; whoever counts them sees why one is not a flow.
    return { unreadable: isRecord(described) ? described.unreadable : "not an object", uuid };
  }
  // A vendor's message would make a reader that does not know it refuse the line.
  const { extensions: _, ...flow } = described;
  return { flow, node_name: flow.node_name ?? flow.nodeName, time: flow.time };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
