import { afterEach, describe, expect, it, vi } from "vitest";
import { readMoment } from "@/components/query/read-moment";

const NOW = Date.UTC(2026, 10, 21, 14, 30, 0);
const read = (text: string) => {
  const moment = readMoment(text, NOW, "utc");
  return moment.ok ? new Date(moment.timeMs).toISOString() : moment.message;
};

afterEach(() => {
  vi.unstubAllEnvs();
});

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

  it("knows the day before a day on which the clocks were changed", () => {
    vi.stubEnv("TZ", "Europe/Berlin");
    const local = (text: string, now: Date) => {
      const moment = readMoment(text, now.getTime(), "local");
      return moment.ok ? new Date(moment.timeMs) : moment.message;
    };
    // Sunday 29 March 2026 had 23 hours there, Sunday 25 October 25.
    const afterShort = new Date(2026, 2, 30, 0, 30);
    expect(local("yesterday 12:00", afterShort)).toEqual(new Date(2026, 2, 29, 12));
    expect(local("12:00", afterShort)).toEqual(new Date(2026, 2, 29, 12));
    const inLong = new Date(2026, 9, 25, 23, 30);
    expect(local("yesterday 12:00", inLong)).toEqual(new Date(2026, 9, 24, 12));
    expect(local("23:45", inLong)).toEqual(new Date(2026, 9, 24, 23, 45));
    const [from, to] = ["2026-10-25", "2026-10-26"].map((text) => Number(local(text, inLong)));
    expect(Number(to) - Number(from)).toBe(25 * 3_600_000);
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
