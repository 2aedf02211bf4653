/** Pages in the mode that signs people in: none is shown to a stranger, and none holds data. */
import { readdirSync, readFileSync } from "node:fs";
import { unstable_doesMiddlewareMatch as passesProxy } from "next/experimental/testing/server.js";
import { NextRequest } from "next/server";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { formatStamp, STAMP_HEADER } from "@/lib/auth/stamp";
import { config, proxy } from "@/proxy";

/** The environment is read with the first request. */
beforeAll(() => {
  vi.stubEnv("DROPLENS_AUTH", "proxy");
  vi.stubEnv("DROPLENS_AUTH_TRUSTED", "10.0.0.1");
  expect(ask("/", "10.0.0.1")).toBe(200);
});

const pages = readdirSync("app", { recursive: true, encoding: "utf8" }).filter((file) =>
  /(^|\/)(page|layout|not-found|error)\.tsx$/.test(file),
);
const paths = pages
  .filter((file) => /(^|\/)page\.tsx$/.test(file))
  .map((file) => `/${file.replace(/\/?page\.tsx$/, "").replace(/\[[^\]]+\]/g, "x")}`);

function ask(path: string, peer: string, headers: Record<string, string> = {}): number {
  const stamp = formatStamp({ peer, users: ["ada"] });
  const url = `http://localhost:3000${path}`;
  const given = { host: "localhost:3000", [STAMP_HEADER]: stamp, ...headers };
  return proxy(new NextRequest(url, { headers: given })).status;
}

describe("every page", () => {
  it("is found", () => {
    expect(paths).toContain("/");
  });

  it.each([...paths, "/nowhere", "/_next/static/x.js", "/api/groups", "/healthz/", "/HEALTHZ"])(
    "%s is refused to who is not signed in, whatever they ask with",
    (path) => {
      for (const headers of [
        {},
        { rsc: "1" },
        { rsc: "1", "next-router-prefetch": "1" },
        { rsc: "1", "next-router-segment-prefetch": "/_tree" },
        { "x-forwarded-user": "admin" },
        { [STAMP_HEADER]: "x.e30" },
      ] as Record<string, string>[]) {
        expect(ask(path, "10.0.0.2", headers)).toBe(401);
      }
      expect(ask(path, "10.0.0.2", { "x-middleware-subrequest": "proxy:proxy" })).toBe(400);
      expect(ask(path, "10.0.0.1")).toBe(200);
    },
  );

  it.each(["/healthz", "/readyz"])("%s answers a probe, which signs in nowhere", (path) => {
    expect(ask(path, "10.0.0.2")).toBe(200);
  });

  it.each(pages)("%s reads nothing from the running system", (file) => {
    const source = readFileSync(`app/${file}`, "utf8");
    expect(source).not.toMatch(/@\/(lib\/(live|store|hubble)|app\/api)/);
  });
});

describe("every path passes proxy.ts", () => {
  const routes = readdirSync("app", { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)route\.ts$/.test(file))
    .map((file) => `/${file.replace(/\/route\.ts$/, "").replace(/\[[^\]]+\]/g, "x")}`);
  const passes = (url: string) => passesProxy({ config, url });

  it("but those of the routes that take large bodies", () => {
    expect(routes.filter((path) => !passes(path)).sort()).toEqual([
      "/api/captures/x/bytes",
      "/api/expectations/export",
      "/api/expectations/import",
      "/api/ingest/x",
    ]);
  });

  it.each([
    ...paths,
    "/api/ingest",
    "/api/ingest/x/y",
    "/x/api/ingest/x",
    "/api/captures/x/bytes/y",
    "/api/expectations/import/x",
    "/_next/data/build/api/ingest/x.json",
  ])("%s does", (path) => {
    expect(passes(path)).toBe(true);
  });
});
