import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { claimedActor } from "@/lib/auth/actor";
import type { CaptureSummary } from "@/lib/drops/capture";
import { DROP_COLUMNS } from "@/lib/drops/drop-columns";
import type { Group } from "@/lib/drops/view";
import { messageToJson } from "@/lib/hubble/write-json";
import { EVERYTHING } from "@/lib/query/query";
import { METADATA_POLICY, metadataPacket } from "./hubble-flows";
import type { Runtime } from "./runtime";
import { type SampleRuntime, startSampleRuntime } from "./sample-runtime";

const EVER = { q: "", query: EVERYTHING, fromMs: 0, toMs: 4_102_444_800_000 };
const REAL = readFileSync(new URL("../hubble/fixtures/flows-real.jsonl", import.meta.url));
const BEGIN = Date.UTC(2026, 10, 20, 9);

let sample: SampleRuntime;
let runtime: Runtime;
beforeAll(async () => {
  sample = await startSampleRuntime();
  runtime = sample.runtime;
});
afterEach(async () => {
  for (const { id } of runtime.captures.list()) await runtime.captures.close(id);
});
afterAll(() => sample.dispose());

/** Opens a file as the browser does: in parts. */
async function open(name: string, content: Buffer | string): Promise<CaptureSummary> {
  const bytes = Buffer.from(content);
  const { id } = await runtime.captures.begin(name, bytes.length);
  const { partBytes } = runtime.captures.limits;
  for (let at = 0; at < bytes.length; at += partBytes) {
    await runtime.captures.add(id, at, bytes.subarray(at, at + partBytes));
  }
  return runtime.captures.summary(id);
}

/** Lines of packets that a policy denied: two flows each. */
function packetLines(packets: number): string {
  return Array.from({ length: packets }, (_, at) =>
    metadataPacket(new Date(BEGIN + at * 1_000).toISOString(), 20_000 + at, {
      egress_denied_by: [METADATA_POLICY],
      policy_log: ["imds"],
    })
      .map((flow) => `${JSON.stringify({ flow: messageToJson("flow.Flow", flow) })}\n`)
      .join(""),
  ).join("");
}

async function textOf(id: string): Promise<string> {
  const { pieces } = await runtime.captures
    .scope(id)
    .exports.open(EVER, { format: "jsonl", columns: DROP_COLUMNS });
  const decoder = new TextDecoder();
  let text = "";
  for (let piece = await pieces.next(); !piece.done; piece = await pieces.next()) {
    text += decoder.decode(piece.value, { stream: true });
  }
  return text;
}

const viewOf = (id: string) => runtime.captures.scope(id).past.view({ ...EVER, by: "policy" });

function balanceOf({ account, flows, unreadable, others, records }: CaptureSummary) {
  const { received, stored, paired, duplicate, rejected, outOfScope, shed, inFlight } = account;
  const outcomes = stored + paired + duplicate + rejected + outOfScope + shed + inFlight;
  const rest = Object.values(others).reduce((sum, count) => sum + count, 0);
  return { flows: received - outcomes, records: records - flows - unreadable - rest };
}

