"use client";
/** One expectation in full: what it says, what it does, what came back under it, who did what. */
import { type Actions, useActions } from "@/components/expectations/actions";
import { AuditTrail } from "@/components/expectations/audit-trail";
import { EndText, States } from "@/components/expectations/expected-row";
import { OwnActions, SharedActions } from "@/components/expectations/row-actions";
import { ceilingFor, seenIn } from "@/components/expectations/rules-block";
import { Stamp } from "@/components/expectations/stamp";
import { formatOver } from "@/components/expectations/words";
import { encodeReadably } from "@/components/query/url-state";
import { Ago } from "@/components/ui/ago";
import { CopyButton } from "@/components/ui/copy-button";
import { FlowText } from "@/components/ui/flow-text";
import { Icon } from "@/components/ui/icon";
import { countOf, formatExact } from "@/components/ui/number-text";
import { SINCE_EVER } from "@/lib/expectations/expectation";
import type { ExpectationRow, Hits } from "@/lib/expectations/view";

type Props = { row: ExpectationRow; onClose: () => void };

export function ExpectedDetails({ row, onClose }: Props) {
  const actions = useActions();
  return (
    <aside className="sheet" aria-label="Expectation details" tabIndex={-1} id="expectation">
      <div className="sheet-head">
        <States row={row} />
        <span className="grow" />
        <CopyButton label="Copy its id" text={() => row.id} />
        <button
          type="button"
          className="btn quiet icon"
          aria-label="Close details"
          title="Close (Esc)"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className="sheet-body">
        <h2 className="exp-reason">
          <FlowText text={row.reason} />
        </h2>
        <p className="code exp-query">
          <FlowText text={row.query} />
        </p>
        <p className="exp-links">
          <a href={`/?q=${encodeReadably(row.query)}`}>Its drops in Triage</a>
        </p>
        {row.file === null ? (
          <p className="buttons exp-actions">
            <OwnActions row={row} />
            <SharedActions rows={[row]} actions={actions} />
          </p>
        ) : (
          <p className="preview-note">
            <Icon name="link" className="soft" />
            <span>
              From Git: it is read from <code>{row.file}</code> and changed there.
            </span>
          </p>
        )}
        <Returned row={row} actions={actions} />
        <Facts row={row} />
        <AuditTrail id={row.id} />
      </div>
    </aside>
  );
}

/** What it matches and does not hide, each with its answer. */
function Returned({ row, actions }: { row: ExpectationRow; actions: Actions }) {
  const { surges, newUnder } = row;
  const [surge] = surges;
  const ceiling = ceilingFor(row);
  return (
    <>
      {surge !== undefined && (
        <section className="block">
          <h3>
            <Icon name="surge" className="c-surge" />
            Over its ceiling
            <span className="block-note">{countOf(surges.length, "minute")} of the last 24 h</span>
          </h3>
          <ul className="lines">
            {surges.slice(0, 5).map(({ minute, drops, ceiling: limit }) => (
              <li key={minute} className="exp-line">
                <Stamp time={minute} />
                <span className="grow">
                  {countOf(drops, "drop")} against {formatExact(limit)}
                </span>
                <b className="c-surge">×{formatOver(drops / limit)}</b>
              </li>
            ))}
          </ul>
          {row.file === null && (
            <p className="buttons">
              <button
                type="button"
                className="btn"
                onClick={() => void actions.raiseCeiling(row, ceiling)}
              >
                Accept: ceiling {formatExact(ceiling)} a minute
              </button>
            </p>
          )}
        </section>
      )}
      {newUnder.length > 0 && (
        <section className="block">
          <h3>
            <Icon name="new" className="c-new" />
            New under it
            <span className="block-note">{countOf(newUnder.length, "series", "series")}</span>
          </h3>
          <ul className="lines">
            {newUnder.map((one) => (
              <li key={one.series} className="exp-line">
                <span className="grow">
                  <FlowText
                    text={`${one.source.text} → ${one.destination.text}${one.port === 0 ? "" : `:${one.port}`}`}
                  />{" "}
                  <span className="dim">new {one.watched.join(", ")}</span>
                </span>
                <span className="num">{countOf(one.drops, "drop")}</span>
                <button
                  type="button"
                  className="btn"
                  onClick={() => void actions.accept(row, seenIn([], { ...row, newUnder: [one] }))}
                >
                  Accept
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Facts({ row }: { row: ExpectationRow }) {
  const { hits, known } = row;
  return (
    <section className="block">
      <h3>What it does</h3>
      <dl className="kv">
        <dt>Hour</dt>
        <dd>{hitsText(hits.hour)}</dd>
        <dt>Day</dt>
        <dd>{hitsText(hits.day)}</dd>
        <dt>Total</dt>
        <dd>{hitsText(hits.total)}</dd>
        <dt>Last match</dt>
        <dd>
          {row.lastMatch === null ? (
            "never"
          ) : (
            <>
              <Ago time={row.lastMatch} /> ago
            </>
          )}
        </dd>
        <dt>Ends</dt>
        <dd>
          <EndText expiresAt={row.expiresAt} />
          {row.expiresAt !== null && (
            <span className="dim">
              {" "}
              <Stamp time={row.expiresAt} />
            </span>
          )}
        </dd>
        <dt>Applies</dt>
        <dd>
          {row.appliesFrom === SINCE_EVER ? "to past drops too" : <Stamp time={row.appliesFrom} />}
        </dd>
        <dt>Ceiling</dt>
        <dd>
          {row.ceilingPerMinute === null
            ? "none"
            : `${formatExact(row.ceilingPerMinute)} drops a minute`}
        </dd>
        <dt>Mode</dt>
        <dd>{row.mode === "trial" ? "trial: hides nothing" : "hide"}</dd>
        <dt>Watches</dt>
        <dd>{row.watch.length === 0 ? "nothing" : `a new ${row.watch.join(", ")}`}</dd>
        <dt>Known</dt>
        <dd>
          {countOf(known.source, "source")}, {countOf(known.destination, "destination")},{" "}
          {countOf(known.port, "port")}
        </dd>
        {row.ticket !== "" && (
          <>
            <dt>Ticket</dt>
            <dd>
              <Ticket ticket={row.ticket} />
            </dd>
          </>
        )}
        <dt>Author</dt>
        <dd>
          <FlowText text={row.author === "" ? "nobody named" : row.author} />{" "}
          {!row.authorVerified && <span className="unverified">unverified</span>}
        </dd>
        <dt>Made</dt>
        <dd>
          <Stamp time={row.createdAt} />
          <span className="dim"> · version {row.version}</span>
        </dd>
      </dl>
    </section>
  );
}

function hitsText({ drops, attempts, hidden }: Hits): string {
  return `${countOf(drops, "drop")} in ${countOf(attempts, "attempt")}, ${formatExact(hidden)} hidden`;
}

/** Only an address is a link, and it says where it goes. */
function Ticket({ ticket }: { ticket: string }) {
  if (!/^https?:\/\//i.test(ticket)) return <FlowText text={ticket} />;
  return (
    <a href={ticket} target="_blank" rel="noreferrer noopener">
      <FlowText text={ticket} />
    </a>
  );
}
