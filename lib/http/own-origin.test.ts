import { describe, expect, it } from "vitest";
import { isOwnOrigin } from "./own-origin";

const headersOf = (given: Record<string, string | null>) =>
  new Headers(
    Object.entries(given).flatMap(([name, value]) => (value === null ? [] : [[name, value]])) as [
      string,
      string,
    ][],
  );

describe("isOwnOrigin", () => {
  it.each([
    ["localhost:3000", "http://localhost:3000", null],
    ["localhost:3000", "http://localhost:3000", "same-origin"],
    ["soc.example.com", "https://soc.example.com", "same-origin"],
    ["soc.example.com:443", "https://soc.example.com", null],
    ["SOC.example.com", "https://soc.example.com", null],
    ["[::1]:3000", "http://[::1]:3000", null],
    ["localhost:3000", null, "same-origin"],
  ])("takes host %s, origin %s, site %s for our own page", (host, origin, site) => {
    expect(isOwnOrigin(headersOf({ host, origin, "sec-fetch-site": site }))).toBe(true);
  });

  it.each([
    ["of no site", "localhost:3000", "null", null],
    ["of no site, said to be ours", "localhost:3000", "null", "same-origin"],
    ["of another site", "localhost:3000", "https://evil.test", null],
    ["of another port", "localhost:3000", "http://localhost:4000", null],
    ["of a longer name", "localhost:3000", "http://localhost:3000.evil.test", null],
    ["with a path", "localhost:3000", "http://localhost:3000/", null],
    ["with a user", "localhost:3000", "http://a@localhost:3000", null],
    ["of another scheme", "localhost:3000", "file://localhost:3000", null],
    ["of a sibling site", "localhost:3000", "http://localhost:3000", "same-site"],
    [
      "of another site, by the browser's word",
      "localhost:3000",
      "http://localhost:3000",
      "cross-site",
    ],
    ["that says nothing", "localhost:3000", null, null],
    ["that a person typed", "localhost:3000", null, "none"],
    ["of another site without an origin", "localhost:3000", null, "cross-site"],
    ["empty", "localhost:3000", "", null],
    ["to no host", null, "http://localhost:3000", null],
  ])("refuses a request %s", (_what, host, origin, site) => {
    expect(isOwnOrigin(headersOf({ host, origin, "sec-fetch-site": site }))).toBe(false);
  });
});
