import { describe, expect, it } from "vitest";
import { EVENT_L7, type Flow, type L7 } from "./flow";
import { isHostName } from "./host-name";
import { createNameMemory, MAX_NAMES_OF_ADDRESS } from "./name-memory";
import { OTHER_NAMES } from "./remembered";
import { SAMPLE_TIME_MS as NOW, sampleEndpoint, sampleFlow, sampleWorld } from "./sample-flow";
import { createSeriesIndex } from "./series";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CDN = "203.0.113.7";

const { of: seriesOf } = createSeriesIndex();
const open = (maxNames?: number) =>
  createNameMemory({ keepMs: DAY_MS, ...(maxNames === undefined ? {} : { maxNames }) });

/** A drop from shop/web to an address outside. */
function call(overrides: Partial<Flow> = {}): Flow {
  return sampleFlow({ destination: sampleWorld(), destinationIp: CDN, ...overrides });
}

/** The DNS proxy's answer to shop/web. */
function answer(name: string, addresses: string[], overrides: Partial<Flow> = {}): Flow {
  const l7: L7 = { kind: "dns", type: "RESPONSE", method: "", target: name, code: 0 };
  return sampleFlow({
    verdict: "FORWARDED",
    eventType: EVENT_L7,
    destination: sampleEndpoint(),
    l7: { ...l7, answer: { addresses, ttl: 30 } },
    ...overrides,
  });
}

function learnFrom(memory: ReturnType<typeof open>, flow: Flow, nowMs = flow.timeMs): void {
  memory.learnDrop(flow, seriesOf(flow, null), nowMs);
}

const namesOf = (memory: ReturnType<typeof open>, atMs = NOW, cluster = "default") =>
  memory.recall(cluster, CDN, atMs).map(({ name }) => name);

describe("a name of an address", () => {
  it("is learnt from a drop that gives it and told of the next that does not", () => {
    const memory = open();
    learnFrom(memory, call({ destinationNames: ["cdn.example.com"] }));

    const bare = call({ timeMs: NOW + 60_000 });
    expect(memory.recallFor(bare, seriesOf(bare, null))).toEqual({
      source: [],
      destination: [
        {
          name: "cdn.example.com",
          kind: "drop",
          node: bare.node,
          asker: "shop/web",
          firstMs: NOW,
          lastMs: NOW,
          ttl: 0,
        },
      ],
    });
  });

  it("is learnt from a DNS answer, with who asked and for how long it was good", () => {
    const memory = open();
    memory.learnAnswer(answer("CDN.example.com", [CDN, "2001:db8::7"]), NOW);

    expect(memory.recall("default", "2001:db8::7", NOW)).toMatchObject([
      { name: "cdn.example.com", kind: "dns", asker: "shop/web", ttl: 30 },
    ]);
    expect(memory.size).toBe(2);
  });

  it("is another cluster's business in another cluster", () => {
    const memory = open();
    learnFrom(memory, call({ destinationNames: ["cdn.example.com"], cluster: "east" }));

    expect(namesOf(memory, NOW, "east")).toEqual(["cdn.example.com"]);
    expect(namesOf(memory, NOW, "west")).toEqual([]);
  });

  it("is not told of a drop whose own flow gives one", () => {
    const memory = open();
    learnFrom(memory, call({ destinationNames: ["cdn.example.com"] }));

    const named = call({ destinationNames: ["cnn.com"] });
    expect(memory.recallFor(named, seriesOf(named, null))).toBeNull();
  });

  it("fades when it was not seen for long, and is not told of drops well before it was learnt", () => {
    const memory = open();
    learnFrom(memory, call({ destinationNames: ["cdn.example.com"] }));

    expect(namesOf(memory, NOW + DAY_MS)).toEqual(["cdn.example.com"]);
    expect(namesOf(memory, NOW + DAY_MS + 1)).toEqual([]);
    expect(namesOf(memory, NOW - HOUR_MS)).toEqual([]);
  });

  it("is not kept for longer by a clock that is ahead", () => {
    const memory = open();
    learnFrom(memory, call({ destinationNames: ["cdn.example.com"], timeMs: NOW + DAY_MS }), NOW);

    expect(memory.recall("default", CDN, NOW)).toMatchObject([{ lastMs: NOW }]);
  });

  it("is neither learnt nor told of pods and nodes, whose addresses go to others", () => {
    const memory = open();
    const toPod = sampleFlow({ destinationIp: CDN, destinationNames: ["db.example.com"] });
    learnFrom(memory, toPod);
    expect(memory.size).toBe(0);

    memory.learnAnswer(answer("db.example.com", [CDN]), NOW);
    const later = sampleFlow({ destinationIp: CDN });
    expect(memory.recallFor(later, seriesOf(later, null))).toBeNull();
  });

  it("leaves a drop in the series that it has without it", () => {
    const memory = open();
    const before = call();
    memory.learnAnswer(answer("cdn.example.com", [CDN]), NOW);
    const after = call({ timeMs: NOW + 1_000 });

    expect(memory.recallFor(after, seriesOf(after, null))).not.toBeNull();
    expect(seriesOf(after, null)).toBe(seriesOf(before, null));
  });
});

