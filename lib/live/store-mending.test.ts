import { describe, expect, it } from "vitest";
import type { SetAside } from "@/lib/store/quarantine";
import { createStoreMending } from "./store-mending";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const PART: SetAside = { table: "drops", part: "1_1_0", path: "/a", rows: 1, fromMs: 1, toMs: 2 };
const broken = (path = "/d/clickhouse/store/a/b/all_1_1_0/data.bin") =>
  new Error(`Code: 40. Checksum doesn't match: ${path} (CHECKSUM_DOESNT_MATCH)`);

function mendingAt(nowMs = () => NOW) {
  const told: string[] = [];
  const notes = {
    add: (words: string) => void told.push(words),
    addParts: (parts: readonly SetAside[]) => void told.push(`${parts.length} parts`),
  };
  return { told, mending: createStoreMending({ place: "/d", notes, nowMs }) };
}

/** Opens it as orders say, with so many parts set aside. */
function open({ mending }: ReturnType<typeof mendingAt>, parts = 0) {
  const { folder, tables, onPartsAside } = mending.mend();
  if (parts > 0) onPartsAside(new Array<SetAside>(parts).fill(PART));
  mending.opened();
  return { folder, tables };
}

describe("what is set aside at the next opening", () => {
  it("is nothing of a store that could be read", () => {
    expect(open(mendingAt())).toEqual({ folder: "keep", tables: [] });
  });

  it("is what is broken in all tables where it is not said which, and then nothing more", () => {
    const one = mendingAt();
    one.mending.broken(broken());
    expect(open(one, 2)).toEqual({ folder: "keep", tables: "all" });
    expect(one.told).toEqual(["2 parts"]);
    expect(open(one)).toEqual({ folder: "keep", tables: [] });
  });

  it("is the folder when twice in ten minutes nothing broken was found, and not when it was", () => {
    const [vain, helped] = [mendingAt(), mendingAt()];
    for (const [one, parts] of [[vain, 0] as const, [helped, 1] as const]) {
      for (let time = 0; time < 2; time++) {
        one.mending.broken(broken());
        open(one, parts);
      }
      one.mending.broken(broken());
    }
    expect(open(vain)).toEqual({ folder: "now", tables: [] });
    expect(open(helped)).toEqual({ folder: "keep", tables: "all" });
  });

  it("forgets repairs that are longer ago", () => {
    let now = NOW;
    const one = mendingAt(() => now);
    for (let time = 0; time < 3; time++) {
      one.mending.broken(broken());
      expect(open(one)).toEqual({ folder: "keep", tables: "all" });
      now += 600_000;
    }
  });

  it("is a folder that cannot be opened: at once where it is damaged, else at the second time", () => {
    const [damaged, failing, locked] = [mendingAt(), mendingAt(), mendingAt()];
    expect(damaged.mending.failed("damaged")).toBe(true);
    expect(open(damaged).folder).toBe("if-unreadable");
    expect(failing.mending.failed("failing")).toBe(false);
    expect(failing.mending.failed("failing")).toBe(true);
    expect(failing.mending.failed("failing")).toBe(false);
    expect(open(failing).folder).toBe("if-unreadable");
    for (let time = 0; time < 3; time++) expect(locked.mending.failed("locked")).toBe(false);
    expect(open(locked).folder).toBe("keep");
  });
});
