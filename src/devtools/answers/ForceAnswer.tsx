import { useState } from 'react';
import type { RequestPurpose } from '../../observe/index.ts';
import { Choice } from './Choice.tsx';
import { commonAnswers, purposes, type ForcedAnswer } from './forcedAnswers.ts';
import { FreeAnswer, readFree, type FreeDraft } from './FreeAnswer.tsx';
import type { Interceptions } from './interceptions.ts';

export interface ForceAnswerProps {
  readonly answers: readonly ForcedAnswer[];
  readonly interceptions: Interceptions;
}

const customResponse = 'custom response…';

/** Chooses the requests, the response, and whether it is used once. */
export function ForceAnswer({ answers, interceptions }: ForceAnswerProps) {
  const [purpose, setPurpose] = useState<RequestPurpose>('refresh');
  const [chosen, setChosen] = useState<string | null>(null);
  const [isOnce, setOnce] = useState(true);
  const [draft, setDraft] = useState<FreeDraft>({ status: '401', body: '{"code":"T-002"}' });
  const offered = [...answers, ...commonAnswers].filter((answer) => answer.purpose === purpose);
  const names = [...offered.map(({ name }) => name), customResponse];
  const name = names.find((offer) => offer === chosen) ?? names[0] ?? customResponse;
  const free = readFree(draft);
  const answer = offered.find((offer) => offer.name === name) ?? free;
  return (
    <form
      className="sessionchart-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (answer !== null)
          interceptions.add({ name: answer.name, respond: answer.respond, purpose, isOnce });
      }}
    >
      <Choice label="Requests" options={purposes} value={purpose} onChange={setPurpose} />
      <Choice label="Response" options={names} value={name} onChange={setChosen} />
      <Choice
        label="How often"
        options={times}
        value={isOnce ? 'the next one' : 'until removed'}
        onChange={(often) => setOnce(often === 'the next one')}
      />
      {name === customResponse ? <FreeAnswer draft={draft} onChange={setDraft} /> : null}
      <button type="submit" disabled={answer === null}>
        Force
      </button>
    </form>
  );
}

const times = ['the next one', 'until removed'] as const;
