import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { play, readRecording } from "@/lib/demo/replay";
import { DROP_COLUMNS } from "@/lib/drops/drop-columns";
import type { Group } from "@/lib/drops/view";
import { EVERYTHING } from "@/lib/query/query";
import {
  COREDNS,
  METADATA_POLICY,
  metadataPacket,
  PRODUCTPAGE,
  refusedPacket,
} from "./hubble-flows";
import { textOf } from "./sample-export";
import { startSampleRuntime } from "./sample-runtime";

const EVER = { q: "", query: EVERYTHING, fromMs: 0, toMs: 4_102_444_800_000 };
const PACKETS = 300;
const BEGIN = Date.UTC(2026, 10, 20, 9);

/** Packets of which five share each time. */
function packets() {
  return Array.from({ length: PACKETS }, (_, at) => {
    const time = new Date(BEGIN + Math.floor(at / 5) * 2_000).toISOString();
    const port = 30_000 + at;
    if (at % 3 === 0) {
      return metadataPacket(time, port, {
        egress_denied_by: [METADATA_POLICY],
        policy_log: ["ccnp_egress_denied_azure_imds"],
      });
    }
    return refusedPacket({
      time,
      reason: "POLICY_DENIED",
      source: PRODUCTPAGE,
      destination: COREDNS,
      IP: { source: "10.244.2.148", destination: "10.244.0.10" },
      l4: { UDP: { source_port: port, destination_port: 53 } },
    });
  });
}

it("an export that is replayed shows the same groups and counts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "droplens-export-"));
  const first = await startSampleRuntime();
  for (const flows of packets()) for (const flow of flows) first.relay.emit(flow);
  await first.settled(2 * PACKETS);
  const made = await first.runtime.exports.open(EVER, { format: "jsonl", columns: DROP_COLUMNS });
  const text = await textOf(made);
  const before = await first.everything();
  await first.dispose();
  expect(made).toMatchObject({ drops: PACKETS, lines: 2 * PACKETS });
  expect(text.match(/\n/g)).toHaveLength(made.lines);

  const file = join(folder, made.filename);
  writeFileSync(file, text);
  const recording = await readRecording(file);
  expect(recording.report).toMatchObject({ flows: 2 * PACKETS, bad: 0, skipped: 0 });
  const second = await startSampleRuntime();
  play(recording, {}, second.relay);
  await second.settled(2 * PACKETS);
  const after = await second.everything();
  await second.dispose();
  rmSync(folder, { recursive: true, force: true });

  expect(before.groups).toHaveLength(2);
  expect(after.groups.map(comparable)).toEqual(before.groups.map(comparable));
  expect(after.totals).toEqual(before.totals);
}, 60_000);

/** What a replay must not change: all of a row. */
function comparable({ id, drops, attempts, tags, firstSeen, lastSeen, top, series }: Group) {
  return { id, drops, attempts, tags, firstSeen, lastSeen, top, series };
}
