import { describe, expect, it } from "vitest";
import { excludeInHubble } from "@/components/expectations/hubble-exclude";
import { parseQuery } from "@/lib/query/parse";

function exclude(text: string) {
  const parsed = parseQuery(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return excludeInHubble(parsed.query);
}

const texts = (query: string) => exclude(query).notes.map(({ text }) => text);

describe("excludeInHubble", () => {
  it("denies what the query matches and asks for the rest", () => {
    expect(exclude("dst.fqdn:*.telemetry.example.com").filter?.commandText).toMatch(
      /--verdict DROPPED --verdict AUDIT .*--not --to-fqdn '\*\.telemetry\.example\.com'$/,
    );
  });

  it("tells that the drop event of a tagged packet stays", () => {
    expect(texts("tag:planned")).toContainEqual(expect.stringContaining("still comes through"));
    expect(texts("dst.fqdn:example.com")).not.toContainEqual(expect.stringContaining("still"));
  });

  it("gives no filter where nothing is left of the query but its verdict", () => {
    expect(exclude("verdict:DROPPED group:0123456789abcdef").filter).toBeNull();
    expect(exclude("").filter).toBeNull();
  });

  it.each(["port:443 -src.ns:shop", "port:443 group:0123456789abcdef"])(
    "warns that it hides more when a term is lost: %s",
    (query) => {
      expect(texts(query)).toContainEqual(expect.stringContaining("hides more"));
      expect(exclude(query).filter).not.toBeNull();
    },
  );
});
