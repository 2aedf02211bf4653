import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RANGES } from "@/components/query/ranges";
import { formatUrl, parseUrl, SORTS, type UrlState } from "@/components/query/url-state";
import { GROUP_BYS } from "@/lib/drops/view";

const parse = (search: string) => parseUrl(new URLSearchParams(search));

describe("parseUrl", () => {
  it("shows everything of the last hour, live, when the link says nothing", () => {
    expect(parse("")).toEqual({
      state: {
        capture: null,
        q: "",
        range: "1h",
        span: null,
        open: null,
        drop: null,
        paused: false,
        by: "policy",
        sort: "attempts",
      },
      problems: [],
    });
  });

  it("names what it left out", () => {
    const { state, problems } = parse("range=2h&from=yesterday&colour=red");
    expect(state).toMatchObject({ range: "1h", span: null });
    expect(problems).toHaveLength(3);
    expect(problems.join()).toContain("colour");
  });

  it("refuses a span that ends before it begins", () => {
    const { state, problems } = parse("from=2026-11-21T15:00:00Z&to=2026-11-21T14:00:00Z");
    expect(state.span).toBeNull();
    expect(problems).toHaveLength(1);
  });
});

describe("formatUrl", () => {
  it("stays readable", () => {
    const { state } = parse("q=verdict:AUDIT+src.ns:shop,web&open=g1&range=15m");
    expect(formatUrl(state)).toBe("q=verdict:AUDIT+src.ns:shop,web&range=15m&open=g1");
  });

  it("says no range beside a span, and no pause in the past", () => {
    const { state } = parse("from=2026-11-21T14:00:00Z&to=2026-11-21T15:00:00Z&paused=1&range=24h");
    expect(formatUrl(state)).toBe("from=2026-11-21T14:00:00Z&to=2026-11-21T15:00:00Z");
  });

  it("is read back as what was written, whatever the query holds", () => {
    const id = fc.option(fc.stringMatching(/^[a-z0-9-]{1,40}$/), { nil: null });
    const states: fc.Arbitrary<UrlState> = fc
      .record({
        capture: id,
        q: fc.string({ unit: "grapheme", maxLength: 80 }).map((text) => text.trim()),
        range: fc.constantFrom(...RANGES),
        span: fc.constant(null),
        open: id,
        drop: id,
        paused: fc.boolean(),
        by: fc.constantFrom(...GROUP_BYS),
        sort: fc.constantFrom(...SORTS),
      })
      .map((state) => (state.open === null ? { ...state, drop: null } : state));
    fc.assert(
      fc.property(states, (state) => {
        expect(parse(formatUrl(state)).state).toEqual(state);
      }),
    );
  });
});
