/** A real HTTP server, and requests as bytes: spellings that a client library would mend. */
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuthConfig } from "@/lib/config/auth";
import { authorize } from "./authorize";
import { formatStamp, installStamp, readStamp, STAMP_HEADER } from "./stamp";

const trusting = (address: string): AuthConfig => ({
  mode: "proxy",
  header: "x-forwarded-user",
  trusted: [address],
});

let server: Server;
let port: number;

/** Answers what the handlers of the product would be told, and every header they could read. */
beforeAll(async () => {
  installStamp("x-forwarded-user");
  server = createServer((request, response) => {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
    const seen = [...Object.entries(request.headers), ...pairs(request.rawHeaders)].filter(
      ([name]) => name.toLowerCase() !== STAMP_HEADER,
    );
    const auth = trusting(request.url === "/proxy" ? "127.0.0.1" : "192.0.2.1");
    response.end(JSON.stringify({ ...who(headers, auth), stamp: readStamp(headers), seen }));
  });
  await new Promise<void>((ready) => {
    server.listen(0, "127.0.0.1", ready);
  });
  const address = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});

afterAll(() => new Promise((done) => server.close(done)));

function who(headers: Headers, auth: AuthConfig) {
  try {
    const { name, verified, from } = authorize({ headers }, auth);
    return { name, verified, from };
  } catch (error) {
    return { refused: (error as Error).message, code: (error as { code?: string }).code };
  }
}

function pairs(raw: readonly string[]): [string, string][] {
  return raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ""]] : []));
}

/** To a server that trusts us as its proxy, or one that trusts another. */
async function ask(lines: readonly string[], path: "/proxy" | "/other" = "/proxy") {
  const socket = connect({ port, host: "127.0.0.1" });
  const head = [`GET ${path} HTTP/1.1`, "Host: localhost", "Connection: close", ...lines, "", ""];
  socket.write(Buffer.from(head.join("\r\n"), "utf8"));
  const answer = await text(socket);
  const body = answer.slice(answer.indexOf("{"), answer.lastIndexOf("}") + 1);
  return body === "" ? { status: answer.slice(9, 12) } : JSON.parse(body);
}

describe("a request from the proxy", () => {
  it.each<[string, string[], object]>([
    ["names the user", ["X-Forwarded-User: ada"], { name: "ada", verified: true }],
    ["in any case", ["x-FORWARDED-uSER:   ada "], { name: "ada" }],
    ["in any script", ["X-Forwarded-User: Ådå"], { name: "Ådå" }],
    [
      "with the client it came from",
      ["X-Forwarded-User: ada", "X-Forwarded-For: 6.6.6.6, 203.0.113.9"],
      { from: "203.0.113.9" },
    ],
    [
      "beside a spelling that only a client can have sent",
      ["X_Forwarded_User: admin", "X-Forwarded-User: ada", "x-forwarded_user: admin"],
      { name: "ada" },
    ],
    [
      "with a stamp of its own",
      [`${STAMP_HEADER}: x.e30`, "X-Forwarded-User: ada"],
      { name: "ada" },
    ],
  ])("%s", async (_rule, lines, expected) => {
    expect(await ask(lines)).toMatchObject(expected);
  });

  it.each<[string, string[]]>([
    ["without the header", []],
    ["with another spelling alone", ["X_Forwarded_User: admin"]],
    ["with an empty name", ["X-Forwarded-User: "]],
    ["with two names", ["X-Forwarded-User: ada", "x-forwarded-user: admin"]],
    ["with two names in one", ["X-Forwarded-User: ada, admin"]],
    ["with a name that turns text round", ["X-Forwarded-User: a\u202eb"]],
    ["with a name that is too long", [`X-Forwarded-User: ${"a".repeat(201)}`]],
  ])("%s names nobody", async (_rule, lines) => {
    expect(await ask(lines)).toMatchObject({ code: "unauthorized" });
  });

  it.each(["X-Forwarded-User: a\u0000b", "X-Forwarded-User : ada"])(
    "is refused by Node itself with %j",
    async (line) => {
      expect(await ask([line])).toEqual({ status: "400" });
    },
  );
});

describe("a request from anybody else", () => {
  it.each<[string, string[]]>([
    ["with the header", ["X-Forwarded-User: admin"]],
    ["twice", ["X-Forwarded-User: admin", "X-Forwarded-User: admin"]],
    ["in other spellings", ["X_FORWARDED_USER: admin", "x-forwarded_user: admin"]],
    ["that is to be passed on", ["Connection: X-Forwarded-User", "X-Forwarded-User: admin"]],
    ["that says it is from the proxy", ["X-Forwarded-For: 127.0.0.1", "X-Forwarded-User: admin"]],
    ["that says it by the other header", ["Forwarded: for=127.0.0.1", "X-Forwarded-User: admin"]],
  ])("%s is refused, and nothing of it is left to read", async (_rule, lines) => {
    const answer = await ask(lines, "/other");
    expect(answer).toMatchObject({ code: "unauthorized", stamp: { peer: "127.0.0.1" } });
    const left = answer.seen.filter(([name]: [string]) => /user/i.test(name));
    expect(left).toEqual([]);
  });

  it("cannot stamp itself", async () => {
    const line = `${STAMP_HEADER}: guess.${Buffer.from('{"peer":"127.0.0.1","users":["admin"]}').toString("base64url")}`;
    expect(await ask([line], "/other")).toMatchObject({
      code: "unauthorized",
      stamp: { peer: "127.0.0.1", users: [] },
    });
  });
});

describe("a request that was never stamped", () => {
  it("names nobody, whatever it says", () => {
    const headers = new Headers({ "x-forwarded-user": "admin" });
    expect(who(headers, trusting("127.0.0.1"))).toMatchObject({ code: "unauthorized" });
    headers.set(STAMP_HEADER, "guess.e30");
    expect(who(headers, trusting("127.0.0.1"))).toMatchObject({ code: "unauthorized" });
  });
});

describe("without a sign-in", () => {
  const ask = (peer: string, beyondLoopback: boolean) => {
    const headers = new Headers({ [STAMP_HEADER]: formatStamp({ peer, users: ["admin"] }) });
    return authorize({ headers }, { mode: "none", beyondLoopback });
  };

  it("anybody on this machine may ask, and has no name by a header", () => {
    expect(ask("127.0.0.1", false)).toMatchObject({ name: "", verified: false, from: "127.0.0.1" });
  });

  it("another machine may only where the operator insists", () => {
    expect(() => ask("203.0.113.9", false)).toThrow("only this machine");
    expect(ask("203.0.113.9", true)).toMatchObject({ name: "", verified: false });
  });
});
