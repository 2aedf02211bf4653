import { describe, expect, it } from "vitest";
import { readArrived, readListParams, readViewParams } from "./params";

const NOW = Date.parse("2026-11-21T14:00:00Z");
const url = (search: string) => new URL(`http://localhost/api/groups${search}`);
const view = (search: string) => readViewParams(url(search), NOW);

describe("a range", () => {
  it("is the last hour where none is given", () => {
    expect(view("")).toMatchObject({ fromMs: NOW - 3_600_000, toMs: NOW });
  });

  it.each([
    "?from=now-99999d&to=now-99990d",
    "?from=now-20779d&to=now-20778d",
    "?from=1969-12-31T00:00:00Z&to=1970-01-02T00:00:00Z",
    "?from=-1&to=1000",
  ])("that begins before 1970 is refused: %s", (search) => {
    // Its buckets are counted from 1970 on, so that it would be cut into billions of them.
    expect(() => view(search)).toThrow(/must be a time/);
  });

  it.each(["?to=5000", "?to=5000&range=30d"])("reaches back to 1970 at most: %s", (search) => {
    expect(view(search)).toMatchObject({ fromMs: 0, toMs: 5_000 });
  });

  it("that ends as it begins is refused", () => {
    expect(() => view("?to=999")).toThrow(/at least a second before to/);
  });

  it("of a list goes on past now where it has no end", () => {
    expect(readListParams(url(""), NOW).toMs).toBe(NOW + 86_400_000);
    expect(readListParams(url("?to=now"), NOW).toMs).toBe(NOW);
  });
});

it("arrived is no time before 1970 either", () => {
  expect(() => readArrived(url("?arrived=now-99999d"), NOW)).toThrow(/must be a time/);
});
