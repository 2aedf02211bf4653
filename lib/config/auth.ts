/** Who is asked to sign in, and how: the variables `DROPLENS_AUTH…`. */
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { type Environment, flag, list, readerOf } from "./variable";

/**
 * - `none`: whoever reaches us may do everything, and is whom they say they are. Only from this
 *   machine, unless `beyondLoopback`.
 * - `proxy`: a proxy signs people in and names them in `header` (lower case). That header counts from
 *   the addresses and blocks in `trusted` alone.
 */
export type AuthConfig =
  | { mode: "none"; beyondLoopback: boolean }
  | { mode: "proxy"; header: string; trusted: readonly string[] };

/** Headers that browsers, proxies and Droplens fill themselves, with something else than a name. */
const NOT_A_USER =
  /^(host|cookie|origin|referer|connection|user-agent|authorization|x-forwarded-(for|host|proto|port)|(accept|content|transfer|sec)(-.*)?|x-droplens-.*)$/;

/** An address, or a block of more than none of its bits: everybody is nobody to trust. */
function isBlock(text: string): boolean {
  const [base = "", length, ...more] = text.split("/");
  if (more.length > 0 || !ipaddr.isValid(base)) return false;
  if (!base.includes(":") && !/^\d{1,3}(\.\d{1,3}){3}$/.test(base)) return false;
  if (length === undefined) return true;
  const bits = base.includes(":") ? 128 : 32;
  // `::ffff:0:0/96` is all of IPv4.
  const isMapped = bits === 128 && ipaddr.IPv6.parse(base).isIPv4MappedAddress();
  const least = isMapped ? 97 : 1;
  return /^\d{1,3}$/.test(length) && Number(length) >= least && Number(length) <= bits;
}

export const AUTH_VARIABLES = {
  DROPLENS_AUTH: {
    schema: z.enum(["none", "proxy"]),
    fallback: "none" as const,
    allowed: "none or proxy",
  },
  DROPLENS_AUTH_HEADER: {
    schema: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,99}$/i)
      .transform((name) => name.toLowerCase())
      .refine((name) => !NOT_A_USER.test(name)),
    fallback: "x-forwarded-user",
    allowed: "the name of a header that the proxy alone sets, such as X-Forwarded-User",
  },
  DROPLENS_AUTH_TRUSTED: {
    schema: z
      .string()
      .transform(list)
      .refine((blocks) => blocks.length > 0 && blocks.every(isBlock)),
    fallback: [] as string[],
    allowed:
      "addresses or blocks of the proxies, such as 127.0.0.1 or 10.1.0.0/16, not of everybody",
  },
  DROPLENS_UNSAFE_NO_AUTH: { schema: flag, fallback: false, allowed: "true or false" },
} as const;

export function readAuth(environment: Environment, problems: string[]): AuthConfig {
  const read = readerOf(AUTH_VARIABLES, environment, problems);
  const header = read("DROPLENS_AUTH_HEADER");
  const before = problems.length;
  const trusted = read("DROPLENS_AUTH_TRUSTED");
  const beyondLoopback = read("DROPLENS_UNSAFE_NO_AUTH");
  if (read("DROPLENS_AUTH") === "none") return { mode: "none", beyondLoopback };
  if (trusted.length === 0 && problems.length === before) {
    problems.push(
      `DROPLENS_AUTH is "proxy", which needs DROPLENS_AUTH_TRUSTED: ${AUTH_VARIABLES.DROPLENS_AUTH_TRUSTED.allowed}.`,
    );
  }
  return { mode: "proxy", header, trusted };
}
