import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serialize } from "node:v8";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { createLog } from "@/lib/http/log";
import { createHandIn, type HandInOptions } from "./hand-in";
import { keepForNextStart, readSpilled } from "./spill";
import { createWriter } from "./writer";

const MOST = 100_000;
const log = createLog("error", () => {});
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "droplens-spill-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** All that matters here of drops. */
const dropOf = (uuid: string, origin = "relay") => ({ uuid, origin, timeMs: 1 }) as unknown as Drop;
const dropsOf = (count: number, origin = "relay") =>
  Array.from({ length: count }, (_, at) => dropOf(`${origin}-${at}`, origin));
const uuids = (drops: readonly Drop[]) => drops.map(({ uuid }) => uuid);

async function start(
  insert: (drops: readonly Drop[]) => void,
  options: Partial<HandInOptions> = {},
) {
  const writer = createWriter({
    insert: async (drops) => insert(drops),
    onStored: () => {},
    onShed: () => {},
    onState: () => {},
    capacity: 100,
  });
  const removed: string[] = [];
  const handIn = createHandIn(await readSpilled(folder, MOST, log), {
    writer,
    onDrop: writer.add,
    onDoubt: () => {},
    onOverlap: () => {},
    remove: async (path) => {
      removed.push(path);
      rmSync(path);
    },
    log,
    retryMs: 1,
    ...options,
  });
  const stop = async () => {
    handIn.stop();
    await writer.close(1_000);
    const left = writer.left().filter((drop) => !handIn.holds(drop));
    if (left.length > 0) await keepForNextStart(folder, left, log);
  };
  return { writer, handIn, removed, stop };
}

const away = () => {
  throw new Error("away");
};

describe("drops that an earlier process could not store", () => {
  it("F63 stay once in the folder, however many starts end without a store", async () => {
    const first = await start(away);
    for (const drop of dropsOf(30)) first.writer.add(drop);
    await first.stop();
    const second = await start(away);
    void second.handIn.begin("relay");
    second.writer.add(dropOf("fresh"));
    await second.stop();

    const stored: Drop[] = [];
    const third = await start((drops) => stored.push(...drops));
    await third.handIn.begin("relay");
    expect(uuids(stored).sort()).toEqual([...uuids(dropsOf(30)), "fresh"].sort());
    expect(readdirSync(folder)).toEqual([]);
    expect(third.handIn.isEmpty).toBe(true);
  });

  it("leave room for drops that arrive: they are handed in a part at a time", async () => {
    await keepForNextStart(folder, dropsOf(90), log);
    const sizes: number[] = [];
    const { writer, handIn } = await start((drops) => sizes.push(drops.length));
    const handing = handIn.begin("relay");
    expect(writer.waiting).toBe(25);
    await handing;
    expect(sizes).toEqual([25, 25, 25, 15]);
  });

  it("stay in their file when another replica takes the source before they are stored", async () => {
    await keepForNextStart(folder, dropsOf(3), log);
    const { writer, handIn, removed } = await start((drops) => {
      if (isOver) handIn.leave(drops);
    });
    let isOver = true;
    await handIn.begin("relay");
    expect(writer.waiting).toBe(0);
    expect(removed).toEqual([]);
    isOver = false;
    await handIn.begin("relay");
    expect(removed).toHaveLength(1);
  });

  it("keep their file until those of all its sources are stored", async () => {
    await keepForNextStart(folder, [...dropsOf(2, "a"), ...dropsOf(2, "b")], log);
    const { handIn, removed } = await start(() => {});
    expect(handIn.origins).toEqual(["a", "b"]);
    expect(handIn.uuidsOf("a")).toEqual(["a-0", "a-1"]);
    await handIn.begin("a");
    expect(removed).toEqual([]);
    await handIn.begin("b");
    expect(removed).toHaveLength(1);
  });
});

describe("a file of drops", () => {
  it("is set aside and told when it cannot be read or is of another version", async () => {
    writeFileSync(join(folder, "waiting-1-1.drops"), "half a fi");
    writeFileSync(join(folder, "waiting-1-2.drops"), serialize({ version: 99, drops: dropsOf(1) }));
    const lines: string[] = [];
    expect(
      await readSpilled(
        folder,
        MOST,
        createLog("error", (text) => lines.push(text)),
      ),
    ).toEqual([]);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain("version 99");
    expect(readdirSync(folder).sort()).toEqual([
      "unreadable-waiting-1-1.drops",
      "unreadable-waiting-1-2.drops",
    ]);
  });

  it("whose writing was cut short is told too, but not while it may be going on", async () => {
    const path = join(folder, "waiting-1-1.drops.part");
    writeFileSync(path, "half");
    await readSpilled(folder, MOST, log);
    expect(readdirSync(folder)).toEqual(["waiting-1-1.drops.part"]);
    utimesSync(path, 1, 1);
    await readSpilled(folder, MOST, log);
    expect(readdirSync(folder)).toEqual(["unreadable-waiting-1-1.drops.part"]);
  });

  it("that cannot be written is told with the number of drops that are lost", async () => {
    const lines: string[] = [];
    writeFileSync(join(folder, "file"), "");
    const told = createLog("error", (text) => lines.push(text));
    await keepForNextStart(join(folder, "file"), dropsOf(7), told);
    expect(lines.join()).toMatch(/drops are lost.*"drops":7/);
  });
});
