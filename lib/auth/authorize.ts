/** Who is asking: the one place that says so, for every route. */
import { type Actor, claimedActor } from "./actor";

/** @throws AppError `unauthorized` when nobody is signed in and somebody must be. */
export function authorize(_request: Request): Actor {
  return claimedActor(undefined);
}
