import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "@/lib/errors";
import type { Engine } from "./engine";
import { type Fault, type SampleServer, startSampleServer } from "./sample-clickhouse-server";
import type { ServerAddress } from "./server-address";
import { openServerEngine, type ServerEngineOptions } from "./server-engine";
import { serverFaultOf } from "./server-error";

const PASSWORD = "p4ss'w\\ord";

let server: SampleServer;
let address: ServerAddress;
const opened: Engine[] = [];
const folder = mkdtempSync(join(tmpdir(), "droplens-server-"));

beforeAll(async () => {
  server = await startSampleServer({ password: PASSWORD });
  address = await server.address();
});

afterEach(async () => {
  server.interfere(null);
  for (const engine of opened.splice(0)) await engine.close(100);
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

function engineOf(change: Partial<ServerAddress> = {}, more: Partial<ServerEngineOptions> = {}) {
  const engine = openServerEngine({ address: { ...address, ...change }, ...more });
  opened.push(engine);
  return engine;
}

const one = (engine: Engine) => engine.select("read", "SELECT toUInt8(1)", {}, (row) => row.u8());

/** The refusal, which must not tell the password whatever it says. */
async function refusalOf(asked: Promise<unknown>): Promise<AppError> {
  const error: unknown = await asked.then(
    () => new Error("it was not refused"),
    (refusal: unknown) => refusal,
  );
  expect(error).toBeInstanceOf(AppError);
  const told = error as AppError;
  expect(`${told.message} ${told.stack} ${JSON.stringify(told.extra)}`).not.toContain(PASSWORD);
  expect(told.code).toBe("store-unavailable");
  return told;
}

const refusing = (code: number, name: string): Fault => ({
  kind: "error",
  code,
  name,
  words: "no",
});

describe("a server that refuses", () => {
  it("a wrong password says which settings to look at", async () => {
    const refusal = await refusalOf(one(engineOf({ password: "wrong" })));
    expect(refusal.message).toMatch(
      /does not let the user droplens in.*DROPLENS_CLICKHOUSE_PASSWORD/,
    );
    expect(serverFaultOf(refusal)).toBe("sign-in");
  });

  it("an unknown database says how to make it", async () => {
    const refusal = await refusalOf(one(engineOf({ database: "nowhere" })));
    expect(refusal.message).toContain("CREATE DATABASE nowhere");
    expect(serverFaultOf(refusal)).toBe("database");
  });

  it.each([
    ["read-only", 164, "READONLY", /takes no writes/],
    ["read-only", 242, "TABLE_IS_READ_ONLY", /takes no writes/],
    ["full", 243, "NOT_ENOUGH_SPACE", /disk is full/],
    ["access", 497, "ACCESS_DENIED", /lacks a right.*docs\/clickhouse\.md/],
    ["busy", 202, "TOO_MANY_SIMULTANEOUS_QUERIES", /too much to do/],
    ["replicas", 999, "KEEPER_EXCEPTION", /Keeper/],
  ])("is told apart as %s for code %i (%s)", async (fault, code, name, words) => {
    server.interfere(() => refusing(code, name));
    const refusal = await refusalOf(
      engineOf().run("write", "CREATE TABLE x (a UInt8) ENGINE = Memory"),
    );
    expect(refusal.message).toMatch(words);
    expect(serverFaultOf(refusal)).toBe(fault);
  });

  it("a statement that is wrong is our bug and not its failure", async () => {
    const asked = engineOf().select("read", "SELEC 1", {}, (row) => row.u8());
    await expect(asked).rejects.not.toBeInstanceOf(AppError);
    await expect(asked).rejects.toThrow(/Syntax error/);
  });
});

describe("a server that is not there", () => {
  it("says so where nobody listens", async () => {
    const refusal = await refusalOf(one(engineOf({ url: "http://127.0.0.1:1" })));
    expect(refusal.message).toMatch(
      /does not answer \(.*ECONNREFUSED.*DROPLENS_CLICKHOUSE_URL.*8123/,
    );
    expect(serverFaultOf(refusal)).toBe("unreachable");
  });

  it("says so where something else answers", async () => {
    const other = createServer((socket) => socket.end("220 mail.example.com\r\n"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const refusal = await refusalOf(one(engineOf({ url: `http://127.0.0.1:${port}` })));
    expect(refusal.message).toContain("A port that wants TLS needs https://");
    other.close();
  });

  it("is taken up again when it is back", async () => {
    const engine = engineOf();
    await server.pause();
    expect(serverFaultOf(await refusalOf(one(engine)))).toBe("unreachable");
    await server.resume();
    expect(await one(engine)).toEqual([1]);
  });

  it("is given up after a while when it hangs", async () => {
    server.interfere(() => ({ kind: "hang" }));
    const engine = engineOf({}, { seconds: { read: 0.1 }, graceSeconds: 0.1 });
    const refusal = await refusalOf(one(engine));
    expect(refusal.message).toContain("no answer in time");
    expect(serverFaultOf(refusal)).toBe("timeout");
  });

  it("says so where a statement takes the server too long", async () => {
    const engine = engineOf({}, { seconds: { heavy: 1 } });
    const sql = "SELECT toUInt64(sum(sipHash64(number))) FROM numbers(100000000000)";
    const refusal = await refusalOf(engine.select("heavy", sql, {}, (row) => row.u64()));
    expect(serverFaultOf(refusal)).toBe("timeout");
  });
});

describe("a secure connection", () => {
  const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const file = (name: string) => join(folder, name);

  function certificate(name: string, host: string): void {
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", ...NEW_KEY, "-days", "2", "-subj", `/CN=${host}`],
        ...[
          "-addext",
          `subjectAltName=DNS:${host}`,
          "-keyout",
          `${name}.key`,
          "-out",
          `${name}.crt`,
        ],
      ],
      { cwd: folder, stdio: "ignore" },
    );
  }

  it("is made with the authority that is named, and not without", async () => {
    certificate("good", "localhost");
    certificate("other", "localhost");
    const [key, cert] = [file("good.key"), file("good.crt")].map((path) =>
      readFileSync(path, "utf8"),
    );
    const secure = await startSampleServer({
      engine: server.engine,
      tls: { key: key ?? "", cert: cert ?? "", caFile: file("good.crt") },
    });
    const at = await secure.address();
    expect(await one(engineOf(at))).toEqual([1]);

    const strange = await refusalOf(one(engineOf({ ...at, caFile: null })));
    expect(strange.message).toMatch(/no secure connection.*DROPLENS_CLICKHOUSE_CA_FILE/);
    expect(serverFaultOf(strange)).toBe("tls");
    expect(
      serverFaultOf(await refusalOf(one(engineOf({ ...at, caFile: file("other.crt") })))),
    ).toBe("tls");
    const elsewhere = { ...at, url: at.url.replace("localhost", "127.0.0.1") };
    expect((await refusalOf(one(engineOf(elsewhere)))).message).toContain("host name");
    const plain = await refusalOf(one(engineOf({ ...at, url: at.url.replace("https", "http") })));
    expect(plain.message).toContain("needs https://");
    await secure.stop();
  });

  it("needs files that can be read, and names the setting of one that cannot", async () => {
    const refusal = await refusalOf(
      one(engineOf({ url: "https://localhost:1", caFile: file("nowhere.crt") })),
    );
    expect(refusal.message).toMatch(/DROPLENS_CLICKHOUSE_CA_FILE names .*nowhere\.crt/);
  });
});

describe("a password in a file", () => {
  it("that was changed is read again after a refusal", async () => {
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, "old\n");
    const engine = engineOf({ password: "", passwordFile });
    const refusal = await refusalOf(one(engine));
    expect(refusal.message).toContain(`the password in ${passwordFile}`);
    writeFileSync(passwordFile, `${PASSWORD}\n`);
    expect(await one(engine)).toEqual([1]);
  });
});

describe("an insert whose end is not known", () => {
  it("is told of when it cannot be at work any more, and what was stored can be found", async () => {
    const engine = engineOf({}, { seconds: { insert: 0.2 } });
    await engine.run("write", "CREATE TABLE cut (a UInt8) ENGINE = MergeTree ORDER BY a");
    server.interfere((sql) => (sql.startsWith("INSERT") ? { kind: "cut" } : null));
    const before = performance.now();
    const refusal = await refusalOf(engine.insert("cut", ["a"], Buffer.of(1, 2)));
    expect(serverFaultOf(refusal)).toBe("unreachable");
    expect(performance.now() - before).toBeGreaterThan(1_000);
    const stored = await engine.select("read", "SELECT a FROM cut ORDER BY a", {}, (row) =>
      row.u8(),
    );
    expect(stored).toEqual([1, 2]);
  });

  it("is told of at once when nothing was sent", async () => {
    const engine = engineOf({ url: "http://127.0.0.1:1" }, { seconds: { insert: 600 } });
    await refusalOf(engine.insert("cut", ["a"], Buffer.of(1)));
  });
});

describe("many questions at once", () => {
  it("are asked over a bounded number of connections, and all answered", async () => {
    const engine = engineOf();
    let release: () => void = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    const before = server.statements.length;
    server.interfere(() => ({ kind: "late", until }));
    const asked = Array.from({ length: 40 }, () => one(engine));
    const write = engine.run("write", "SELECT 1");
    await expect.poll(() => server.statements.length - before).toBe(7);
    release();
    await write;
    expect(await Promise.all(asked)).toEqual(asked.map(() => [1]));
  });

  it("are refused beyond a bound, for later", async () => {
    server.interfere(() => ({ kind: "hang" }));
    const engine = engineOf({}, { seconds: { heavy: 0.5 }, graceSeconds: 0.5 });
    const asked = Array.from({ length: 103 }, () =>
      engine.select("heavy", "SELECT 1", {}, (row) => row.u8()),
    );
    const [last] = asked.splice(-1);
    await expect(last).rejects.toThrow("Too many questions wait");
    await engine.close(0);
    await Promise.allSettled(asked);
  });
});

it("a store by URL does without the embedded engine", async () => {
  const script = join(import.meta.dirname, "open-by-url.ts");
  const at = JSON.stringify(await server.address());
  const child = spawn(process.execPath, ["--import", "tsx", script, at]);
  const [said, failed] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(failed).toBe("");
  expect(said).toBe("without chDB\n");
});
