import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Expectation, SINCE_EVER, WATCHED } from "./expectation";
import { planEntries } from "./plan";
import { sampleExpectation } from "./sample-expectation";
import { readYaml, writeYaml } from "./yaml";

const NOW = Date.parse("2026-11-20T12:00:00Z");
const BOUNDS = {
  nowMs: NOW,
  maxDays: 365,
  file: null,
  author: { name: "ada", verified: false },
  newId: () => "made",
};

const one = (id: string, over: Partial<Expectation> = {}) =>
  sampleExpectation({ id, query: `port:${id.length}`, appliesFrom: SINCE_EVER, ...over });

function lines(text: string): [number, string][] {
  return readYaml(text).errors.map(({ line, message }) => [line, message]);
}

const ENTRY = `  - id: a
    query: port:80
    reason: why
    expiresAt: 2026-12-01T00:00:00Z
`;

describe("writeYaml", () => {
  it("writes keys and entries in a fixed order, what is taken back left out", () => {
    const written = writeYaml(
      [
        one("b", { ticket: "OPS-1", ceilingPerMinute: 20, watch: ["source", "port"] }),
        one("gone", { revokedAt: "2026-11-20T00:00:00Z" }),
        one("a", { reason: 'It says "no": twice', expiresAt: null }),
      ],
      null,
    );
    expect(written).toBe(`# Expectations of Droplens: drops that are planned, why, and until when.
version: 1
expectations:
  - id: a
    query: port:1
    reason: 'It says "no": twice'
    author: ada
    appliesFrom: past
    expiresAt: never
    ceilingPerMinute: null
    mode: hide
    watch: []
  - id: b
    query: port:1
    reason: The report job is not meant to reach the database.
    author: ada
    ticket: OPS-1
    appliesFrom: past
    expiresAt: ${one("b").expiresAt}
    ceilingPerMinute: 20
    mode: hide
    watch: [ source, port ]
`);
  });

  it("keeps the comments of an earlier file with what they are about", () => {
    const earlier = `# Ours.

version: 1
expectations:
  # Telemetry, agreed with Bob.
  - id: b
    query: "port:1" # the one port
    # Until the vendor mends it.
    reason: old
    expiresAt: never
  # This one is gone.
  - id: c
    query: port:2
    reason: why
    expiresAt: never
# The end.
`;
    const written = writeYaml([one("b", { reason: "new" }), one("a")], earlier) ?? "";
    expect(written.match(/#.*/g)).toEqual([
      "# Ours.",
      "# Telemetry, agreed with Bob.",
      "# the one port",
      "# Until the vendor mends it.",
      "# The end.",
    ]);
    expect(written).toMatch(/agreed with Bob\.\n {2}- id: b\n {4}query: "port:1" # the one port/);
    expect(written.indexOf("- id: a")).toBeLessThan(written.indexOf("# Telemetry"));
    expect(writeYaml([one("b", { reason: "new" }), one("a")], written)).toBe(written);
  });

  it("says when the earlier file is none", () => {
    expect(writeYaml([], "version: 2")).toBeNull();
    expect(writeYaml([], "")).toContain("expectations: []");
  });

  it("is read back as it was, whatever the texts are, and then changes nothing", () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
    const expectation = fc.record({
      reason: text.filter((reason) => reason.trim() === reason && !/[^\P{C}\n\t]/u.test(reason)),
      ceilingPerMinute: fc.option(fc.integer({ min: 1, max: 1e9 })),
      mode: fc.constantFrom("hide" as const, "trial" as const),
      watch: fc.subarray([...WATCHED]),
      ticket: fc.constantFrom("", "OPS-1", "#4", "https://example.com/?a=b#c", "123"),
    });
    fc.assert(
      fc.property(fc.array(expectation, { maxLength: 4 }), (drawn) => {
        const all = drawn.map((over, at) => one(`id-${at}`, over));
        const written = writeYaml(all, null) ?? "";
        const { entries, errors } = readYaml(written);
        expect(errors).toEqual([]);
        const plan = planEntries(entries, all, BOUNDS);
        expect(plan.errors).toEqual([]);
        expect(plan.steps.map(({ action }) => action)).toEqual(all.map(() => "keep"));
        expect(writeYaml(all, written)).toBe(written);
      }),
      { numRuns: 200 },
    );
  });
});

