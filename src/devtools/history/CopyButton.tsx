import { useState } from 'react';

export interface CopyButtonProps {
  readonly name: string;
  readonly text: () => string;
}

interface Outcome {
  readonly said: string;
  /** The text to copy by hand. */
  readonly left: string | null;
}

const nothing: Outcome = { said: '', left: null };

/** Copies a text. If the page may not use the clipboard, shows the text selected, to copy by hand. */
export function CopyButton({ name, text }: CopyButtonProps) {
  const [{ said, left }, setOutcome] = useState(nothing);
  async function copy() {
    setOutcome(nothing);
    const copied = text();
    try {
      await navigator.clipboard.writeText(copied);
      setOutcome({ said: 'Copied', left: null });
    } catch {
      setOutcome({ said: 'Copy the selected text by hand', left: copied });
    }
  }
  return (
    <div className="sessionchart-copy">
      <span role="status">{said}</span>
      <button type="button" onClick={() => void copy()}>
        {name}
      </button>
      {left === null ? null : (
        <textarea readOnly rows={4} value={left} aria-label="Text to copy" ref={selectAll} />
      )}
    </div>
  );
}

function selectAll(area: HTMLTextAreaElement | null): void {
  area?.focus();
  area?.select();
}
