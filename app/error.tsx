"use client";
/** A screen that could not be drawn: a fault of the page, not of the cluster. */

export default function ScreenError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <main className="lone" role="alert">
      <h1>This screen could not be drawn</h1>
      <p>
        Nothing is lost: intake and store go on without it. Try again; if it stays, the text below
        is what to report.
      </p>
      <pre className="code">{error.message}</pre>
      <p className="buttons">
        <button type="button" className="btn primary" onClick={reset}>
          Try again
        </button>
        <a className="btn" href="/">
          Triage without filters
        </a>
      </p>
    </main>
  );
}
