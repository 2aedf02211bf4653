import { describe, expect, it } from "vitest";
import { placeOf } from "@/components/ui/place-beside";

const ROOM = { width: 400, height: 300 };
const MENU = { width: 160, height: 120 };

describe("placeOf", () => {
  it("stands below what it belongs to", () => {
    const beside = { left: 50, top: 40, width: 20, height: 20 };
    expect(placeOf(MENU, beside, ROOM)).toEqual({ left: 50, top: 64 });
  });

  it("stands above where there is no room below", () => {
    const beside = { left: 50, top: 240, width: 20, height: 20 };
    expect(placeOf(MENU, beside, ROOM)).toEqual({ left: 50, top: 116 });
  });

  it("never leaves the window, whatever it belongs to", () => {
    const beside = { left: 395, top: 295, width: 0, height: 0 };
    const { left, top } = placeOf(MENU, beside, ROOM);
    expect(left + MENU.width).toBeLessThanOrEqual(ROOM.width);
    expect(top + MENU.height).toBeLessThanOrEqual(ROOM.height);
    expect(placeOf({ width: 900, height: 900 }, beside, ROOM)).toEqual({ left: 8, top: 8 });
  });
});
