import { afterAll, beforeAll, expect, it } from "vitest";
import { sampleExpectation } from "@/lib/expectations/sample-expectation";
import { sampleDrop } from "@/lib/store/sample-drops";
import { openSampleExpecting, type SampleExpecting } from "./sample-expecting";

const MINUTE_MS = 60_000;
const FIRST_MS = Math.floor(1_790_000_000_000 / MINUTE_MS) * MINUTE_MS;

let system: SampleExpecting;

beforeAll(async () => {
  system = await openSampleExpecting();
});
afterAll(() => system.dispose());

it("a ceiling counts drops that were stored without being told here, once they are counted anew", async () => {
  const drops = Array.from({ length: 6 }, (_, at) =>
    sampleDrop({ uuid: `drop-${at}`, timeMs: FIRST_MS + at }),
  );
  await system.expect([
    sampleExpectation({
      query: "verdict:DROPPED,AUDIT",
      ceilingPerMinute: 5,
      appliesFrom: new Date(FIRST_MS - MINUTE_MS).toISOString(),
      expiresAt: new Date(FIRST_MS + 10 * MINUTE_MS).toISOString(),
    }),
  ]);
  const [first] = drops;
  if (first === undefined) throw new Error("there are drops");
  await system.store.insertDrops(drops);
  expect(system.expecting.of(first).hiddenBy).not.toBeNull();
  await system.expecting.recount();
  expect(system.expecting.of(first).hiddenBy).toBeNull();
});
