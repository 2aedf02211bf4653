import { status as GRPC } from "@grpc/grpc-js";
import { expect, it } from "vitest";
import { explainRelayError } from "./relay-error";
import type { RelayConnection } from "./relay-options";

const PLAIN: RelayConnection = {
  address: { target: "relay:80", host: "relay", tls: false },
  tls: null,
  basicAuth: null,
  connectTimeoutMs: 1,
};

const explain = (code: number, details: string) => explainRelayError({ code, details }, PLAIN);

it.each([
  [
    GRPC.UNAVAILABLE,
    "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:1. Resolution note: ",
    "Connection refused at relay:80",
  ],
  [GRPC.UNAVAILABLE, "Name resolution failed for target dns:relay:80", "cannot be resolved"],
  [GRPC.UNAVAILABLE, "connect EHOSTUNREACH 10.0.0.1:80", "No route to relay:80"],
  [GRPC.UNAVAILABLE, "connect ENOENT /run/hubble.sock", "cannot be opened (ENOENT)"],
  [GRPC.UNAVAILABLE, "Error: certificate is not yet valid", "Check the clocks"],
  [GRPC.UNAVAILABLE, "GOAWAY ENHANCE_YOUR_CALM too_many_pings", "too many pings"],
  [GRPC.UNAVAILABLE, "read ECONNRESET", "If it expects TLS, set HUBBLE_TLS=true"],
  [GRPC.UNAVAILABLE, "the thread that reads relays ended: out of memory", "Droplens itself"],
  [GRPC.UNIMPLEMENTED, "unknown service observer.Observer", "offers no Hubble flows"],
  [GRPC.DEADLINE_EXCEEDED, "Deadline exceeded", "did not answer in time"],
  [GRPC.UNAUTHENTICATED, "no", "HUBBLE_BASIC_AUTH_USERNAME"],
  [GRPC.INVALID_ARGUMENT, "first cannot be specified with follow", "refused the request: first"],
  [GRPC.CANCELLED, "", "Relay is restarting"],
  [GRPC.INTERNAL, "", "no reason given"],
])("code %i, %j", (code, details, words) => {
  expect(explain(code, details)).toContain(words);
});

it("is one printable line of bounded length, whatever the other side says", () => {
  const words = explain(GRPC.UNKNOWN, `a\r\n\u001b[31m\u202e${"x".repeat(100_000)}`);
  expect(words).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(words.length).toBeLessThan(600);
});

it("takes anything that can be thrown", () => {
  for (const thrown of [undefined, null, "text", 7, new Error("boom"), {}]) {
    expect(explainRelayError(thrown, PLAIN)).toContain("relay:80 ended the connection");
  }
});
