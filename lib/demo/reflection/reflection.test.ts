import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRelayServer, type Relay } from "@/lib/demo/relay";

let relay: Relay;
let client: Client;
beforeAll(async () => {
  relay = await createRelayServer();
  client = new Client(relay.address, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await relay.stop();
});

/** One text field of the request, asked of the real server; the answer as text. */
function ask(version: string, field: number, text: string): Promise<string> {
  const same = (bytes: Buffer) => bytes;
  const path = `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`;
  const call = client.makeBidiStreamRequest(path, same, same);
  return new Promise((resolve, reject) => {
    call.on("data", (bytes: Buffer) => {
      resolve(bytes.toString("latin1"));
      call.end();
    });
    call.on("error", reject);
    call.write(Buffer.concat([Buffer.from([(field << 3) | 2, text.length]), Buffer.from(text)]));
  });
}

describe("server reflection", () => {
  it.each(["v1", "v1alpha"])("%s lists the observer", async (version) => {
    expect(await ask(version, 7, "")).toContain("observer.Observer");
  });

  it("hands out the files of a symbol, imports and all", async () => {
    const answer = await ask("v1", 4, "observer.Observer");

    for (const file of ["observer/observer.proto", "flow/flow.proto", "relay/relay.proto"]) {
      expect(answer).toContain(file);
    }
    expect(answer).toContain("google/protobuf/timestamp.proto");
  });

  it("hands out a file by its name", async () => {
    expect(await ask("v1", 3, "flow/flow.proto")).toContain("GetFlowsRequest");
  });

  it.each([
    ["a symbol", 4, "grpc.health.v1.Health"],
    ["a file", 3, "peer/other.proto"],
  ])("says of %s it does not know that it is not found", async (_what, field, text) => {
    expect(await ask("v1", field, text)).toContain(`not found: ${text}`);
  });

  it("has the descriptors of the .proto files as they are now", () => {
    const folder = mkdtempSync(join(tmpdir(), "droplens-descriptors-"));
    const fresh = join(folder, "descriptors.ts");
    execFileSync("node", ["lib/demo/reflection/make-descriptors.mjs", fresh]);
    const expected = readFileSync(fresh, "utf8");
    rmSync(folder, { recursive: true });

    expect(readFileSync("lib/demo/reflection/descriptors.ts", "utf8")).toBe(expected);
  });
});
