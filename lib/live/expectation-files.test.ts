import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claimedActor } from "@/lib/auth/actor";
import type { EventRow } from "@/lib/store/event-table";
import { type ExpectationFiles, MAX_FILES, watchExpectationFiles } from "./expectation-files";
import { type Expectations, openExpectations } from "./expectations";

const ANNA = claimedActor("Anna");
const NOW = Date.parse("2026-11-21T10:00:00Z");
const NEVER_MS = 1e9;

let folder: string;
let rows: EventRow[];
let set: Expectations;
let files: ExpectationFiles;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "droplens-files-"));
  rows = [];
  const store = {
    expectationEvents: async () => rows,
    appendExpectationEvent: async (...events: EventRow[]) => void rows.push(...events),
  };
  set = await openExpectations({ store, nowMs: () => NOW, maxDays: 365 });
  files = watchExpectationFiles(set, folder, { warn: () => {} }, NEVER_MS);
});

afterEach(() => {
  files.stop();
  rmSync(folder, { recursive: true, force: true });
});

const entry = (id: string, query: string, more = "") =>
  `  - id: ${id}\n    query: ${query}\n    reason: why\n    expiresAt: 2026-12-01T00:00:00Z\n${more}`;
const text = (...entries: string[]) => `version: 1\nexpectations:\n${entries.join("")}`;

async function put(name: string, content: string | Buffer): Promise<void> {
  writeFileSync(join(folder, name), content);
  await files.read();
}

const inForce = () =>
  set
    .list()
    .filter(({ revokedAt }) => revokedAt === null)
    .map(({ id, query, file }) => [id, query, file]);

describe("a folder of expectations", () => {
  it("is taken over, changed with its files, and taken back with them", async () => {
    await put("a.yaml", text(entry("a", "port:1"), entry("b", "port:2")));
    await put("b.yml", text(entry("c", "port:3")));
    expect(inForce()).toEqual([
      ["a", "port:1", "a.yaml"],
      ["b", "port:2", "a.yaml"],
      ["c", "port:3", "b.yml"],
    ]);
    await put("a.yaml", text(entry("a", "port:9")));
    expect(inForce()).toEqual([
      ["a", "port:9", "a.yaml"],
      ["c", "port:3", "b.yml"],
    ]);
    rmSync(join(folder, "a.yaml"));
    await files.read();
    expect(inForce()).toEqual([["c", "port:3", "b.yml"]]);
    await put("a.yaml", text(entry("a", "port:9")));
    const { entries } = set.audit({ id: "a", before: null, limit: 10 });
    expect(entries.map(({ action, actor, from }) => [action, actor.name, from])).toEqual([
      ["restored", "files", "file"],
      ["revoked", "files", "file"],
      ["changed", "files", "file"],
      ["created", "files", "file"],
    ]);
  });

  it("writes nothing down while nothing changes, over a restart either", async () => {
    await put(
      "a.yaml",
      text(
        entry("a", "port:1"),
        "  - query: port:2\n    reason: b\n    expiresAt: 2026-12-01T00:00:00Z\n",
      ),
    );
    const written = rows.length;
    expect(written).toBe(2);
    await files.read();
    const again = watchExpectationFiles(set, folder, { warn: () => {} }, NEVER_MS);
    await again.read();
    again.stop();
    expect(rows).toHaveLength(written);
  });

  it("takes over what was made here, and its history", async () => {
    const made = await set.create(
      { query: "port:1", reason: "here", expiresAt: "2026-12-01T00:00:00Z" },
      ANNA,
    );
    await put("a.yaml", text(entry(made.id, "port:1")));
    expect(set.get(made.id)).toMatchObject({ file: "a.yaml", author: "Anna", version: 2 });
  });

  it("is changed in its files alone, but for what is new", async () => {
    await put("a.yaml", text(entry("a", "port:1")));
    for (const change of [{ mode: "trial" as const }, { revoked: true }]) {
      await expect(set.change("a", { version: 1, ...change }, ANNA)).rejects.toMatchObject({
        code: "conflict",
        message: "It comes from the file a.yaml. Change it there.",
      });
    }
    await set.change("a", { version: 1, accept: { source: ["x"] } }, ANNA);
    expect(set.get("a").known.source).toEqual(["x"]);
    await put("a.yaml", text(entry("a", "port:1", "    mode: trial\n")));
    expect(set.get("a")).toMatchObject({ mode: "trial", known: { source: ["x"] } });
  });

  it("that is no longer named is taken back", async () => {
    await put("a.yaml", text(entry("a", "port:1")));
    const none = watchExpectationFiles(set, null, { warn: () => {} });
    await none.read();
    expect(inForce()).toEqual([]);
  });
});

