/** An address that is no screen. */
import type { Metadata } from "next";

export const metadata: Metadata = { title: "No such page" };

export default function NotFound() {
  return (
    <main className="lone">
      <h1>No screen lives at this address</h1>
      <p>The link may be cut short, or come from another version of Droplens.</p>
      <p>
        <a className="btn primary" href="/">
          Go to Triage
        </a>
      </p>
    </main>
  );
}
