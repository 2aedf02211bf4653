/** Words and marks for what an expectation is and does. */
import type { IconName } from "@/components/ui/icon";
import type { RuleMark } from "@/lib/drops/view";
import type { AuditAction, ExpectationState } from "@/lib/expectations/view";

/** What went wrong, in words a person can act on. */
export function messageOf(error: unknown): string {
  return error instanceof Error && error.message !== ""
    ? error.message
    : "Something went wrong on the way. Try again.";
}

export const STATE_TEXT: Record<
  ExpectationState,
  { word: string; says: string; icon: IconName; tone: "alarm" | "heed" | "calm" | "gone" }
> = {
  surging: {
    word: "surging",
    says: "over its ceiling: those drops came back",
    icon: "surge",
    tone: "alarm",
  },
  new: {
    word: "new under it",
    says: "a source, destination or port for the first time",
    icon: "new",
    tone: "alarm",
  },
  unreadable: {
    word: "unreadable",
    says: "its query cannot be read, so it hides nothing",
    icon: "warn",
    tone: "alarm",
  },
  "ending-soon": { word: "ending soon", says: "its end is near", icon: "ended", tone: "heed" },
  active: { word: "active", says: "hides what it matches", icon: "expected", tone: "calm" },
  trial: {
    word: "trial",
    says: "counts what it would hide, hides nothing",
    icon: "trial",
    tone: "calm",
  },
  scheduled: { word: "scheduled", says: "its time has not come", icon: "ended", tone: "calm" },
  silent: { word: "silent", says: "has matched nothing for days", icon: "none", tone: "heed" },
  "never-matched": {
    word: "never matched",
    says: "nothing stored matches it",
    icon: "none",
    tone: "heed",
  },
  expired: {
    word: "expired",
    says: "its end has come; what is newer is shown",
    icon: "ended",
    tone: "gone",
  },
  revoked: { word: "revoked", says: "taken back; it hides nothing", icon: "close", tone: "gone" },
};

export const FIT_TEXT: Record<RuleMark["fit"], { word: string; says: string; icon: IconName }> = {
  exact: { word: "exactly", says: "covers exactly this row", icon: "fit-exact" },
  part: { word: "partly", says: "covers a part of this row", icon: "fit-part" },
  broader: { word: "broader", says: "covers this row and more", icon: "fit-broader" },
};

/** What a rule does to a row, as a sentence's middle. */
export function doesText({ does, over }: Pick<RuleMark, "does" | "over">): string {
  switch (does) {
    case "hides":
      return "hides";
    case "surge":
      return over === undefined ? "over its ceiling" : `×${formatOver(over)} of its ceiling`;
    case "new":
      return "new under it";
    case "ended":
      return "after its end";
    case "trial":
      return "on trial, hides nothing";
  }
}

/** `1.2`, `14`: one digit behind the point below ten. */
export function formatOver(over: number): string {
  return over < 10 ? String(Math.round(over * 10) / 10) : String(Math.round(over));
}

export const ACTION_TEXT: Record<AuditAction, string> = {
  created: "created it",
  changed: "changed it",
  accepted: "accepted what was new",
  revoked: "revoked it",
  restored: "brought it back",
  imported: "imported it",
  learned: "learned what it hides",
};
