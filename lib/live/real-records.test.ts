/**
 * Every real record, served by the relay and read over gRPC into the running system, and the same
 * file read as JSON: what each becomes, record by record.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRelayServer, type Relay } from "@/lib/demo/relay";
import { play, readRecording } from "@/lib/demo/replay";
import type { Drop } from "@/lib/drops/drop";
import { createPipeline } from "@/lib/drops/pipeline";
import type { Group, View } from "@/lib/drops/view";
import { readLines } from "@/lib/hubble/read-lines";
import { imbalance, type SampleRuntime, startSampleRuntime } from "./sample-runtime";

const FILE = "lib/hubble/fixtures/flows-real.jsonl";

type Expected = {
  what: string;
  attribution: string;
  certainty: string;
  tagState: string;
  who: string;
};

/** Records that are drops, by the number of their line. */
const DROPS: Record<number, Expected> = {
  1: {
    what: "default deny by a verdict alone, to a name",
    attribution: "default-deny of client",
    certainty: "reported",
    tagState: "unreported",
    who: "client -> one.one.one.one",
  },
  2: {
    what: "a drop event of an explicit deny: nothing names the policy",
    attribution: "policy",
    certainty: "none",
    tagState: "unreported",
    who: "bash -> egress-traffic-blocking",
  },
  3: {
    what: "an explicit deny with its policy and an empty tag",
    attribution: "policy net-lab/deny-tg-to-echo",
    certainty: "reported",
    tagState: "untagged",
    who: "traffic-generator -> echo-server",
  },
  6: {
    what: "an audited default deny towards the host",
    attribution: "default-deny of host",
    certainty: "reported",
    tagState: "unreported",
    who: "source-controller -> host",
  },
  8: {
    what: "an audited default deny from another cluster",
    attribution: "default-deny of cache",
    certainty: "reported",
    tagState: "unreported",
    who: "worker -> cache",
  },
  10: {
    what: "an audited default deny between local pods",
    attribution: "default-deny of api-gateway",
    certainty: "reported",
    tagState: "unreported",
    who: "shopper -> api-gateway",
  },
  11: {
    what: "a masked record with a reason that is no policy's",
    attribution: "other INVALID_SOURCE_IP",
    certainty: "reported",
    tagState: "unreported",
    who: "fe80::64d8:8aff:fe72:fc14 -> ff02::2",
  },
  25: {
    what: "a bare record of old: a request that the proxy refused",
    attribution: "policy",
    certainty: "none",
    tagState: "unreported",
    who: "tiefighter -> deathstar",
  },
};
/** Flows that Hubble's own filter (verdict DROPPED or AUDIT) keeps from us. */
const FILTERED = [4, 5, 7, 9, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 26];
/** Losses, which come whatever the filter says, and are no flows. */
const LOST = [27, 28];
/** A debug event, which no flow stream carries. */
const SKIPPED = [29];

const endName = (group: Group, end: "source" | "destination") => group.top[end].name;

function describeGroup(group: Group): Omit<Expected, "what"> {
  const { kind, policies, endpoint, certainty, reason } = group.attribution;
  const named = policies.map((policy) => ` ${policy.namespace}/${policy.name}`).join();
  const rest =
    kind === "default-deny" ? ` of ${endpoint?.name}` : kind === "other" ? ` ${reason}` : "";
  return {
    attribution: `${kind}${named}${rest}`,
    certainty,
    tagState: group.tagState,
    who: `${endName(group, "source")} -> ${endName(group, "destination")}`,
  };
}

describe("the real records", () => {
  let relay: Relay;
  let system: SampleRuntime;
  let view: View;

  beforeAll(async () => {
    relay = await createRelayServer({ ledger: true });
    play(await readRecording(FILE), {}, relay);
    system = await startSampleRuntime({ relay });
    await system.settled(Object.keys(DROPS).length);
    view = await system.everything();
  });
  afterAll(() => system.dispose());

  it("are all spoken of", () => {
    const numbers = [...Object.keys(DROPS).map(Number), ...FILTERED, ...LOST, ...SKIPPED];
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 29 }, (_, i) => i + 1));
  });

  it.each(Object.entries(DROPS))("record %s: $what", (_number, { what, ...expected }) => {
    expect(what).not.toBe("");
    expect(view.groups.map(describeGroup)).toContainEqual(expected);
  });

  it("make no drop but these, and none is shown twice", () => {
    expect(view.totals.drops).toBe(Object.keys(DROPS).length);
    expect(view.groups).toHaveLength(Object.keys(DROPS).length);
  });

  it("add up, with what the filter keeps back never received", () => {
    const [source] = system.runtime.sourceReports().sources;
    expect(source).toMatchObject({ received: 8, stored: 8, out_of_scope: 0, paired: 0 });
    // Record 27 is what a full ring begins with, and 28 names no number.
    expect(source?.lostAtMost).toBe("0");
    expect(imbalance(system.runtime)).toBe(0);
  });

  it("give the same when the file is read as JSON", async () => {
    const drops: Drop[] = [];
    const others: string[] = [];
    const pipeline = createPipeline({ origin: "relay", onDrop: (drop) => drops.push(drop) });
    for await (const batch of readLines(FILE)) {
      for (const { event } of batch) {
        if (event.kind === "flow") pipeline.push(event.flow, 0);
        else others.push(event.kind);
      }
    }
    pipeline.end();
    const read = drops.map(({ uuid, series }) => `${uuid} ${series.id} ${series.group}`).sort();
    const range = { q: "", query: { terms: [] }, fromMs: 0, toMs: 4_102_444_800_000 };
    const stored = await system.runtime.past.drops(range, {
      limit: 500,
      before: null,
      arrivedMs: null,
    });
    expect(read).toEqual(
      stored.drops.map((row) => `${row.uuid} ${row.series} ${row.group}`).sort(),
    );
    expect(others).toEqual(["lost", "lost", "skipped"]);
    expect(pipeline.account.outcomes).toMatchObject({ received: 26, outOfScope: FILTERED.length });
  });
});