describe("readYaml", () => {
  it("fills in what is left out", () => {
    const { entries, errors } = readYaml(`version: 1\nexpectations:\n${ENTRY}`);
    expect(errors).toEqual([]);
    expect(entries).toMatchObject([
      { line: 3, id: "a", appliesFrom: SINCE_EVER, mode: "hide", watch: null, revoked: false },
    ]);
  });

  it.each<[string, string, [number, string]]>([
    ["no YAML", "version: 1\nexpectations: [", [2, expect.any(String)]],
    ["a list", "- a\n", [1, expect.stringContaining("version: 1")]],
    ["another version", "version: 2\nexpectations: []\n", [1, "version must be 1."]],
    ["another key", "version: 1\nrules: []\n", [2, "rules means nothing here."]],
    ["a key twice", "version: 1\nversion: 1\n", [2, expect.stringContaining("unique")]],
    [
      "a key that is no key of an entry",
      `version: 1\nexpectations:\n${ENTRY}    colour: red\n`,
      [7, "colour means nothing here."],
    ],
    [
      "a reason that is left out",
      "version: 1\nexpectations:\n  - query: port:1\n    expiresAt: never\n",
      [3, "reason: is needed, as text."],
    ],
    [
      "an end that is left out",
      "version: 1\nexpectations:\n  - query: port:1\n    reason: a\n",
      [3, expect.stringContaining("expiresAt: is needed")],
    ],
    [
      "an alias",
      `version: 1\nexpectations:\n  - &a {}\n  - *a\n`,
      [4, expect.stringContaining("Aliases")],
    ],
    ["a text for an entry", "version: 1\nexpectations:\n  - a\n", [3, expect.any(String)]],
    ["more than it may hold", `# ${"a".repeat(1_048_576)}`, [1, expect.stringContaining("bytes")]],
  ])("refuses %s and tells the line", (_what, text, error) => {
    expect(lines(text)[0]).toEqual(error);
    expect(readYaml(text).entries).toEqual([]);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        readYaml(text);
        readYaml(`version: 1\nexpectations:\n  - ${text}`);
      }),
    );
  });
});

describe("planEntries", () => {
  const plan = (text: string, all: Expectation[] = [], over: object = {}) =>
    planEntries(readYaml(`version: 1\nexpectations:\n${text}`).entries, all, {
      ...BOUNDS,
      ...over,
    });

  it("makes what is not there and changes what differs", () => {
    const here = one("a", { query: "port:81" });
    const { steps } = plan(`${ENTRY}${ENTRY.replace("id: a", "id: b")}`, [here]);
    expect(steps).toMatchObject([
      { action: "change", before: here, after: { query: "port:80", author: "ada", version: 2 } },
      { action: "create", before: null, after: { id: "b", version: 1, file: null } },
    ]);
  });

  it("takes back what says so, and brings back what no longer does", () => {
    const gone = one("a", { query: "port:80", revokedAt: "2026-11-20T00:00:00Z" });
    expect(plan(`${ENTRY}    revoked: true\n`, [one("a")]).steps[0]).toMatchObject({
      action: "revoke",
      after: { revokedAt: "2026-11-20T12:00:00.000Z" },
    });
    expect(plan(ENTRY, [gone]).steps[0]).toMatchObject({
      action: "change",
      after: { revokedAt: null },
    });
  });

  it("knows an entry without an id by its query", () => {
    const without = ENTRY.replace("id: a\n    ", "");
    expect(plan(without, [one("x", { query: "port:80" })]).steps[0]?.after.id).toBe("x");
    expect(plan(without).steps[0]?.after.id).toBe("made");
    expect(
      plan(without, [one("x", { query: "port:80" })], { file: "a.yaml" }).steps[0]?.after,
    ).toMatchObject({ id: "made", file: "a.yaml" });
  });

  it.each<[string, string, Expectation[], [number, string]]>([
    ["an id twice", ENTRY + ENTRY, [], [7, "id: the same as on line 3."]],
    [
      "a query for everything",
      ENTRY.replace("port:80", '""'),
      [],
      [4, expect.stringContaining("query: it matches every drop")],
    ],
    [
      "an end past the maximum",
      ENTRY.replace("2026", "2036"),
      [],
      [6, expect.stringContaining("365 days")],
    ],
    [
      "no end where one is needed",
      ENTRY.replace(/2026.*/, "never"),
      [],
      [6, expect.stringContaining("an end is needed")],
    ],
    [
      "what a file holds",
      ENTRY,
      [one("a", { file: "b.yaml" })],
      [3, expect.stringContaining("b.yaml")],
    ],
  ])("refuses %s and tells the line", (_what, text, all, error) => {
    expect(plan(text, all).errors.map(({ line, message }) => [line, message])).toEqual([error]);
  });

  it("does not believe a name in a file", () => {
    const { steps } = plan(`${ENTRY}    author: admin\n`, [], {
      author: { name: "ada", verified: true },
    });
    expect(steps[0]?.after).toMatchObject({ author: "admin", authorVerified: false });
    expect(
      plan(ENTRY, [], { author: { name: "ada", verified: true } }).steps[0]?.after,
    ).toMatchObject({ author: "ada", authorVerified: true });
  });
});
