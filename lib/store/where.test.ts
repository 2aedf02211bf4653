import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Drop } from "@/lib/drops/drop";
import { arbitraryDrops, arbitraryQuery } from "@/lib/query/arbitraries";
import { formatQuery } from "@/lib/query/format";
import { compileQuery, type DropTest, matchesQuery } from "@/lib/query/match";
import { parseQuery } from "@/lib/query/parse";
import type { NamesAsked, Query } from "@/lib/query/query";
import { FORMS, type Form, openForm, type SampleStore } from "./sample-forms";
import { whereOf } from "./where";

/** Set WHERE_SEED to run a failed case again: it chooses the drops and the queries. */
const SEED = Number(process.env.WHERE_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Each query is asked of every drop. */
const QUERIES = Number(process.env.WHERE_QUERIES ?? 10_000);
/** The statements are the same in both forms, so fewer show that the way to a server bends nothing. */
const queriesOf = (form: Form) => (form === "embedded" ? QUERIES : QUERIES / 20);
const QUERIES_PER_STATEMENT = 20;
const SERIES = 120;
const DROPS = 240;
const RANGE = { fromMs: 1_780_000_000_000, toMs: 1_800_000_000_000 };

let sample: SampleStore;
let drops: Drop[];

describe.each(FORMS)("%s:", (form) => {
  beforeAll(async () => {
    sample = await openForm(form);
    drops = fc.sample(arbitraryDrops(SERIES, DROPS), { numRuns: 1, seed: SEED }).flat();
    await sample.store.insertDrops(drops);
  });

  afterAll(() => sample.dispose());

  const NAMES: readonly NamesAsked[] = ["any", "all"];

  /** Expected, for these tests, are drops that stand for two packets. */
  const EXPECTED = { sql: "count = {most:UInt32}", params: { most: 2 } };
  const isExpected: DropTest = (drop) => drop.count === 2;

  /** For each query the uuids of the drops it finds, all in one statement. */
  async function findAll(queries: readonly Query[], names: NamesAsked): Promise<Set<string>[]> {
    const conditions = queries.map((query, at) =>
      whereOf(query, { prefix: `p${at}_`, expected: EXPECTED, names }),
    );
    const answers = conditions.map(({ sql }) => `if(${sql}, 1, 0)`);
    const found = queries.map(() => new Set<string>());
    await sample.engine.select(
      "read",
      `SELECT uuid, ${answers.join(", ")} FROM drops`,
      Object.assign({}, ...conditions.map(({ params }) => params)),
      (reader) => {
        const uuid = reader.text();
        for (const uuids of found) if (reader.u8() === 1) uuids.add(uuid);
      },
    );
    return found;
  }

  async function list(query: Query): Promise<string[]> {
    const found = await sample.store.listDrops({
      ...RANGE,
      limit: DROPS + 1,
      where: whereOf(query),
    });
    return found.map((drop) => drop.uuid);
  }

  function matching(query: Query): string[] {
    return drops
      .filter((drop) => matchesQuery(query, drop))
      .map((drop) => drop.uuid)
      .sort();
  }

  function queryOf(text: string): Query {
    const parsed = parseQuery(text);
    if (!parsed.ok) throw new Error(parsed.error.message);
    return parsed.query;
  }

  describe("whereOf", () => {
    it("finds in the store what compileQuery finds in memory", { timeout: 300_000 }, async () => {
      const batch = fc.array(arbitraryQuery, {
        minLength: QUERIES_PER_STATEMENT,
        maxLength: QUERIES_PER_STATEMENT,
      });
      await fc.assert(
        fc.asyncProperty(batch, fc.constantFrom(...NAMES), async (queries, names) => {
          const found = await findAll(queries, names);
          for (const [at, query] of queries.entries()) {
            const matcher = compileQuery(query, isExpected, names);
            const disputed = drops.filter(
              (drop) => matcher.drop(drop) !== found[at]?.has(drop.uuid),
            );
            const clue = `WHERE_SEED=${SEED}, ${names} names: ${formatQuery(query)}`;
            expect(disputed.slice(0, 1), clue).toEqual([]);
          }
        }),
        { numRuns: Math.ceil(queriesOf(form) / QUERIES_PER_STATEMENT), seed: SEED },
      );
    });

    it("finds the same as a condition of the store's own statements", {
      timeout: 60_000,
    }, async () => {
      await fc.assert(
        fc.asyncProperty(arbitraryQuery, async (query) => {
          const found = (await list(query)).sort();
          expect(found, `WHERE_SEED=${SEED}: ${formatQuery(query)}`).toEqual(matching(query));
        }),
        { numRuns: 100, seed: SEED },
      );
    });

    it("expects nothing unless its caller says what is expected", async () => {
      expect(await list(queryOf("expected:true"))).toEqual([]);
      expect(await list(queryOf("expected:false"))).toHaveLength(DROPS);
    });

    it("runs the widest query of each field", { timeout: 60_000 }, async () => {
      const words = Array.from({ length: 120 }, (_, at) => `${at}${"_%' ".repeat(2)}`.slice(0, 8));
      for (const field of ["tag", "ns", "pod", "label", "policy", "workload", "fqdn", "reason"]) {
        const values = words.map((word) => (field === "reason" ? `${word[0]}*` : `"${word}"*`));
        const query = queryOf(`${field}:${values.join(",")}`);
        expect((await list(query)).sort(), field).toEqual(matching(query));
      }
      await list(queryOf(`pod:${words.map((_, at) => `n${at}/p${at}`).join(",")}`));
      await list(queryOf(`node:${words.map((_, at) => `n${at}/p${at}`).join(",")}`));
      await list(queryOf(`ip:${words.map((_, at) => `${at}.0.0.0/8`).join(",")}`));
      await list(queryOf(words.map((word) => `"${word}"`).join(",")));
      await list(queryOf(Array.from({ length: 200 }, () => '" "').join(",")));
      await list(queryOf(`"${" ".repeat(2_046)}"`));
    });

    it("is everything for the empty query", async () => {
      expect(whereOf({ terms: [] })).toEqual({ sql: "1", params: {} });
      expect(await list({ terms: [] })).toHaveLength(DROPS);
    });

    it("never holds a value in its SQL", () => {
      const hostile = ["');DROP", "{q0:String}", "--", "\\'"];
      fc.assert(
        fc.property(arbitraryQuery, fc.constantFrom(...hostile), ({ terms }, text) => {
          const value = { op: "=", text, glob: false } as const;
          const filled = terms.map((term) => ({ ...term, values: [value] }));
          const { sql } = whereOf({ terms: filled });
          const placeholders = sql.replaceAll(/\{q\d+:[A-Za-z0-9()]+\}/g, "");
          expect(placeholders).not.toContain(text);
          expect(placeholders).not.toMatch(/[{}]/);
        }),
      );
    });
  });
});
