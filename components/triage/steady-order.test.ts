import { describe, expect, it } from "vitest";
import { sampleGroup } from "@/components/triage/sample-group";
import { inOrder, nextOrder } from "@/components/triage/steady-order";

const few = sampleGroup({ id: "few", attempts: 1 });
const many = sampleGroup({ id: "many", attempts: 9 });

describe("nextOrder", () => {
  it("puts most attempts first", () => {
    expect(nextOrder(null, [few, many], "attempts", false).ids).toEqual(["many", "few"]);
  });

  it("keeps the places of known groups while it is held, and lets new ones wait", () => {
    const order = nextOrder(null, [few, many], "attempts", true);
    const risen = sampleGroup({ id: "few", attempts: 99 });
    const held = nextOrder(order, [risen, many, sampleGroup({ id: "new" })], "attempts", true);
    expect(held).toEqual({ ids: ["many", "few"], waiting: 1 });
  });

  it("sorts anew and lets all in when it is let go", () => {
    const order = { ids: ["many", "few"], waiting: 1 };
    const risen = sampleGroup({ id: "few", attempts: 99 });
    expect(nextOrder(order, [risen, many], "attempts", false).ids).toEqual(["few", "many"]);
  });

  it("lets groups into an empty table at once, held or not", () => {
    const empty = nextOrder(null, [], "attempts", true);
    expect(nextOrder(empty, [few], "attempts", true)).toEqual({ ids: ["few"], waiting: 0 });
  });

  it("takes away a group that left the range even while held", () => {
    const order = nextOrder(null, [few, many], "attempts", true);
    expect(nextOrder(order, [few], "attempts", true)).toEqual({ ids: ["few"], waiting: 0 });
  });

  it("is the same object when nothing moved", () => {
    const order = nextOrder(null, [few, many], "attempts", false);
    expect(nextOrder(order, [many, few], "attempts", false)).toBe(order);
    expect(nextOrder(order, [many, few], "attempts", true)).toBe(order);
  });
});

describe("inOrder", () => {
  it("leaves out what is not there", () => {
    expect(inOrder({ ids: ["many", "gone", "few"], waiting: 0 }, [few, many])).toEqual([many, few]);
  });
});
