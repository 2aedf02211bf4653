import { readdirSync, readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { guardOf } from "./answer";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
/** Probes ask before anything runs, and say nothing about what is inside. */
const EXEMPT = ["app/healthz/route.ts", "app/readyz/route.ts"];
/** Asked with POST because what is asked is long; they read nothing of ours and change nothing. */
const CHANGES_NOTHING = [
  "app/api/translate/route.ts",
  "app/api/expectations/export/route.ts",
  "app/api/expectations/preview/route.ts",
];
/** Asked by log shippers, with a token of their own. */
const PUSHED = "app/api/ingest/[source]/route.ts";

const routes = readdirSync("app", { recursive: true, encoding: "utf8" })
  .map((file) => `app/${file.replaceAll("\\", "/")}`)
  .filter((file) => /\/route\.(ts|tsx|js|mjs)$/.test(file));

async function handlersOf(file: string): Promise<[string, object][]> {
  const module: Record<string, unknown> = await import(/* @vite-ignore */ pathToFileURL(file).href);
  return METHODS.flatMap((method): [string, object][] => {
    const handler = module[method];
    return typeof handler === "function" ? [[method, handler]] : [];
  });
}

describe("every route", () => {
  it("is found", () => {
    expect(routes).toEqual(expect.arrayContaining([...EXEMPT, "app/api/groups/route.ts"]));
  });

  it.each(routes.filter((file) => !EXEMPT.includes(file)))("%s is guarded", async (file) => {
    const handlers = await handlersOf(file);
    expect(handlers).not.toHaveLength(0);
    for (const [method, handler] of handlers) {
      const onlyReads = method === "GET" || method === "HEAD" || CHANGES_NOTHING.includes(file);
      const wanted = file === PUSHED ? "ingest" : onlyReads ? "read" : "write";
      expect(guardOf(handler), `${method} of ${file}`).toBe(wanted);
    }
  });

  it.each(EXEMPT)("%s, which is not, only reads and asks nothing of the request", async (file) => {
    const handlers = await handlersOf(file);
    expect(
      handlers.map(([method, handler]) => [method, (handler as () => unknown).length]),
    ).toEqual([["GET", 0]]);
    expect(readFileSync(file, "utf8")).not.toContain("answerWrite");
  });
});

describe("guardOf", () => {
  it("does not take any function for a guarded one", () => {
    expect(guardOf(() => new Response())).toBeNull();
  });
});
