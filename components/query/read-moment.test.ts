import { describe, expect, it } from "vitest";
import { readMoment } from "@/components/query/read-moment";

const NOW = Date.UTC(2026, 10, 21, 14, 30, 0);
const read = (text: string) => {
  const moment = readMoment(text, NOW, "utc");
  return moment.ok ? new Date(moment.timeMs).toISOString() : moment.message;
};

describe("readMoment", () => {
  it("reads times as people write them", () => {
    expect(read("2026-11-21 14:05")).toBe("2026-11-21T14:05:00.000Z");
    expect(read(" 2026-11-21T14:05:30.25Z ")).toBe("2026-11-21T14:05:30.250Z");
    expect(read("2026-11-21 14:05:30 UTC")).toBe("2026-11-21T14:05:30.000Z");
    expect(read("2026-11-21T14:05:00+02:00")).toBe("2026-11-21T12:05:00.000Z");
    expect(read("2026-11-20")).toBe("2026-11-20T00:00:00.000Z");
    expect(read("yesterday 9:30")).toBe("2026-11-20T09:30:00.000Z");
    expect(read("now")).toBe("2026-11-21T14:30:00.000Z");
    expect(read("now-90m")).toBe("2026-11-21T13:00:00.000Z");
    expect(read("2h ago")).toBe("2026-11-21T12:30:00.000Z");
    expect(read("1795271400")).toBe("2026-11-21T14:30:00.000Z");
    expect(read("1795271400000")).toBe("2026-11-21T14:30:00.000Z");
  });

  it("takes a bare clock time for the last one there was", () => {
    expect(read("14:05")).toBe("2026-11-21T14:05:00.000Z");
    expect(read("23:00")).toBe("2026-11-20T23:00:00.000Z");
  });

  it("reads it in the zone that is chosen", () => {
    const moment = readMoment("2026-11-21 14:05", NOW, "local");
    expect(moment).toEqual({ ok: true, timeMs: new Date(2026, 10, 21, 14, 5).getTime() });
  });

  it("says what is wrong and what would be right", () => {
    expect(read("")).toMatch(/^No time is given\. Write 14:05/);
    expect(read("soon")).toBe("“soon” is not a time. Write 14:05, 2026-11-21 14:05 or now-2h.");
    expect(read("25:00")).toBe("There is no hour 25: they go from 0 to 23.");
    expect(read("14:75")).toBe("There is no minute 75: they go from 0 to 59.");
    expect(read("2026-02-30")).toBe("There is no day 30 in that month.");
    expect(read("2026-13-01")).toBe("There is no month 13.");
  });
});
