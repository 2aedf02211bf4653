"use client";
/** Who signs it: whom the server knows, or a name given once and kept by this browser. */
import { useState } from "react";
import { type Operator, setClaimedName } from "@/components/expectations/operator";
import { FlowText } from "@/components/ui/flow-text";

export function AuthorField({ operator }: { operator: Operator }) {
  // Asked once; after that it is told, with a way to change it.
  const [asking, setAsking] = useState(() => !operator.verified && operator.name === "");
  if (operator.verified) {
    return (
      <p className="signed">
        Signed as{" "}
        <b>
          <FlowText text={operator.name} />
        </b>
        .
      </p>
    );
  }
  if (!asking) {
    return (
      <p className="signed">
        Signed as{" "}
        <b>
          <FlowText text={operator.name} />
        </b>{" "}
        <span className="unverified">unverified</span>
        <button type="button" className="as-link" onClick={() => setAsking(true)}>
          not you?
        </button>
      </p>
    );
  }
  return (
    <div className="field">
      <label htmlFor="mark-author">
        <b>Your name</b>{" "}
        <span className="dim">asked once; shown as unverified, nobody is signed in here</span>
      </label>
      <input
        id="mark-author"
        className="input"
        autoComplete="name"
        maxLength={80}
        value={operator.name}
        onChange={(event) => setClaimedName(event.target.value)}
      />
    </div>
  );
}
