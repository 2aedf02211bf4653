"use client";
/** A view's name, in place. Escape leaves it as it was. */
import { type FormEvent, useEffect, useRef, useState } from "react";

type Props = { name: string; onRename: (name: string) => void; onCancel: () => void };

export function RenameForm({ name, onRename, onCancel }: Props) {
  const [text, setText] = useState(name);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = text.trim();
    if (wanted === name) onCancel();
    else if (wanted !== "") onRename(wanted);
  };
  return (
    <form className="views-line" onSubmit={submit}>
      <input
        ref={input}
        className="input grow"
        aria-label={`New name of ${name}`}
        autoComplete="off"
        maxLength={80}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          onCancel();
        }}
      />
      <button type="submit" className="btn" disabled={text.trim() === ""}>
        Rename
      </button>
      <button type="button" className="btn quiet" onClick={onCancel}>
        Cancel
      </button>
    </form>
  );
}
