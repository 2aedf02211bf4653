import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSeen } from "./seen";

describe("createSeen", () => {
  it("knows a uuid the second time", () => {
    const seen = createSeen();
    expect(seen.add("c2ecde95-7124-4b42-846c-fb0038e78aa8")).toBe(true);
    expect(seen.add("c2ecde95-7124-4b42-846c-fb0038e78aa8")).toBe(false);
  });

  it("tells another flow under a known uuid from the same one again", () => {
    const seen = createSeen();
    expect([7, 7, 8, 7, 8].map((mark) => seen.note("a", mark))).toEqual([
      ...["new", "same", "other", "same", "other"],
    ]);
    seen.add("b");
    expect(seen.note("b", 9)).toBe("same");
  });

  it("takes letters of either case for the same uuid", () => {
    const seen = createSeen();
    seen.add("c2ecde95-7124-4b42-846c-fb0038e78aa8");
    expect(seen.add("C2ECDE95-7124-4B42-846C-FB0038E78AA8")).toBe(false);
  });

  it.each([
    "00000000-0000-0000-0000-000000000000",
    "00000000-0000-0000-0000-000000000001",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
  ])("holds %s like any other", (uuid) => {
    const seen = createSeen();
    expect(seen.add(uuid)).toBe(true);
    expect(seen.add(uuid)).toBe(false);
  });

  it("tells texts that are no uuids apart", () => {
    const seen = createSeen();
    for (const text of ["", "a", "b", "ab", "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz"]) {
      expect(seen.add(text)).toBe(true);
      expect(seen.add(text)).toBe(false);
    }
  });

  it("agrees with a set on any uuids", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uuid(), { maxLength: 200 }),
        fc.infiniteStream(fc.nat()),
        (uuids, picks) => {
          const seen = createSeen();
          const set = new Set<string>();
          for (const uuid of uuids) {
            const again = uuids[(picks.next().value ?? 0) % uuids.length] ?? uuid;
            for (const one of [uuid, again]) {
              expect(seen.add(one)).toBe(!set.has(one));
              set.add(one);
            }
          }
        },
      ),
    );
  });

  it("remembers at least its capacity and forgets what is older than twice that", () => {
    const uuid = (n: number) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, "0")}`;
    const seen = createSeen(5000);
    for (let n = 0; n < 5000; n++) seen.add(uuid(n));
    for (let n = 0; n < 5000; n++) expect(seen.add(uuid(n))).toBe(false);
    for (let n = 5000; n < 20_000; n++) seen.add(uuid(n));
    for (let n = 15_001; n < 20_000; n++) expect(seen.add(uuid(n))).toBe(false);
    expect(seen.add(uuid(0))).toBe(true);
  });

  it("tells until which time it has forgotten something, and nothing newer", () => {
    const seen = createSeen(4);
    const times: number[] = [];
    for (let n = 1; n <= 13; n++) {
      seen.note(`flow ${n}`, 1, n * 10);
      times.push(seen.forgottenMs);
    }
    const never = Number.NEGATIVE_INFINITY;
    // The first four go when the ninth comes, and the fifth that came with the turn before counts too.
    expect(times.slice(7)).toEqual([never, 50, 50, 50, 50, 90]);
    seen.forget(200);
    expect(seen.note("flow 13", 1, 130)).toBe("new");
    expect(seen.forgottenMs).toBe(200);
  });
});
