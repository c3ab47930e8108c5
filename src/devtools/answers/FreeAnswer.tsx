import { useId } from 'react';
import { jsonAnswer, type ForcedAnswer } from './forcedAnswers.ts';

/** The response while it is being typed. */
export interface FreeDraft {
  readonly status: string;
  /** JSON, or empty. */
  readonly body: string;
}

export interface FreeAnswerProps {
  readonly draft: FreeDraft;
  readonly onChange: (draft: FreeDraft) => void;
}

/** Fields for a status and a body. */
export function FreeAnswer({ draft, onChange }: FreeAnswerProps) {
  const problem = useId();
  const isStatus = isAnswerStatus(draft.status);
  const isBody = readBody(draft.body) !== null;
  return (
    <>
      <label className="sessionchart-free-status">
        <span>Status</span>
        <input
          inputMode="numeric"
          value={draft.status}
          aria-invalid={!isStatus}
          aria-describedby={isStatus ? undefined : problem}
          onChange={({ target }) => onChange({ ...draft, status: target.value })}
        />
      </label>
      <label className="sessionchart-free-body">
        <span>Body (JSON)</span>
        <input
          value={draft.body}
          spellCheck={false}
          aria-invalid={!isBody}
          aria-describedby={isBody ? undefined : problem}
          onChange={({ target }) => onChange({ ...draft, body: target.value })}
        />
      </label>
      {isStatus && isBody ? null : (
        <p id={problem} className="sessionchart-problem" role="alert">
          {isStatus ? 'Enter valid JSON.' : 'Enter a status from 200 to 599.'}
        </p>
      )}
    </>
  );
}

/** The response for a draft, or `null` if the draft is not valid. */
export function readFree({ status, body }: FreeDraft): Pick<ForcedAnswer, 'name' | 'respond'> | null {
  const read = readBody(body);
  if (!isAnswerStatus(status) || read === null) return null;
  return { name: `${status} ${body}`.trim(), respond: jsonAnswer(Number(status), read.value) };
}

const isAnswerStatus = (status: string): boolean => /^[2-5]\d\d$/.test(status);

function readBody(body: string): { readonly value: unknown } | null {
  try {
    const value: unknown = body.trim() === '' ? null : JSON.parse(body);
    return { value };
  } catch {
    return null;
  }
}