describe("what is no name", () => {
  it.each([
    "*.example.com",
    "203.0.113.7",
    "",
    "… 12 more",
    "evil\u202ecom",
    "a b",
    "<script>.example.com",
    "-x.example.com",
    "a..b",
    "x".repeat(64),
    `${"a.".repeat(127)}`,
    "db-0.db.shop.svc.cluster.local",
    "7.113.0.203.in-addr.arpa",
  ])("is not learnt: %j", (text) => {
    const memory = open();
    memory.learnAnswer(answer(text, [CDN]), NOW);
    learnFrom(memory, call({ destinationNames: [text] }));

    expect(isHostName(text)).toBe(false);
    expect(memory.size).toBe(0);
  });

  it("an answer to no address, and one that holds none", () => {
    const memory = open();
    memory.learnAnswer(answer("cdn.example.com", ["", "x", "203.0.113.7 "]), NOW);
    memory.learnAnswer(sampleFlow({ verdict: "FORWARDED" }), NOW);

    expect(memory.size).toBe(0);
  });
});

describe("several names of one address", () => {
  it("are all told, the last seen first", () => {
    const memory = open();
    memory.learnAnswer(answer("cdn.example.com", [CDN]), NOW);
    memory.learnAnswer(answer("cnn.com", [CDN], { timeMs: NOW + 5_000 }), NOW + 5_000);

    expect(namesOf(memory, NOW + 5_000)).toEqual(["cnn.com", "cdn.example.com"]);
  });

  it("are found among addresses that had one", () => {
    const memory = open();
    memory.learnAnswer(answer("cdn.example.com", [CDN, "203.0.113.8"]), NOW);
    memory.learnAnswer(answer("cnn.com", [CDN]), NOW);

    expect(memory.shared(NOW)).toMatchObject([
      {
        cluster: "default",
        address: CDN,
        names: [{ name: "cdn.example.com" }, { name: "cnn.com" }],
      },
    ]);
  });

  it("that there is no room for are said to be there", () => {
    const memory = open();
    for (let i = 0; i < MAX_NAMES_OF_ADDRESS + 3; i += 1) {
      memory.learnAnswer(answer(`n${i}.example.com`, [CDN], { timeMs: NOW + i }), NOW + i);
    }

    const names = namesOf(memory, NOW + 100);
    expect(names).toHaveLength(MAX_NAMES_OF_ADDRESS + 1);
    expect(names.at(-1)).toBe(OTHER_NAMES);
    expect(names).not.toContain("n0.example.com");
  });

  it("of a list that Hubble's record had too many of are said to be more", () => {
    const memory = open();
    learnFrom(memory, call({ destinationNames: ["cdn.example.com", "… 40 more"] }));

    expect(namesOf(memory)).toEqual(["cdn.example.com", OTHER_NAMES]);
  });
});

describe("the memory", () => {
  it("holds so many names, and forgets the addresses not seen for longest", () => {
    const memory = open(3);
    for (const [i, address] of ["192.0.2.1", "192.0.2.2", "192.0.2.3"].entries()) {
      memory.learnAnswer(answer("a.example.com", [address]), NOW + i);
    }
    const again = answer("a.example.com", ["192.0.2.1"], { timeMs: NOW + 60_000 });
    memory.learnAnswer(again, NOW + 60_000);
    memory.learnAnswer(answer("a.example.com", ["192.0.2.4"]), NOW);

    expect(memory.size).toBe(3);
    expect(memory.recall("default", "192.0.2.1", NOW)).toHaveLength(1);
    expect(memory.recall("default", "192.0.2.2", NOW)).toHaveLength(0);
  });

  it("tells once what is to be written, and again when it was seen much later", () => {
    const memory = open();
    memory.learnAnswer(answer("cdn.example.com", [CDN]), NOW);
    expect(memory.takeChanged(10)).toMatchObject([{ address: CDN, name: "cdn.example.com" }]);

    const soon = NOW + 10_000;
    memory.learnAnswer(answer("cdn.example.com", [CDN], { timeMs: soon }), soon);
    expect(memory.takeChanged(10)).toEqual([]);

    const late = NOW + HOUR_MS;
    memory.learnAnswer(answer("cdn.example.com", [CDN], { timeMs: late }), late);
    expect(memory.takeChanged(10)).toMatchObject([{ firstMs: NOW, lastMs: late }]);
  });

  it("takes up what it told, and does not tell that again", () => {
    const first = open();
    first.learnAnswer(answer("cdn.example.com", [CDN]), NOW);
    first.learnAnswer(answer("cnn.com", [CDN]), NOW);
    const kept = first.takeChanged(10);

    const second = open();
    second.load(kept);
    expect(second.recall("default", CDN, NOW)).toEqual(first.recall("default", CDN, NOW));
    expect(second.takeChanged(10)).toEqual([]);
  });
});
