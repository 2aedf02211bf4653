import { describe, expect, it } from "vitest";
import type { NameMemory } from "@/lib/drops/name-memory";
import { createNameMemory } from "@/lib/drops/name-memory";
import { SAMPLE_TIME_MS as NOW, sampleFlow, sampleWorld } from "@/lib/drops/sample-flow";
import { createSeriesIndex } from "@/lib/drops/series";
import { parseQuery } from "@/lib/query/parse";
import { createNaming } from "./naming";
import type { Hidden } from "./preview-sums";
import { previewWarnings } from "./preview-warnings";

const CDN = "203.0.113.7";
const { of: seriesOf } = createSeriesIndex();

/** What it would hide is one drop to the address, which its flow does not name. */
const HIDDEN: Hidden = {
  series: seriesOf(sampleFlow({ destination: sampleWorld(), destinationIp: CDN }), null),
  ...{ timeMs: NOW, drops: 1, attempts: 1, isBasis: true },
};

function memoryOf(...names: string[]): NameMemory {
  const memory = createNameMemory({ keepMs: 60_000 });
  const learnt = { kind: "dns", node: "n", asker: "shop/web", ttl: 30 } as const;
  const seen = { firstMs: NOW, lastMs: NOW };
  memory.load(
    names.map((name) => ({ cluster: "default", address: CDN, name, ...learnt, ...seen })),
  );
  return memory;
}

function warned(query: string, ...names: string[]): string[] {
  const parsed = parseQuery(query);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const naming = createNaming(memoryOf(...names), () => NOW);
  return previewWarnings(parsed.query, [HIDDEN], 1, naming).filter((text) => /served/.test(text));
}

describe("an expectation by name", () => {
  it("is warned about an address that also served others", () => {
    expect(warned("dst.fqdn:cdn.example.com", "cdn.example.com", "cnn.com", "a.org")).toEqual([
      expect.stringMatching(/^203\.0\.113\.7 also served a\.org and 1 other: this rule by name/),
    ]);
  });

  it("is not, where it asks for all names that the address served", () => {
    expect(warned("dst.fqdn:*.example.com", "cdn.example.com", "img.example.com")).toEqual([]);
    expect(warned("dst.fqdn:cnn.com,cdn.example.com", "cdn.example.com", "cnn.com")).toEqual([]);
  });

  it("is not about names that it leaves out or does not ask for", () => {
    expect(warned("port:443 -dst.fqdn:cnn.com dst.fqdn:b.org", "cnn.com", "a.org")).toEqual([]);
  });
});

describe("an expectation by address", () => {
  it("is warned that the address served several names", () => {
    expect(warned(`dst.ip:${CDN}`, "cdn.example.com", "cnn.com")).toEqual([
      "203.0.113.7 served cdn.example.com and 1 other: this rule by address hides drops to all of them.",
    ]);
    expect(warned(`dst.ip:${CDN}`, "cdn.example.com")).toEqual([]);
  });
});
