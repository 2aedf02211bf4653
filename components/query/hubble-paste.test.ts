import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { looksLikeHubble, onOneLine } from "@/components/query/hubble-paste";
import { arbitraryQuery } from "@/lib/query/arbitraries";
import { FIELDS } from "@/lib/query/fields";
import { formatQuery } from "@/lib/query/format";

describe("looksLikeHubble", () => {
  it.each([
    "hubble observe --verdict DROPPED",
    "  $ hubble observe \\\n  --from-pod shop/web",
    "./hubble observe -o json",
    "/usr/local/bin/hubble observe",
    `--allowlist '{"verdict":["DROPPED"]}'`,
    '{"source_pod":["shop/"]}',
    '[{"drop_reason_desc": ["POLICY_DENIED"]}]',
    'allowlist:\n  - \'{"verdict":["AUDIT"]}\'',
    "- name: drops\n  includeFilters:\n  - verdict: [DROPPED]",
    "_flow.policy_log.endsWith('x')",
  ])("knows %j", (text) => {
    expect(looksLikeHubble(text)).toBe(true);
  });

  it.each(["hubble", "ns:hubble observe", "word\nother words", '{"a": 1}', ""])(
    "leaves %j alone",
    (text) => {
      expect(looksLikeHubble(text)).toBe(false);
    },
  );

  it("leaves queries alone", () => {
    for (const example of FIELDS.flatMap(({ examples }) => examples)) {
      expect(looksLikeHubble(example), example).toBe(false);
    }
    fc.assert(
      fc.property(arbitraryQuery, (query) => {
        expect(looksLikeHubble(formatQuery(query))).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("onOneLine", () => {
  it("joins lines with a space, so that no two words become one", () => {
    expect(onOneLine("\r\nns:shop\r\n  port:53\n\n")).toBe("ns:shop port:53");
  });
});
