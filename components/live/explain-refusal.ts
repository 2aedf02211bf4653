/** Why a stream is refused: an event stream's own error does not say. */

export type Refusal = {
  words: string;
  /** Loading the page anew helps: whoever stands before Droplens wants a person to sign in. */
  reload: boolean;
};

const PATIENCE_MS = 10_000;
const SIGN_IN = "Reload the page to sign in; its address keeps the view.";

/** Asks for the same; null when nothing is in the way any more, or nobody answers. */
export async function explainRefusal(path: string): Promise<Refusal | null> {
  const patience = new AbortController();
  const alarm = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(path, { redirect: "manual", signal: patience.signal });
    return await refusalOf(answer);
  } catch {
    return null;
  } finally {
    clearTimeout(alarm);
    // What is left of a stream that was given after all.
    patience.abort();
  }
}

async function refusalOf(answer: Response): Promise<Refusal | null> {
  const type = answer.headers.get("content-type") ?? "";
  if (answer.type === "opaqueredirect") {
    return {
      words: `What stands before Droplens sends this page elsewhere, as when a sign-in is over. ${SIGN_IN}`,
      reload: true,
    };
  }
  if (answer.ok) {
    if (type.startsWith("text/event-stream")) return null;
    return {
      words: `Something else than Droplens answered, most likely a page to sign in. ${SIGN_IN}`,
      reload: true,
    };
  }
  const told = type.startsWith("application/problem+json") ? await detailOf(answer) : null;
  if (answer.status === 401 || answer.status === 403 || answer.status === 407) {
    const what = told ?? `What stands before Droplens refuses this page (status ${answer.status}).`;
    return { words: `${what} ${SIGN_IN}`, reload: true };
  }
  const words = told ?? `The answer was status ${answer.status}, and not from Droplens.`;
  return { words: `${words} The page tries again by itself.`, reload: false };
}

async function detailOf(answer: Response): Promise<string | null> {
  const body: unknown = await answer.json().catch(() => null);
  if (typeof body !== "object" || body === null || !("detail" in body)) return null;
  return typeof body.detail === "string" ? body.detail : null;
}
