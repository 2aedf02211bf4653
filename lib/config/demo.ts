/** The demo cluster and the replay of a recording: the variables `DROPLENS_DEMO…`. */
import { z } from "zod";
import { type Environment, flag, readerOf, whole } from "./variable";

const CILIUM_VERSIONS = ["1.18", "1.19", "1.20"] as const;

export type DemoConfig = {
  ciliumVersion: (typeof CILIUM_VERSIONS)[number];
  seed: number;
  /** Port of the demo relay; 0 lets the system choose. */
  relayPort: number;
  replay: { file: string; speed: number | null; fromNow: boolean } | null;
};

export const DEMO_VARIABLES = {
  DROPLENS_DEMO: { schema: flag, fallback: false, allowed: "true or false" },
  DROPLENS_DEMO_CILIUM: {
    schema: z.enum(CILIUM_VERSIONS),
    fallback: "1.19" as const,
    allowed: `one of ${CILIUM_VERSIONS.join(", ")}`,
  },
  DROPLENS_DEMO_SEED: {
    schema: whole(0, 2 ** 31 - 1),
    fallback: 1,
    allowed: "a whole number from 0 to 2147483647",
  },
  DROPLENS_DEMO_PORT: {
    schema: whole(0, 65_535),
    fallback: 0,
    allowed: "a port from 0 to 65535 (0 lets the system choose)",
  },
  DROPLENS_DEMO_REPLAY: { schema: z.string().min(1), fallback: null, allowed: "a file" },
  DROPLENS_DEMO_SPEED: {
    schema: z
      .string()
      .regex(/^\d+(\.\d+)?$/)
      .transform(Number)
      .refine((value) => value > 0 && value <= 10_000),
    fallback: null,
    allowed: "a number above 0 and up to 10000",
  },
  DROPLENS_DEMO_FROM_NOW: { schema: flag, fallback: false, allowed: "true or false" },
} as const;

/** Null where no demo is asked for. */
export function readDemo(environment: Environment, problems: string[]): DemoConfig | null {
  const read = readerOf(DEMO_VARIABLES, environment, problems);
  const file = read("DROPLENS_DEMO_REPLAY");
  const speed = read("DROPLENS_DEMO_SPEED");
  const fromNow = read("DROPLENS_DEMO_FROM_NOW");
  const demo: DemoConfig = {
    ciliumVersion: read("DROPLENS_DEMO_CILIUM"),
    seed: read("DROPLENS_DEMO_SEED"),
    relayPort: read("DROPLENS_DEMO_PORT"),
    replay: file === null ? null : { file, speed, fromNow },
  };
  return read("DROPLENS_DEMO") ? demo : null;
}
