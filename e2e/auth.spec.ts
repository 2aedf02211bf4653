/** Who is asking, at the real server: behind a proxy that signs people in, and past it. */
import { request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { expect, test } from "@playwright/test";
import { droplensForThisFile } from "./droplens";
import { type DroplensServer, freePort, runToEnd, startDroplens } from "./droplens-server";

const droplens = droplensForThisFile();

const PATHS = [
  "/",
  "/api/me",
  "/api/groups",
  "/api/live",
  "/api/sources",
  "/api/views",
  "/api/expectations",
  "/api/expectations/audit",
  "//api/groups",
  "/api/%67roups",
  "/API/groups",
  "/index.rsc",
  "/index.segments/_tree.segment.rsc",
  "/?_rsc=x",
  "/_next/data/x/index.json",
];

const DISGUISES: OutgoingHttpHeaders[] = [
  {},
  { "X-Forwarded-User": "admin" },
  { "X-Forwarded-User": ["admin", "admin"] },
  { X_Forwarded_User: "admin", "X-Forwarded-For": "127.0.0.9" },
  { "x-droplens-caller": "x.e30", "X-Forwarded-User": "admin" },
  { "x-middleware-subrequest": "proxy:proxy:proxy:proxy:proxy" },
  { RSC: "1", "Next-Router-Prefetch": "1", "X-Forwarded-User": "admin" },
  { RSC: "1", "Next-Router-Segment-Prefetch": "/_tree" },
];

type Answer = { status: number; text: string };

function ask(
  server: DroplensServer,
  path: string,
  headers: OutgoingHttpHeaders,
  method = "GET",
  body = "",
): Promise<Answer> {
  return new Promise((done, fail) => {
    const sent = httpRequest(
      { host: "127.0.0.1", port: server.port, path, method, headers },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
          // A stream of events would never end.
          if (path.startsWith("/api/live")) answer.destroy();
        });
        answer.once("close", () => done({ status: answer.statusCode ?? 0, text }));
      },
    );
    sent.on("error", fail).end(body);
  });
}

test.describe("with a proxy that signs people in", () => {
  let behind: DroplensServer;
  let past: DroplensServer;

  test.beforeAll(async () => {
    test.setTimeout(120_000);
    const HUBBLE_SERVER = droplens.relay.address;
    const start = (DROPLENS_AUTH_TRUSTED: string) =>
      startDroplens({ HUBBLE_SERVER, DROPLENS_AUTH: "proxy", DROPLENS_AUTH_TRUSTED });
    // To one server we are the proxy, to the other we are anybody.
    [behind, past] = await Promise.all([start("127.0.0.1"), start("192.0.2.1")]);
  });

  test.afterAll(async () => {
    await Promise.all([behind.dispose(), past.dispose()]);
  });

  test("the proxy's word says who it is, and the client's says nothing", async () => {
    const answer = await ask(behind, "/api/me", {
      "X-Forwarded-User": "ada",
      X_Forwarded_User: "admin",
    });
    expect(answer).toMatchObject({ status: 200 });
    expect(JSON.parse(answer.text)).toMatchObject({ name: "ada", verified: true, mode: "proxy" });
    expect((await ask(behind, "/", { "X-Forwarded-User": "ada" })).status).toBe(200);
    expect((await ask(behind, "/api/me", { X_Forwarded_User: "admin" })).status).toBe(401);
    expect((await ask(behind, "/", {})).status).toBe(401);
  });

  test("what is done is signed with that name, whatever the body says", async () => {
    const host = `127.0.0.1:${behind.port}`;
    const write = {
      host,
      origin: `http://${host}`,
      "content-type": "application/json",
      "X-Forwarded-User": "ada",
      "X-Forwarded-For": "6.6.6.6, 203.0.113.9",
    };
    const body = {
      query: "port:9200",
      reason: "A test.",
      author: "admin",
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    };
    const made = await ask(behind, "/api/expectations", write, "POST", JSON.stringify(body));
    expect(made.status).toBe(201);
    expect(JSON.parse(made.text)).toMatchObject({ author: "ada", authorVerified: true });
    const trail = await ask(behind, "/api/expectations/audit", write);
    expect(JSON.parse(trail.text).entries).toMatchObject([
      { action: "created", actor: { name: "ada", verified: true }, from: "203.0.113.9" },
    ]);
  });

  for (const path of PATHS) {
    test(`a stranger gets nothing from ${path}`, async () => {
      for (const headers of DISGUISES) {
        const { status, text } = await ask(past, path, headers);
        expect([308, 400, 401, 404], `${JSON.stringify(headers)}: ${text}`).toContain(status);
        expect(text).not.toContain("<script");
      }
    });
  }

  test("a stranger changes nothing", async () => {
    const host = `127.0.0.1:${past.port}`;
    const headers = { host, origin: `http://${host}`, "content-type": "application/json" };
    for (const disguise of DISGUISES.slice(0, 5)) {
      const sent = { ...headers, ...disguise };
      expect((await ask(past, "/api/expectations", sent, "POST", "{}")).status).toBe(401);
    }
  });

  test("probes are answered", async () => {
    expect((await ask(past, "/healthz", {})).status).toBe(200);
    expect((await ask(past, "/readyz", {})).status).toBe(200);
  });
});

test("who has no token hears so before the body has ended, which is not kept meanwhile", async () => {
  const answer = await new Promise<number>((done, fail) => {
    const sent = httpRequest(
      {
        host: "127.0.0.1",
        port: droplens.server.port,
        path: "/api/ingest/nobody",
        method: "POST",
        headers: { "content-length": 8_000_000 },
      },
      ({ statusCode }) => {
        done(statusCode ?? 0);
        sent.destroy();
      },
    );
    sent.on("error", fail).write(Buffer.alloc(100_000, "x"));
  });
  expect(answer).toBe(401);
});

test("without a sign-in nobody is verified, and no header names anybody", async () => {
  const answer = await ask(droplens.server, "/api/me", { "X-Forwarded-User": "admin" });
  expect(JSON.parse(answer.text)).toMatchObject({ name: "", verified: false, mode: "none" });
});

test("what is refused is said in words, in the built server too", async () => {
  for (const path of ["/api/groups/0", "/api/drops/nowhere", "/api/expectations/nowhere"]) {
    const { status, text } = await ask(droplens.server, path, {});
    expect(status, text).toBe(404);
    expect(JSON.parse(text).title).toBe("Not found");
  }
});

test("a proxy that nobody named, or everybody, stops the start", async () => {
  const start = async (environment: Record<string, string>) => {
    const PORT = String(await freePort());
    return runToEnd({ PORT, DROPLENS_AUTH: "proxy", DROPLENS_HOST: "0.0.0.0", ...environment });
  };
  const unnamed = await start({});
  expect(unnamed.code).toBe(2);
  expect(unnamed.output).toContain("DROPLENS_AUTH_TRUSTED");
  const everybody = await start({ DROPLENS_AUTH_TRUSTED: "0.0.0.0/0" });
  expect(everybody.code).toBe(2);
  expect(everybody.output).toContain('DROPLENS_AUTH_TRUSTED is "0.0.0.0/0"');
});