describe("a capture", () => {
  it("accounts for every line of a real file, and shows its drops", async () => {
    const summary = await open("real.jsonl", REAL);
    expect(summary).toMatchObject({ state: "ready", lines: 29, flows: 26, unreadable: 0 });
    expect(summary.others).toEqual({ lost_events: 2, debug_event: 1 });
    expect(balanceOf(summary)).toEqual({ flows: 0, records: 0 });
    const { totals } = await viewOf(summary.id);
    expect(totals.drops).toBe(summary.account.stored);
    expect(totals.drops).toBeGreaterThan(0);
  });

  it("never mixes with the live store or with another capture", async () => {
    const first = await open("a.jsonl", packetLines(3));
    const second = await open("b.jsonl", packetLines(5));
    expect((await viewOf(first.id)).totals.drops).toBe(3);
    expect((await viewOf(second.id)).totals.drops).toBe(5);
    expect((await sample.everything()).totals.drops).toBe(0);
    await runtime.captures.close(first.id);
    expect(() => runtime.captures.scope(first.id)).toThrow("not open any more");
    expect((await viewOf(second.id)).totals.drops).toBe(5);
  });

  it("shows the same groups and counts when its export is opened, packed or not", async () => {
    const before = await open("a.jsonl", packetLines(40) + REAL.toString());
    const text = await textOf(before.id);
    const groups = (await viewOf(before.id)).groups.map(comparable);
    const plain = await open("export.jsonl", text);
    const packed = await open("export.jsonl.gz", gzipSync(text));
    expect(plain.account.stored).toBe(before.account.stored);
    expect((await viewOf(plain.id)).groups.map(comparable)).toEqual(groups);
    expect((await viewOf(packed.id)).groups.map(comparable)).toEqual(groups);
  });

  it("hides what is expected, as every other view does", async () => {
    const { id } = await open("a.jsonl", packetLines(4));
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const input = { query: "tag:imds", reason: "known", mode: "hide" } as const;
    await runtime.expectations.create(
      { ...input, expiresAt, ceilingPerMinute: null, watch: [] },
      claimedActor("Anna"),
    );
    expect((await viewOf(id)).totals).toMatchObject({ expected: 4, unexpected: 0 });
  });

  it("shows what was read of a packed file that breaks off, and says so", async () => {
    const packed = gzipSync(packetLines(2_000));
    const { state, problem, id, account } = await open(
      "a.gz",
      packed.subarray(0, packed.length - 9),
    );
    expect({ state, problem }).toMatchObject({
      state: "ready",
      problem: expect.stringContaining("cannot be unpacked: unexpected end of file"),
    });
    expect(account.inFlight).toBe(0);
    const { totals, coverage } = await viewOf(id);
    expect(totals.drops).toBe(account.stored);
    expect(coverage.complete).toBe(false);
  });

  it("says what a file is that holds no flows", async () => {
    const compact =
      "Nov 21 10:00:00.000: shop/web:41000 (ID:1) -> world:443 (ID:2) policy-verdict:none EGRESS DENIED (TCP Flags: SYN)\n";
    const words = async (content: Buffer | string) => {
      const { state, problem } = await open("x", content);
      expect(state).toBe("failed");
      return problem;
    };
    expect(await words(compact)).toContain("“-o compact” text");
    expect(await words(Buffer.from("504b030400000000", "hex"))).toContain("zip archive");
    expect(await words(gzipSync("x").subarray(0, 12))).toContain("cannot be unpacked");
    expect(await words("just words\n")).toContain("Line 1: not a JSON object");
    await expect(open("x", "")).rejects.toThrow("empty");
  });

  it("counts a line that cannot be read, with a sample, and shows the rest", async () => {
    const summary = await open("a.jsonl", `{broken\n${packetLines(2)}`);
    expect(summary).toMatchObject({ state: "ready", unreadable: 1, account: { stored: 2 } });
    expect(summary.samples).toEqual([{ line: 1, reason: "not a JSON object", sample: "{broken" }]);
    expect((await viewOf(summary.id)).coverage.complete).toBe(false);
    expect(balanceOf(summary)).toEqual({ flows: 0, records: 0 });
  });

  it("takes a part that is sent again once, and refuses one that comes too early", async () => {
    const bytes = Buffer.from(packetLines(4));
    const { id } = await runtime.captures.begin("a.jsonl", bytes.length);
    const half = bytes.subarray(0, bytes.length / 2);
    await runtime.captures.add(id, 0, half);
    await runtime.captures.add(id, 0, half);
    await expect(runtime.captures.add(id, half.length + 9, half.subarray(20))).rejects.toThrow(
      "missing",
    );
    await expect(runtime.captures.add(id, bytes.length - 9, half)).rejects.toThrow("beyond");
    expect(() => runtime.captures.scope(id)).toThrow("still being read");
    const done = await runtime.captures.add(id, half.length, bytes.subarray(half.length));
    expect(done).toMatchObject({ state: "ready", account: { stored: 4, duplicate: 0 } });
  });

  it("takes one part at a time, and counts its bytes once they are read", async () => {
    const bytes = Buffer.from(packetLines(400));
    const { id } = await runtime.captures.begin("a.jsonl", bytes.length);
    const half = bytes.subarray(0, bytes.length / 2);
    const rest = bytes.subarray(half.length);
    const add = (at: number, part: Buffer) => runtime.captures.add(id, at, part);
    const first = [add(0, half), add(0, half), add(half.length, rest)];
    expect(runtime.captures.summary(id).bytes).toBe(0);
    const refused = { status: "rejected", reason: { code: "conflict", extra: { bytes: 0 } } };
    expect(await Promise.allSettled(first)).toMatchObject([
      { status: "fulfilled", value: { state: "reading", bytes: half.length } },
      refused,
      refused,
    ]);
    const last = [add(half.length, rest), add(half.length, rest)];
    expect(runtime.captures.summary(id)).toMatchObject({ state: "reading", bytes: half.length });
    expect(await Promise.allSettled(last)).toMatchObject([
      { status: "fulfilled", value: { state: "ready", lines: 800, account: { stored: 400 } } },
      { status: "rejected" },
    ]);
  });

  it("refuses what is too large before any byte of it is sent", async () => {
    const { maxBytes } = runtime.captures.limits;
    await expect(runtime.captures.begin("big", maxBytes + 1)).rejects.toThrow(
      "DROPLENS_CAPTURE_MAX_MB",
    );
  });

  it("refuses a ninth until one is closed", async () => {
    for (let at = 0; at < 8; at++) await runtime.captures.begin("x", 10);
    await expect(runtime.captures.begin("x", 10)).rejects.toThrow("Close one");
    const [first] = runtime.captures.list();
    await runtime.captures.close(first?.id ?? "");
    await runtime.captures.begin("x", 10);
  });
});

function comparable({ id, drops, attempts, tags, firstSeen, lastSeen, top, series }: Group) {
  return { id, drops, attempts, tags, firstSeen, lastSeen, top, series };
}
