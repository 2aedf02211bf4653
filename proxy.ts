/**
 * What requests pass before Next looks at them: which host they name, which method they use,
 * and the headers of the answer, with a content security policy made for this one response.
 * Routes settle who is asking themselves (`app/api/answer.ts`) and rely on nothing here; pages,
 * which hold no data of their own, are kept here from those who are not signed in.
 */
import { type NextRequest, NextResponse } from "next/server";
import { authorize } from "@/lib/auth/authorize";
import { type Config, parseConfig } from "@/lib/config";
import { isAllowedHost } from "@/lib/http/hosts";
import { problemOf, problemResponse } from "@/lib/http/problem";
import { contentSecurityPolicy, withFixedHeaders } from "@/lib/http/security-headers";

/** Headers that only Next itself or an attacker would set. */
const REFUSED_HEADERS = ["next-action", "next-resume", "x-middleware-subrequest"];
const STRIPPED_HEADERS = ["x-nonce", "content-security-policy"];
/** Probes ask before anybody can sign in, and are told nothing. */
const OPEN = ["/healthz", "/readyz"];
const URL_MAX = 8_192;

/**
 * Next keeps the body of what passes here in memory, whoever sent it, and answers nothing before its
 * end. So routes that take large bodies are left out, which ask everything themselves; of the others
 * `next.config.js` lets no more in than the small bodies that they take.
 */
export const config = {
  matcher: ["/((?!api/(?:ingest/[^/]+|captures/[^/]+/bytes|expectations/(?:import|export))$).*)"],
};

let settings: Config | null = null;

export function proxy(request: NextRequest): Response {
  settings ??= parseConfig(process.env);
  const refusal = refuse(request, settings);
  if (refusal !== null) return withFixedHeaders(refusal);

  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy(nonce, process.env.NODE_ENV === "development");
  const headers = new Headers(request.headers);
  for (const name of STRIPPED_HEADERS) headers.delete(name);
  // Next puts the nonce it finds in this request header on its own scripts.
  headers.set("content-security-policy", policy);
  headers.set("x-nonce", nonce);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return withFixedHeaders(response);
}

function refuse(request: NextRequest, { host, allowedHosts, auth }: Config): Response | null {
  if (!isAllowedHost(request.headers.get("host"), host, allowedHosts)) {
    return refused(
      421,
      "This server does not answer to that host name. Add it to DROPLENS_ALLOWED_HOSTS.",
    );
  }
  const isApi = request.nextUrl.pathname.startsWith("/api/");
  if (!isApi && request.method !== "GET" && request.method !== "HEAD") {
    return refused(405, "Pages answer GET and HEAD only.");
  }
  if (REFUSED_HEADERS.some((name) => request.headers.has(name))) {
    return refused(400, "This request carries a header that Droplens has no use for.");
  }
  if (request.url.length > URL_MAX) {
    return refused(414, `The address is longer than ${URL_MAX} characters.`);
  }
  return OPEN.includes(request.nextUrl.pathname) ? null : refuseStranger(request, auth);
}

function refuseStranger(request: NextRequest, auth: Config["auth"]): Response | null {
  try {
    authorize(request, auth);
    return null;
  } catch (error) {
    const { problem, known } = problemOf(error);
    if (!known) throw error;
    return problemResponse(problem);
  }
}

function refused(status: number, detail: string): Response {
  return problemResponse({ type: "about:blank", title: "Refused", status, detail });
}
