/** Who does something, as far as this server can tell, and what they may do. */

/** What a route may need; roles, once there are any, are sets of these. */
export const ACTIONS = ["read", "write"] as const;
export type Action = (typeof ACTIONS)[number];

export type Actor = {
  /** Empty when nobody was named. */
  name: string;
  /** False where nothing but the person's own word says who it is. */
  verified: boolean;
  /** Where from: the client's address, or what else made the change; empty when not known. */
  from: string;
  can(action: Action): boolean;
};

const EVERYTHING = () => true;

/** Without a sign-in a person is whom they say they are. */
export function claimedActor(name: string | undefined, from = ""): Actor {
  return { name: name ?? "", verified: false, from, can: EVERYTHING };
}

/** A person whom a trusted proxy has signed in. */
export function signedInActor(name: string, from: string): Actor {
  return { name, verified: true, from, can: EVERYTHING };
}

/** The server itself, such as where it reads a file. */
export function serverActor(name: string, from: string): Actor {
  return { name, verified: true, from, can: EVERYTHING };
}

/** A name given with a request counts only where nothing better says who it is. */
export function signedAs(actor: Actor, claimed: string | undefined): Actor {
  return actor.verified ? actor : claimedActor(claimed ?? actor.name, actor.from);
}