describe("a file with an error", () => {
  it.each<[string, string | Buffer, string]>([
    ["in its YAML", "version: 1\nexpectations: [", "a.yaml, line 2"],
    [
      "in one of its entries",
      text(entry("a", "port:1"), entry("b", "colour:red")),
      "a.yaml, line 8",
    ],
    ["for matching everything", text(entry("a", '""')), "every drop"],
    ["of bytes that are no text", Buffer.from([0xff, 0xfe, 0x00]), "UTF-8"],
    ["of too many bytes", Buffer.alloc(1_048_577, "#"), "longer than"],
  ])(
    "%s is left out whole and told, what it hid is shown; the others stay",
    async (_what, content, words) => {
      await put("a.yaml", text(entry("a", "port:1")));
      await put("b.yaml", text(entry("c", "port:3")));
      await put("a.yaml", content);
      expect(inForce()).toEqual([["c", "port:3", "b.yaml"]]);
      expect(set.problems()).toEqual([expect.stringContaining(words)]);
      await put("a.yaml", text(entry("a", "port:1")));
      expect(inForce()).toHaveLength(2);
      expect(set.problems()).toEqual([]);
    },
  );

  it("is the second of two with the same id", async () => {
    await put("a.yaml", text(entry("a", "port:1")));
    await put("b.yaml", text(entry("b", "port:2"), entry("a", "port:3")));
    expect(inForce()).toEqual([["a", "port:1", "a.yaml"]]);
    expect(set.problems()).toEqual([expect.stringContaining("b.yaml: the id a is in a.yaml")]);
  });
});

describe("links", () => {
  it("are followed inside the folder, as a ConfigMap is mounted, and not out of it", async () => {
    mkdirSync(join(folder, "..data"));
    writeFileSync(join(folder, "..data", "a.yaml"), text(entry("a", "port:1")));
    symlinkSync(join("..data", "a.yaml"), join(folder, "a.yaml"));
    const outside = mkdtempSync(join(tmpdir(), "droplens-outside-"));
    writeFileSync(join(outside, "b.yaml"), text(entry("b", "port:2")));
    symlinkSync(join(outside, "b.yaml"), join(folder, "b.yaml"));
    symlinkSync(outside, join(folder, "c.yaml"));
    symlinkSync("/dev/zero", join(folder, "d.yaml"));
    await files.read();
    rmSync(outside, { recursive: true });
    expect(inForce()).toEqual([["a", "port:1", "a.yaml"]]);
    expect(set.problems()).toHaveLength(3);
  });
});

describe("a folder", () => {
  it("that is gone takes its expectations back and is told", async () => {
    await put("a.yaml", text(entry("a", "port:1")));
    rmSync(folder, { recursive: true });
    await files.read();
    expect(inForce()).toEqual([]);
    expect(set.problems()).toEqual([expect.stringContaining("cannot be read")]);
  });

  it("with other things in it is read for its YAML files", async () => {
    mkdirSync(join(folder, "folder.yaml"));
    writeFileSync(join(folder, ".hidden.yaml"), "nonsense: [");
    writeFileSync(join(folder, "README.md"), "text");
    await put("a.yaml", text(entry("a", "port:1")));
    expect(inForce()).toHaveLength(1);
    expect(set.problems()).toEqual([expect.stringContaining("folder.yaml")]);
  });

  it(`with over ${MAX_FILES} files is read so far`, async () => {
    for (let at = 0; at <= MAX_FILES; at += 1) {
      const name = `f${String(at).padStart(4, "0")}`;
      writeFileSync(join(folder, `${name}.yaml`), text(entry(name, `port:${at + 1}`)));
    }
    await files.read();
    expect(inForce()).toHaveLength(MAX_FILES);
    expect(set.problems()).toEqual([expect.stringContaining(`${MAX_FILES + 1} files`)]);
  });
});
