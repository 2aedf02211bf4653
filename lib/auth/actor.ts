/** Who does something, as far as this server can tell. */

export type Actor = {
  /** Empty when nobody was named. */
  name: string;
  /** False where nothing but the person's own word says who it is. */
  verified: boolean;
};

/** Without a sign-in a person is whom they say they are. */
export function claimedActor(name: string | undefined): Actor {
  return { name: name ?? "", verified: false };
}
