import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleDrop, sampleFlow } from "./sample-drops";
import { openStore, type Store } from "./store";

/** Every byte there is, so that no format in between can hide that it is text. */
const EVERY_BYTE = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
const NOON = 1_790_000_000_000;

let dataDir: string;
let store: Store;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "droplens-store-"));
  store = await openStore({ dataDir });
});

afterAll(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("a drop comes back as it went in", () => {
  it("with both raw flows, one in protobuf and one in JSON", async () => {
    const drop = sampleDrop({
      uuid: "verdict-uuid",
      timeMs: NOON + 7,
      timeNanos: 123_456,
      count: 3,
      attempt: 0,
      sourcePort: 65_535,
      destinationIdentity: 0xffff_ffff,
      tcpFlags: 258,
      verdictFlow: sampleFlow({ uuid: "verdict-uuid", raw: EVERY_BYTE }),
      dropFlow: sampleFlow({ uuid: "drop-uuid", raw: '{"flow":"é\\n"}' }),
    });
    await store.insertDrops([drop]);

    const { verdictFlow, dropFlow, ...rest } = drop;
    const found = await store.getDrop("verdict-uuid");
    expect(found).toMatchObject({
      ...rest,
      twinUuid: "drop-uuid",
      verdictRaw: EVERY_BYTE,
      dropRaw: '{"flow":"é\\n"}',
    });
    expect(await store.getDrop("drop-uuid")).toEqual(found);
  });
});
