/** What the server says of itself at the begin of a stream, against what this page knows. */
import { setServerClock } from "@/components/ui/ticker";

/** Takes what `hello` carries, `{ build, nowMs }`; false when the page is of another build. */
export function greet(hello: unknown): boolean {
  if (typeof hello !== "object" || hello === null) return true;
  if ("nowMs" in hello && typeof hello.nowMs === "number") setServerClock(hello.nowMs);
  const own = document.documentElement.dataset.build;
  return own === undefined || !("build" in hello) || hello.build === own;
}
