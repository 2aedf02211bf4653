import { describe, expect, it } from "vitest";
import { parseUrl } from "@/components/query/url-state";
import { describeSearch, savedSearch } from "@/components/views/saved-search";

const urlOf = (search: string) => parseUrl(new URLSearchParams(search)).state;

describe("savedSearch", () => {
  it("keeps what one looks for, and not what lies open", () => {
    const url = urlOf("q=ns:shop&range=24h&by=tag&sort=last&open=g1&drop=d1&paused=1");
    expect(savedSearch(url)).toBe("?q=ns:shop&range=24h&by=tag&sort=last");
  });

  it("is empty for the plain screen", () => {
    expect(savedSearch(urlOf(""))).toBe("");
  });
});

describe("describeSearch", () => {
  it("says query, range and grouping", () => {
    expect(describeSearch("?q=verdict:AUDIT&range=24h&by=tag")).toBe(
      "verdict:AUDIT · last 24 h · by tag",
    );
    expect(describeSearch("")).toBe("everything · last 1 h");
  });
});
