import { describe, expect, it } from "vitest";
import { isShared, learntText, rememberedName, sharedText } from "@/components/triage/served-text";
import type { NameView, Served } from "@/lib/drops/view";

function nameView(name: string, change: Partial<NameView> = {}): NameView {
  const where = { kind: "dns", asker: "shop/web", node: "worker-1" } as const;
  return { name, ...where, lastSeen: "2026-01-15T10:00:00.000Z", ttl: 30, ...change };
}

function served(names: string[], change: Partial<Served> = {}): Served {
  const all = names.map((name) => nameView(name));
  return { address: "203.0.113.7", reported: false, names: all, more: 0, ...change };
}

describe("an address", () => {
  it("without a name of its own is shown by the name seen last", () => {
    expect(rememberedName(served(["cdn.example.com", "cnn.com"]))).toBe("cdn.example.com");
    expect(rememberedName(undefined)).toBeNull();
  });

  it("is not renamed where a flow gave a name", () => {
    expect(rememberedName(served(["cnn.com"], { reported: true }))).toBeNull();
  });

  it("is shared when it had more names than the one that is shown", () => {
    expect(isShared(served(["cdn.example.com"]))).toBe(false);
    expect(isShared(served(["cdn.example.com"], { more: 1 }))).toBe(true);
    expect(isShared(served(["cdn.example.com", "cnn.com"]))).toBe(true);
    expect(isShared(served(["cnn.com"], { reported: true }))).toBe(true);
  });

  it.each([
    [served(["a.com", "b.com"]), "203.0.113.7 also served b.com"],
    [served(["a.com", "b.com", "c.com"]), "203.0.113.7 also served b.com and 1 other"],
    [served(["a.com", "b.com"], { more: 3 }), "203.0.113.7 also served b.com and 3 others"],
    [served(["b.com"], { reported: true }), "203.0.113.7 also served b.com"],
    [served(["a.com"], { more: 1 }), "203.0.113.7 also served other names"],
  ])("names another one and counts the rest: %#", (one, text) => {
    expect(sharedText(one)).toBe(text);
  });
});

describe("where a name was learnt", () => {
  it.each([
    [nameView("a.com"), "from DNS of shop/web, node worker-1"],
    [nameView("a.com", { kind: "drop" }), "from a drop from shop/web, node worker-1"],
    [nameView("a.com", { asker: "", node: "" }), "from DNS"],
  ])("is said: %#", (view, text) => {
    expect(learntText(view)).toBe(text);
  });
});
